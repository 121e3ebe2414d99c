"""The words for what a fine-tuning gains in domain and loses elsewhere."""

from floodeval.analysis.evaluated_sets import LeftOutVariant
from floodeval.analysis.generalization import Claim, Generalization
from floodeval.analysis.retention import UNDEFINED_BELOW, Retention
from floodeval.analysis.set_changes import Change, SetSummary
from floodeval.analysis.verdicts import BETTER, MINIMUM_SCENES, TOO_FEW_SCENES, WORSE
from floodeval.evaluation.run_info import WATER
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say


def claim_words(found: Generalization, claim: Claim) -> str:
    """A variant's gain and loss in one sentence, without its period.

    Example: `Fine-tuning gains 0.413 on aerial floods and costs 0.612 on everyday objects`.
    """
    first = _in_domain_words(found, claim)
    if claim.elsewhere is None:
        return say(f"generalization.claim_{claim.kind}", first=first)
    gap = claim.elsewhere.gap or 0.0
    return say(
        f"generalization.claim_{claim.kind}",
        first=first,
        loss=formats.score(abs(gap)),
        gap=formats.gap(gap),
        set=found.set_of(claim.elsewhere.run).name,
    )


def _in_domain_words(found: Generalization, claim: Claim) -> str:
    change, about = claim.in_domain, found.in_domain
    values = {"variant": subject(found, claim.variant), "set": about.name, "gap": formats.gap(change.gap)}
    if change.verdict == TOO_FEW_SCENES or change.gap is None:
        scenes = counted(change.n_scenes, "scene")
        return say("generalization.first_too_few_scenes", scenes=scenes, needed=MINIMUM_SCENES, **values)
    if change.verdict in (BETTER, WORSE):
        return say(f"generalization.first_{change.verdict}", size=formats.score(abs(change.gap)), **values)
    return say("generalization.first_undecided", **values)


def subject(found: Generalization, variant: str) -> str:
    """What a sentence about a variant begins with: fine-tuning where it is the only other variant."""
    others = found.variants[1:]
    if len(others) == 1 and others[0].is_finetuned and not found.baseline.is_finetuned:
        return say("generalization.fine_tuning")
    return found.label(variant)


def recommendation_words(found: Generalization) -> str:
    """The variant to use with its gain and its loss, or why there is none, as a sentence."""
    tolerance = formats.significant(found.tolerance)
    if not found.points:
        return say("generalization.recommended_unknown")
    point = found.point(found.recommended) if found.recommended else None
    if point is None or point.worst_run is None:
        return say("generalization.recommended_none", tolerance=tolerance)
    change = next(one for one in found.of(point.variant) if one.run == point.worst_run)
    return say(
        "generalization.recommended",
        variant=found.label(point.variant),
        gain=formats.gap(point.gain),
        worst=formats.gap(point.worst),
        set=found.set_of(point.worst_run).name,
        interval=formats.interval(change.low, change.high),
    )


def verdict_words(verdict: str) -> str:
    """A verdict in a table: better, worse, undecided, too few scenes."""
    return say(f"home.badge_{verdict}")


def prompt_words(one: SetSummary) -> str:
    """A set's prompt and why it is that one: `full, best field prompt`."""
    return say(f"generalization.prompt_{one.rule}", prompt=one.prompt)


def retention_words(kept: Retention) -> str:
    """A retention in percent with its interval; a dash where it is undefined."""
    if kept.value is None:
        return formats.NO_VALUE
    if kept.low is None or kept.high is None:
        return formats.percent(kept.value)
    interval = formats.interval(kept.low, kept.high, formats.percent)
    return say("generalization.within", value=formats.percent(kept.value), interval=interval)


def worst_retention_words(found: Generalization, variant: str) -> str:
    """On which other set a variant keeps the least, as a sentence; empty where nothing can be said."""
    others = [one for one in found.of(variant)[1:] if _is_known(one)]
    if not others:
        return ""
    least = min(others, key=lambda one: one.retention.value or 0.0)
    return say(
        "generalization.keeps_least",
        variant=found.label(variant),
        baseline=found.label(found.baseline.name),
        set=found.set_of(least.run).name,
        retention=retention_words(least.retention),
    )


def _is_known(change: Change) -> bool:
    return change.retention.value is not None and change.verdict != TOO_FEW_SCENES


def left_out_words(one: LeftOutVariant) -> str:
    """Why a variant is not compared, as a sentence."""
    return say(f"generalization.left_out_{one.reason}", variant=one.name, runs=", ".join(one.runs))


def notes(found: Generalization) -> list[str]:
    """What a reader has to know about the sets and variants, a sentence each."""
    said = [left_out_words(one) for one in found.left_out]
    if len({one.class_name for one in found.sets}) > 1 or found.in_domain.class_name != WATER:
        classes = ", ".join(f"{one.name}: {one.class_name}" for one in found.sets)
        said.append(say("generalization.classes", classes=classes))
    for one in found.sets:
        if one.n_leaked:
            left_out = counted(one.n_leaked, "photograph")
            said.append(say("generalization.leaked", set=one.name, photographs=left_out))
        if not one.has_enough_scenes:
            scenes = counted(one.n_scenes, "scene")
            said.append(say("generalization.few", set=one.name, scenes=scenes, needed=MINIMUM_SCENES))
    if any(one.retention.value is None and one.n for one in found.changes):
        said.append(say("generalization.undefined", least=formats.significant(UNDEFINED_BELOW)))
    if promptless := {found.label(one.variant) for one in found.changes if _takes_none(found, one)}:
        said.append(say("generalization.promptless", variants=", ".join(sorted(promptless))))
    return said


def _takes_none(found: Generalization, change: Change) -> bool:
    return change.prompt != found.set_of(change.run).prompt
