"""Which images come first: by a metric of A, of B, by their gap, or by how much A and B disagree."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.datasets.layouts import natural_key
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.measures import METRICS as MEASURED

METRICS = (*MEASURED, "score")
DISAGREEMENT = "disagreement"  # 1 - IoU of A's mask with B's
SIDES = ("gap", "a", "b")
ORDERS = ("worst", "best")
ALL = "all"


@dataclass(frozen=True)
class Ranking:
    """An order of the images.

    `metric` is one of `METRICS`, or `DISAGREEMENT`, which is of A and B at once; `of` says whether B - A
    ("gap"), A or B is meant; `order` puts the worst first or the best, and "worst" means what it says: the
    lowest IoU and the greatest distance, what B lost most, where the two disagree most. `quadrant` keeps one
    quadrant, or "all".
    """

    metric: str = "iou"
    of: str = "gap"
    order: str = "worst"
    quadrant: str = ALL

    def __post_init__(self) -> None:
        if self.order not in ORDERS:  # "low" would pass for "best"
            raise ValueError(f"unknown order '{self.order}'; expected {' or '.join(ORDERS)}")

    @property
    def column(self) -> str:
        """The column of the paired table that it sorts by."""
        return self.metric if self.metric == DISAGREEMENT else f"{self.metric}_{self.of}"

    @property
    def ascending(self) -> bool:
        """Whether the smallest number stands first."""
        lower_is_better = self.metric in LOWER_IS_BETTER or self.metric == DISAGREEMENT
        return (self.order == "worst") != lower_is_better


def by_id(table: pd.DataFrame) -> pd.DataFrame:
    """Sort a table by its ids, 2 before 10."""
    ids = table["id"].tolist()
    keys = [natural_key(name) for name in ids]
    return table.iloc[sorted(range(len(ids)), key=keys.__getitem__)].reset_index(drop=True)


def ranked(table: pd.DataFrame, ranking: Ranking) -> pd.DataFrame:
    """Sort and filter the paired table; images without a value come last, ties stay as they stood."""
    kept = table if ranking.quadrant == ALL else table[table["quadrant"] == ranking.quadrant]
    places = (
        kept[ranking.column]
        .reset_index(drop=True)
        .sort_values(ascending=ranking.ascending, kind="stable", na_position="last")
        .index
    )
    return kept.iloc[places].reset_index(drop=True)


@dataclass(frozen=True)
class Place:
    """Where an image stands in a ranking: 1-based, or None where the filter leaves it out."""

    position: int | None
    total: int
    previous: str | None
    next: str | None


def place_of(ids: Sequence[str], current: str, everything: Sequence[str] = ()) -> Place:
    """Find an image and its neighbours.

    Args:
        ids: the images of the list, in order.
        current: the image.
        everything: all images in the same order, those that the list leaves out too: an image that is left
            out has the neighbours between which it would stand; without this, the first image as its next.
    """
    if current in ids:
        at = list(ids).index(current)
        return Place(
            at + 1, len(ids), ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
        )
    if current not in everything:
        return Place(None, len(ids), None, ids[0] if ids else None)
    at, listed = list(everything).index(current), set(ids)
    before = next((one for one in reversed(everything[:at]) if one in listed), None)
    after = next((one for one in everything[at:] if one in listed), None)
    return Place(None, len(ids), before, after)
