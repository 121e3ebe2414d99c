"""The stress suite as small multiples: a panel per factor, a line per variant falling with its severity."""

import math
from collections.abc import Hashable
from typing import Any

import cv2
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from floodeval.datasets.dataset import Dataset, read_sample_photograph
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import SEVERITIES, Condition
from floodeval.viz.style import Rgb, Style, hover, new_figure, text
from floodeval.viz.thumbnails import shrink_photograph

# The stress suite as small multiples: a panel per factor, a line per variant falling with its severity.

PANEL_PX = 190
_SYMBOLS = ("circle", "diamond", "square", "x", "triangle-up")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def stress_figure(curves: pd.DataFrame, styles: dict[str, Style], columns: int = 3) -> go.Figure:
    """Draw IoU over severity, a panel per factor.

    Args:
        curves: rows of `floodeval.analysis.stress_response.stress_curves` for one prompt.
        styles: the variants to draw, in order, and how.
        columns: panels side by side.

    Returns:
        Lines of the means over bases with bands of their 95 % intervals; every panel's title has its factor
        and n, the number of bases (the least and the most where they differ).
    """
    factors = list(dict.fromkeys(curves["factor"]))
    rows = max(1, math.ceil(len(factors) / columns))
    titles = [_title(factor, curves[curves["factor"] == factor]) for factor in factors]
    figure = make_subplots(
        rows,
        columns,
        shared_xaxes=True,
        shared_yaxes=True,
        subplot_titles=titles,
        horizontal_spacing=0.03,
        vertical_spacing=0.3 / (rows + 1),
    )
    figure.update_layout(new_figure(70 + rows * PANEL_PX).layout)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 62, "b": 8}, legend_y=1.0 + 34 / (rows * PANEL_PX))
    for panel, factor in enumerate(factors):
        where = {"row": panel // columns + 1, "col": panel % columns + 1}
        for place, (variant, style) in enumerate(styles.items()):
            line = curves[(curves["factor"] == factor) & (curves["variant"] == variant)]
            figure.add_scatter(**_band(line, style), **where)
            figure.add_scatter(**_line(line, style, place), showlegend=panel == 0, **where)
    figure.update_annotations(font_size=13)
    figure.update_xaxes(fixedrange=True, range=[-0.15, 3.15], tickvals=[0, 1, 2, 3], automargin=True)
    figure.update_yaxes(fixedrange=True, range=[0, 1], tickvals=[0, 0.5, 1], automargin=True)
    figure.update_xaxes(title=say("dataset.severity_axis"), row=rows)
    figure.update_yaxes(title=say("metrics.iou"), col=1)
    return figure


def factor_label(factor: str) -> str:
    """What a factor of the suite is called."""
    return say(f"dataset.factor_{factor}")


def _title(factor: str, rows: pd.DataFrame) -> str:
    least, most = int(rows["n"].min()), int(rows["n"].max())
    n = say("dataset.range", low=least, high=most) if most > least else least
    return f"{factor_label(factor)}, n={n}"


def _line(rows: pd.DataFrame, style: Style, place: int) -> dict[str, object]:
    return {
        "name": text(style.label),
        "legendgroup": style.label,
        "x": rows["severity"],
        "y": rows["mean"],
        "mode": "lines+markers",
        "line": {"color": style.color, "width": 2.5, "dash": _DASHES[place % len(_DASHES)]},
        "marker": {"symbol": _SYMBOLS[place % len(_SYMBOLS)], "size": 7, "color": style.color},
        **hover(map(_words, rows.to_dict("records"))),
    }


def _words(row: dict[Hashable, Any]) -> str:
    """What a point says where one points at it: IoU, its interval, the fall."""
    low, high = formats.score(row["ci_low"]), formats.score(row["ci_high"])
    return "<br>".join(
        (
            say("dataset.severity_hover", severity=row["severity"], iou=formats.score(row["mean"])),
            say("dataset.interval_hover", low=low, high=high),
            say("dataset.fallen_hover", fall=formats.gap(row["fall"]), n=row["n"]),
        )
    )


def _band(rows: pd.DataFrame, style: Style) -> dict[str, object]:
    known = rows.dropna(subset=["ci_low", "ci_high"])
    there, back = known, known.iloc[::-1]
    return {
        "x": [*there["severity"], *back["severity"]],
        "y": [*there["ci_high"], *back["ci_low"]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": "rgba({},{},{},0.2)".format(*style.rgb),
        "legendgroup": style.label,
        "showlegend": False,
        "hoverinfo": "skip",
    }


# A contact sheet of the stress suite: one base with every factor, a row each, from severity 0 to 3.

CELL_PX = 256
GAP_PX = 4
CAPTION_PX = 18


def stress_sheet(dataset: Dataset, base: str) -> Rgb:
    """Lay out the pictures of one base, about 1040 pixels wide.

    Raises:
        FloodevalError: a picture cannot be read.
        KeyError: the data set lacks one of them.
    """
    return np.vstack([_row(dataset, base, factor) for factor in FACTORS])


def _row(dataset: Dataset, base: str, factor: str) -> Rgb:
    cells = []
    for severity in SEVERITIES:
        condition = Condition(base, factor, severity)
        photograph = shrink_photograph(read_sample_photograph(dataset[condition.id]), CELL_PX)
        caption = np.full((CAPTION_PX, photograph.shape[1], 3), 255, dtype=np.uint8)
        words = f"{factor.replace('_', ' ')} {severity}"
        place = (2, CAPTION_PX - 5)
        cv2.putText(caption, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (30, 40, 46), 1, cv2.LINE_AA)
        cell = np.vstack([caption, photograph])
        cells.append(np.pad(cell, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255))
    return np.hstack(cells)
