"""Every image at a metric under A and under B; where there are too many to draw, cell by cell."""

import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.picks import cells
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.gaps import CHART_PX
from floodeval.viz.figure import LINE, hover, new_figure, text
from floodeval.viz.palette import QUADRANT_INKS

MOST_POINTS = 2000  # that are drawn one by one
STEPS = 40  # cells a side where they are not
SYMBOLS = {"fixed": "triangle-up", "regressed": "triangle-down", "both_fail": "x", "both_good": "circle"}
SMALLEST_PX, LARGEST_PX = 5, 22  # of a cell's mark


def pairs_figure(
    table: pd.DataFrame, metric: str, labels: tuple[str, str], bounds: tuple[float, float], threshold: float
) -> go.Figure:
    """Draw every image at a metric of A and of B, told apart by its quadrant.

    Args:
        table: rows of `floodeval.analysis.pairing.paired`.
        metric: its column's name.
        labels: of the axes, A's and B's.
        bounds: the least and the greatest value on both axes.
        threshold: the IoU under which a variant fails; drawn where the metric is IoU.

    Returns:
        Points whose custom data are their image's id; of more than `MOST_POINTS` images a mark for every cell
        of a grid, as large as the cell is full, whose custom data are quadrant, number and count.
    """
    figure = new_figure(CHART_PX)
    low, high = bounds
    margin = 0.02 * (high - low)
    figure.add_shape(
        type="line", x0=low, y0=low, x1=high, y1=high, line={"dash": "dot", "width": 1, "color": LINE}
    )
    if metric == "iou":
        figure.add_vline(threshold, line={"width": 1, "color": LINE})
        figure.add_hline(threshold, line={"width": 1, "color": LINE})
    known = table.dropna(subset=[f"{metric}_a", f"{metric}_b"])
    draw = _add_points if len(known) <= MOST_POINTS else _add_cells
    draw(figure, known, metric, bounds)
    figure.update_xaxes(range=[low - margin, high + margin], title=text(labels[0]))
    figure.update_yaxes(range=[low - margin, high + margin], title=text(labels[1]))
    return figure


def _add_points(figure: go.Figure, table: pd.DataFrame, metric: str, bounds: tuple[float, float]) -> None:
    for quadrant, ink in QUADRANT_INKS.items():
        rows = table[table["quadrant"] == quadrant]
        figure.add_scatter(
            name=say("distributions.legend_count", name=ink.label, n=len(rows)),
            x=rows[f"{metric}_a"],
            y=rows[f"{metric}_b"],
            mode="markers",
            marker={"symbol": SYMBOLS[quadrant], "size": 10, "color": ink.colour, "opacity": 0.85},
            customdata=rows["id"],
            text=[text(name) for name in rows["id"]],
            **hover(
                say("distributions.hover_point", id=text(name), a=formats.score(a), b=formats.score(b))
                for name, a, b in rows[["id", f"{metric}_a", f"{metric}_b"]].itertuples(
                    index=False, name=None
                )
            ),
            showlegend=len(rows) > 0,
        )


def _add_cells(figure: go.Figure, table: pd.DataFrame, metric: str, bounds: tuple[float, float]) -> None:
    x, y = f"{metric}_a", f"{metric}_b"
    place = cells(table[x], table[y], bounds, STEPS).astype(int).rename("cell")
    found = table.groupby([table["quadrant"], place]).agg(x=(x, "mean"), y=(y, "mean"), n=("id", "size"))
    scale = (found["n"] / found["n"].max()) ** 0.5
    found["size"] = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * scale
    for quadrant, ink in QUADRANT_INKS.items():
        rows = found[found.index.get_level_values("quadrant") == quadrant].reset_index()
        figure.add_scatter(
            name=say("distributions.legend_count", name=ink.label, n=int(rows["n"].sum())),
            x=rows["x"],
            y=rows["y"],
            mode="markers",
            marker={
                "symbol": SYMBOLS[quadrant],
                "size": rows["size"],
                "color": ink.colour,
                "opacity": 0.8,
                "line": {"width": 0},
            },
            customdata=list(rows[["quadrant", "cell", "n"]].itertuples(index=False, name=None)),
            **hover(
                say("distributions.hover_cell", n=n, a=formats.decimal(a, 2), b=formats.decimal(b, 2))
                for n, a, b in rows[["n", "x", "y"]].itertuples(index=False, name=None)
            ),
            showlegend=len(rows) > 0,
        )
