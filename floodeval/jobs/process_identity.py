"""Which process one is: its number and when it started, so that a later process of that number is another."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STATE, _START = 0, 19  # fields of /proc/PID/stat after the name: proc(5) numbers them 3 and 22
_GONE = ("Z", "X")  # a zombie has ended; its parent has only not asked for its status yet


@dataclass(frozen=True)
class ProcessIdentity:
    """A process.

    Attributes:
        number: of the process, which the system gives to another process later.
        started: when it started, as the system writes it, with the start of the machine in front.
    """

    number: int
    started: str

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return self.number > 1 and identify(self.number) == self

    def send_to_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and to those that it started; nothing where it has ended."""
        if self.is_alive():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.number, number)


def identify(number: int) -> ProcessIdentity | None:
    """The process of a number; None where there is none, or where it has ended."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _identified_by_ps(number)
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    if len(fields) <= _START or fields[_STATE] in _GONE:
        return None
    return ProcessIdentity(number, f"{_start_of_machine()}/{fields[_START]}")


def _start_of_machine() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _identified_by_ps(number: int) -> ProcessIdentity | None:
    """The same where the system has no /proc, as on macOS."""
    command = ["ps", "-o", "state=,lstart=", "-p", str(number)]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split(maxsplit=1)
    if len(found) < 2 or found[0][0] in _GONE:
        return None
    return ProcessIdentity(number, found[1].strip())
