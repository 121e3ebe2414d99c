"""`floodeval evaluate`: evaluate variants and prompts on a data set."""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from rich.table import Table

from floodeval.cli.options import (
    DONE,
    SOME_SKIPPED,
    Verbs,
    read_dataset,
    read_variants,
    takes_dataset,
    takes_variants,
)
from floodeval.cli.terminal import console, show_line
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import CONTRADICTED, RunInfo
from floodeval.i18n import formats

if TYPE_CHECKING:
    from floodeval.evaluation.run import Run

# `floodeval evaluate`: evaluate variants and prompts on a data set.

BESIDES = ("verb", "force", "strict", "verify", "drawn_by")  # options that do not decide which run comes out


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser("evaluate", help="evaluate each variant with each prompt on the same samples")
    takes_dataset(parser)
    parser.add_argument("--name", required=True, help="name of the run in results/runs")
    parser.add_argument(
        "--split", type=Path, metavar="FILE", help="split to use, made with `floodeval split`"
    )
    parser.add_argument(
        "--subset", help="subset of the split to evaluate: train, validation or test (default: all)"
    )
    parser.add_argument(
        "--model", default="vit_t", help="base model: vit_t, vit_b, vit_l or vit_h (default: vit_t)"
    )
    takes_variants(parser)
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument(
        "--keep-embeddings", action="store_true", help="cache the embeddings of the photographs (2 MiB each)"
    )
    parser.add_argument(
        "--allow-leak",
        action="store_true",
        help="also evaluate on photographs that a variant was fine-tuned on; marks the run",
    )
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if a sample was skipped")
    parser.add_argument("--force", action="store_true", help="replace an existing run")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="check the files of a finished run by their hashes, not their sizes and times",
    )
    parser.set_defaults(verb=run, drawn_by=())


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.storage.paths import run_folder

    folder = run_folder(options.name)
    if _is_finished(folder, options):
        n_skipped = show_finished(folder)
    else:
        found = _evaluated(options)
        n_skipped = len(found.skipped)
        _show(found)
    return SOME_SKIPPED if options.strict and n_skipped else DONE


def _is_finished(folder: Path, options: argparse.Namespace) -> bool:
    """Whether the run is there and its files are what they were, found out without reading any of them."""
    from floodeval.evaluation.stamps import Stamp, key_of

    if options.force or options.verify or not (folder / "metrics.parquet").is_file():
        return False
    return Stamp.of(folder).answers(key_of(folder, _text(options), options.dataset))


def _text(options: argparse.Namespace) -> str:
    """What decides which run comes out, as text."""
    settled = {name: value for name, value in vars(options).items() if name not in BESIDES}
    return json.dumps(settled, sort_keys=True, default=str)


def _evaluated(options: argparse.Namespace) -> "Run":
    from floodeval.cli.terminal import TerminalProgress
    from floodeval.datasets.splits import read_split
    from floodeval.evaluation.evaluate import evaluate
    from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs

    dataset = read_dataset(options)
    split = read_split(options.split, dataset) if options.split else None
    with TerminalProgress() as progress:
        return evaluate(
            dataset,
            options.name,
            read_variants(options.variant),
            options.prompt or DEFAULT_PROMPTS,
            model_type=options.model,
            split=split,
            subset=options.subset,
            device=options.device,
            keep_embeddings=options.keep_embeddings,
            allow_leak=options.allow_leak,
            force=options.force,
            verify=options.verify,
            given=CommandInputs(
                dataset=options.dataset,
                split=options.split,
                config=options.dataset_config,
                options=_text(options),
                command=options.drawn_by,
            ),
            progress=progress,
        )


