"""The filter by a range of values: a small histogram to drag over, and a slider; both set the same range."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from floodeval.analysis.distribution import gap_edges, metric_edges
from floodeval.analysis.ranking import DISAGREEMENT, bounds_text
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import gap_form, metric_form
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.range_histogram import range_figure
from floodeval.viz.wording import ranked_by

Edges = npt.NDArray[np.float64]
_SHOWN, _TURN = "_bounds_shown", "_bounds_turn"  # in the session state


def draw_value_range(selection: Selection) -> None:
    """Draw the histogram and the slider; nothing where all images have one value."""
    values = selection.table[selection.ranking.column]
    span = span_of(values)
    if span is None:
        return
    low, high, _ = span
    name = f"{selection.ranking.column}/{low}/{high}"
    turn = _turn(name, selection.filters.between)
    _draw_histogram(selection, values, f"brush/{name}/{turn}")
    _draw_slider(selection, span, f"between/{name}/{turn}", name)


def _draw_histogram(selection: Selection, values: pd.Series, key: str) -> None:
    ranking = selection.ranking
    edges = edges_around(values, ranking.metric, ranking.of)
    is_gap = ranking.of == "gap" and ranking.metric != DISAGREEMENT
    form = (gap_form if is_gap else metric_form)(ranking.metric)
    title = ranked_by(ranking, selection.b is None)
    st.markdown(f":small[{title} · {say('worst_cases.brush_help')}]")
    st.plotly_chart(
        range_figure(values, edges, selection.filters.between, form),
        config=CHART_CONFIG,
        key=key,
        on_select=lambda: _keep_brushed(key, edges),
        selection_mode="box",
        alt=say("worst_cases.brush_alt", metric=title),
    )


def edges_around(values: pd.Series, metric: str, of: str) -> Edges:
    """The edges of the bins that have images, and of those between them.

    Args:
        values: of the metric.
        metric: one of `RANKED_METRICS`, or `DISAGREEMENT`.
        of: "gap", "a" or "b".
    """
    scored = metric not in LOWER_IS_BETTER
    is_gap = of == "gap" and metric != DISAGREEMENT
    edges = (gap_edges if is_gap else metric_edges)(values, scored)
    least = max(0, int(np.searchsorted(edges, values.min(), side="right")) - 1)
    most = int(np.searchsorted(edges, values.max(), side="left"))
    return edges[least : max(most, least + 1) + 1]


def brushed_range(event: Mapping[str, Any], edges: Sequence[float] | Edges) -> tuple[float, float] | None:
    """The range of whole bins that a person dragged over; None where nothing is selected.

    Args:
        event: the selection as Plotly reports it.
        edges: of the bins, ascending.
    """
    try:
        first, last = sorted(float(x) for x in event["box"][0]["x"][:2])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    if not math.isfinite(first + last):
        return None
    bins = [(low, high) for low, high in itertools.pairwise(edges) if low < last and high > first]
    covered = [(low, high) for low, high in bins if first <= (low + high) / 2 <= last] or bins
    return (float(covered[0][0]), float(covered[-1][1])) if covered else None


def _keep_brushed(key: str, edges: Edges) -> None:
    chosen = brushed_range(st.session_state[key]["selection"], edges)
    if chosen is None:
        return
    is_all = chosen == (float(edges[0]), float(edges[-1]))
    st.session_state["between"] = None if is_all else bounds_text(chosen)


def _draw_slider(selection: Selection, span: tuple[float, float, float], key: str, name: str) -> None:
    low, high, step = span
    between = selection.filters.between or (low, high)
    options = [round(low + place * step, 9) for place in range(round((high - low) / step) + 1)]
    chosen = tuple(min(options, key=lambda one: abs(one - bound)) for bound in between)
    decimals = max(0, -math.floor(math.log10(step)))
    st.select_slider(  # unlike `st.slider` it allows a real minus sign
        ranked_by(selection.ranking, selection.b is None),
        options,
        value=chosen,
        format_func=lambda value: formats.decimal(value, decimals),
        key=key,
        label_visibility="collapsed",
        on_change=_keep_slid,
        args=(key, name, options[0], options[-1]),
    )


def span_of(values: pd.Series) -> tuple[float, float, float] | None:
    """The range of a slider over some values, and its step; None if there is nothing to choose.

    The step is a round number that divides the range into a hundred parts or more.
    """
    known = values.dropna()
    if known.empty or known.min() == known.max():
        return None
    step = 10.0 ** math.floor(math.log10((known.max() - known.min()) / 100) + 1e-9)
    low, high = math.floor(known.min() / step) * step, math.ceil(known.max() / step) * step
    return round(low, 9), round(high, 9), step


def _turn(name: str, between: tuple[float, float] | None) -> int:
    """A number for the widgets' keys: a new one if anything but the slider changed the range."""
    shown = (name, bounds_text(between) if between else None)
    if st.session_state.get(_SHOWN) != shown:
        st.session_state[_SHOWN] = shown
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    return int(st.session_state[_TURN])


def _keep_slid(key: str, name: str, low: float, high: float) -> None:
    chosen = tuple(st.session_state[key])
    st.session_state["between"] = None if chosen == (low, high) else bounds_text(chosen)
    st.session_state[_SHOWN] = (name, st.session_state["between"])


def forget_bounds() -> None:
    """Remove the range of values when the metric changes."""
    st.session_state["between"] = None
