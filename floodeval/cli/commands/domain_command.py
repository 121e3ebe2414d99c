"""`floodeval domain`: make the domain model of a model, or measure data sets with it."""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.analysis.domain_findings import DistanceSummary, summarize_distances
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE, add_device
from floodeval.cli.terminal import TerminalProgress, show_line
from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, saying
from floodeval.progress import Progress, silent
from floodeval.sam.domain import DomainModel, domain_path, read_domain
from floodeval.storage.paths import find_checkpoint


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Make the domain model of a fine-tuned model from its training photographs, or with --on show how "
        "unlike these the photographs of a data set are. `floodeval finetune` makes one for each new model."
    )
    parser.add_argument("model", metavar="MODEL", help="model of results/models")
    parser.add_argument(
        "--on",
        action="append",
        metavar="DATASET",
        help="show how unlike the training photographs this data set is; repeatable",
    )
    parser.add_argument(
        "--dataset",
        metavar="DATASET",
        help="data set that the model was trained on (default: the one of that name in $FLOODEVAL_DATA or "
        "data/)",
    )
    add_device(parser)
    parser.add_argument("--force", action="store_true", help="replace an existing domain model")
    add_json(parser, "the distances of each data set")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    if options.on:
        return _show(options)
    from floodeval.training.fitted_domain import make_domain

    with TerminalProgress() as progress:
        path = make_domain(
            options.model,
            dataset=options.dataset,
            device=options.device,
            force=options.force,
            progress=progress,
        )
    domain = read_domain(path)
    show_line(
        f"wrote {path}: fitted to {counted(domain.n, 'photograph')}, calibrated on "
        f"{len(domain.calibration)} {domain.calibrated_on} photographs"
    )
    write_json(options.json, [])
    return DONE


def _show(options: argparse.Namespace) -> int:
    """Measure the data sets of `--on`."""
    path = domain_path(find_checkpoint(options.model))
    if path is None:
        raise FloodevalError(saying("domain.none", model=options.model))
    domain, entries = read_domain(path), []
    datasets = [load_dataset(place) for place in options.on]
    with TerminalProgress() as shown:
        progress = silent if is_printed(options.json) else shown  # the output is JSON alone
        tables = {
            one.name: _measured(options.model, domain, path, one, options.device, progress)
            for one in datasets
        }
    for name, table in tables.items():
        found = summarize_distances(table)
        entries.append(_entry(options.model, name, domain, found))
        if not is_printed(options.json):
            show_line(f"{name}: {_words(found)}")
    write_json(options.json, entries)
    return DONE


def _measured(
    model: str, domain: DomainModel, path: Path, dataset: Dataset, device: str, progress: Progress
) -> pd.DataFrame:
    """A row per photograph of a data set that can be read: its distance and percentile."""
    from floodeval.sam.checkpoint_headers import read_metadata
    from floodeval.sam.loading import load_model
    from floodeval.training.fitted_domain import measured_features

    model_type = read_metadata(find_checkpoint(model)).get("model_type", "vit_t")
    pretrained = load_model(model_type, device=device, progress=progress)
    domain.for_encoder(pretrained.encoder_sha256, path)
    features = measured_features(dataset.samples, pretrained, progress)
    return pd.DataFrame([vars(domain.measure(one)) for one in features], columns=["distance", "percentile"])


def _words(found: DistanceSummary) -> str:
    """A summary in one line."""
    if found.median is None:
        return "no photograph could be read"
    return (
        f"median distance {formats.decimal(found.median, 1)}; of {counted(found.n, 'photograph')}, "
        f"{formats.percent(found.unlike_share)} at percentile 95 or above, "
        f"{formats.percent(found.very_unlike_share)} at percentile 99 or above"
    )


def _entry(model: str, dataset: str, domain: DomainModel, found: DistanceSummary) -> dict[str, Any]:
    """What `--json` lists of a data set."""
    return {
        "model": model,
        "dataset": dataset,
        "n": found.n,
        "median_distance": found.median,
        "unlike_share": found.unlike_share,
        "very_unlike_share": found.very_unlike_share,
        "n_training": domain.n,
        "calibrated_on": domain.calibrated_on,
    }
