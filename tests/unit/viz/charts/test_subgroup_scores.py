"""The charts of slices and of errors draw every row, count the samples, and keep names text."""

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.subgroups import CATEGORIES, NUMBERS
from floodeval.datasets.traits import Traits
from floodeval.i18n.language import LANGUAGES, speaking
from floodeval.metrics.error_types import ERROR_KINDS
from floodeval.viz.charts.subgroup_scores import OverallMeans, errors_figure, subgroups_figure
from floodeval.viz.style import ERROR_STYLES, Style, variant_styles
from floodeval.viz.wording import TRAITS, kind_words, part_words, slice_words, trait_title

A, B = variant_styles(["<b>old</b>", "new"]).values()
NUMBER_PARTS = (("low", None, 2.0), ("middle", 2.0, 5.0), ("high", 5.0, None))
OVERALL = OverallMeans(0.5, 0.7, 0.2)


def slices_table():
    rows = [
        ("water_share", "low", np.nan, 0.2, 12, 12, 0.35, 0.62),
        ("water_share", "high", 0.5, np.nan, 11, 10, 0.72, 0.85),
        ("water_colour", "<i>x</i>", np.nan, np.nan, 3, 1, 0.6, 0.5),
    ]
    columns = ["trait", "part", "low", "high", "n", "n_scenes", "mean_a", "mean_b"]
    table = pd.DataFrame(rows, columns=columns).assign(gap=lambda t: t["mean_b"] - t["mean_a"])
    for name in ("mean_a", "mean_b", "gap"):
        table[f"{name}_low"] = table[name] - 0.1
        table[f"{name}_high"] = table[name] + 0.2
    table.loc[2, ["gap_low", "gap_high"]] = np.nan  # a single scene
    return table


def errors_table():
    rows = [
        ("box", variant, kind, 0.01 * (place + 1), None, 35)
        for variant in ("<b>old</b>", "new")
        for place, kind in enumerate(ERROR_KINDS)
    ]
    return pd.DataFrame(rows, columns=["prompt", "variant", "kind", "frame", "share", "n"])


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_trait_slice_and_kind_of_error_has_words(language):
    assert set(TRAITS) == {*NUMBERS, *CATEGORIES} <= set(Traits.__annotations__)
    assert tuple(ERROR_STYLES) == ERROR_KINDS
    slices = [(trait, *part) for trait in NUMBERS for part in NUMBER_PARTS]
    slices += [("water_colour", color, None, None) for color in ("dark", "grey", "brown", "green", "blue")]
    with speaking(language):
        assert all(trait_title(trait) for trait in TRAITS) and all(map(kind_words, ERROR_KINDS))
        said = {slice_words(*one) for one in slices}
        assert len(said) == len(slices) and all(part_words(*one) for one in slices)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (("water_share", "low", None, 0.2), "under 20% water"),
        (("water_share", "middle", 0.2, 0.5), "20 to 50% water"),
        (("water_share", "high", 0.5, np.nan), "at least 50% water"),
        (("n_bodies", "low", np.nan, 2.0), "up to 1 water body"),
        (("n_bodies", "middle", 3.0, 9.0), "3 to 8 water bodies"),
        (("n_bodies", "middle", 3.0, 4.0), "3 water bodies"),
        (("n_bodies", "high", 1200.0, None), "at least 1,200 water bodies"),
        (("shadow_share", "low", None, 0.001), "shadow on under 0.1% of the land"),
        (("megapixels", "middle", 0.5, 2.0), "0.5 to 2 megapixels"),
        (("water_colour", "brown", None, None), "brown water"),
        (("water_colour", "brown", np.nan, np.nan), "brown water"),
        (("water_colour", "<i>x</i>", None, None), "Color of the water: <i>x</i>"),
    ],
)
def test_a_slice_is_said_with_its_bounds_and_units(one, said):
    assert slice_words(*one) == said


def test_a_slice_under_its_title_leaves_the_trait_out():
    assert part_words("channel_width", "middle", 0.02, 0.035) == "2 to 3.5%"
    assert part_words("brightness", "high", 60.0, None) == "at least 60 L*"


