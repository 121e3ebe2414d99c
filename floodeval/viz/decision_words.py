"""The words for requirements, what a variant reaches, and the verdict."""

from collections.abc import Callable, Sequence

from floodeval.analysis.decision import (
    DOES_NOT,
    FAILS,
    MEETS,
    NOT_SHOWN,
    TOO_FEW,
    WITH_REVIEW,
    Decision,
    RequirementResult,
)
from floodeval.analysis.requirements import (
    AT_LEAST,
    FAILURES,
    IOU,
    RESCUED_BY_REVIEW,
    SCENES,
    SECONDS,
    Requirements,
)
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say


def requirement_label(name: str, requirements: Requirements) -> str:
    """The name of a requirement that people read: `failures (IoU below 0.5)`."""
    threshold = formats.significant(requirements.failure_iou)
    return say(f"requirements.label_{name}", threshold=threshold)


def short_label(name: str) -> str:
    """The name of a requirement within a sentence or a narrow table."""
    return say(f"requirements.{'short' if name == FAILURES else 'label'}_{name}")


def limit_words(name: str, limit: float) -> str:
    """What is required: `at most 5%`."""
    return say(f"requirements.at_{'least' if name in AT_LEAST else 'most'}", limit=limit_text(name, limit))


def limit_text(name: str, limit: float) -> str:
    """A limit with all of its digits: `5%`, `0.7`, `2 s`."""
    if name in (IOU, SCENES):
        return formats.significant(limit)
    if name == SECONDS:
        return f"{formats.significant(limit)} s"
    return f"{formats.significant(100 * limit)}{formats.percent_sign()}"


def value_text(name: str, value: float | None) -> str:
    """A value as its requirement writes it: `0.754`, `8.6%`, `1.22 s`, `35`."""
    return _form(name)(value)


def interval_text(result: RequirementResult) -> str:
    """The 95% interval of a value; a dash where there is none."""
    low, high, form = result.measured.low, result.measured.high, _form(result.name)
    if low is None or high is None:
        return formats.NO_VALUE
    return say("requirements.interval", low=form(low), high=form(high))


def state_words(result: RequirementResult) -> str:
    """The state of a requirement."""
    return say(f"requirements.state_{result.state}")


def verdict_words(decision: Decision) -> str:
    """The verdict without its reasons: `meets the requirements once a person has checked 3 photographs`."""
    if decision.verdict == WITH_REVIEW:
        return say("requirements.verdict_meets_with_review", n=len(decision.cases))
    if _shows_nothing(decision):
        return say("requirements.verdict_nothing_shown")
    return say(f"requirements.verdict_{decision.verdict}")


def reason_words(decision: Decision) -> str:
    """What qualifies the verdict: what fails or is not shown, or the number of scenes; may be empty."""
    if decision.verdict == DOES_NOT:
        return say("requirements.because_does_not_meet", names=_names(decision.in_state(FAILS)))
    scenes = decision.result(SCENES)
    if decision.verdict == TOO_FEW and scenes is not None and scenes.state == FAILS:
        needed, have = formats.count(scenes.limit), counted(decision.n_scenes, "scene")
        return say("requirements.because_too_few_scenes", scenes=have, needed=needed)
    missing = decision.in_state(NOT_SHOWN)
    if decision.verdict in (MEETS, WITH_REVIEW) and missing:
        return say("requirements.because_not_shown", names=_names(missing))
    return ""


def decision_notes(decision: Decision) -> list[str]:
    """What a reader of the verdict has to know, a sentence each: review, certainty, what is not shown."""
    return [
        *_review_notes(decision),
        *_naming("not_certain", [one.name for one in decision.results if not one.certain]),
        *_naming("not_shown", decision.in_state(NOT_SHOWN)),
        *_naming("narrow", [one.name for one in decision.results if one.measured.may_be_too_narrow]),
        *(
            [say("requirements.note_ground_truth", prompt=decision.prompt)]
            if decision.uses_ground_truth
            else []
        ),
        *(
            [say("requirements.note_leaked", photographs=counted(decision.n_leaked, "photograph"))]
            if decision.n_leaked
            else []
        ),
    ]


def _review_notes(decision: Decision) -> list[str]:
    """What review means, or why it does not help, where the verdict depends on it."""
    if decision.verdict == WITH_REVIEW:
        return [say("requirements.review_means")]
    failing = [name for name in decision.in_state(FAILS) if name in RESCUED_BY_REVIEW]
    if not failing or not decision.exceeds_review:
        return []
    return [
        say(
            "requirements.review_too_many",
            failing=formats.count(len(decision.cases)),
            n=counted(decision.n, "photograph"),
            share=limit_text(FAILURES, decision.requirements.reviewed),
        )
    ]


def _naming(note: str, names: Sequence[str]) -> list[str]:
    return [say(f"requirements.note_{note}", names=_names(names))] if names else []


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(short_label, names))


def _shows_nothing(decision: Decision) -> bool:
    return all(one.state == NOT_SHOWN for one in decision.results)


def _form(name: str) -> Callable[[float | None], str]:
    if name == IOU:
        return formats.score
    if name == SCENES:
        return formats.count
    return _seconds if name == SECONDS else formats.percent


def _seconds(value: float | None) -> str:
    return formats.decimal(value, 2, "s")
