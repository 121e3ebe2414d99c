"""What a person selected in a chart: from plotly's points to a bar, an image, or a cell."""

from collections.abc import Mapping, Sequence
from typing import Any

from floodeval.analysis.picks import Bar, Cell, Pick, Points

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
        event: plotly's points; a point's custom data are its image's id, a cell's quadrant, number and count.
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
