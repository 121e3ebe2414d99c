"""The words for traits, errors, metrics, prompts, variants, outcomes, rankings, verdicts and schemes."""

from collections.abc import Sequence

import pandas as pd

from floodeval.analysis.baseline_findings import BaselineFinding
from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.ranking import DISAGREEMENT, Ranking
from floodeval.analysis.subgroups import CATEGORIES, COUNTS, NUMBERS
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.datasets.dataset_config import UNTOUCHED, PhotographReading
from floodeval.datasets.label_scheme import WATER_ABOVE, LabelScheme
from floodeval.datasets.splits import SUBSETS
from floodeval.evaluation.reviews import TAGS_BETWEEN
from floodeval.evaluation.variant_record import CLASS_IDS, PROBABILITIES, ZERO_AND_ONE, MaskScheme, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.metrics.trivial_baselines import NOTHING
from floodeval.sam.prompts import PromptSpec

TRAITS = (*NUMBERS, *CATEGORIES)
COLORS = ("dark", "grey", "brown", "green", "blue")
_UNITS = {
    "water_share": "percent",
    "shoreline": "sides",
    "channel_width": "percent",
    "brightness": "lightness",
    "contrast": "lightness",
    "glare_share": "percent",
    "shadow_share": "percent",
    "megapixels": "megapixels",
}
_IN_WORDS = ("sides", "megapixels")  # units that a sentence writes out
SHARES = tuple(trait for trait, unit in _UNITS.items() if unit == "percent")


def trait_title(trait: str) -> str:
    """The name of a trait, with its unit: `Water, % of the frame`."""
    return say(f"traits.title_{trait}")


def kind_words(kind: str) -> str:
    """The name of an error type: `false water along the shore`."""
    return say(f"styles.{kind}")


def source_words(variant: Variant) -> str:
    """Where a variant's masks come from: model type and checkpoint, a folder of masks, or a plugin."""
    if variant.masks is not None:
        return say("variants.masks", folder=variant.masks.folder, values=_mask_words(variant.masks))
    if variant.plugin is not None:
        return say("variants.plugin", factory=variant.plugin.factory)
    source = variant.checkpoint or say("variants.published")
    if variant.alpha is not None:
        source = say("variants.blend", share=formats.percent(variant.alpha), model=source)
    return say("variants.sam", model_type=variant.model_type, source=source)


def _mask_words(scheme: MaskScheme) -> str:
    """What the values of a folder of masks mean."""
    if scheme.values == PROBABILITIES:
        return say("variants.probabilities", threshold=formats.significant(scheme.threshold or 0))
    if scheme.values == CLASS_IDS:
        return say("variants.class_ids", ids=", ".join(map(str, scheme.water or ())))
    return say("variants.zero_and_one" if scheme.values == ZERO_AND_ONE else "variants.black_and_white")


def part_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A subgroup below its trait's title: `under 20%`, `3 to 8`, `brown`."""
    if trait in NUMBERS:
        return _bounds(trait, low, high)
    return say(f"traits.part_{part}") if part in COLORS else part


