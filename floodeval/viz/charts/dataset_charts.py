"""Charts of a data set: water by subset, sizes of photographs, and file formats."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.datasets.splits import SUBSETS
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.distributions import shares
from floodeval.viz.charts.figure import bar_marker, hover, new_figure, text
from floodeval.viz.style import Style
from floodeval.viz.wording import subset_words

NOT_IN_SPLIT = "none"  # the subset of samples that the split leaves out
WATER_EDGES = np.linspace(0, 1, 11)
_KNOWN = (("#0072B2", ""), ("#CC79A7", "/"), ("#009E73", "x"))
_OTHER = Style(NOT_IN_SPLIT, "#868686", ".")
_SYMBOLS = ("circle", "diamond", "square", "x")
_SIDE_TICKS = (100, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10000)


def subset_styles(subsets: pd.Series) -> dict[str, Style]:
    """The styles of the subsets that occur: train, validation, test, others, and samples in none."""
    found = set(subsets.dropna())
    names = [name for name in SUBSETS if name in found] + sorted(map(str, found - set(SUBSETS)))
    every = dict.fromkeys([*SUBSETS, *names])
    styles = {name: Style(name, *_KNOWN[place % len(_KNOWN)]) for place, name in enumerate(every)}
    return {name: styles[name] for name in names} | ({NOT_IN_SPLIT: _OTHER} if subsets.isna().any() else {})


def subset_label(name: str) -> str:
    """The label of a subset; an empty name is the whole of a data set without a split."""
    if not name:
        return say("dataset.not_split")
    return say("dataset.in_no_subset") if name == NOT_IN_SPLIT else subset_words(name)


def water_figures(table: pd.DataFrame) -> dict[str, go.Figure]:
    """Draw for every subset a histogram of the share of water, all with one scale.

    Args:
        table: with the columns water_share (0..1) and subset.
    """
    subsets = table["subset"].fillna(NOT_IN_SPLIT)
    styles = subset_styles(table["subset"])
    bins = {name: shares(table.loc[subsets == name, "water_share"], WATER_EDGES) for name in styles}
    top = max((float(found["share"].max()) for found in bins.values()), default=0) * 1.1 or 1
    return {name: _water(bins[name], style, top) for name, style in styles.items()}


def sizes_figure(table: pd.DataFrame) -> go.Figure:
    """Draw every photograph at its width and height, in pixels on logarithmic axes."""
    subsets, figure = table["subset"].fillna(NOT_IN_SPLIT), new_figure(380)
    for place, (name, style) in enumerate(subset_styles(table["subset"]).items()):
        rows = table[(subsets == name) & table["width"].notna()]
        figure.add_scatter(
            name=f"{text(subset_label(name))}, n={formats.count(len(rows))}",
            x=rows["width"],
            y=rows["height"],
            mode="markers",
            marker={
                "symbol": _SYMBOLS[place % len(_SYMBOLS)],
                "size": 8,
                "color": style.color,
                "opacity": 0.7,
            },
            text=[text(sample_id) for sample_id in rows["id"]],
            **hover(map(_size_words, rows.to_dict("records"))),
        )
    ticks = {
        "type": "log",
        "tickvals": _SIDE_TICKS,
        "ticktext": [formats.count(tick) for tick in _SIDE_TICKS],
    }
    figure.update_xaxes(title=say("dataset.width_px"), **ticks)
    figure.update_yaxes(title=say("dataset.height_px"), **ticks)
    return figure


def formats_figure(table: pd.DataFrame) -> go.Figure:
    """Draw the number of photographs per file format, by content, stacked by subset."""
    known = table[table["format"].notna()]
    totals = known["format"].value_counts()
    order, photographs = list(totals.index), say("dataset.photographs_hover")
    subsets, figure = known["subset"].fillna(NOT_IN_SPLIT), new_figure(380, barmode="stack", bargap=0.35)
    for name, style in subset_styles(table["subset"]).items():
        counts = known.loc[subsets == name, "format"].value_counts().reindex(order, fill_value=0)
        figure.add_bar(
            name=f"{text(subset_label(name))}, n={formats.count(counts.sum())}",
            x=[f"{text(one)}<br>n={formats.count(totals[one])}" for one in order],
            y=counts,
            marker=bar_marker(style, 0.75),
            **hover((f"{formats.count(n)} {photographs}" for n in counts), text(subset_label(name))),
        )
    figure.update_yaxes(title=say("dataset.photographs_axis"), rangemode="tozero")
    figure.update_xaxes(title=say("dataset.formats_axis"))
    return figure


def _size_words(row: dict[Hashable, Any]) -> str:
    return f"<b>{text(row['id'])}</b><br>{formats.picture_size(row['width'], row['height'])}"


def _water_words(row: dict[Hashable, Any]) -> str:
    low, high = formats.count(100 * row["low"]), formats.percent(row["high"])
    photographs = f"{formats.count(row['n'])} {say('dataset.photographs_hover')}"
    share = formats.percent(row["share"] / 100)
    return f"{say('dataset.water_hover', low=low, high=high)}<br>{photographs}, {share}"


def _water(all_bins: pd.DataFrame, style: Style, top: float) -> go.Figure:
    figure = new_figure(230, showlegend=False)
    bins = all_bins[all_bins["n"] > 0]  # an empty bar would draw its outline
    figure.add_bar(
        width=100 * (bins["high"] - bins["low"]),
        x=100 * (bins["low"] + bins["high"]) / 2,
        y=bins["share"],
        marker=bar_marker(style, 0.75),
        **hover(map(_water_words, bins.to_dict("records"))),
    )
    figure.update_xaxes(
        range=[0, 100], dtick=20, ticksuffix=formats.percent_sign(), title=say("dataset.water_axis")
    )
    figure.update_yaxes(
        range=[0, top], ticksuffix=formats.percent_sign(), title=say("dataset.photographs_axis"), nticks=5
    )
    return figure
