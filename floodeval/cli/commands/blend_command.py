"""`floodeval blend`: interpolate the weights of a fine-tuned model and those that it started from."""

import argparse

from floodeval.cli.options import DONE, add_model
from floodeval.cli.terminal import TerminalProgress


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "source",
        metavar="MODEL",
        help="model of results/models, or a checkpoint of any origin, as evaluate takes it",
    )
    parser.add_argument(
        "--alpha",
        required=True,
        metavar="SHARE[,SHARE...]",
        help="share of MODEL in the blend, from 0 (none of it) to 1 (MODEL itself), such as 0.5",
    )
    parser.add_argument(
        "--name",
        required=True,
        help="name of the new model in results/models; with several shares, the share is added: NAME-0.25",
    )
    parser.add_argument(
        "--with",
        dest="other",
        metavar="OTHER",
        help="model to blend MODEL with (default: the published weights of its type)",
    )
    parser.add_argument(
        "--part",
        choices=["all", "encoder", "decoder"],
        default="all",
        help="part that is blended; the other part stays that of MODEL (default: all)",
    )
    add_model(parser)
    parser.add_argument("--force", action="store_true", help="replace existing models")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.sam.blending import blend_models, parse_alphas

    alphas = parse_alphas(options.alpha)
    with TerminalProgress() as progress:
        folders = blend_models(
            options.source,
            alphas,
            options.name,
            other=options.other,
            part=options.part,
            default_type=options.model,
            force=options.force,
            progress=progress,
        )
    for folder in folders:
        print(f"wrote {folder}")
    return DONE
