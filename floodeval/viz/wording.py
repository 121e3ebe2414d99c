"""The words for traits, errors, metrics, prompts, variants, outcomes, rankings, verdicts and schemes."""

from collections.abc import Sequence

import pandas as pd

from floodeval.analysis.baseline_findings import BaselineFinding
from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.ranking import DISAGREEMENT, Ranking
from floodeval.analysis.subgroups import CATEGORIES, NUMBERS
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.datasets.dataset_config import UNTOUCHED, PhotographReading
from floodeval.datasets.label_scheme import WATER_ABOVE, LabelScheme
from floodeval.evaluation.reviews import TAGS_BETWEEN
from floodeval.evaluation.variant_record import CLASS_IDS, PROBABILITIES, ZERO_AND_ONE, MaskScheme, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.metrics.trivial_baselines import NOTHING
from floodeval.sam.prompts import PromptSpec

TRAITS = (*NUMBERS, *CATEGORIES)
PARTS = ("low", "middle", "high", "dark", "grey", "brown", "green", "blue")
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
    """A subgroup below its trait's title: `low, 5.9% to 31%`, `brown`."""
    bounds = _bounds(trait, low, high)
    name = say(f"traits.part_{part}") if part in PARTS else part
    return f"{name}, {bounds}" if bounds else name


def slice_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A subgroup within a sentence: `low share of water (5.9% to 31%)`, `brown water`."""
    bounds = _bounds(trait, low, high)
    if part in PARTS:
        name = say(f"traits.subgroup_{trait}_{part}")
    else:
        name = say("traits.subgroup_other", part=part, trait=trait_title(trait))
    return f"{name} ({bounds})" if bounds else name


def _bounds(trait: str, low: float | None, high: float | None) -> str:
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    unit = _UNITS.get(trait, "plain")
    scale = 100 if unit == "percent" else 1
    first, last = (_short(value * scale) for value in (low, high))
    amount = first if first == last else say("traits.range", low=first, high=last)
    if unit == "percent":
        return amount + formats.percent_sign()
    return say(f"traits.{unit}", amount=amount)


def _short(value: float) -> str:
    """Two significant digits, or a whole number from 10 on."""
    if abs(value) >= 10:
        return formats.count(value)
    return formats.significant(value if abs(value) >= 1e-9 else 0.0, 2)


TAGS = ("shadow", "reflection", "small water", "diffuse boundary", "wrong label")


def tag_words(tag: str) -> str:
    """A tag, or several joined ones, in the current language if it is one of `TAGS`; others as they are."""
    return TAGS_BETWEEN.join(
        say(f"cases.tag_{one.replace(' ', '_')}") if one in TAGS else one for one in tag.split(TAGS_BETWEEN)
    )


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
