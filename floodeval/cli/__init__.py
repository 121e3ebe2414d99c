"""The command line: `floodeval VERB ...`. Each verb calls the library and prints what came of it."""

import argparse
import os
import sys
from collections.abc import Sequence

from floodeval.cli import (
    audit,
    compare,
    cost,
    demo,
    evaluate,
    finetune,
    predict,
    report,
    seeds,
    slices,
    split,
    stress,
    suspects,
    weights,
)
from floodeval.cli.options import WRONG_INPUT, Parser
from floodeval.errors import FloodevalError

VERBS = (
    demo,
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
)  # in the order of the help


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 some samples skipped under --strict, 2 wrong input."""
    options = parse(arguments)
    try:
        return int(options.verb(options))
    except FloodevalError as error:
        print(f"floodeval: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "floodeval: stopped; an evaluation or a training goes on where it stood with the same command",
            file=sys.stderr,
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"floodeval: {error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
    return WRONG_INPUT


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of a command, with its function as `verb`; exits where they are wrong."""
    parser = Parser(
        prog="floodeval", description="Compare pretrained with fine-tuned SAM on flood photographs."
    )
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for verb in VERBS:
        verb.add_to(verbs)
    return parser.parse_args(arguments)
