"""The command line: `floodeval COMMAND ...`. Each command calls the library and prints the result."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from floodeval import __version__
from floodeval.cli.commands import audit_command as audit
from floodeval.cli.commands import cache_command as cache
from floodeval.cli.commands import compare_command as compare
from floodeval.cli.commands import cost_command as cost
from floodeval.cli.commands import dashboard_command as dashboard
from floodeval.cli.commands import demo_command as demo
from floodeval.cli.commands import evaluate_command as evaluate
from floodeval.cli.commands import finetune_command as finetune
from floodeval.cli.commands import predict_command as predict
from floodeval.cli.commands import report_command as report
from floodeval.cli.commands import seeds_command as seeds
from floodeval.cli.commands import slices_command as slices
from floodeval.cli.commands import split_command as split
from floodeval.cli.commands import stress_command as stress
from floodeval.cli.commands import suspects_command as suspects
from floodeval.cli.commands import weights_command as weights
from floodeval.cli.options import CLOSED_PIPE, INTERRUPTED, TERMINATED, WRONG_INPUT, Parser
from floodeval.errors import FloodevalError
from floodeval.i18n.parameters import on_surface

VERBS = (
    demo,
    dashboard,
    weights,
    audit,
    split,
    finetune,
    evaluate,
    predict,
    compare,
    seeds,
    slices,
    suspects,
    cost,
    report,
    stress,
    cache,
)  # in the order of the help


RESUMED = {
    "demo": "drawn scenes and evaluated photographs are kept",
    "weights": "the downloaded part is kept",
    "evaluate": "evaluated photographs are kept",
    "finetune": "the training is kept, except for the last minutes",
    "stress": "drawn scenes and evaluated photographs are kept",
}  # by command: what an interruption leaves, for the same command to continue


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done; 1 some samples were skipped and --strict was given; 2 wrong input; 130 interrupted (Ctrl-C);
        141 what reads the output was closed; 143 asked to end (SIGTERM).
    """
    try:
        with on_surface("cli"), _heeding_termination():
            try:
                return _run(parse(arguments))
            finally:
                for stream in (sys.stdout, sys.stderr):
                    if stream is not None:
                        stream.flush()  # here, where a closed pipe can still be met with silence
    except BrokenPipeError:
        _fall_silent()
        return CLOSED_PIPE
    except OSError as error:  # the output's own, such as a full disk
        with suppress(OSError):
            _complain(f"cannot write the output: {error.strerror or error}")
        _fall_silent()
        return WRONG_INPUT


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.verb(options))
    except FloodevalError as error:
        _complain(error)
    except KeyboardInterrupt as interruption:
        _complain(_stopped(options))
        return TERMINATED if isinstance(interruption, Terminated) else INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror or error}")
    return WRONG_INPUT


def _complain(line: object) -> None:
    print(f"floodeval: {line}", file=sys.stderr)


def _stopped(options: argparse.Namespace) -> str:
    """What to do after an interruption, in one line."""
    kept = RESUMED.get(options.command)
    if kept is None:
        return "stopped"
    without = " without --force" if getattr(options, "force", False) else ""
    return f"stopped; {kept}: repeat the command{without} to continue"


@contextmanager
def _heeding_termination() -> Iterator[None]:
    """Take SIGTERM for an interruption, so that files and locks are left in order."""

    def end(number: int, frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # where no signal arrives
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)  # None: not set by Python


def _fall_silent() -> None:
    """Send what is still to be written nowhere: nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of a command, with its function as `verb`; exits where they are wrong."""
    parser = Parser(
        prog="floodeval", description="Compare pretrained and fine-tuned SAM on flood photographs."
    )
    parser.add_argument("--version", action="version", version=f"floodeval {__version__}")
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    for verb in VERBS:
        verb.add_to(verbs)
    return parser.parse_args(arguments)
