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


def picked_rows(table: pd.DataFrame, pick: Bar | Points) -> pd.DataFrame:
    """The rows of the paired table that a bar or points stand for; a bar's by their values, ascending.

    An id that is not in the table, and a column that it lacks, stand for nothing.
    """
    if isinstance(pick, Points):
        return table[table["id"].isin(pick.ids)]
    if pick.column not in table:
        return table.iloc[:0]
    values = table[pick.column]
    below = values <= pick.high if pick.last else values < pick.high
    return table[(values >= pick.low) & below].sort_values(pick.column, kind="stable")


def cells(x: pd.Series, y: pd.Series, low: float, high: float, steps: int) -> pd.Series:
    """Name the cell of a grid that each point lies in, `column * steps + row`; missing where a value is.

    Args:
        x: of each point.
        y: of each point.
        low: the grid's least x and y.
        high: its greatest.
        steps: cells a side.
    """
    across, up = (((values - low) / (high - low) * steps).clip(0, steps - 1e-9) // 1 for values in (x, y))
    return across * steps + up
