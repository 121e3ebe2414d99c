"""From what is selected in a chart to its images: the images of a bar, or of a point."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram over the paired table.

    It holds the values of `column` from `low` to `high`, its upper end too where it is `last`.
    """

    column: str
    low: float
    high: float
    last: bool = False


@dataclass(frozen=True)
class Points:
    """Images that were selected one by one, by their ids."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a grid over a metric of A (across) and of B (up), within one quadrant.

    `number` is as `cells` counts them, over `bounds` with `steps` cells a side.
    """

    metric: str
    quadrant: str
    number: int
    bounds: tuple[float, float]
    steps: int


Pick = Bar | Points | Cell


def picked_rows(table: pd.DataFrame, pick: Pick) -> pd.DataFrame:
    """The rows of the paired table that a pick stands for; a bar's by their values, ascending.

    An id that is not in the table, and a column that it lacks, stand for nothing.
    """
    if isinstance(pick, Points):
        return table[table["id"].isin(pick.ids)]
    if isinstance(pick, Cell):
        return _in_cell(table, pick)
    if pick.column not in table:
        return table.iloc[:0]
    values = table[pick.column]
    below = values <= pick.high if pick.last else values < pick.high
    return table[(values >= pick.low) & below].sort_values(pick.column, kind="stable")


def cells(x: pd.Series, y: pd.Series, bounds: tuple[float, float], steps: int) -> pd.Series:
    """Name the cell of a grid that each point lies in, `column * steps + row`; missing where a value is.

    Args:
        x: of each point.
        y: of each point.
        bounds: the grid's least and greatest x and y.
        steps: cells a side.
    """
    low, high = bounds
    across, up = (((values - low) / (high - low) * steps).clip(0, steps - 1e-9) // 1 for values in (x, y))
    return across * steps + up


def _in_cell(table: pd.DataFrame, pick: Cell) -> pd.DataFrame:
    x, y = f"{pick.metric}_a", f"{pick.metric}_b"
    if x not in table or y not in table:
        return table.iloc[:0]
    inside = cells(table[x], table[y], pick.bounds, pick.steps) == pick.number
    return table[inside & (table["quadrant"] == pick.quadrant)]
