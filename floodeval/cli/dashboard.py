"""`floodeval dashboard`: start the dashboard, from a clone or from an installed package."""

import argparse
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from floodeval.cli.options import Verbs, positive
from floodeval.errors import FloodevalError

PORT, PORTS_TRIED = 8501, 100
START_S, STOP_S = 120.0, 10.0  # seconds: a first start compiles many modules, and a stop closes connections


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "dashboard",
        help="start the dashboard in the browser",
        description="Start the dashboard. It shows the runs and models in results/ of the current folder "
        "and those that the package contains. Ctrl-C stops it.",
    )
    parser.add_argument(
        "--port", type=positive, help=f"port to listen on (the first free port from {PORT})", metavar="N"
    )
    parser.add_argument(
        "--host",
        default="localhost",
        help="address to listen on; 0.0.0.0 shows the photographs to the whole network (localhost)",
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--theme", choices=("light", "dark"), help="colors (those of the browser)")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="DIR",
        help="folder of runs/ and models/ ($FLOODEVAL_RESULTS, or results)",
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    script = dashboard_script()
    port = _free_port(options.host, options.port)
    environment = dict(os.environ)
    if options.results is not None:
        if not options.results.is_dir():
            raise FloodevalError(
                f"--results {options.results} is not a folder; create it, or give another one"
            )
        environment["FLOODEVAL_RESULTS"] = str(options.results.absolute())
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(script)]  # -P: no modules of this folder
    flags = {"server.port": port, "server.address": options.host, "logger.hideWelcomeMessage": "true"}
    flags |= {"server.headless": "true"} if options.no_browser else {}
    flags |= {"theme.base": options.theme} if options.theme else {}
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
