"""Domain distance as strips: a row of photographs per data set, at their distance, colored by IoU."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import hover, new_figure, text
from floodeval.viz.style import MARK

ROW_PX, HEAD_PX = 74, 120  # of a data set, and of axis and color bar
SPREAD = 0.3  # of a row, above and below its middle
SCALE = "Cividis"  # readable for color-blind people, and in gray


def distance_figure(rows: pd.DataFrame, labels: Mapping[str, str], variant: str) -> go.Figure:
    """Draw every photograph at its distance.

    Args:
        rows: with the columns run, id, distance, percentile and iou (0 to 1, may be missing).
        labels: of the runs, in the order of the rows from the top.
        variant: whose IoU is shown, as people read it.
    """
    present = [run for run in labels if (rows["run"] == run).any()]
    figure = new_figure(HEAD_PX + ROW_PX * len(present), showlegend=False)
    for place, run in enumerate(reversed(present)):
        mine = rows[rows["run"] == run].sort_values("distance")
        offsets = SPREAD * np.sin(2.4 * np.arange(len(mine)))  # even, and the same in every drawing
        figure.add_scatter(
            x=mine["distance"],
            y=place + offsets,
            mode="markers",
            marker={
                "size": 9,
                "color": mine["iou"].fillna(-1),
                "colorscale": SCALE,
                "cmin": 0,
                "cmax": 1,
                "line": {"width": 1, "color": MARK},
                "symbol": ["circle" if known else "x-thin" for known in mine["iou"].notna()],
                "showscale": place == 0,
                "colorbar": {
                    "title": {"text": say("generalization.iou_of", variant=text(variant)), "side": "top"},
                    "orientation": "h",
                    "thickness": 12,
                    "x": 0.5,
                    "y": 1.0,
                    "yanchor": "bottom",
                    "len": 0.6,
                    "tickvals": [0, 0.5, 1],
                },
            },
            **hover(map(_words, mine.to_dict("records")), text(labels[run])),
        )
    names = [
        f"{text(labels[run])}<br>n={formats.count((rows['run'] == run).sum())}" for run in reversed(present)
    ]
    figure.update_yaxes(
        tickvals=list(range(len(present))), ticktext=names, range=[-0.6, len(present) - 0.4], showgrid=False
    )
    figure.update_xaxes(title=say("generalization.axis_distance"), rangemode="tozero")
    return figure


def _words(row: dict[Hashable, Any]) -> str:
    """The hover text of a photograph: id, distance, percentile and IoU."""
    return "<br>".join(
        (
            f"<b>{text(row['id'])}</b>",
            say("generalization.distance_hover", distance=formats.significant(row["distance"], 3)),
            say("generalization.percentile_hover", percentile=formats.decimal(row["percentile"], 1)),
            say("generalization.iou_hover", iou=formats.score(row["iou"])),
        )
    )
