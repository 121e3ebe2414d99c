"""The images of what is selected in a chart, listed beneath it; each opens with a click."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import Bar, Cell, Pick, Points, picked_rows
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.page import chip
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.gallery import thumbnails
from floodeval.dashboard.widgets.legends import code
from floodeval.dashboard.widgets.tables import paged
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.panels import data_url
from floodeval.viz.wording import metric_label

# What a person selected in a chart: from plotly's points to a bar, an image, or a cell.

Event = Sequence[Mapping[str, Any]]


def bar_of(event: Event, metric: str, sides: Mapping[str, str], highest: float) -> Bar | None:
    """The bar that was selected in a histogram; None where none is.

    Args:
        event: plotly's points; a bar's custom data are its variant (or "gap"), low, high and count.
        metric: whose histogram it is.
        sides: the paired table's side by what the bars say: `{"pretrained": "a", ...}`.
        highest: the upper edge of the last bin.
    """
    for point in event:
        try:
            said, low, high = list(point["customdata"])[:3]
            side = sides[str(said)]
            return Bar(f"{metric}_{side}", float(low), float(high), last=float(high) >= highest)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def images_of(event: Event, metric: str, bounds: tuple[float, float], steps: int) -> Pick | None:
    """The images that were selected in A against B, or the cell; None where nothing is.

    Args:
        event: plotly's points; a point's custom data are its image's id, a cell's outcome, number and count.
        metric: whose chart it is.
        bounds: the least and the greatest value of its axes.
        steps: cells a side.
    """
    ids = []
    for point in event:
        said = point.get("customdata")
        if isinstance(said, str):
            ids.append(said)
        elif isinstance(said, Sequence) and len(said) == 1:
            ids.append(str(said[0]))
        elif isinstance(said, Sequence) and len(said) >= 2 and str(said[1]).isdigit():
            return Cell(metric, str(said[0]), int(said[1]), bounds, steps)
    return Points(tuple(ids)) if ids else None


# The images of what is selected in a chart, listed beneath it; each opens with a click.

PER_PAGE = 6
About = tuple[object, ...]


def chart_key(chart: str) -> str:
    """A chart's key; another one after its selection was let go, so that it is drawn without it."""
    return f"{chart}_{st.session_state.get(f'_turn_{chart}', 0)}"


def keeper(chart: str, key: str, about: About, read: Callable[[Event], Pick | None]) -> Callable[[], None]:
    """What is to be done when a person selects in a chart: keep what it stands for.

    Args:
        chart: the chart's name.
        key: its key.
        about: what it shows; the selection is void where the chart of that name shows something else.
        read: makes a pick of plotly's points.
    """

    def keep() -> None:
        event = st.session_state[key]["selection"]["points"]
        st.session_state[f"_picked_{chart}"] = (about, read(event))

    return keep


def kept_pick(chart: str, about: About) -> Pick | None:
    """What is selected in a chart, as long as it shows the same."""
    shown, pick = st.session_state.get(f"_picked_{chart}", (None, None))
    return pick if shown == about else None


def draw_picked(selection: Selection, chart: str, about: About, metric: str) -> None:
    """List the images of what is selected in a chart, if anything is.

    Of a bar those of the other variant in that bin too: its bar may stand hidden behind this one.
    """
    pick = kept_pick(chart, about)
    if pick is None:
        return
    with st.container(border=True, gap="small"):
        for place, one in enumerate([pick, *other_sides(selection, pick)]):
            rows = picked_rows(selection.table, one)
            if place and rows.empty:
                continue
            st.markdown(picked_words(selection, one, len(rows)))
            _draw_images(selection, rows, metric, f"{chart}/{one}")
        st.button(
            say("distributions.clear_selection"),
            key=f"_let_go_{chart}",
            icon=":material/close:",
            type="tertiary",
            on_click=_let_go,
            args=(chart,),
        )


def _let_go(chart: str) -> None:
    st.session_state.pop(f"_picked_{chart}", None)
    st.session_state[f"_turn_{chart}"] = st.session_state.get(f"_turn_{chart}", 0) + 1


def other_sides(selection: Selection, pick: Pick) -> list[Bar]:
    """The same bin of the other variant, where a bar of A or B is selected."""
    if selection.b is None or not isinstance(pick, Bar) or pick.column.endswith("_gap"):
        return []
    metric, _, side = pick.column.rpartition("_")
    return [Bar(f"{metric}_{'b' if side == 'a' else 'a'}", pick.low, pick.high, pick.last)]


def picked_words(selection: Selection, pick: Pick, n: int) -> str:
    """What is selected and how many images it holds, as Markdown."""
    images = f"**{counted(n, 'image')}**"
    if not isinstance(pick, Bar):
        return say("distributions.picked", images=images)
    metric, _, side = pick.column.rpartition("_")
    show = formats.gap if side == "gap" else formats.score
    values = {"metric": metric_label(metric), "low": show(pick.low), "high": show(pick.high)}
    if side == "gap":
        return say("distributions.picked_gap", images=images, **values)
    variant = selection.a if side == "a" else selection.b or selection.a
    return say("distributions.picked_bar", images=images, variant=chip(selection.styles[variant]), **values)


def value_words(selection: Selection, row: pd.Series, metric: str) -> str:
    """An image's metric under A and B, and the gap; of one variant its value."""
    if selection.b is None:
        return f"{metric_label(metric)} {formats.score(row[f'{metric}_a'])}"
    a, b, gap = (row[f"{metric}_{side}"] for side in ("a", "b", "gap"))
    return f"{metric_label(metric)} {formats.score(a)} → {formats.score(b)}, **{formats.gap(gap)}**"


def _draw_images(selection: Selection, rows: pd.DataFrame, metric: str, key: str) -> None:
    slot = st.container()
    shown = paged(rows.to_dict("records"), PER_PAGE, key)
    pictures = thumbnails(selection, photographs(selection.run), [str(row["id"]) for row in shown])
    with slot, st.grid(3, min_column_width=140, gap="small"):
        for row, picture in zip(shown, pictures, strict=True):
            with st.container(gap="xxsmall", height="stretch"):
                _draw_image(selection, pd.Series(row), picture, metric)


def _draw_image(selection: Selection, row: pd.Series, picture: bytes | None, metric: str) -> None:
    name = str(row["id"])
    if picture is not None:
        st.image(data_url(picture), width="stretch", alt=say("distributions.thumbnail_alt", name=name))
    wanted = {"id": name, "quadrant": "all"}
    link_to(
        "Compare",
        selection.params | wanted,
        say("distributions.open", name=code(name)),
        ":material/open_in_full:",
    )
    st.caption(value_words(selection, row, metric))
