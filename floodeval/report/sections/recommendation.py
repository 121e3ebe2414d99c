"""The recommendation on the first page: whether B meets the requirements with a field prompt, and why."""

from dataclasses import replace

from floodeval.analysis.decision import (
    AFTER_REVIEW,
    FAILS,
    HOLDS,
    NOT_SHOWN,
    TOO_FEW,
    WITH_REVIEW,
    Decision,
    RequirementResult,
    decide,
)
from floodeval.analysis.requirements import SCENES
from floodeval.analysis.requirements_file import read_requirements
from floodeval.analysis.run_findings import RunFindings
from floodeval.evaluation.run_groups import others_of_group
from floodeval.i18n.catalog import say
from floodeval.report.model import Recommendation, Table
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.decision_words import (
    decision_notes,
    interval_text,
    limit_words,
    reason_words,
    requirement_label,
    state_words,
    value_text,
)
from floodeval.viz.wording import baseline_words, protocol

SIGNS = {HOLDS: "\u2713", AFTER_REVIEW: "\u25d0", FAILS: "\u2717", NOT_SHOWN: "?"}
_HEADINGS = ("state", "requirement", "required", "reached", "ci")


def decision_of_report(findings: RunFindings) -> Decision:
    """Whether B meets the requirements of its run, on the photographs of the report.

    The prompt is that of the report if it is a field prompt or B was given another one than A, else B's best
    field prompt. A photograph fails below the report's failure threshold.

    Raises:
        FloodevalError: the requirements or a table of the run cannot be read.
    """
    side = findings.sides[1]
    requirements = read_requirements(side.run).changed({"failure_iou": findings.comparison.threshold})
    kept = side.run.metrics[side.run.metrics["id"].isin(findings.table["id"])]
    own_prompt = findings.left_out is not None or not side.prompt.uses_ground_truth
    return decide(
        replace(side.run, metrics=kept),
        requirements,
        side.variant,
        side.prompt.spec if own_prompt else None,
        others_of_group(side.run),
    )


def recommendation(decision: Decision, name: str) -> Recommendation:
    """The recommendation about a variant.

    Args:
        decision: about it.
        name: as the report calls it.
    """
    notes = [_prompt_words(decision), *decision_notes(decision)]
    if decision.baselines:
        notes.append(baseline_words(decision.baselines))
    return Recommendation(
        sentence=sentence(decision, name),
        verdict=decision.verdict,
        table=Table(
            tuple(say(f"report.head_{heading}") for heading in _HEADINGS),
            tuple(_row(decision, one) for one in decision.results),
            n_words=2,
        ),
        notes=tuple(notes),
    )


def sentence(decision: Decision, name: str) -> str:
    """The recommendation in a sentence, with what fails or is not shown."""
    values: dict[str, object] = {"b": name}
    if decision.verdict == WITH_REVIEW:
        values["n"] = len(decision.cases)
    said = say(f"report.recommend_{_verdict(decision)}", **values)
    reason = reason_words(decision)
    return say("report.recommend_because", sentence=said, reason=reason) if reason else f"{said}."


def _verdict(decision: Decision) -> str:
    scenes = decision.result(SCENES)
    is_nothing = decision.verdict == TOO_FEW and not (scenes and scenes.state == FAILS)
    return "nothing_shown" if is_nothing else decision.verdict


def _prompt_words(decision: Decision) -> str:
    spec = parse_prompt(decision.prompt)
    key = "report.decided_with" if spec.uses_ground_truth else "report.decided_in_field"
    return say(key, prompt=spec.spec, protocol=protocol(spec))


def _row(decision: Decision, one: RequirementResult) -> tuple[str, ...]:
    state = f"{SIGNS[one.state]} {state_words(one)}"
    value = value_text(one.name, one.measured.value)
    if one.state == AFTER_REVIEW:
        reviewed = value_text(one.name, one.reviewed)
        value = say("requirements.value_reviewed", value=value, reviewed=reviewed)
    where = f", {one.measured.where}" if one.measured.where else ""
    return (
        state if one.certain else say("report.state_not_certain", state=state),
        requirement_label(one.name, decision.requirements) + where,
        limit_words(one.name, one.limit),
        value,
        interval_text(one),
    )
