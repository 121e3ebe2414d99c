"""`floodeval demo`: evaluate both variants on synthetic scenes."""

import argparse
from pathlib import Path

from floodeval.cli.evaluation import show_run
from floodeval.cli.options import DONE, natural, positive
from floodeval.cli.run_summary import show_if_finished
from floodeval.cli.terminal import TerminalProgress, console, show_line
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.evaluation.cases import read_cases
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.finished import OtherRunError
from floodeval.evaluation.plan import CommandInputs
from floodeval.evaluation.run import Run
from floodeval.sam.weights import obtain_weights
from floodeval.storage.locks import check_free
from floodeval.storage.paths import run_folder, writable_run_folder
from floodeval.synthetic.demo import demo_scenes, draw_dataset, holds

DEMO_FOLDER = Path("data") / "demo"
NAME = "demo"  # of the run


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--scenes", type=positive, default=12, metavar="N", help="number of scenes (default: 12)"
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the synthetic scenes (default: 0)")
    parser.add_argument("--force", action="store_true", help="draw and evaluate the scenes again")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    check_free(writable_run_folder(NAME), f"run {NAME}")  # before scenes are drawn over those that it reads
    drawn_by = _draw(options)
    with TerminalProgress() as progress:
        weights = obtain_weights("vit_t", say=show_line, progress=progress)
    print(weights.summary)
    given = CommandInputs(dataset=str(DEMO_FOLDER), options=NAME, command=drawn_by)
    if not options.force and show_if_finished(NAME, given.options, str(DEMO_FOLDER)) is not None:
        return DONE
    try:
        run = _evaluate(given, options.force)
    except OtherRunError as error:
        if "dataset" in error.differing or read_cases(run_folder(NAME)):
            raise  # somebody's own run of that name, or marks that would be lost
        console.print(f"run {NAME} has other weights or prompts; evaluating it again")
        run = _evaluate(given, force=True)
    show_run(run)
    return DONE


def _draw(options: argparse.Namespace) -> tuple[str, ...]:
    """Draw the scenes if they are not there; returns the command that drew them, nothing if unknown."""
    scenes = demo_scenes(options.scenes, options.seed)
    if options.force or not (DEMO_FOLDER / "metadata.csv").is_file():
        console.print(f"drawing {options.scenes} synthetic scenes in {DEMO_FOLDER}")
        draw_dataset(DEMO_FOLDER, scenes)
    elif holds(DEMO_FOLDER, scenes):
        console.print(f"using the synthetic scenes in {DEMO_FOLDER} (--force draws them again)")
    else:
        console.print(
            f"using the synthetic scenes in {DEMO_FOLDER}, which are not {options.scenes} scenes of seed "
            f"{options.seed} (--force replaces them)"
        )
    command = ("demo", "--scenes", str(options.scenes), "--seed", str(options.seed))
    return command if holds(DEMO_FOLDER, scenes) else ()


def _evaluate(given: CommandInputs, force: bool) -> Run:
    dataset = load_dataset(DEMO_FOLDER)
    with TerminalProgress() as progress:
        if force or not (run_folder(NAME) / "metrics.parquet").is_file():
            kept_scenes(dataset, progress)  # shown here; the evaluation then finds them in the cache
        return evaluate(dataset, NAME, force=force, given=given, progress=progress)
