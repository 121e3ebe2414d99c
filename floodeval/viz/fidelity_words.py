"""The words for prompt fidelity: how much of a variant's answers to prompts on dry land is water."""

from floodeval.analysis.fidelity_findings import WATER_SHARE, MeanShare, SetFidelity
from floodeval.analysis.generalization import Generalization
from floodeval.analysis.verdicts import MINIMUM_SCENES
from floodeval.evaluation.run_info import WATER
from floodeval.i18n import formats
from floodeval.i18n.catalog import say


def water_words(found: Generalization, one: SetFidelity, variant: str) -> str:
    """The share of water in a variant's answers on a data set, and the baseline's, as a sentence.

    Empty where the data set has no answer of the variant with a known share, or is of another class than
    water.
    """
    about = found.set_of(one.run)
    if about.class_name != WATER:
        return ""
    candidate, baseline = (one.variants.get(name) for name in (variant, found.baseline.name))
    if candidate is None or candidate.water_share.value is None:
        return ""
    said = {
        "set": about.name,
        "b": found.label(variant),
        "of_b": formats.percent(candidate.water_share.value),
    }
    if baseline is None or baseline.water_share.value is None:
        words = say("generalization.water_alone", **said)
    else:
        of_a = formats.percent(baseline.water_share.value)
        words = say("generalization.water", a=found.label(found.baseline.name), of_a=of_a, **said)
    if candidate.n_scenes < MINIMUM_SCENES:
        return say("generalization.water_few", words=words, needed=MINIMUM_SCENES)
    return words


def measure_words(name: str, mean: MeanShare) -> str:
    """The mean of a measure with its interval: a share in percent, or an IoU; a dash where it is not known.

    Args:
        name: one of `floodeval.analysis.fidelity_findings.MEASURES`.
        mean: its mean.
    """
    form = formats.percent if name == WATER_SHARE else formats.score
    if mean.value is None:
        return formats.NO_VALUE
    if mean.low is None or mean.high is None:
        return form(mean.value)
    interval = formats.interval(mean.low, mean.high, form)
    return say("generalization.within", value=form(mean.value), interval=interval)
