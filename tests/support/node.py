"""Node, which runs the viewer's JavaScript outside a browser."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support.absent import demand

ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "floodeval" / "dashboard" / "viewer"
OLDEST = 18  # has a test runner, and the browser's streams that unpack masks


def run_node(*arguments, stdin=""):
    """Run Node from the root of the repository; skip, or fail where it must be there, without it."""
    demand(node_version() >= OLDEST, f"the viewer's JavaScript: install Node {OLDEST} or newer")
    return subprocess.run(["node", *arguments], cwd=ROOT, input=stdin, capture_output=True, text=True)


def evaluated(code, given=None):
    """What a module's `result` is; `given` is there as a value, and `viewer/...` are the viewer's modules."""
    code = re.sub(r'"viewer/', f'"{VIEWER.as_uri()}/', code)
    script = f"const given = {json.dumps(given)}\n{code}\nconsole.log(JSON.stringify(result))"
    done = run_node("--input-type=module", "-", stdin=script)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def complaint_of(message):
    """Why the browser refuses a message; None where it takes it."""
    return evaluated(
        """import { checked } from "viewer/contract.js"
        let result = null
        try { checked(given) } catch (error) { result = error.message }""",
        message,
    )


@cache
def node_version():
    """The major version of Node; 0 where it is absent."""
    if shutil.which("node") is None:
        return 0
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").partition(".")[0])
