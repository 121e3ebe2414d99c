"""The charts of the prompts draw every prompt once, set the field apart, and keep names text."""

import numpy as np
import pandas as pd
import pytest

from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.charts.prompt_charts import agreement_figure, clicks_figure, sensitivity_figure
from floodeval.viz.charts.prompt_scores import prompt_gaps_figure, prompts_figure
from floodeval.viz.style import variant_styles

STYLES = variant_styles(["<b>old</b>", "new"])
PROMPTS = [parse_prompt(spec) for spec in ("box", "point", "full")]


def scores_table(n=35):
    rows = [
        (prompt.spec, variant, 0.5 + 0.1 * i, n, 30) for i, prompt in enumerate(PROMPTS) for variant in STYLES
    ]
    table = pd.DataFrame(rows, columns=["prompt", "variant", "mean", "n", "n_scenes"])
    return table.assign(low=table["mean"] - 0.1, high=table["mean"] + 0.2)


def gains_table():
    return scores_table().query("variant == 'new'").rename(columns={"mean": "gap"})


def dots(figure, name):
    return next(trace for trace in figure.data if trace.name == name and trace.mode == "markers")


def test_what_exists_in_the_field_comes_first_on_a_ground_of_its_own():
    figure = prompts_figure(scores_table(), gains_table(), PROMPTS, STYLES, "IoU")
    assert list(figure.layout.yaxis.ticktext) == ["full", "box", "point"]
    headers = [note.text for note in figure.layout.annotations]
    assert headers == [f"<b>{say(f'prompts_page.{use}')}</b>" for use in ("in_field", "from_truth")]
    (band,) = figure.layout.shapes
    full, box, _ = figure.layout.yaxis.tickvals
    assert band.y0 < full < band.y1 < box


def test_every_prompt_has_a_dot_a_variant_with_its_interval_and_its_number():
    figure = prompts_figure(scores_table(), gains_table(), PROMPTS, STYLES, "IoU")
    old, new = dots(figure, "&lt;b&gt;old&lt;/b&gt;"), dots(figure, "new")
    assert len(old.x) == len(new.x) == 3 and old.marker.symbol != new.marker.symbol
    assert list(new.error_x.array) == pytest.approx([0.2] * 3)
    numbers = next(trace for trace in figure.data if trace.mode == "text")
    assert list(numbers.text) == [" 0.500", " 0.600", " 0.700"]
    assert all(low < value < high for low, value, high in zip([0.4] * 3, old.x, [0.95] * 3, strict=True))


def test_the_number_of_photographs_is_said_once_or_at_every_prompt():
    same = prompts_figure(scores_table(), None, PROMPTS, STYLES, "IoU")
    assert same.layout.xaxis.title.text == "mean IoU, n=35"
    table = scores_table()
    table.loc[table["prompt"] == "full", "n"] = [36, 37]
    figure = prompts_figure(table, None, PROMPTS, STYLES, "IoU")
    assert list(figure.layout.yaxis.ticktext) == ["full · n=36 to 37", "box · n=35", "point · n=35"]
    assert figure.layout.xaxis.title.text == "mean IoU"


def test_gaps_between_prompts_are_drawn_about_zero():
    gaps = scores_table().rename(columns={"mean": "gap"}).query("prompt != 'full'")
    figure = prompt_gaps_figure(gaps, PROMPTS[:2], STYLES, "full", "IoU")
    assert figure.layout.xaxis.zeroline and figure.layout.xaxis.range[0] < 0
    assert "minus IoU with full" in figure.layout.xaxis.title.text


def test_prompts_without_a_value_can_be_drawn():
    nothing = scores_table().assign(mean=np.nan, low=np.nan, high=np.nan, n=0)
    figure = prompts_figure(nothing, None, PROMPTS, STYLES, "IoU")
    assert not len(dots(figure, "new").x)
    assert not len(prompts_figure(nothing.head(0), None, [], STYLES, "IoU").layout.shapes)


def test_the_square_of_masks_is_the_same_both_ways():
    agreement = pd.DataFrame([("box", "full", 0.9, 3)], columns=["first", "second", "iou", "n"])
    (cells,) = agreement_figure(agreement, ["box", "full"], "#56B4E9").data
    z = np.array(cells.z, float)
    assert z[0, 1] == z[1, 0] == 0.9 and np.isnan(z[0, 0])
    assert cells.text[0][1] == "0.900"


def curve():
    rows = [(variant, value, 0.6, 2 if value == 1 else 1) for variant in STYLES for value in (1.0, 3.0)]
    table = pd.DataFrame(rows, columns=["variant", "value", "mean", "n_seeds"])
    ends = dict.fromkeys(("low", "seed_low"), table["mean"] - 0.05)
    return table.assign(**ends, high=0.7, seed_high=0.65, n=9)


def test_seeds_are_drawn_where_there_are_several():
    figure = sensitivity_figure(curve(), "n", STYLES, "IoU")
    lines = [trace for trace in figure.data if trace.showlegend is not False]
    assert [trace.name for trace in lines] == ["&lt;b&gt;old&lt;/b&gt;", "new"]
    assert lines[0].line.dash != lines[1].line.dash
    assert np.isnan(lines[0].error_y.array[1]) and lines[0].error_y.array[0] == pytest.approx(0.05)
    assert figure.layout.xaxis.type == "log" and list(figure.layout.xaxis.ticktext) == ["1", "3"]


def test_targets_are_drawn_across_the_clicks():
    figure = clicks_figure(curve().rename(columns={"value": "click"}), STYLES, (0.8, 0.85))
    assert [shape.y0 for shape in figure.layout.shapes] == [0.8, 0.85]
