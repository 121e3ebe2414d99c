"""Try the wheel in dist/ as a new user does: an empty environment, an empty folder, demo and dashboard.

The environment has what the wheel's own metadata asks for, at the versions of requirements.lock. The script
runs with the Python of the development environment, whose Playwright looks at the dashboard if there is a
Chromium.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
BUNDLED = "flood-area-vit_t"
EVERY_PAGE = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from floodeval.cli.commands.dashboard_command import dashboard_script

home = dashboard_script()
assert home.parent.name == "app" and not home.is_relative_to(sys.argv[1]), home
for script in (home, *sorted((home.parent / "pages").glob("*.py"))):
    page = AppTest.from_file(str(home), default_timeout=300)
    if script != home:
        page.switch_page(f"pages/{script.name}")
    page.run()
    assert not page.exception, (script.name, [one.value for one in page.exception])
    assert page.title, script.name
    print("page", script.name, "drawn")
"""


def main() -> None:
    """Install the wheel and try it; raises where anything goes wrong."""
    (wheel,) = (ROOT / "dist").glob("*.whl")
    with TemporaryDirectory(prefix="floodeval-wheel-") as place:
        folder, environment = Path(place) / "empty", Path(place) / "environment"
        folder.mkdir()
        programs = install(wheel, environment)
        before = package_files(environment)
        floodeval = str(shutil.which("floodeval", path=str(programs)))
        run(folder, floodeval, "--version")
        run(folder, floodeval, "demo", "--scenes", "4")
        assert (folder / "results" / "runs" / "demo" / "metrics.parquet").is_file()
        run(folder, floodeval, "compare", BUNDLED)
        run(folder, str(programs / "python"), "-c", EVERY_PAGE, str(ROOT))
        with dashboard(folder, floodeval) as address:
            assert urlopen(f"{address}/_stcore/health", timeout=10).read() == b"ok"
            look_at(address)
        assert package_files(environment) == before, "the installed package was written to"
    print(f"{wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB: installed, demo and dashboard run")


def install(wheel: Path, environment: Path) -> Path:
    """Make an environment with the wheel and what it asks for; returns the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    python = str(programs / "python")
    pins = re.findall(r"^\S+==\S+(?: ; [^\\\n]*)?", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    versions = environment / "versions.txt"
    versions.write_text("\n".join(pins), "utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(versions)]
    run(environment, python, str(ROOT / ".ci" / "install_torch.py"))
    run(environment, *pip, str(wheel))
    run(environment, python, "-m", "pip", "check")
    return programs


def run(folder: Path, *command: str) -> None:
    """Run a command in a folder, without this clone on Python's path."""
    print("$", *command[:3], flush=True)
    subprocess.run(command, cwd=folder, env=clean_environment(), check=True)


def clean_environment() -> dict[str, str]:
    """This process's environment, without what would change where floodeval finds code and results."""
    dropped = ("PYTHONPATH", "FLOODEVAL_RESULTS", "FLOODEVAL_DATA", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def package_files(environment: Path) -> dict[Path, int]:
    """When each of the package's files, but for compiled ones, was written."""
    (package,) = environment.glob("**/site-packages/floodeval")
    files = (path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path: path.stat().st_mtime_ns for path in files}


@contextmanager
def dashboard(folder: Path, floodeval: str) -> Iterator[str]:
    """Start the dashboard on a free port and give its address; SIGTERM ends it with its own exit status."""
    command = [floodeval, "dashboard", "--no-browser"]
    with subprocess.Popen(
        command, cwd=folder, env=clean_environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            lines = iter(server.stdout.readline, "") if server.stdout else iter(())
            yield next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(60)
    assert os.name == "nt" or status == 143, f"the dashboard ended with {status}"


def look_at(address: str) -> None:
    """Open the home page in Chromium, where there is one: it has a title, and no exception."""
    sys.path.insert(0, str(ROOT))
    from tests.support.serving import browsing, find_chromium, settle

    chromium = find_chromium()
    if chromium is None:
        print("no Chromium: the home page was only drawn without a browser")
        return
    with browsing(chromium) as browser:
        page = browser.new_page()
        page.goto(address)
        settle(page)
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.locator("[data-testid=stSidebarNav]").count() == 0, "the theme's config.toml was not read"
        print("home page in Chromium:", page.locator("h1").first.inner_text())


if __name__ == "__main__":
    main()
