"""`floodeval decide`: whether a variant meets the requirements, as a table, a verdict and an exit status."""

import argparse

from floodeval.analysis.decision import HOLDS, MEETS, WITH_REVIEW, Decision, decide
from floodeval.analysis.requirements import IOU, KEYS
from floodeval.analysis.requirements_file import read_requirements, write_requirements
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE, UNMET, add_run
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import empty_table
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_groups import others_of_group
from floodeval.i18n.catalog import counted, say, speaking_of_synthetic_scenes
from floodeval.viz.decision_words import (
    decision_notes,
    interval_text,
    limit_words,
    reason_words,
    requirement_label,
    state_words,
    value_text,
    verdict_words,
)
from floodeval.viz.wording import baseline_words


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Show whether a variant meets the requirements of a run (requirements.toml, else the defaults), with "
        "the evidence. The exit status is 0 if it meets all of them, 1 if not."
    )
    add_run(parser)
    parser.add_argument(
        "--variant", metavar="NAME", help="variant to judge (default: the run's last fine-tuned SAM)"
    )
    parser.add_argument(
        "--prompt", metavar="SPEC", help="its prompt (default: its best field prompt, else box)"
    )
    parser.add_argument(
        "--set",
        action="extend",
        nargs="+",
        metavar="NAME=VALUE",
        default=[],
        help=f"other requirements for this call, such as iou=0.75 seconds=none; names: {', '.join(KEYS)}",
    )
    parser.add_argument(
        "--save", action="store_true", help="keep the requirements with the run, in requirements.toml"
    )
    parser.add_argument(
        "--accept-review",
        action="store_true",
        help="exit with status 0 also if the requirements are met once a person has checked the failures",
    )
    add_json(parser, "the decision")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run = load_run(options.run)
    requirements = read_requirements(run).with_texts(options.set)
    decision = decide(run, requirements, options.variant, options.prompt, others_of_group(run))
    if options.save:
        write_requirements(run, requirements)
    if not is_printed(options.json):
        with speaking_of_synthetic_scenes(run.info.is_synthetic):
            show_decision(decision)
    write_json(options.json, [decision.to_dict()])
    accepted = (MEETS, WITH_REVIEW) if options.accept_review else (MEETS,)
    return DONE if decision.verdict in accepted else UNMET


def show_decision(decision: Decision) -> None:
    """Print a row per requirement, the verdict, and what a reader has to know."""
    title = say(
        "requirements.title",
        variant=decision.variant,
        prompt=decision.prompt,
        run=decision.run,
        photographs=counted(decision.n, "photograph"),
        scenes=counted(decision.n_scenes, "scene"),
    )
    numbers = ("required", "value", "95% interval", "after review")
    table = empty_table(title, ("requirement",), numbers, ("state", ""))
    for one in decision.results:
        table.add_row(
            requirement_label(one.name, decision.requirements)
            + (f", {one.measured.where}" if one.measured.where else ""),
            limit_words(one.name, one.limit),
            value_text(one.name, one.measured.value),
            interval_text(one),
            "" if one.reviewed is None or one.state == HOLDS else value_text(one.name, one.reviewed),
            state_words(one),
            "" if one.certain else say("requirements.not_certain"),
        )
    console.print(table)
    if decision.baselines and decision.result(IOU) is not None:
        show_line(baseline_words(decision.baselines))
    reason = reason_words(decision)
    show_line(f"{decision.variant} {verdict_words(decision)}{f' ({reason})' if reason else ''}")
    if decision.cases:
        show_line(f"failures, lowest IoU first: {', '.join(decision.cases)}")
    for note in decision_notes(decision):
        show_line(note)
