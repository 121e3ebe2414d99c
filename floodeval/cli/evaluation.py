"""The evaluation of a run, with progress and its result on the console."""

import argparse

from floodeval.analysis.compare import comparisons_within
from floodeval.analysis.pairing import averages
from floodeval.cli.inputs import read_dataset, read_variants
from floodeval.cli.run_summary import show_notes, show_photograph_reading
from floodeval.cli.terminal import TerminalProgress
from floodeval.cli.terminal_tables import show_apart, show_averages, show_clicks, show_flagged, show_verdict
from floodeval.datasets.splits import read_split
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import speaking_of_synthetic_scenes
from floodeval.storage.locks import check_free
from floodeval.storage.paths import run_folder, writable_run_folder


def evaluate_as_asked(options: argparse.Namespace, text: str) -> int:
    """Evaluate as the options of `floodeval evaluate` say, and print the result.

    Args:
        options: of the command.
        text: those options as text, which the run keeps.

    Returns:
        How many samples were skipped.
    """
    if options.force or not (run_folder(options.name) / "metrics.parquet").is_file():
        check_free(writable_run_folder(options.name), f"run {options.name}")  # before anything is read
    dataset = read_dataset(options)
    split = read_split(options.split, dataset) if options.split else None
    with TerminalProgress() as progress:
        run = evaluate(
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
                options=text,
                trained_on=tuple(options.trained_on or ()),
            ),
            progress=progress,
        )
    show_run(run)
    return len(run.skipped)


def show_run(run: Run) -> None:
    """Print the averages of a run, the verdicts of its pairs of variants, and its notes."""
    show_photograph_reading(run.info.photographs)
    show_averages(averages(run.metrics))
    with speaking_of_synthetic_scenes(run.info.is_synthetic):
        for comparison in comparisons_within(run):
            show_verdict(comparison)
            show_flagged(comparison)
        show_clicks(run)
    show_apart(run)
    show_notes(run.info, run.folder, run.skipped["id"].nunique())
