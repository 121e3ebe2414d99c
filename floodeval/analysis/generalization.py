"""What a fine-tuning gains in domain and what it loses elsewhere: runs on several data sets -> findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from floodeval.analysis.evaluated_sets import ComparedVariant, LeftOutVariant, evaluated_sets
from floodeval.analysis.set_changes import Change, SetSummary, changes_of, summary_of
from floodeval.analysis.trade_off import DEFAULT_TOLERANCE, Point, loses_at_most, pareto_front, recommended
from floodeval.analysis.verdicts import BETTER, TOO_FEW_SCENES, UNDECIDED, WORSE
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.variant_names import titles_of
from floodeval.i18n.catalog import saying

ALONE = "alone"  # a claim about the in-domain set only
CLAIMS = (WORSE, UNDECIDED, BETTER, TOO_FEW_SCENES, ALONE)


@dataclass(frozen=True)
class Claim:
    """What can be said of a variant in one sentence.

    Attributes:
        variant: its name.
        in_domain: its change on the in-domain set.
        kind: what it does elsewhere: `worse` on a set, `undecided`, `better` on every set, `too_few_scenes`
            on every set, or `alone` where there is no other set.
        elsewhere: of a loss, the change on the set that loses most for certain; else the lowest change; None
            where nothing can be said.
    """

    variant: str
    in_domain: Change
    kind: str
    elsewhere: Change | None


@dataclass(frozen=True)
class Generalization:
    """The findings.

    Attributes:
        variants: the compared ones, the baseline first.
        left_out: the others, with reasons.
        sets: the data sets, the in-domain one first.
        changes: of every variant but the baseline on every set.
        points: of every variant in the trade-off, the baseline first; empty where it is not known, because
            the in-domain set or all others have too few scenes, or there is no other set.
        tolerance: the loss of mean IoU out of domain that is accepted.
        recommended: the variant to use by the rule of `floodeval.analysis.trade_off`; None where there is
            none.
    """

    variants: tuple[ComparedVariant, ...]
    left_out: tuple[LeftOutVariant, ...]
    sets: tuple[SetSummary, ...]
    changes: tuple[Change, ...]
    points: tuple[Point, ...]
    tolerance: float
    recommended: str | None

    @property
    def baseline(self) -> ComparedVariant:
        """The variant that the others are compared with."""
        return self.variants[0]

    @property
    def in_domain(self) -> SetSummary:
        """The in-domain set."""
        return self.sets[0]

    @property
    def candidate(self) -> str:
        """The variant to speak of first: the fine-tuned SAM with the highest gain in domain, else any."""
        others = [one for one in self.variants[1:] if one.is_finetuned] or self.variants[1:]
        return max(others, key=lambda one: self.of(one.name)[0].gap or 0.0).name

    def of(self, variant: str) -> list[Change]:
        """A variant's changes: in domain, then out of domain from the largest loss to the largest gain."""
        first, *others = (one for one in self.changes if one.variant == variant)
        return [first, *sorted(others, key=lambda one: (one.gap is None, one.gap or 0.0))]

    def point(self, variant: str) -> Point | None:
        """A variant's point; None where the trade-off is not known."""
        return next((one for one in self.points if one.variant == variant), None)

    def set_of(self, run: str) -> SetSummary:
        """The data set of a run."""
        return next(one for one in self.sets if one.run == run)

    def label(self, variant: str) -> str:
        """The name of a variant that people read, in the current language."""
        return titles_of(one.record for one in self.variants)[variant]

    def claim(self, variant: str) -> Claim:
        """What can be said of a variant."""
        first, *others = self.of(variant)
        known = [one for one in others if one.verdict != TOO_FEW_SCENES and one.gap is not None]
        if not known:
            return Claim(variant, first, TOO_FEW_SCENES if others else ALONE, None)
        if losing := [one for one in known if one.verdict == WORSE]:
            return Claim(variant, first, WORSE, losing[0])
        kind = BETTER if all(one.verdict == BETTER for one in others) else UNDECIDED
        return Claim(variant, first, kind, known[0])

    def to_dicts(self) -> list[dict[str, Any]]:
        """One entry per variant but the baseline, as JSON has it; missing numbers are None."""
        return [self._entry(one) for one in self.variants[1:]]

    def _entry(self, variant: ComparedVariant) -> dict[str, Any]:
        point = self.point(variant.name)
        return {
            "variant": variant.name,
            "label": self.label(variant.name),
            "baseline": self.baseline.name,
            "in_domain": self.in_domain.run,
            "gain": self.of(variant.name)[0].gap,
            "worst": point.worst if point else None,
            "worst_run": point.worst_run if point else None,
            "on_front": point.on_front if point else None,
            "within_tolerance": point.within_tolerance if point else None,
            "tolerance": self.tolerance,
            "recommended": variant.name == self.recommended,
            "sets": [asdict(self.set_of(one.run)) | _plain(one) for one in self.of(variant.name)],
            "left_out": [asdict(one) | {"runs": list(one.runs)} for one in self.left_out],
        }


