"""What a reader of the stress suite's figure relies on: a panel per factor, a line per variant, its n."""

import pandas as pd
import pytest

from floodeval.synthetic.scene import FACTORS
from floodeval.viz.charts.stress_curves import factor_label, stress_figure
from floodeval.viz.style import variant_styles

VARIANTS = ["pretrained", "fine<b>tuned"]


@pytest.fixture
def curves():
    rows = [
        (variant, factor, severity, 6, 0.9 - 0.1 * severity, 0.8 - 0.1 * severity, 1 - 0.1 * severity, 0.0)
        for variant in VARIANTS
        for factor in FACTORS
        for severity in range(4)
    ]
    columns = ["variant", "factor", "severity", "n", "mean", "ci_low", "ci_high", "fall"]
    return pd.DataFrame(rows, columns=columns)


def lines(figure):
    return [trace for trace in figure.data if "markers" in trace.mode]


def test_every_factor_has_its_panel_with_its_name_and_n(curves):
    titles = [note.text for note in stress_figure(curves, variant_styles(VARIANTS)).layout.annotations]
    assert titles == [f"{factor_label(factor)}, n=6" for factor in FACTORS]


def test_a_missing_picture_shows_in_the_panels_n(curves):
    curves.loc[(curves["factor"] == "haze") & (curves["severity"] == 2), "n"] = 5
    titles = [note.text for note in stress_figure(curves, variant_styles(VARIANTS)).layout.annotations]
    assert "Haze, n=5 to 6" in titles


def test_every_variant_has_a_line_told_by_more_than_its_color_and_one_word_in_the_legend(curves):
    drawn = lines(stress_figure(curves, variant_styles(VARIANTS)))
    assert len(drawn) == len(VARIANTS) * len(FACTORS)
    assert len({(line.line.dash, line.marker.symbol) for line in drawn}) == len(VARIANTS)
    assert [line.name for line in drawn if line.showlegend] == ["pretrained", "fine&lt;b&gt;tuned"]


def test_without_intervals_the_lines_stand_alone(curves):
    curves[["ci_low", "ci_high"]] = float("nan")
    figure = stress_figure(curves, variant_styles(VARIANTS))
    assert len(lines(figure)) == len(VARIANTS) * len(FACTORS)
    assert all(not len(trace.x) for trace in figure.data if trace.fill == "toself")