def _show(found: "Run") -> None:
    from floodeval.analysis.compare import compare
    from floodeval.analysis.pairing import averages
    from floodeval.cli.commands.compare_command import show_averages, show_clicks, show_flagged, show_verdict
    from floodeval.i18n.catalog import speaking_of_drawn_scenes

    show_photograph_reading(found.info.photographs)
    show_averages(averages(found.metrics))
    with speaking_of_drawn_scenes(found.info.is_synthetic):
        for comparison in compare(found) if len(found.info.variants) > 1 else ():
            show_verdict(comparison)
            show_flagged(comparison)
        show_clicks(found)
    show_notes(found.info, found.folder, found.skipped["id"].nunique())


# A finished run in a few lines, read without the libraries that take long to load.

FINDINGS = {
    CONTRADICTED: "WARNING: on most photographs, every variant agrees better with the inverted labels than "
    "with the labels; if water and land are swapped in the masks, give the value of water with --water"
}


def show_finished(folder: Path) -> int:
    """Print that a run is finished, its mean IoUs and its notes; returns how many samples were skipped.

    Raises:
        FloodevalError: a file of the run cannot be read.
    """
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
        ious = _ious(folder / "metrics.csv")
        skipped = {row["id"] for row in _rows(folder / "skipped.csv")}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise FloodevalError(
            f"run {folder} cannot be read ({error}); evaluate it again with --force"
        ) from None
    show_line(f"run {info.name} is finished; --verify checks its files, --force evaluates it again")
    shown = Table(title="IoU of water, mean over images", title_justify="left")
    for heading in ("prompt", "variant", "iou", "n"):
        shown.add_column(heading, justify="right" if heading in ("iou", "n") else "left")
    for (prompt, variant), values in ious.items():
        shown.add_row(
            prompt, variant, formats.score(fmean(values)) if values else "", formats.count(len(values))
        )
    console.print(shown)
    show_line(f"`floodeval compare {info.name}` shows all metrics and the verdict")
    show_notes(info, folder, len(skipped))
    return len(skipped)


def show_notes(info: RunInfo, folder: Path, n_skipped: int) -> None:
    """Print what is doubtful about a run, what was skipped, and how to look at it."""
    for finding in info.findings:
        show_line(FINDINGS.get(finding, f"WARNING: {finding}"))
    if info.flagged:
        kinds = Counter(kind for kinds in info.flagged.values() for kind in kinds)
        named = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
        n_samples = info.dataset.get("n_samples", "?")
        show_line(
            f"the audit doubts the reference masks of {len(info.flagged)} of {n_samples} photographs "
            f"({named})"
        )
    for variant, ids in info.leaks.items():
        show_line(
            f"LEAK: '{variant}' was fine-tuned on {len(ids)} of these samples; its scores may be too high"
        )
    show_line(f"run: {folder}; open it with `streamlit run dashboard.py`")
    if n_skipped:
        show_line(f"skipped {n_skipped} samples; {folder / 'skipped.csv'} lists the reasons")


def _ious(path: Path) -> dict[tuple[str, str], list[float]]:
    """The IoUs that are there, by prompt and variant."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in _rows(path):
        found[row["prompt"], row["variant"]] += [float(row["iou"])] if row["iou"] else []
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# What was done to the photographs of a run, in a line each.


def show_photograph_reading(photographs: PhotographReading) -> None:
    """Print what was done to values, bands and orientation; nothing where photographs are as stored."""
    for line in photograph_lines(photographs):
        show_line(f"photographs: {line}")


def photograph_lines(photographs: PhotographReading) -> Iterator[str]:
    """What was done to values, bands and orientation."""
    if photographs.bands == FIRST_THREE:
        yield "bands 0, 1, 2 are read as red, green, blue; the other bands (not transparency) are dropped"
    elif photographs.bands is not None:
        chosen = ", ".join(map(str, photographs.bands))
        yield f"bands {chosen} are read as {'red, green, blue' if len(photographs.bands) == 3 else 'gray'}"
    if photographs.stretch is not None:
        ends = ", ".join(
            formats.interval(low, high, formats.significant) for low, high in photographs.stretch
        )
        yield f"values are stretched to 0 to 255 by percentiles of the data set ({ends})"
    if photographs.exif == "ignore":
        yield "orientation tags are ignored"