def _plain(change: Change) -> dict[str, Any]:
    content = asdict(change)
    kept = content.pop("retention")
    del content["variant"]
    return content | {
        "retention": kept["value"],
        "retention_low": kept["low"],
        "retention_high": kept["high"],
    }


def generalization(
    runs: Sequence[Run],
    in_domain: str | None = None,
    baseline: str | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    prompts: Mapping[str, str] | None = None,
) -> Generalization:
    """Compare variants over several data sets.

    Args:
        runs: one per data set; one alone is compared in domain.
        in_domain: the name of the run on the in-domain set; by default the run on the data set that a variant
            was trained on.
        baseline: the name of the variant that the others are compared with; by default the published SAM.
        tolerance: the loss of mean IoU on the worst other set that is accepted, 0 to 1.
        prompts: specs by the names of runs; by default each set's best field prompt, else `box`.

    Raises:
        FloodevalError: as `evaluated_sets`, or the tolerance is not from 0 to 1.
    """
    if not 0 <= tolerance <= 1:
        raise FloodevalError(saying("generalization.tolerance", given=f"{tolerance:g}"))
    found = evaluated_sets(runs, in_domain, baseline, prompts)
    sets = tuple(map(summary_of, found.sets))
    changes = tuple(change for one in found.variants[1:] for change in changes_of(found, one.name))
    points = tuple(_points(sets, found.variants, changes, tolerance))
    best = recommended(points, found.variants[0].name)
    return Generalization(found.variants, found.left_out, sets, changes, points, tolerance, best)


def about_sides(
    runs: Sequence[Run],
    a: str,
    b: str | None,
    in_domain: str | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
) -> tuple[Generalization, str]:
    """The findings with A as the baseline, and the variant to speak of: B.

    A page or a report is about two variants, which need not be in all runs: without A, the baseline is the
    default one, and without B, the variant is the candidate of the findings.

    Args:
        runs: one per data set.
        a: the baseline's name.
        b: the name of the variant to speak of; None where there is none.
        in_domain: as in `generalization`.
        tolerance: as in `generalization`.

    Raises:
        FloodevalError: as `generalization`.
    """
    default = generalization(runs, in_domain, None, tolerance)
    names = [one.name for one in default.variants]
    found = default if a not in names else generalization(runs, in_domain, a, tolerance)
    others = [one.name for one in found.variants[1:]]
    return found, b if b in others else found.candidate


def _points(
    sets: Sequence[SetSummary],
    variants: Sequence[ComparedVariant],
    changes: Sequence[Change],
    tolerance: float,
) -> Iterator[Point]:
    """The trade-off over the sets with enough scenes; nothing where the in-domain set has too few."""
    usable = {one.run for one in sets if one.has_enough_scenes}
    gaps = {(one.variant, one.run): one.gap for one in changes if one.run in usable and one.gap is not None}
    others = [one.run for one in sets[1:] if one.run in usable]
    needed = [sets[0].run, *others]
    known = [one.name for one in variants[1:] if all((one.name, run) in gaps for run in needed)]
    if not others or not known or sets[0].run not in usable:
        return
    places: list[tuple[str, float, float, str | None]] = [(variants[0].name, 0.0, 0.0, None)]
    for name in known:
        worst, where = min((gaps[name, run], run) for run in others)
        places.append((name, gaps[name, sets[0].run], worst, where))
    front = pareto_front([(gain, worst) for _, gain, worst, _ in places])
    for (name, gain, worst, run), on_front in zip(places, front, strict=True):
        yield Point(name, gain, worst, run, on_front, loses_at_most(worst, tolerance))
