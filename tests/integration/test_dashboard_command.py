"""`floodeval dashboard` and `floodeval --version`, run as a user runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

import floodeval
from floodeval.cli import main
from floodeval.cli.commands.dashboard_command import dashboard_script, with_theme
from tests.support.serving import ROOT

COMMAND = [sys.executable, "-m", "floodeval.cli", "dashboard", "--no-browser"]


def heed_interrupts():
    """Undo what a shell does to commands that it starts in the background: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(folder, *options):
    """The command in a folder of its own, once it has printed its address."""
    with subprocess.Popen(
        [*COMMAND, *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts,
    ) as process:
        try:
            lines = iter(process.stdout.readline, "")
            yield process, next(found[0] for line in lines if (found := re.search(r"http://\S+", line)))
        finally:
            process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_it_serves_until_a_signal_ends_it_and_its_server(tmp_path, number, status):
    with started(tmp_path, "--theme", "dark") as (process, address):
        assert urlopen(f"{address}/_stcore/health", timeout=5).read() == b"ok"
        process.send_signal(number)
        assert process.wait(60) == status
        with pytest.raises(OSError):
            urlopen(address, timeout=5)


@pytest.mark.parametrize(("options", "served"), [([], None), (["--read-only"], "1")])
def test_read_only_reaches_the_server(monkeypatch, options, served):
    monkeypatch.delenv("FLOODEVAL_READ_ONLY", raising=False)
    seen = []
    monkeypatch.setattr(
        "floodeval.cli.commands.dashboard_command._serve", lambda *given: seen.append(given[-1]) or 0
    )
    assert main(["dashboard", "--no-browser", *options]) == 0
    assert seen[0].get("FLOODEVAL_READ_ONLY") == served


def test_jobs_are_allowed_where_only_this_machine_can_open_the_dashboard(monkeypatch):
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "1")  # of a shell; the options decide
    seen = []
    monkeypatch.setattr(
        "floodeval.cli.commands.dashboard_command._serve", lambda *given: seen.append(given[-1]) or 0
    )
    monkeypatch.setattr("floodeval.cli.commands.dashboard_command._free_port", lambda *given: 8501)

    def allowed(*options):
        assert main(["dashboard", "--no-browser", *options]) == 0
        return seen[-1]["FLOODEVAL_ALLOW_JOBS"]

    assert [allowed(*host) for host in ([], ["--host", "127.0.0.1"], ["--host", "::1"])] == ["1"] * 3
    assert [
        allowed("--host", host) for host in ("0.0.0.0", "::", "192.0.2.1", "no.such.host.invalid", "")
    ] == ["0"] * 5
    assert allowed("--host", "0.0.0.0", "--allow-jobs") == "1"
    assert allowed("--read-only") == "0"


def test_allowing_jobs_and_changing_nothing_exclude_each_other(capsys):
    assert main(["dashboard", "--no-browser", "--read-only", "--allow-jobs"]) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_a_port_in_use_and_a_folder_that_does_not_exist_are_refused_by_name(tmp_path, capsys):
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["dashboard", "--no-browser", "--port", str(port)]) == 2
        assert f"port {port}" in capsys.readouterr().err
    assert main(["dashboard", "--no-browser", "--results", str(tmp_path / "absent")]) == 2
    assert "absent is not a folder" in capsys.readouterr().err


def test_in_a_clone_it_starts_the_scripts_of_the_clone():
    assert dashboard_script() == ROOT / "dashboard.py"


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--version"])
    assert capsys.readouterr().out == f"floodeval {floodeval.__version__}\n"


def test_a_theme_replaces_the_choice_between_two(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = with_theme(ROOT / "dashboard.py", "dark", tmp_path)
    before = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    after = tomllib.loads((tmp_path / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert {name: after[name] for name in after if name != "theme"} == {
        name: before[name] for name in before if name != "theme"
    }
    assert after["theme"]["base"] == "dark" and not {"light", "dark"} & after["theme"].keys()
    assert after["theme"]["backgroundColor"] == before["theme"]["dark"]["backgroundColor"]
    assert after["theme"]["chartCategoricalColors"] == before["theme"]["chartCategoricalColors"]
    assert after["theme"]["sidebar"] == before["theme"]["sidebar"] | before["theme"]["dark"]["sidebar"]
    assert script.read_bytes() == (ROOT / "dashboard.py").read_bytes()
    assert [one.name for one in sorted((tmp_path / "pages").iterdir())] == [
        one.name for one in sorted((ROOT / "pages").glob("*.py"))
    ]
