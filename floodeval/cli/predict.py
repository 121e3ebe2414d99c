"""`floodeval predict`: every variant's mask of photographs, and its outlines as GeoJSON."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from floodeval.cli.options import DONE, Verbs, read_variants
from floodeval.errors import FloodevalError
from floodeval.language import formats

if TYPE_CHECKING:
    from floodeval.data.reading import PhotographReading

EXIF = ("apply", "ignore")


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser("predict", help="masks of photographs, and their outlines as GeoJSON")
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="a photograph's file")
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=CHECKPOINT]",
        help="a name alone is the published model; may be repeated (pretrained, and "
        "finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        default="full",
        metavar="MARKS",
        help="full, box=x0,y0,x1,y1, points=x,y;x,y (x,y,0 on land), or box=...+points=..., in each "
        "photograph's own pixels (full)",
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="for VARIANT/IMAGE.png, .geojson"
    )
    parser.add_argument("--model", default="vit_t", help="vit_t, vit_b, vit_l or vit_h (vit_t)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (cpu)")
    group = parser.add_argument_group(
        "how the photographs are read", "by default, decided for each photograph separately"
    )
    group.add_argument("--like", metavar="RUN", help="as in this run: its stretch, bands and orientation")
    group.add_argument("--exif", choices=EXIF, help="apply or ignore orientation tags (apply)")
    group.add_argument(
        "--stretch",
        choices=("percentiles", "none"),
        help="percentiles: stretch values of more than 8 bits over all IMAGEs; none: scale 16 bits by 1/256",
    )
    group.add_argument(
        "--bands",
        type=_bands,
        metavar="R,G,B",
        help="bands that are red, green and blue, such as 3,2,1, counted from 0",
    )
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.evaluation.predict import predict

    for one in predict(
        options.images,
        read_variants(options.variant),
        options.prompt,
        out=options.out,
        model_type=options.model,
        device=options.device,
        photographs=_reading(options),
    ):
        share, score = formats.percent(one.water_share), formats.score(one.score)
        found = f"water on {share}, SAM's own estimate of the IoU {score}"
        print(f"{one.image.name} {one.variant}: {found}; {one.png}, {one.outline}")
    return DONE


def _reading(options: argparse.Namespace) -> "PhotographReading | None":
    """How the photographs are read: as a run's, or as the options say; None where nothing is stated."""
    stated = (options.exif, options.stretch, options.bands)
    if options.like is not None:
        if any(stated):
            raise FloodevalError("--like RUN already decides --exif, --stretch and --bands; leave them out")
        from floodeval.evaluation.run import load_run

        return load_run(options.like).info.photographs
    if not any(stated):
        return None
    from floodeval.data.photograph_reading import decide

    return decide(options.images, *stated)


def _bands(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(band) for band in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of bands with commas, such as 3,2,1"
        ) from None
