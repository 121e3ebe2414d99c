"""`floodeval dashboard`: start the dashboard, from a clone or from an installed package."""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from contextlib import suppress
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import ProxyHandler, build_opener

from floodeval.cli.options import positive
from floodeval.errors import FloodevalError

READ_ONLY, ALLOW_JOBS = "FLOODEVAL_READ_ONLY", "FLOODEVAL_ALLOW_JOBS"
PORT, PORTS_TRIED = 8501, 100
START_S, STOP_S = 120.0, 10.0  # seconds: a first start compiles many modules, and a stop closes connections


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Start the dashboard. It shows the runs and models in results/ of the current folder "
        "and those that the package contains. Ctrl-C stops it."
    )
    parser.add_argument(
        "--port",
        type=positive,
        help=f"port to listen on (default: the first free one from {PORT})",
        metavar="N",
    )
    parser.add_argument(
        "--host",
        default="localhost",
        help="address to listen on; 0.0.0.0 shows the photographs to the whole network (default: localhost)",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--theme", choices=("light", "dark"), help="colors (default: those of the browser)")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="DIR",
        help="folder of runs/ and models/ (default: $FLOODEVAL_RESULTS, or results)",
    )

    parser.add_argument(
        "--read-only",
        action="store_true",
        help="change nothing on disk: no marked cases, no renaming, no deleting, no jobs",
    )
    parser.add_argument(
        "--allow-jobs",
        action="store_true",
        help="let anyone who can open the dashboard start evaluations and trainings on this machine "
        "(default: only where --host is an address of this machine alone, such as localhost)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    if options.allow_jobs and options.read_only:
        raise FloodevalError("--allow-jobs and --read-only exclude each other; give one of them")
    script, environment = dashboard_script(), _environment(options.results, options.read_only)
    may_start = not options.read_only and (options.allow_jobs or _is_loopback(options.host))
    environment[ALLOW_JOBS] = "1" if may_start else "0"
    port = _free_port(options.host, options.port)
    if options.theme is None:
        return _serve(script, port, options, environment)
    with TemporaryDirectory(prefix="floodeval-dashboard-") as folder:
        return _serve(with_theme(script, options.theme, Path(folder)), port, options, environment)


def _environment(results: Path | None, read_only: bool) -> dict[str, str]:
    """The environment of the server: it finds this floodeval, and the results that were asked for."""
    paths = (str(files("floodeval").joinpath("..")), os.environ.get("PYTHONPATH"))
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    if results is not None:
        if not results.is_dir():
            raise FloodevalError(f"--results {results} is not a folder; create it, or give another one")
        environment["FLOODEVAL_RESULTS"] = str(results.absolute())
    if read_only:
        environment[READ_ONLY] = "1"
    return environment


def _serve(script: Path, port: int, options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Run Streamlit until it ends; returns the exit status."""
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(script)]  # -P: no modules of this folder
    flags = {"server.port": port, "server.address": options.host, "logger.hideWelcomeMessage": "true"}
    flags |= {"server.headless": "true"} if options.no_browser else {}
    command += [part for name, value in flags.items() for part in (f"--{name}", str(value))]
    with subprocess.Popen(command, env=environment) as server:
        return _status(_attend(server, _address(options.host, port)))


def dashboard_script() -> Path:
    """The script of the home page: of the installed package, or of the clone that floodeval is run from.

    Raises:
        FloodevalError: there is neither.
    """
    package = Path(str(files("floodeval")))
    for script in (package / "dashboard" / "app" / "dashboard.py", package.parent / "dashboard.py"):
        if script.is_file():
            return script
    raise FloodevalError(f"no dashboard.py in {package.parent}; install floodeval again")


def with_theme(script: Path, theme: str, folder: Path) -> Path:
    """Copy the dashboard's few scripts to a folder, with one theme instead of the browser's choice of two.

    Streamlit lets the browser choose if its configuration has a light and a dark theme, whatever its option
    `theme.base` says. If the current folder has a configuration too (a clone does), both get the same colors.

    Returns:
        The home page's script there.
    """
    shutil.copytree(script.parent / "pages", folder / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    config = tomllib.loads((script.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    both = config["theme"]
    chosen = {"light": both.pop("light"), "dark": both.pop("dark")}[theme]
    sidebar = both.pop("sidebar", {}) | chosen.pop("sidebar", {})
    sections = config | {"theme": both | chosen | {"base": theme}, "theme.sidebar": sidebar}
    if Path(".streamlit", "config.toml").is_file():  # Streamlit reads it as well
        for name in ("theme.light", "theme.dark"):
            sections |= {name: chosen, f"{name}.sidebar": sidebar}
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(_toml(sections), encoding="utf-8")
    return Path(shutil.copy(script, folder))


def _toml(sections: dict[str, dict[str, Any]]) -> str:
    """Sections of flat values as TOML, which writes texts, numbers, truth values and lists as JSON does."""
    lines = []
    for name, values in sections.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""]
    return "\n".join(lines)


def _free_port(host: str, asked: int | None) -> int:
    """The port asked for, or the first free one.

    Raises:
        FloodevalError: it is not free, or the host is not an address of this machine.
    """
    ports = [asked] if asked is not None else range(PORT, PORT + PORTS_TRIED)
    for port in ports:
        try:
            with socket.create_server((host, port), family=_family(host, port)):
                return port
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
    option = "--port" if asked is not None else "--host or --port"
    raise FloodevalError(f"cannot listen on {host}, port {ports[-1]}: {why}; choose another {option}")


def _family(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]


def _is_loopback(host: str) -> bool:
    """Whether a host has only addresses that no other machine reaches."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(host) and all(ip_address(address.partition("%")[0]).is_loopback for address in found)


def _address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = "localhost" if host in ("0.0.0.0", "::", "") else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _attend(server: "subprocess.Popen[bytes]", address: str) -> int:
    """Print the address once the server answers, and wait for its end; an interruption ends it."""
    try:
        if _answers(server, f"{address}/_stcore/health"):
            print(f"dashboard: {address} (Ctrl-C stops it)", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()  # Ctrl-C reaches it by itself, a signal to this process alone does not
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            server.wait(STOP_S)
        server.kill()
        raise


def _answers(server: "subprocess.Popen[bytes]", health: str) -> bool:
    """Wait until the server answers; False where it ended before."""
    opener = build_opener(ProxyHandler({}))  # the server is on this machine
    until = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < until:
        try:
            with opener.open(health, timeout=2):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def _status(returned: int) -> int:
    """The exit status of the server's process; 128 and the signal's number where a signal ended it."""
    return returned if returned >= 0 else 128 - returned
