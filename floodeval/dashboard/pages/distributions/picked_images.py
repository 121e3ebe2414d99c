"""The images of what is selected in a chart, listed below it; each opens with a click."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.distribution import GridCell, HistogramBar, Pick, PickedPoints, picked_rows
from floodeval.analysis.ranking import ALL, bounds_around, bounds_text
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, code
from floodeval.dashboard.widgets.pictures import thumbnails
from floodeval.dashboard.widgets.tables import gap_form, metric_form, paged
from floodeval.i18n.catalog import counted, say
from floodeval.viz.thumbnails import data_url
from floodeval.viz.wording import metric_label

PER_PAGE = 6

Event = Sequence[Mapping[str, Any]]
"""The points of a selection as Plotly reports them."""

About = tuple[object, ...]
"""What a chart shows; a selection is void once the chart shows something else."""


def bar_of(event: Event, metric: str, sides: Mapping[str, str], highest: float) -> HistogramBar | None:
    """The bar that is selected in a histogram; None if there is none.

    Args:
        event: Plotly's points; a bar's custom data are its variant (or "gap"), low, high and count.
        metric: of the histogram.
        sides: the paired table's side by the bars' custom data: `{"pretrained": "a", ...}`.
        highest: the upper edge of the last bin.
    """
    for point in event:
        try:
            data, low, high = list(point["customdata"])[:3]
            side = sides[str(data)]
            return HistogramBar(f"{metric}_{side}", float(low), float(high), last=float(high) >= highest)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def images_of(event: Event, metric: str, bounds: tuple[float, float], steps: int) -> Pick | None:
    """The images or the cell selected in the chart of A against B; None if nothing is.

    Args:
        event: Plotly's points; a point's custom data are its image's id, a cell's outcome, number and count.
        metric: of the chart.
        bounds: the smallest and the largest value of its axes.
        steps: cells per side.
    """
    ids = []
    for point in event:
        data = point.get("customdata")
        if isinstance(data, str):
            ids.append(data)
        elif isinstance(data, Sequence) and len(data) == 1:
            ids.append(str(data[0]))
        elif isinstance(data, Sequence) and len(data) >= 2 and str(data[1]).isdigit():
            return GridCell(metric, str(data[0]), int(data[1]), bounds, steps)
    return PickedPoints(tuple(ids)) if ids else None


def chart_key(chart: str) -> str:
    """A chart's key; a new one after its selection was cleared, so that it is drawn without it."""
    return f"{chart}_{st.session_state.get(f'_turn_{chart}', 0)}"


def keeper(chart: str, key: str, about: About, read: Callable[[Event], Pick | None]) -> Callable[[], None]:
    """The callback for a selection in a chart: it stores the pick in the session.

    Args:
        chart: the chart's name.
        key: its key.
        about: what it shows.
        read: converts Plotly's points to a pick.
    """

    def keep() -> None:
        event = st.session_state[key]["selection"]["points"]
        st.session_state[f"_picked_{chart}"] = (about, read(event))

    return keep


def kept_pick(chart: str, about: About) -> Pick | None:
    """What is selected in a chart, as long as the chart shows the same."""
    shown, pick = st.session_state.get(f"_picked_{chart}", (None, None))
    return pick if shown == about else None


def draw_picked(selection: Selection, chart: str, about: About, metric: str) -> None:
    """List the images of what is selected in a chart, if anything is.

    For a bar, the images of the other variant in that bin too: its bar may be hidden behind this one.
    """
    pick = kept_pick(chart, about)
    if pick is None:
        return
    with st.container(border=True, gap="small"):
        for place, one in enumerate([pick, *other_sides(selection, pick)]):
            rows = picked_rows(selection.table, one)
            if place and rows.empty:
                continue
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(picked_words(selection, one, len(rows)), width="content")
                if isinstance(one, HistogramBar) and not rows.empty:
                    link_to(
                        "Worst cases",
                        selection.params | list_params(one, rows),
                        say("distributions.open_list"),
                        ":material/filter_alt:",
                    )
            _draw_images(selection, rows, metric, f"{chart}/{one}")
        st.button(
            say("distributions.clear_selection"),
            key=f"_clear_{chart}",
            icon=":material/close:",
            type="tertiary",
            on_click=_clear,
            args=(chart,),
        )


def list_params(bar: HistogramBar, rows: pd.DataFrame) -> dict[str, str]:
    """The URL parameters with which Worst cases lists the images of a bar, and no other ones.

    Args:
        bar: of a histogram.
        rows: its images, at least one.
    """
    metric, _, side = bar.column.rpartition("_")
    only = {"metric": metric, "of": side, "between": bounds_text(bounds_around(rows[bar.column]))}
    return only | {"quadrant": ALL, "slice": ALL, "marked": ALL, "reviewer": ALL, "find": ""}


def _clear(chart: str) -> None:
    st.session_state.pop(f"_picked_{chart}", None)
    st.session_state[f"_turn_{chart}"] = st.session_state.get(f"_turn_{chart}", 0) + 1


def other_sides(selection: Selection, pick: Pick) -> list[HistogramBar]:
    """The same bin of the other variant, where a bar of A or B is selected."""
    if selection.b is None or not isinstance(pick, HistogramBar) or pick.column.endswith("_gap"):
        return []
    metric, _, side = pick.column.rpartition("_")
    return [HistogramBar(f"{metric}_{'b' if side == 'a' else 'a'}", pick.low, pick.high, pick.last)]


def picked_words(selection: Selection, pick: Pick, n: int) -> str:
    """What is selected and how many images it contains, as Markdown."""
    images = f"**{counted(n, 'image')}**"
    if not isinstance(pick, HistogramBar):
        return say("distributions.picked", images=images)
    metric, _, side = pick.column.rpartition("_")
    show = (gap_form if side == "gap" else metric_form)(metric)
    values = {"metric": metric_label(metric), "low": show(pick.low), "high": show(pick.high)}
    if side == "gap":
        return say("distributions.picked_gap", images=images, **values)
    variant = selection.a if side == "a" else selection.b or selection.a
    return say("distributions.picked_bar", images=images, variant=chip(selection.styles[variant]), **values)


def value_words(selection: Selection, row: pd.Series, metric: str) -> str:
    """An image's metric for A and B, and the gap; with one variant, its value."""
    show = metric_form(metric)
    if selection.b is None:
        return f"{metric_label(metric)} {show(row[f'{metric}_a'])}"
    a, b, gap = (row[f"{metric}_{side}"] for side in ("a", "b", "gap"))
    return f"{metric_label(metric)} {show(a)} → {show(b)}, **{gap_form(metric)(gap)}**"


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
