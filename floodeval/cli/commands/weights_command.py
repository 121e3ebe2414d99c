"""`floodeval weights`: download and verify the weights of a model."""

import argparse

from floodeval.cli.options import DONE, Verbs


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "weights", help="download and verify the weights of a model, and print their path"
    )
    parser.add_argument("model", metavar="MODEL", help="vit_t, vit_b, vit_l or vit_h")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.cli.terminal import console
    from floodeval.sam.weights import obtain_weights

    print(obtain_weights(options.model, say=lambda line: console.print(line, markup=False)).summary)
    return DONE