def test_every_slice_has_a_row_with_its_n_under_its_trait():
    figure = subgroups_figure(slices_table(), OVERALL, A, B, "IoU")
    ticks = list(figure.layout.yaxis.ticktext)
    assert ticks[0] == "<b>Water, % of the frame</b>" and ticks[1] == "under 20% · n=12"
    assert len(ticks) == 3 + 2  # slices and traits
    assert ticks[-1] == "&lt;i&gt;x&lt;/i&gt; · n=3"
    assert [len(trace.y) for trace in figure.data[1:]] == [3, 3, 3]
    assert list(figure.data[1].y) == [1, 2, 4]


def test_a_and_b_are_told_by_shape_and_the_means_are_dashed():
    figure = subgroups_figure(slices_table(), OVERALL, A, B, "IoU")
    assert {trace.marker.symbol for trace in figure.data[1:3]} == {"circle", "diamond"}
    assert figure.data[1].name == "&lt;b&gt;old&lt;/b&gt;"
    dashed = {(shape.xref, shape.x0) for shape in figure.layout.shapes if shape.line.dash == "dash"}
    assert dashed == {("x", 0.5), ("x", 0.7), ("x2", 0.2)}


def test_the_gap_carries_its_interval():
    gaps = subgroups_figure(slices_table(), OVERALL, A, B, "IoU").data[3]
    assert list(gaps.error_x.array[:2]) == pytest.approx([0.2, 0.2])
    assert list(gaps.error_x.arrayminus[:2]) == pytest.approx([0.1, 0.1])


def test_one_variant_is_drawn_alone_with_its_intervals():
    figure = subgroups_figure(slices_table(), OVERALL, A, None, "IoU")
    assert len(figure.data) == 1 and figure.data[0].error_x.array is not None
    assert [shape.x0 for shape in figure.layout.shapes] == [0.5]


def test_slices_without_a_value_can_be_drawn():
    nothing = slices_table()
    nothing[[name for name in nothing if name.startswith(("mean", "gap"))]] = np.nan
    figure = subgroups_figure(nothing, OverallMeans(np.nan, np.nan, np.nan), A, B, "IoU")
    assert not figure.layout.shapes


def test_errors_are_stacked_in_percent_of_the_frame_with_n():
    styles = {"<b>old</b>": A, "new": Style("new (B)", "#56B4E9")}
    figure = errors_figure(errors_table(), styles)
    assert figure.layout.barmode == "stack" and len(figure.data) == len(ERROR_KINDS) + 1
    assert list(figure.data[0].x) == pytest.approx([1, 1])
    assert list(figure.data[0].y) == ["&lt;b&gt;old&lt;/b&gt;<br>n=35", "new (B)<br>n=35"]
    assert list(figure.data[-1].text) == ["  21%", "  21%"]


def test_kinds_of_error_are_told_apart_by_hue_and_hatch():
    assert len({(style.color, style.hatch) for style in ERROR_STYLES.values()}) == len(ERROR_KINDS)
    for sign in ("false", "missed"):
        assert len({style.hatch for kind, style in ERROR_STYLES.items() if kind.startswith(sign)}) == 3


def test_errors_of_perfect_masks_can_be_drawn():
    figure = errors_figure(errors_table().assign(frame=0.0), variant_styles(["new"]))
    assert list(figure.data[-1].text) == ["  0.0%"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axis_titles_fit_the_plot_of_a_phone(language):
    with speaking(language):
        pair = subgroups_figure(slices_table(), OVERALL, A, B, "IoU").layout
        errors = errors_figure(errors_table(), {"<b>old</b>": A, "new": B}).layout
    for title, room in ((pair.xaxis2.title.text, 12), (errors.xaxis.title.text, 45)):  # characters
        assert max(map(len, title.split("<br>"))) <= room
    assert pair.xaxis2.domain[0] - pair.xaxis.domain[1] >= 0.09  # "1" and "-0.5" are apart
