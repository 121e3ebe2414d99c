"""The evaluation of a run or of a group of runs, with progress and its result on the console."""

import argparse
from pathlib import Path
from typing import Any

from floodeval.analysis.compare import comparisons_within
from floodeval.analysis.pairing import averages
from floodeval.cli.inputs import read_names, read_variants, reading_options, split_files
from floodeval.cli.run_summary import show_group, show_notes, show_photograph_reading
from floodeval.cli.terminal import TerminalProgress
from floodeval.cli.terminal_tables import (
    show_apart,
    show_averages,
    show_clicks,
    show_fidelity,
    show_flagged,
    show_verdict,
)
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.splits import read_split
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.groups import check_known, evaluate_group, find_in_domain
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import Parameter, saying, speaking_of_synthetic_scenes
from floodeval.storage.locks import check_free
from floodeval.storage.paths import run_folder, writable_run_folder

OF_ONE_SET = {
    "water": "water",
    "ignore": "ignore",
    "exif": "exif",
    "stretch": "stretch",
    "dataset_config": "config",
}
"""Options that describe one data set, each with the name of its parameter."""


def evaluate_as_asked(options: argparse.Namespace, text: str) -> int:
    """Evaluate as the options of `floodeval evaluate` say, and print the result.

    Args:
        options: of the command.
        text: those options as text, which the run keeps.

    Returns:
        How many samples were skipped.
    """
    if len(options.datasets) > 1:
        return _evaluate_group(options, text)
    if options.in_domain:
        raise FloodevalError(saying("groups.needs_several"))
    if options.force or not (run_folder(options.name) / "metrics.parquet").is_file():
        check_free(writable_run_folder(options.name), f"run {options.name}")  # before anything is read
    dataset = load_dataset(options.datasets[0], reading_options(options))
    files = split_files(options.split, dataset.name)
    split_file = files.get(dataset.name)
    split = read_split(split_file, dataset) if split_file else None
    class_names = read_names(options.class_name, alone=dataset.name)
    check_known([*class_names, *files], [dataset])
    with TerminalProgress() as progress:
        run = evaluate(
            dataset,
            options.name,
            read_variants(options.variant),
            options.prompt or DEFAULT_PROMPTS,
            split=split,
            subset=options.subset,
            given=_inputs(options, text, options.datasets[0], split_file),
            class_name=class_names.get(dataset.name),
            progress=progress,
            **_common(options),
        )
    show_run(run)
    return len(run.skipped)


def _evaluate_group(options: argparse.Namespace, text: str) -> int:
    """Evaluate several data sets, and print one table."""
    for option, parameter in OF_ONE_SET.items():
        if getattr(options, option) is not None:
            raise FloodevalError(saying("groups.one_per_set", option=Parameter(parameter)))
    datasets = [load_dataset(place) for place in options.datasets]
    variants = read_variants(options.variant)
    home = find_in_domain(datasets, variants, options.model, options.in_domain)
    files = split_files(options.split, home.name)
    check_known(files, datasets)
    splits = {one.name: read_split(files[one.name], one) for one in datasets if one.name in files}
    given = {
        one.name: _inputs(options, text, place, files.get(one.name), is_home=one is home)
        for one, place in zip(datasets, options.datasets, strict=True)
    }
    with TerminalProgress() as progress:
        runs = evaluate_group(
            datasets,
            options.name,
            variants,
            options.prompt or DEFAULT_PROMPTS,
            in_domain=home.name,
            split=splits,
            subset=options.subset,
            given=given,
            class_names=read_names(options.class_name),
            progress=progress,
            **_common(options),
        )
    return show_group([run.folder for run in runs])


def _inputs(
    options: argparse.Namespace, text: str, dataset: str, split: Path | None, *, is_home: bool = True
) -> CommandInputs:
    """The inputs of one data set; what checkpoints were trained on is about the in-domain one."""
    return CommandInputs(
        dataset=dataset,
        split=split,
        config=options.dataset_config,
        options=text,
        trained_on=tuple(options.trained_on or ()) if is_home else (),
    )


def _common(options: argparse.Namespace) -> dict[str, Any]:
    """What one data set and several are evaluated with alike."""
    return {
        "model_type": options.model,
        "device": options.device,
        "keep_embeddings": options.keep_embeddings,
        "allow_leak": options.allow_leak,
        "check_domain": not options.no_domain,
        "force": options.force,
        "verify": options.verify,
        "display_names": read_names(options.display_name),
    }


def show_run(run: Run) -> None:
    """Print the averages of a run, the verdicts of its pairs of variants, and its notes."""
    show_photograph_reading(run.info.photographs)
    show_averages(averages(run.metrics))
    with speaking_of_synthetic_scenes(run.info.is_synthetic):
        for comparison in comparisons_within(run):
            show_verdict(comparison)
            show_flagged(comparison)
        show_clicks(run)
    show_fidelity(run)
    show_apart(run)
    show_notes(run.info, run.folder, run.skipped["id"].nunique())
