"""Which images come first: by a metric of A, of B, by their gap, or by how much A and B disagree."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.subgroups import CATEGORIES, NUMBERS, Subgroup, cut_subgroups
from floodeval.datasets.layouts import natural_key
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.measures import METRICS as MEASURED

# Which images come first: by a metric of A, of B, by their gap, or by how much A and B disagree.

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
    lowest IoU and the greatest distance, what B lost most, where the two disagree most. `outcome` keeps one
    outcome, or "all".
    """

    metric: str = "iou"
    of: str = "gap"
    order: str = "worst"
    outcome: str = ALL

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
    kept = table if ranking.outcome == ALL else table[table["outcome"] == ranking.outcome]
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
    """Find an image and its neighbors.

    Args:
        ids: the images of the list, in order.
        current: the image.
        everything: all images in the same order, those that the list leaves out too: an image that is left
            out has the neighbors between which it would stand; without this, the first image as its next.
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


# Which images are listed: of one outcome or slice, between two thresholds, marked as failures or not.

MARKED, UNMARKED = "yes", "no"
_TAG = "#"  # before the tag in `Filters.marked`


@dataclass(frozen=True)
class Filters:
    """Which images are kept, beside the ranking's outcome; each part keeps all where it is "all" or None.

    `subgroup` is a trait and its part, as `subgroup_key` writes them; `between` is the lowest and the highest
    value of what the images are ranked by, both included; `marked` is "yes", "no", or a tag as `tag_key` writes it.
    """

    subgroup: str = ALL
    between: tuple[float, float] | None = None
    marked: str = ALL

    @property
    def any(self) -> bool:
        """Whether one of them is set."""
        return self != Filters()


def matching(
    table: pd.DataFrame, ranking: Ranking, filters: Filters, cases: dict[str, MarkedCase]
) -> pd.DataFrame:
    """The images that a ranking and filters keep, in their order.

    Args:
        table: the paired table, with what the ranking and the filters ask for (see `described`).
        ranking: the order, and the outcome.
        filters: what to keep; slices are cut from the whole table, as `cut` does.
        cases: the marked images by their ids.
    """
    keep = pd.Series(True, index=table.index)
    if filters.subgroup != ALL:
        found = [one for one in cut_subgroups(table) if subgroup_key(one) == filters.subgroup]
        keep &= found[0].members if found else False
    if filters.between is not None:
        keep &= table[ranking.column].between(*filters.between)
    if filters.marked != ALL:
        inside = table["id"].isin(ids_marked(cases, filters.marked))
        keep &= ~inside if filters.marked == UNMARKED else inside
    return ranked(table if keep.all() else table[keep], ranking)


def ids_marked(cases: dict[str, MarkedCase], marked: str) -> list[str]:
    """The marked images; of a tag, those with that tag."""
    return [name for name, case in cases.items() if marked in (MARKED, UNMARKED, tag_key(case.tag))]


def described(table: pd.DataFrame, run: Run, a: str, b: str | None, prompt: str) -> pd.DataFrame:
    """Add to the paired table, in the order of its ids, what images can be ranked and filtered by.

    Args:
        table: A paired with B.
        run: where they are from.
        a: the baseline variant.
        b: the variant held against it; None where there is none.
        prompt: the prompt's spec.

    Returns:
        The table with `DISAGREEMENT` = 1 - IoU of A's mask with B's (missing where both are empty) and with
        the traits of each image; without those that the run does not have.
    """
    table = by_id(table)
    if b is not None and (agreement := _table(run, "agreement")) is not None:
        rows = agreement[(agreement["prompt"] == prompt) & agreement["a"].isin([a, b])]
        iou = rows[rows["b"].isin([a, b])].set_index("id")["iou"]
        table[DISAGREEMENT] = 1 - table["id"].map(iou[~iou.index.duplicated()])
    if (traits := _table(run, "traits")) is not None:
        table = table.merge(traits[["id", *NUMBERS, *CATEGORIES]].drop_duplicates("id"), on="id", how="left")
    return table


def subgroups_in(table: pd.DataFrame) -> list[Subgroup]:
    """The slices that a table of `described` can be filtered by; none without traits."""
    return cut_subgroups(table) if {*NUMBERS, *CATEGORIES} <= set(table) else []


def subgroup_key(one: Subgroup) -> str:
    """A slice in a link: `brightness.low`."""
    return f"{one.trait}.{one.part}"


def tag_key(tag: str) -> str:
    """A tag as `Filters.marked` has it."""
    return _TAG + tag


def tag_of(marked: str) -> str | None:
    """The tag that `Filters.marked` asks for; None where it asks for none."""
    return marked.removeprefix(_TAG) if marked.startswith(_TAG) else None


def bounds_text(between: tuple[float, float]) -> str:
    """Two bounds in a link: `-0.5~0.25`."""
    return "~".join(f"{bound:.6g}" for bound in between)


def bounds_of(text: str) -> tuple[float, float]:
    """Read `bounds_text` back.

    Raises:
        ValueError: these are not two numbers, the lower one first.
    """
    low, high = map(float, text.split("~"))
    if not low <= high:
        raise ValueError(f"{text!r} is not a range")
    return low, high


def _table(run: Run, name: str) -> pd.DataFrame | None:
    try:
        return run.table(name)
    except FloodevalError:
        return None


# From what is selected in a chart to its images: the images of a bar, or of a point.


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
    """A cell of a grid over a metric of A (across) and of B (up), within one outcome.

    `number` is as `cells` counts them, over `bounds` with `steps` cells a side.
    """

    metric: str
    outcome: str
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
    return table[inside & (table["outcome"] == pick.outcome)]
