"""Styles, charts and numbers are seen in the light and the dark theme."""

import pandas as pd
import pytest

from floodeval.viz import style as palette
from floodeval.viz.charts.prompt_charts import agreement_figure
from floodeval.viz.charts.subgroup_scores import errors_figure
from floodeval.viz.style import ERROR_STYLES, GROUNDS, IGNORED, contrast, variant_styles
from tests.support.pages import open_page
from tests.support.pools import pools as pools
from tests.support.pools import run as run

VARIANTS = ["a", "b", "c", "d", "e"]


def styles_of_the_palette():
    named = [one for one in vars(palette).values() if isinstance(one, palette.Style) and one != IGNORED]
    return {
        style.color
        for style in (*named, *palette.OUTCOME_STYLES.values(), *variant_styles(VARIANTS).values())
    }


@pytest.mark.parametrize("color", sorted(styles_of_the_palette() | {palette.MARK, palette.PROMPT}))
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_style_is_seen_at_3_to_1_in_light_and_in_dark(color, ground):
    assert contrast(color, ground) >= 3


def test_the_grounds_are_those_of_the_themes():
    import tomllib
    from pathlib import Path

    config = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())
    assert tuple(config["theme"][theme]["backgroundColor"] for theme in ("light", "dark")) == GROUNDS
    colors = config["theme"]["chartCategoricalColors"]
    assert colors == [style.color for style in variant_styles(VARIANTS).values()]


def marks(part, name=""):
    """The colors in which a chart's lines and marks are drawn, but for fills that have an edge."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "color" and isinstance(value, str) and value.startswith("#"):
                yield name, value
            elif key in ("zerolinecolor",):
                yield key, value
            elif key not in ("hoverlabel", "template", "textfont", "font", "colorscale"):
                yield from marks(value, key)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from marks(value, name)


def test_every_charts_lines_and_marks_are_seen_at_3_to_1_in_light_and_in_dark(run, monkeypatch):
    """As the pages draw them: the charts of all sections of a run with prompts, slices and errors."""
    import streamlit as st

    drawn = []

    def draw(figure, **_):
        drawn.append(figure)
        return {"selection": {"points": []}}

    monkeypatch.setattr(st, "plotly_chart", draw)
    for name, section in [
        ("Subgroups", "slices"),
        ("Subgroups", "errors"),
        ("Prompts", "every"),
        ("Prompts", "between"),
    ]:
        assert not open_page(name, run="mine", section=section).exception
    assert not open_page("Distributions", run="mine").exception
    assert len(drawn) >= 6
    pale = {
        (where, color)
        for figure in drawn
        for where, color in marks(figure.to_dict())
        if color != "#FFFFFF" and min(contrast(color, ground) for ground in GROUNDS) < 3
    }
    assert not pale


def test_a_pale_fill_has_an_edge_that_is_seen():
    table = pd.DataFrame(
        [("a", kind, 0.1, 0.1, 3) for kind in ERROR_STYLES],
        columns=["variant", "kind", "frame", "share", "n"],
    )
    edges = [
        bar.marker.line.color for bar in errors_figure(table, variant_styles(["a"])).data[: len(ERROR_STYLES)]
    ]
    assert all(contrast(edge, ground) >= 3 for edge in edges for ground in GROUNDS)


@pytest.mark.parametrize("color", [style.color for style in variant_styles(VARIANTS).values()])
def test_numbers_on_color_are_read_at_4_5_to_1(color):
    agreement = pd.DataFrame([("box", "full", 1.0, 3)], columns=["first", "second", "iou", "n"])
    (cells,) = agreement_figure(agreement, ["box", "full"], color).data
    assert contrast(cells.textfont.color, color) >= 4.5
