"""How alike a variant's masks with two prompts are, as a square of numbers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.figure import new_figure, text

CELL_PX = 44


def agreement_figure(agreement: pd.DataFrame, prompts: Sequence[str], colour: str) -> go.Figure:
    """Draw how alike the masks of every two prompts are, as a square of numbers.

    Args:
        agreement: of `floodeval.analysis.sensitivity.mask_agreement`.
        prompts: their specs, in order.
        colour: of a full agreement.
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
        colorscale=[[0, "#FFFFFF"], [1, colour]],
        showscale=False,
        text=[["" if np.isnan(iou) else formats.score(iou) for iou in row] for row in ious],
        texttemplate="%{text}",
        textfont={"size": 13, "color": "#10222C"},
        xgap=3,
        ygap=3,
        customdata=[
            [
                say("prompting.agreement_hover", first=first, second=second, iou=formats.score(iou))
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
