"""Whether a variant meets the requirements with one prompt: a state per requirement, and the verdict.

- A requirement *holds* or *fails* by its value, not by the bounds of its interval. Where the interval
  contains the limit, the state is not certain.
- It *holds after review* if the value keeps the limit once a person has corrected every failure, that is,
  every photograph whose IoU is below the failure threshold: each then has no missed and no false water. Only
  the share of failures, missed water and false water can be rescued, and only where the failures are at most
  the share of photographs that may be reviewed.
- It is *not shown* where the run has no value for it. That counts neither as holding nor as failing.

The verdict is `too_few_scenes` if there are fewer scenes than required (or nothing is shown), whatever the
rest is; else `does_not_meet` if any requirement fails; else `meets_with_review` if any holds only after
review; else `meets_all`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from floodeval.analysis.baseline_findings import BaselineFinding, baseline_findings
from floodeval.analysis.requirement_values import (
    Measured,
    failing_cases,
    measured_values,
    reviewed_values,
    scores_of,
)
from floodeval.analysis.requirements import (
    AT_LEAST,
    RESCUED_BY_REVIEW,
    SCENES,
    Requirements,
    holds,
)
from floodeval.analysis.set_prompts import prompt_of_set
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import parse_prompt

HOLDS, AFTER_REVIEW, FAILS, NOT_SHOWN = STATES = ("holds", "after_review", "fails", "not_shown")
MEETS, WITH_REVIEW, DOES_NOT, TOO_FEW = VERDICTS = (
    "meets_all",
    "meets_with_review",
    "does_not_meet",
    "too_few_scenes",
)  # from the best to the worst


@dataclass(frozen=True)
class RequirementResult:
    """A requirement compared with what a variant reaches.

    Attributes:
        name: of `REQUIREMENTS`.
        limit: that is required.
        at_least: whether the limit is the least value; else it is the greatest.
        measured: the value with its interval and its n; without a value where nothing is shown.
        reviewed: the value once every failure is corrected; None where review changes nothing.
        state: of `STATES`.
        certain: whether the whole interval is on the value's side of the limit; true without an interval.
    """

    name: str
    limit: float
    at_least: bool
    measured: Measured
    reviewed: float | None
    state: str
    certain: bool


@dataclass(frozen=True)
class Decision:
    """Whether a variant meets the requirements with one prompt.

    Attributes:
        run: the name of its folder.
        variant: its name.
        prompt: the spec.
        uses_ground_truth: whether the prompt is made from the reference mask, so that in use somebody has to
            give it.
        requirements: that it is compared with.
        results: one per requirement that is not left out, in order.
        verdict: of `VERDICTS`.
        cases: ids of the failures, the lowest IoU first; these are what a person would check.
        n: photographs with an IoU.
        n_scenes: their scenes.
        n_leaked: photographs left out because the variant was trained on them.
        baselines: what trivial baselines score on the same photographs; empty where the run lacks the table.
    """

    run: str
    variant: str
    prompt: str
    uses_ground_truth: bool
    requirements: Requirements
    results: tuple[RequirementResult, ...]
    verdict: str
    cases: tuple[str, ...]
    n: int
    n_scenes: int
    n_leaked: int
    baselines: tuple[BaselineFinding, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether all requirements that are shown hold without review."""
        return self.verdict == MEETS

    @property
    def exceeds_review(self) -> bool:
        """Whether there are more failures than may be reviewed."""
        return not may_be_reviewed(len(self.cases), self.n, self.requirements.reviewed)

    def in_state(self, state: str) -> tuple[str, ...]:
        """The names of the requirements in a state."""
        return tuple(one.name for one in self.results if one.state == state)

    def result(self, name: str) -> RequirementResult | None:
        """The result of a requirement; None where it is not required."""
        return next((one for one in self.results if one.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON has it; missing numbers are None."""
        return asdict(self) | {
            "results": [
                {"name": one.name, "limit": one.limit, "at_least": one.at_least}
                | asdict(one.measured)
                | {"reviewed": one.reviewed, "state": one.state, "certain": one.certain}
                for one in self.results
            ],
            "cases": list(self.cases),
            "baselines": [asdict(one) for one in self.baselines],
        }


def decide(
    run: Run,
    requirements: Requirements,
    variant: str | None = None,
    prompt: str | None = None,
    group: Sequence[Run] = (),
) -> Decision:
    """Compare a variant with the requirements.

    Args:
        run: a finished evaluation; its `metrics` may be only some of the rows.
        requirements: the limits.
        variant: its name; by default the run's last fine-tuned SAM, else its last variant.
        prompt: the spec; by default the variant's best field prompt (`floodeval.analysis.set_prompts`).
        group: the other runs of the run's group, for the retention.

    Raises:
        FloodevalError: the run has no such variant or prompt, or a table of it cannot be read.
    """
    name = variant_to_decide(run, variant)
    spec = prompt_to_decide(run, name, prompt)
    leaked = set(run.info.leaks.get(name, ()))
    rows = scores_of(run, name, spec)
    kept = rows[~rows["id"].isin(leaked)]
    values = measured_values(run, kept, name, spec, requirements, group)
    cases = failing_cases(kept, requirements.failure_iou)
    can_review = may_be_reviewed(len(cases), values.n, requirements.reviewed)
    reviewed = reviewed_values(kept, cases)
    results = tuple(
        _result(requirements, one, values.by_name[one], reviewed if can_review and cases else {})
        for one in requirements.required
    )
    return Decision(
        run=run.folder.name,
        variant=name,
        prompt=spec,
        uses_ground_truth=parse_prompt(spec).uses_ground_truth,
        requirements=requirements,
        results=results,
        verdict=verdict_of(results),
        cases=tuple(cases),
        n=values.n,
        n_scenes=values.n_scenes,
        n_leaked=len(rows) - len(kept),
        baselines=baseline_findings(run, [spec], kept["id"]),
    )


def may_be_reviewed(n_cases: int, n: int, share: float) -> bool:
    """Whether so many cases are at most the share of the photographs that a person can check."""
    return n_cases <= share * n + 1e-9


def verdict_of(results: Sequence[RequirementResult]) -> str:
    """The verdict that follows from the states."""
    states = {one.name: one.state for one in results}
    shown = [state for name, state in states.items() if state != NOT_SHOWN and name != SCENES]
    if states.get(SCENES) == FAILS or not (shown or states.get(SCENES) == HOLDS):
        return TOO_FEW
    if FAILS in shown:
        return DOES_NOT
    return WITH_REVIEW if AFTER_REVIEW in shown else MEETS


def variant_to_decide(run: Run, asked: str | None = None) -> str:
    """The variant that is asked for, else the run's last fine-tuned SAM, else its last variant.

    Raises:
        FloodevalError: the run has no such variant.
    """
    names = run.info.variant_names
    if asked is None:
        tuned = [one.name for one in run.info.variants if one.checkpoint is not None]
        return [*names, *tuned][-1]
    if asked not in names:
        known = ", ".join(names)
        raise FloodevalError(saying("runs.no_variant", run=run.folder, variant=asked, known=known))
    return asked


def prompt_to_decide(run: Run, variant: str, asked: str | None = None) -> str:
    """The prompt that is asked for, else the variant's best field prompt, else `box`, else its first.

    Raises:
        FloodevalError: the variant has no rows with the prompt.
    """
    spec = prompt_of_set(run, [variant], None)[0] if asked is None else parse_prompt(asked).spec
    mine = run.metrics[run.metrics["variant"] == variant]
    known = [str(one) for one in mine["prompt"].unique()]
    if spec not in known:
        raise FloodevalError(
            saying(
                "requirements.no_rows",
                run=run.folder.name,
                variant=variant,
                prompt=spec,
                known=", ".join(known) or "-",
            )
        )
    return spec


def _result(
    requirements: Requirements, name: str, measured: Measured, reviewed: dict[str, float | None]
) -> RequirementResult:
    limit = requirements.limit(name)
    if limit is None:
        raise ValueError(f"{name} is not required")
    after = reviewed.get(name) if name in RESCUED_BY_REVIEW else None
    state = _state(name, measured.value, after, limit)
    return RequirementResult(
        name, limit, name in AT_LEAST, measured, after, state, _is_certain(name, measured, limit)
    )


def _state(name: str, value: float | None, reviewed: float | None, limit: float) -> str:
    if value is None:
        return NOT_SHOWN
    if holds(name, value, limit):
        return HOLDS
    return AFTER_REVIEW if reviewed is not None and holds(name, reviewed, limit) else FAILS


def _is_certain(name: str, measured: Measured, limit: float) -> bool:
    """Whether all of the interval keeps the limit, or none of it."""
    if measured.low is None or measured.high is None:
        return True
    return holds(name, measured.low, limit) == holds(name, measured.high, limit)
