"""`floodeval weights`: download and verify the weights of a model."""

import argparse

from floodeval.cli.options import DONE
from floodeval.cli.terminal import show_line
from floodeval.sam.weights import obtain_weights


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("model", metavar="MODEL", help="model: vit_t, vit_b, vit_l or vit_h")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    print(obtain_weights(options.model, say=show_line).summary)
    return DONE
