"""How similar a variant's masks are with any two prompts, as a square of numbers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import new_figure, text

CELL_PX = 44


def agreement_figure(agreement: pd.DataFrame, prompts: Sequence[str], color: str) -> go.Figure:
    """Draw the agreement of the masks of every two prompts, as a square of numbers.

    Args:
        agreement: of `floodeval.analysis.prompt_sensitivity.mask_agreement`.
        prompts: their specs, in order.
        color: of an agreement of 1, #RRGGBB.
    """
    table = pd.DataFrame(np.nan, index=list(prompts), columns=list(prompts))
    for row in agreement.to_dict("records"):
        table.loc[row["first"], row["second"]] = table.loc[row["second"], row["first"]] = row["iou"]
    labels = [text(spec) for spec in prompts]
    ious = table.to_numpy(float)
    figure = new_figure(70 + CELL_PX * len(labels))
    figure.add_heatmap(
        x=labels,
        y=labels,
        z=table,
        zmin=0,
        zmax=1,
        colorscale=[[0, "#FFFFFF"], [1, color]],
        showscale=False,
        text=[["" if np.isnan(iou) else formats.score(iou) for iou in row] for row in ious],
        texttemplate="%{text}",
        textfont={"size": 13, "color": "#10222C"},
        xgap=3,
        ygap=3,
        customdata=[
            [
                say("prompts_page.agreement_hover", first=first, second=second, iou=formats.score(iou))
                for second, iou in zip(labels, row, strict=True)
            ]
            for first, row in zip(labels, ious, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix=" ")
    figure.update_xaxes(side="top", showgrid=False, tickangle=0)
    return figure
