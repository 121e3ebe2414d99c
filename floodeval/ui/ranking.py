"""Which images come first: by a metric of A, of B, or by their gap, within one quadrant or in all."""

from dataclasses import dataclass

import pandas as pd

from floodeval.data.samples import natural_key
from floodeval.metrics.overlap import OVERLAP_METRICS

METRICS = (*OVERLAP_METRICS, "score")
SIDES = ("gap", "a", "b")
ORDERS = ("low", "high")
ALL = "all"


@dataclass(frozen=True)
class Ranking:
    """An order of the images.

    `metric` is one of `METRICS`; `of` says whether B - A ("gap"), A or B is meant; `order` puts the lowest
    ("low") or the highest ("high") first; `quadrant` keeps one quadrant, or "all".
    """

    metric: str = "iou"
    of: str = "gap"
    order: str = "low"
    quadrant: str = ALL

    @property
    def column(self) -> str:
        """The column of the paired table that it sorts by."""
        return f"{self.metric}_{self.of}"


def ranked(table: pd.DataFrame, ranking: Ranking) -> pd.DataFrame:
    """Sort and filter the paired table; images without a value come last, ties go by their ids."""
    kept = table if ranking.quadrant == ALL else table[table["quadrant"] == ranking.quadrant]
    keys = [natural_key(sample_id) for sample_id in kept["id"]]
    by_id = kept.iloc[sorted(range(len(kept)), key=keys.__getitem__)]
    sorted_rows = by_id.sort_values(
        ranking.column, ascending=ranking.order == "low", kind="stable", na_position="last"
    )
    return sorted_rows.reset_index(drop=True)


@dataclass(frozen=True)
class Place:
    """Where an image stands in a ranking: 1-based, or None where the filter leaves it out."""

    position: int | None
    total: int
    previous: str | None
    next: str | None


def place_of(ids: list[str], current: str) -> Place:
    """Find an image and its neighbours; an image that is filtered out has the first image as its next."""
    if current not in ids:
        return Place(None, len(ids), None, ids[0] if ids else None)
    at = ids.index(current)
    return Place(
        position=at + 1,
        total=len(ids),
        previous=ids[at - 1] if at else None,
        next=ids[at + 1] if at + 1 < len(ids) else None,
    )


def page_of(table: pd.DataFrame, page: int, per_page: int) -> pd.DataFrame:
    """The rows of one page, 1-based."""
    return table.iloc[(page - 1) * per_page : page * per_page]


def page_count(rows: int, per_page: int) -> int:
    """How many pages the rows fill; at least one."""
    return max(1, -(-rows // per_page))
