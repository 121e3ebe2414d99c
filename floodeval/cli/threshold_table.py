"""The table of `floodeval compare --thresholds`: thresholds chosen on validation, their IoU on test."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from floodeval.analysis.threshold_choice import ThresholdChoice
from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.threshold_charts import probability_words
from floodeval.viz.threshold_words import gain_verdict


def show_thresholds(choices: Sequence[ThresholdChoice]) -> None:
    """Print one row per prompt and variant, then why a threshold is not chosen or not scored."""
    shown = Table(
        title=Text(
            "Thresholds of the logits with the highest mean IoU on validation, and their IoU on test.\n"
            "n: images with reference water on validation and on test"
        ),
        title_justify="left",
    )
    for heading in ("prompt", "variant"):
        shown.add_column(heading)
    for heading in ("default", "best", "probability", "n val", "IoU default", "IoU best", "gain"):
        shown.add_column(heading, justify="right")
    for heading in ("95% interval", "n test", "scenes"):
        shown.add_column(heading, justify="right")
    shown.add_column("gain is")
    for one in choices:
        shown.add_row(one.prompt, one.variant, *_numbers(one))
    console.print(shown)
    for reason in dict.fromkeys(one.reason for one in choices if one.reason):
        which = dict.fromkeys(f"{one.variant} ({one.prompt})" for one in choices if one.reason == reason)
        show_line(f"{', '.join(which)}: {say(f'thresholds.reason_{reason}')}")
    for one in choices:
        if one.is_outermost:
            show_line(f"{one.variant} ({one.prompt}): {say('thresholds.outermost')}")


def _numbers(one: ThresholdChoice) -> tuple[str, ...]:
    chosen = one.best is not None
    return (
        formats.decimal(one.default, 1),
        formats.decimal(one.best, 1),
        probability_words(one.best) if one.best is not None else formats.NO_VALUE,
        formats.count(one.n_validation) if chosen else formats.NO_VALUE,
        formats.score(one.iou_default),
        formats.score(one.iou_best),
        formats.gap(one.gain),
        formats.interval(one.low, one.high),
        formats.count(one.n_test) if one.n_test else formats.NO_VALUE,
        formats.count(one.n_scenes) if one.n_test else formats.NO_VALUE,
        formats.NO_VALUE if one.gain is None else gain_verdict(one),
    )
