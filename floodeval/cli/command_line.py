"""The commands of `floodeval`: their registry, and how one is parsed, run and ended."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from floodeval import __version__
from floodeval.cli.options import CLOSED_PIPE, DONE, INTERRUPTED, TERMINATED, WRONG_INPUT, Parser
from floodeval.errors import FloodevalError
from floodeval.i18n.parameters import on_surface


@dataclass(frozen=True)
class Command:
    """A command of `floodeval`.

    Attributes:
        name: what the user types.
        help: one line for the overview.
        kept: what an interruption leaves, from which the same command continues; empty if nothing.
    """

    name: str
    help: str
    kept: str = ""

    @property
    def module(self) -> ModuleType:
        """Its module, with `add_options(parser)` and `run(options)`; it is imported only if it is used."""
        return import_module(f"floodeval.cli.commands.{self.name}_command")


COMMANDS = (
    Command(
        "demo",
        "compare pretrained and fine-tuned SAM on synthetic flood scenes",
        kept="drawn scenes and evaluated photographs are kept",
    ),
    Command("dashboard", "start the dashboard in the browser"),
    Command(
        "weights",
        "download and verify the weights of a model, or import a checkpoint of another program",
        kept="the downloaded part is kept",
    ),
    Command("describe", "show what a data set is recognized as, and write a dataset.toml to edit"),
    Command("audit", "check a data set for errors, such as swapped masks and duplicates"),
    Command("split", "split a data set into train, validation and test subsets without splitting scenes"),
    Command(
        "finetune",
        "fine-tune a model on the training subset of a split",
        kept="the training is kept up to the last few minutes",
    ),
    Command(
        "evaluate",
        "evaluate each variant with each prompt on the same samples",
        kept="evaluated photographs are kept",
    ),
    Command("blend", "interpolate the weights of a fine-tuned and the pretrained model, or of two models"),
    Command(
        "domain",
        "make the domain model of a model, or show how unlike its training photographs data sets are",
    ),
    Command("predict", "predict masks of photographs, and their outlines as GeoJSON"),
    Command("export", "write a model in the format of another program: pth, hf or onnx"),
    Command(
        "compare", "compare the variants of a run, or any two sides, with confidence intervals and tests"
    ),
    Command(
        "generalization", "compare variants over several data sets: gain in domain against loss elsewhere"
    ),
    Command("decide", "show whether a variant meets the requirements, with the evidence"),
    Command("runs", "list all runs, with their variants, prompts and mean IoU"),
    Command("seeds", "compare fine-tuning recipes over several seeds (variants NAME-s0, NAME-s1, ...)"),
    Command("slices", "show scores, gaps and error types by subgroup, and the weakest subgroups"),
    Command("suspects", "list label suspects, where the variants agree and the reference mask differs"),
    Command("cost", "show mean IoU next to time per photograph, parameters, memory and training time"),
    Command("report", "write a report of the results and selected cases of a run"),
    Command(
        "stress",
        "evaluate variants on synthetic scenes that vary one factor at a time",
        kept="drawn scenes and evaluated photographs are kept",
    ),
    Command("cache", "show or clear the caches"),
)  # in the order of the help


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after `floodeval`; those of the process unless given.

    Returns:
        0 done; 1 some samples were skipped and --strict was given, or `decide` finds requirements that are
        not met; 2 wrong input; 130 interrupted (Ctrl-C);
        141 the reader of the output closed it; 143 asked to end (SIGTERM).
    """
    status = DONE
    try:
        with on_surface("cli"), _termination_interrupts():
            try:
                status = _run_parsed(arguments)
                _report_end(status)
            finally:
                for stream in (sys.stdout, sys.stderr):
                    if stream is not None:
                        stream.flush()  # here, where a closed pipe can still be handled
        return status
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except OSError as error:  # the output's own, such as a full disk
        with suppress(OSError):
            if status != WRONG_INPUT:  # else the command has said why it ended
                _complain(f"cannot write the output: {error.strerror or error}")
        _discard_output()
        return WRONG_INPUT


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of a command, with its name as `command`; exits if they are wrong."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    asked = next((word for word in words if not word.startswith("-")), "")
    parser = Parser(
        prog="floodeval", description="Compare pretrained and fine-tuned SAM on flood photographs."
    )
    parser.add_argument("--version", action="version", version=f"floodeval {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    for command in COMMANDS:
        about = f"{command.help[0].upper()}{command.help[1:]}."
        subparser = commands.add_parser(command.name, help=command.help, description=about)
        if command.name == asked:  # the others' modules take seconds to import
            command.module.add_options(subparser)
    return parser.parse_args(words)


def _run_parsed(arguments: Sequence[str] | None) -> int:
    """Parse and run a command; its modules, which take seconds to import, can be interrupted too."""
    try:
        options = parse(arguments)
    except KeyboardInterrupt as interruption:
        _complain("stopped")
        return _status_of(interruption)
    return _run(options)


def _report_end(status: int, error: FloodevalError | None = None) -> None:
    """Add the exit status and the error to the file that `$FLOODEVAL_PROGRESS` names, if it is set."""
    if os.environ.get("FLOODEVAL_PROGRESS"):
        from floodeval.jobs.job_progress import write_exit_status  # loads babel

        write_exit_status(status, error)


def _status_of(interruption: KeyboardInterrupt) -> int:
    return TERMINATED if isinstance(interruption, Terminated) else INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    command = next(one for one in COMMANDS if one.name == options.command)
    try:
        return int(command.module.run(options))
    except FloodevalError as error:
        _complain(error)
        _report_end(WRONG_INPUT, error)
    except KeyboardInterrupt as interruption:
        _complain(_stopped(command, options))
        return _status_of(interruption)
    except BrokenPipeError:
        raise
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror or error}")
    return WRONG_INPUT


def _complain(line: object) -> None:
    print(f"floodeval: {line}", file=sys.stderr)


def _stopped(command: Command, options: argparse.Namespace) -> str:
    """What to do after an interruption, in one line."""
    if not command.kept:
        return "stopped"
    without = " without --force" if getattr(options, "force", False) else ""
    return f"stopped; {command.kept}: repeat the command{without} to continue"


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """Treat SIGTERM as an interruption, so that files and locks are left in order."""

    def end(number: int, frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # which alone receives signals
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)  # None: not set by Python


def _discard_output() -> None:
    """Discard what is still to be written: nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
