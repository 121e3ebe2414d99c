"""`floodeval predict`: predict masks of photographs, and their outlines as GeoJSON."""

import argparse
import math
import sys
from pathlib import Path

from floodeval.cli.inputs import read_variants
from floodeval.cli.options import DONE, add_device, add_model
from floodeval.cli.terminal import TerminalProgress
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.photograph_reading import decide
from floodeval.errors import FloodevalError
from floodeval.evaluation.predict import predict
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.viz.domain_words import warning_words

EXIF = ("apply", "ignore")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="file of a photograph")
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=SOURCE]",
        help="name of a variant and its source: a model type, a model of results/models (MODEL@0.5 blends it "
        "with the published weights, route:MODEL routes), a checkpoint of any origin, or TYPE:PATH; without "
        "a source, the pretrained model; repeatable (default: pretrained, and finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        default="full",
        metavar="MARKS",
        help="full, box=x0,y0,x1,y1, points=x,y;x,y (x,y,0 marks land), or box=...+points=..., in pixels of "
        "the photograph (default: full)",
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder for VARIANT/IMAGE.png and .geojson"
    )
    add_model(parser)
    add_device(parser)
    group = parser.add_argument_group(
        "reading the photographs", "by default, decided for each photograph separately"
    )
    group.add_argument("--like", metavar="RUN", help="use the stretch, bands and orientation of this run")
    group.add_argument("--exif", choices=EXIF, help="apply or ignore the orientation tags (default: apply)")
    group.add_argument(
        "--stretch",
        choices=("percentiles", "none"),
        help="percentiles: stretch values of more than 8 bits by percentiles of all photographs; none: scale "
        "16-bit values by 1/256",
    )
    group.add_argument(
        "--bands",
        type=_bands,
        metavar="R,G,B",
        help="red, green and blue bands, counted from 0, such as 3,2,1",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    with TerminalProgress() as progress:  # of a download; the photographs are predicted in the loop below
        predicted = predict(
            options.images,
            read_variants(options.variant),
            options.prompt,
            out=options.out,
            model_type=options.model,
            device=options.device,
            photographs=_reading(options),
            progress=progress,
        )
    for one in predicted:
        if one.domain is not None and (warning := warning_words(one.domain.percentile)):
            print(f"{one.image.name} {one.variant}: {warning}", file=sys.stderr)
        found = f"water on {formats.percent(one.water_share)}"
        if not math.isnan(one.score):  # as a segmenter's is
            found += f", SAM's IoU estimate {formats.score(one.score)}"
        print(f"{one.image.name} {one.variant}: {found}; {one.png}, {one.outline}")
    return DONE


def _reading(options: argparse.Namespace) -> PhotographReading | None:
    """How the photographs are read: as those of a run, or as the options say; None if nothing is stated."""
    stated = (options.exif, options.stretch, options.bands)
    if options.like is not None:
        if any(stated):
            raise FloodevalError("--like sets --exif, --stretch and --bands; leave these out")
        return load_run(options.like).info.photographs
    if not any(stated):
        return None
    return decide(options.images, *stated)


def _bands(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(band) for band in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of bands; expected numbers separated by commas, such as 3,2,1"
        ) from None
