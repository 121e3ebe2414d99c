"""Sentences about chosen thresholds and about the calibration of estimates."""

from collections.abc import Callable

from floodeval.analysis.score_calibration import ScoreCalibration
from floodeval.analysis.threshold_choice import ThresholdChoice
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.threshold_charts import probability_words


def choice_words(choice: ThresholdChoice) -> str:
    """The chosen threshold and what it brings on the test subset, or why none is chosen, in a sentence."""
    if choice.best is None:
        return say(f"thresholds.reason_{choice.reason}")
    chosen = say(
        "thresholds.chosen",
        logit=formats.decimal(choice.best, 1),
        probability=probability_words(choice.best),
        images=counted(choice.n_validation, "image"),
    )
    if choice.iou_best is None:
        return f"{chosen} {say(f'thresholds.reason_{choice.reason}')}"
    if choice.best == choice.default:
        scored = say(
            "thresholds.scored_same",
            iou=formats.score(choice.iou_best),
            images=counted(choice.n_test, "image"),
        )
        return f"{chosen} {scored}"
    scored = say(
        "thresholds.scored",
        before=formats.score(choice.iou_default),
        after=formats.score(choice.iou_best),
        gain=gain_words(choice),
        images=counted(choice.n_test, "image"),
        scenes=counted(choice.n_scenes, "scene"),
    )
    return f"{chosen} {scored} {say(f'thresholds.gain_{gain_verdict(choice)}')}"


def gain_words(choice: ThresholdChoice) -> str:
    """The gain on the test subset, with its interval where there is one."""
    gain = formats.gap(choice.gain)
    if choice.low is None or choice.high is None:
        return gain
    return say("thresholds.gain", gain=gain, interval=formats.interval(choice.low, choice.high))


def gain_verdict(choice: ThresholdChoice) -> str:
    """What the interval of the gain says: "higher", "lower", or "undecided" where zero is in it.

    It is "same" where the chosen threshold is the default.
    """
    if choice.best == choice.default:
        return "same"
    if choice.low is not None and choice.low > 0:
        return "higher"
    return "lower" if choice.high is not None and choice.high < 0 else "undecided"


def calibration_words(found: ScoreCalibration) -> str:
    """How far a model's estimates of IoU are from the IoU, and whether they rank photographs, in words."""
    excess = say(
        "thresholds.excess_over" if (found.excess or 0) >= 0 else "thresholds.excess_under",
        excess=formats.score(abs(found.excess or 0)),
        interval=formats.interval(found.excess_interval.low, found.excess_interval.high),
    )
    error = say(
        "thresholds.error",
        error=formats.score(found.error),
        interval=_interval(found.error_interval, formats.score),
    )
    rank = say(
        "thresholds.rank",
        correlation=formats.gap(found.correlation, 2),
        interval=_interval(found.correlation_interval, _two_decimals),
    )
    return f"{excess} {error} {rank}"


def _two_decimals(value: float) -> str:
    return formats.gap(value, 2)


def _interval(ends: tuple[float, float] | None, form: Callable[[float], str]) -> str:
    low, high = ends or (None, None)
    return formats.interval(low, high, form)
