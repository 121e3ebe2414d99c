"""`floodeval weights`: download and verify the weights of a model, or import a checkpoint."""

import argparse

from floodeval.cli.options import DONE, add_model
from floodeval.cli.terminal import TerminalProgress, show_line
from floodeval.errors import FloodevalError


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("weights", nargs="?", metavar="MODEL", help="model: vit_t, vit_b, vit_l or vit_h")
    group = parser.add_argument_group("importing a checkpoint of another program")
    group.add_argument(
        "--import", dest="imported", metavar="SOURCE", help="checkpoint to convert: a path, or TYPE:PATH"
    )
    group.add_argument("--name", help="name of the new model in results/models")
    group.add_argument("--force", action="store_true", help="replace a model of that name")
    add_model(group)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    if (options.weights is None) == (options.imported is None):
        raise FloodevalError("give either MODEL to download, or --import SOURCE --name NAME")
    if options.imported is None:
        from floodeval.sam.weights import obtain_weights

        with TerminalProgress() as progress:
            found = obtain_weights(options.weights, say=show_line, progress=progress)
        print(found.summary)
        return DONE
    if not options.name:
        raise FloodevalError("--import needs --name, the name of the new model in results/models")
    from floodeval.sam.conversion import import_checkpoint

    with TerminalProgress() as progress:
        folder = import_checkpoint(
            options.imported,
            options.name,
            default_type=options.model,
            force=options.force,
            progress=progress,
        )
    print(f"wrote {folder}; evaluate it with --variant {options.name}")
    return DONE
