"""`floodeval demo`: evaluate both variants on synthetic scenes."""

import argparse
from pathlib import Path

from floodeval.cli.options import Verbs, natural, positive

DEMO_FOLDER = Path("data") / "demo"


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "demo", help="draw synthetic flood scenes, and compare pretrained and fine-tuned SAM on them"
    )
    parser.add_argument(
        "--scenes", type=positive, default=12, metavar="N", help="number of scenes (default: 12)"
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the synthetic scenes (default: 0)")
    parser.add_argument("--force", action="store_true", help="draw and evaluate the scenes again")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.cli import parse
    from floodeval.cli.commands import evaluate_command as evaluate
    from floodeval.cli.commands import weights_command as weights
    from floodeval.cli.terminal import console
    from floodeval.evaluation.cases import read_cases
    from floodeval.evaluation.finished import OtherRunError
    from floodeval.storage.locks import check_free
    from floodeval.storage.paths import run_folder, writable_run_folder
    from floodeval.synthetic.demo import demo_scenes, draw_dataset, holds

    check_free(writable_run_folder("demo"), "run demo")  # before scenes are drawn over those that it reads
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
    weights.run(argparse.Namespace(model="vit_t"))
    asked = parse(["evaluate", str(DEMO_FOLDER), "--name", "demo"] + ["--force"] * options.force)
    if holds(DEMO_FOLDER, scenes):
        asked.drawn_by = ("demo", "--scenes", str(options.scenes), "--seed", str(options.seed))
    try:
        return evaluate.run(asked)
    except OtherRunError as error:
        if "dataset" in error.differing or read_cases(run_folder("demo")):
            raise  # somebody's own run of that name, or marks that would be lost
        console.print("run demo has other weights or prompts; evaluating it again")
        asked.force = True
        return evaluate.run(asked)