def slice_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A subgroup within a sentence: `under 20% water`, `3 to 8 water bodies`, `brown water`."""
    if trait in NUMBERS:
        return say(
            f"traits.subgroup_{trait}", amount=_bounds(trait, low, high, in_sentence=True), n=_last(low, high)
        )
    if part in COLORS:
        return say(f"traits.subgroup_{trait}_{part}")
    return say("traits.subgroup_other", part=part, trait=trait_title(trait))


def _last(low: float | None, high: float | None) -> int:
    """The whole number that a noun follows."""
    return int(high) - 1 if high is not None and not pd.isna(high) else int(low or 0)


def _bounds(trait: str, low: float | None, high: float | None, *, in_sentence: bool = False) -> str:
    """The bounds of a part with their unit; a lower bound is included, an upper one is not."""
    unit = _UNITS.get(trait)
    scale = 100 if unit == "percent" else 1
    least = None if low is None or pd.isna(low) else low * scale
    most = None if high is None or pd.isna(high) else high * scale
    key = "from" if most is None else "under" if least is None else "range"
    if trait in COUNTS and most is not None:  # 3 to 8, not 3 to under 9
        most -= 1
        key = "up_to" if least is None else "exactly" if least == most else "range"
    if unit is None or (in_sentence and unit in _IN_WORDS):
        sign = ""
    else:
        sign = formats.percent_sign() if unit == "percent" else say(f"traits.unit_{unit}")
    return say(f"traits.{key}", low=_short(least), high=_short(most), unit=sign)


def _short(bound: float | None) -> str:
    if bound is None:
        return formats.NO_VALUE
    return formats.count(bound) if bound >= 1000 else formats.significant(bound, 3)


TAGS = ("shadow", "reflection", "small water", "diffuse boundary", "wrong label")


def tag_words(tag: str) -> str:
    """A tag, or several joined ones, in the current language if it is one of `TAGS`; others as they are."""
    return TAGS_BETWEEN.join(
        say(f"cases.tag_{one.replace(' ', '_')}") if one in TAGS else one for one in tag.split(TAGS_BETWEEN)
    )


def subset_words(name: str) -> str:
    """A subset of a split in the current language if it is one of `SUBSETS`; any other name as it is."""
    return say(f"dataset.subset_{name}") if name in SUBSETS else name


def metric_label(metric: str) -> str:
    """The name of a metric: `IoU, land`."""
    return say(f"metrics.{metric}")


def protocol(prompt: PromptSpec) -> str:
    """What SAM receives with this prompt, as a sentence without its period."""
    said = say(f"prompts.{prompt.kind}", clicks=counted(prompt.n or 1, "click"))
    if prompt.jitter:
        said += say("prompts.jitter", px=formats.significant(prompt.jitter))
    if prompt.multimask:
        said += say("prompts.multimask")
    return said


def truth_use(prompt: PromptSpec) -> str:
    """Whether the prompt was made from the ground truth, and what that means, as a sentence."""
    return say("prompts.from_truth" if prompt.uses_ground_truth else "prompts.without_truth")


def truth_difference_words(prompt_a: str, uses_a: bool, prompt_b: str, uses_b: bool) -> str:
    """That one side's prompt uses the reference mask and the other's does not; empty where they are alike."""
    if uses_a == uses_b:
        return ""
    return say(f"sides.only_{'a' if uses_a else 'b'}_uses_truth", a=prompt_a, b=prompt_b)


def outcome_title(outcome: object, single: bool) -> str:
    """The name of an outcome; runs with a single variant have other names."""
    if outcome not in ("fixed", "regressed", "both_fail", "both_good"):
        return say("outcomes.none")
    return say(f"outcomes.{'single_' if single else ''}{outcome}")


def order_word(ranking: Ranking, order: str) -> str:
    """Which end of a ranking comes first: `losses first` of a gap, `worst first` of a score."""
    kind = "gap" if ranking.of == "gap" else "score"
    return say(f"rankings.{'disagreement' if ranking.metric == DISAGREEMENT else kind}_{order}")


def ranked_by(ranking: Ranking, alone: bool = False) -> str:
    """What a ranking sorts by: `IoU gap`, `Dice of B`, `disagreement between A and B`; alone: `Dice`."""
    if alone or ranking.metric == DISAGREEMENT:
        return metric_label(ranking.metric)
    side = say(f"rankings.of_{ranking.of}")
    return say("rankings.by", metric=metric_label(ranking.metric), side=side)


def ranking_words(ranking: Ranking, alone: bool = False) -> str:
    """An order of the images in words: `IoU gap, losses first`."""
    return say("rankings.whole", by=ranked_by(ranking, alone), order=order_word(ranking, ranking.order))


def scenes_text(n_scenes: int, n_effective: float) -> str:
    """The number of scenes, with the effective number where scenes differ in size."""
    if abs(n_effective - n_scenes) < 0.05:
        return formats.count(n_scenes)
    return say("verdicts.effectively", n=n_scenes, effective=formats.decimal(n_effective, 1))


def few_words(metric: MetricComparison) -> str:
    """A sentence that there are too few scenes to decide, with their number."""
    return say("verdicts.few", scenes=scenes_text(metric.n_scenes, metric.n_effective_scenes))


def range_words(metric: MetricComparison) -> str:
    """The gap with the range of the scenes' gaps, as a sentence."""
    low, high = formats.gap(metric.range_low), formats.gap(metric.range_high)
    return say("verdicts.gap_range_plain", gap=formats.gap(metric.gap), low=low, high=high)


def caution_words(metric: MetricComparison) -> str:
    """Sentences on whether interval and test disagree, and whether the interval may be too narrow."""
    said = []
    if metric.reason in ("test", "interval"):
        said.append(say(f"verdicts.{metric.reason}", p=formats.p_words(metric.p)))
    if metric.skew_warning and metric.verdict != TOO_FEW_SCENES:
        said.append(say("verdicts.skewed"))
    return " ".join(said)


def label_words(labels: LabelScheme) -> str:
    """Which values of the reference masks mean water, land and ignored."""
    if labels.water is None:
        said = say("dataset_reading.black_and_white", above=WATER_ABOVE)
    else:
        said = say("dataset_reading.declared", water=_values(labels.water))
    return said + (say("dataset_reading.ignored", ignored=_values(labels.ignore)) if labels.ignore else "")


def photograph_words(photographs: PhotographReading) -> str:
    """What was done to the photographs' values, bands and orientation."""
    parts = []
    if photographs.stretch is not None:
        ends = ", ".join(
            formats.interval(low, high, formats.significant) for low, high in photographs.stretch
        )
        parts.append(say("dataset_reading.stretched", ends=ends))
    if photographs.bands is not None:
        parts.append(
            say("dataset_reading.bands", bands=", ".join(str(band + 1) for band in photographs.bands))
        )
    if photographs.exif != UNTOUCHED.exif:
        parts.append(say("dataset_reading.exif_ignored"))
    return "; ".join(parts) or say("dataset_reading.as_stored")


def _values(values: tuple[int, ...]) -> str:
    return ", ".join(str(value).replace("-", formats.MINUS) for value in values)


def baseline_words(findings: Sequence[BaselineFinding]) -> str:
    """The mean IoU of the trivial baselines in one sentence, without the one that finds nothing.

    Each n that differs from the first one's is stated as well.
    """
    shown = [one for one in findings if one.baseline != NOTHING]
    n = shown[0].iou.n
    parts = [
        f"{say(f'baselines.{one.baseline}')} {formats.score(one.iou.mean)}"
        + (f" (n={formats.count(one.iou.n)})" if one.iou.n != n else "")
        for one in shown
    ]
    return say("baselines.line", scores=", ".join(parts), photographs=counted(n, "photograph"))
