"""`floodeval export`: write a model in the format of another program."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, add_model
from floodeval.cli.terminal import TerminalProgress

FORMATS = ("pth", "hf", "onnx")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "source",
        metavar="MODEL",
        help="model of results/models, model type, or a checkpoint of any origin, as evaluate takes it",
    )
    parser.add_argument(
        "--format",
        required=True,
        choices=FORMATS,
        help="pth: state dict of segment_anything, for vit_t of MobileSAM; hf: folder for Hugging Face's "
        "SamModel; onnx: folder with encoder.onnx, decoder.onnx and preprocessing.json",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="PATH", help="file or folder to write")
    add_model(parser)
    parser.add_argument("--force", action="store_true", help="replace what exists at PATH")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.sam.conversion import export_model

    with TerminalProgress() as progress:
        out = export_model(
            options.source,
            options.format,
            options.out,
            default_type=options.model,
            force=options.force,
            progress=progress,
        )
    print(f"wrote {out}")
    return DONE
