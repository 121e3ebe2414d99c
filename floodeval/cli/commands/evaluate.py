"""`floodeval evaluate`: evaluate variants and prompts on a data set."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from floodeval.cli.options import (
    DONE,
    SOME_SKIPPED,
    Verbs,
    read_dataset,
    read_variants,
    takes_dataset,
    takes_variants,
)

if TYPE_CHECKING:
    from floodeval.evaluation.run import Run

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
    from floodeval.cli.commands.finished import show_finished
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
    from floodeval.cli.terminal import TerminalProgress, show_line
    from floodeval.datasets.label_check import check_labels
    from floodeval.datasets.scenes import kept_scenes
    from floodeval.datasets.splits import read_split
    from floodeval.evaluation.evaluate import evaluate
    from floodeval.evaluation.request import DEFAULT_PROMPTS, Given
    from floodeval.storage.locks import check_free
    from floodeval.storage.paths import run_folder, writable_run_folder

    folder = run_folder(options.name)
    writes = options.force or not (folder / "metrics.parquet").is_file()
    if writes:
        check_free(
            writable_run_folder(options.name), f"run {options.name}"
        )  # before masks are read and scenes searched
    dataset = read_dataset(options)
    split = read_split(options.split, dataset) if options.split else None
    if writes:
        for note in check_labels(dataset).notes:  # before a search that takes long
            show_line(f"labels: {note}")
    if split is None and writes:
        with TerminalProgress() as progress:
            kept_scenes(dataset, progress)  # for the evaluation, which asks again
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
            given=Given(
                options.dataset, options.split, options.dataset_config, _text(options), options.drawn_by
            ),
            progress=progress,
        )


def _show(found: "Run") -> None:
    from floodeval.analysis.compare import compare
    from floodeval.analysis.pairing import averages
    from floodeval.cli.commands.clicks import show_clicks
    from floodeval.cli.commands.comparisons import show_averages, show_flagged, show_verdict
    from floodeval.cli.commands.finished import show_notes
    from floodeval.cli.commands.readings import show_photograph_reading
    from floodeval.i18n.catalog import speaking_of_drawn_scenes

    show_photograph_reading(found.info.photographs)
    show_averages(averages(found.metrics))
    with speaking_of_drawn_scenes(found.info.is_synthetic):
        for comparison in compare(found) if len(found.info.variants) > 1 else ():
            show_verdict(comparison)
            show_flagged(comparison)
        show_clicks(found)
    show_notes(found.info, found.folder, found.skipped["id"].nunique())
