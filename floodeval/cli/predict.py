"""`floodeval predict`: every variant's mask of photographs, and its outlines as GeoJSON."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, Verbs, read_variants


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
    ):
        found = f"water on {one.water_share:.1%}, SAM's own estimate of the IoU {one.score:.3f}"
        print(f"{one.image.name} {one.variant}: {found}; {one.png}, {one.outline}")
    return DONE
