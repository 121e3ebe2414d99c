"""Ranked and filtered lists of images: by a metric of A or B, by their gap, or by disagreement."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.subgroups import CATEGORIES, NUMBERS, Subgroup, cut_subgroups
from floodeval.datasets.sample_names import natural_key
from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import (
    ACCEPTABLE,
    MarkedCase,
    Reviews,
    disputed_ids,
    of_reviewers,
    reviews_by_id,
)
from floodeval.evaluation.run import Run
from floodeval.metrics import measures
from floodeval.metrics.measures import LOWER_IS_BETTER

RANKED_METRICS = (*measures.METRICS, "score")
DISAGREEMENT = "disagreement"  # 1 - IoU of A's mask with B's
SIDES = ("gap", "a", "b")
ORDERS = ("worst", "best")
ALL = "all"
MARKED, UNMARKED, ACCEPTED, NOTED, DISPUTED = MARKS = ("yes", "no", "acceptable", "noted", "disputed")
_DECIMALS = 6  # of `bounds_around`
_TAG = "#"  # before the tag in `Filters.marked`
_REVIEWER = "@"  # before the name in `Filters.reviewer`


@dataclass(frozen=True)
class Ranking:
    """An order of the images.

    Attributes:
        metric: one of `RANKED_METRICS`, or `DISAGREEMENT`, which belongs to A and B together.
        of: "gap" (B - A), "a" or "b".
        order: "worst" first (lowest IoU, greatest distance, largest loss, largest disagreement) or "best".
        outcome: only this outcome, or "all".

    Examples:
        >>> Ranking("hd95_px", "b").column, Ranking("hd95_px", "b").ascending
        ('hd95_px_b', False)
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
        """The column of the paired table to sort by."""
        return self.metric if self.metric == DISAGREEMENT else f"{self.metric}_{self.of}"

    @property
    def ascending(self) -> bool:
        """Whether the smallest number comes first."""
        lower_is_better = self.metric in LOWER_IS_BETTER or self.metric == DISAGREEMENT
        return (self.order == "worst") != lower_is_better


def by_id(table: pd.DataFrame) -> pd.DataFrame:
    """Sort a table by its ids in natural order.

    Examples:
        >>> by_id(pd.DataFrame({"id": ["i10", "i2"]}))["id"].tolist()
        ['i2', 'i10']
    """
    ids = table["id"].tolist()
    keys = [natural_key(name) for name in ids]
    return table.iloc[sorted(range(len(ids)), key=keys.__getitem__)].reset_index(drop=True)


def ranked(table: pd.DataFrame, ranking: Ranking) -> pd.DataFrame:
    """Sort and filter the paired table; images without a value come last, ties keep their order.

    Examples:
        >>> table = pd.DataFrame({"id": ["x", "y"], "iou_gap": [0.1, -0.2], "outcome": "both_good"})
        >>> ranked(table, Ranking())["id"].tolist()
        ['y', 'x']
    """
    kept = table if ranking.outcome == ALL else table[table["outcome"] == ranking.outcome]
    places = (
        kept[ranking.column]
        .reset_index(drop=True)
        .sort_values(ascending=ranking.ascending, kind="stable", na_position="last")
        .index
    )
    return kept.iloc[places].reset_index(drop=True)


@dataclass(frozen=True)
class RankedPlace:
    """The position of an image in a list, from 1, or None where the filters leave it out; its neighbors."""

    position: int | None
    total: int
    previous: str | None
    next: str | None


def place_of(ids: Sequence[str], current: str, everything: Sequence[str] = ()) -> RankedPlace:
    """Find an image and its neighbors.

    Args:
        ids: the images of the list, in order.
        current: the image.
        everything: all images in the same order, with those that the list leaves out. With it, an image that
            is left out has the neighbors that it would be between; without it, the first image is its next.

    Examples:
        >>> place_of(["x", "y", "z"], "y")
        RankedPlace(position=2, total=3, previous='x', next='z')
    """
    if current in ids:
        at = list(ids).index(current)
        return RankedPlace(
            at + 1, len(ids), ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
        )
    if current not in everything:
        return RankedPlace(None, len(ids), None, ids[0] if ids else None)
    at, listed = list(everything).index(current), set(ids)
    before = next((one for one in reversed(everything[:at]) if one in listed), None)
    after = next((one for one in everything[at:] if one in listed), None)
    return RankedPlace(None, len(ids), before, after)


@dataclass(frozen=True)
class Filters:
    """Which images are kept, in addition to the ranking's outcome.

    Attributes:
        subgroup: a trait and its part, as `subgroup_key` writes them, or "all".
        between: the lowest and the highest value of the ranking's column, both included, or None.
        marked: "yes" (marked as failures), "no", "acceptable", "noted" (with a note), "disputed" (reviewers
            disagree), a tag as `tag_key` writes it, or "all".
        reviewer: whose entries `marked` is about, as `reviewer_key` writes it, or "all". With `marked`
            "all", the images that the reviewer has entries for.
        find: a part of the id, in any case.
    """

    subgroup: str = ALL
    between: tuple[float, float] | None = None
    marked: str = ALL
    reviewer: str = ALL
    find: str = ""

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != Filters()


def matching(table: pd.DataFrame, ranking: Ranking, filters: Filters, reviews: Reviews) -> pd.DataFrame:
    """The images that a ranking and filters keep, in their order.

    Args:
        table: the paired table with the columns that the ranking and the filters use (see `described`).
        ranking: the order and the outcome.
        filters: what to keep; subgroups are cut from the whole table (`cut_subgroups`).
        reviews: what reviewers say about the images.
    """
    keep = pd.Series(True, index=table.index)
    if filters.subgroup != ALL:
        found = [one for one in cut_subgroups(table) if subgroup_key(one) == filters.subgroup]
        keep &= found[0].members if found else False
    if filters.between is not None:
        keep &= table[ranking.column].between(*filters.between)
    if filters.marked != ALL or filters.reviewer != ALL:
        keep &= _reviewed(table["id"], filters, reviews)
    if filters.find:
        keep &= table["id"].str.contains(filters.find, case=False, regex=False)
    return ranked(table if keep.all() else table[keep], ranking)


def _reviewed(ids: pd.Series, filters: Filters, reviews: Reviews) -> pd.Series:
    """Which images the filters by mark and by reviewer keep."""
    name = reviewer_of(filters.reviewer)
    if name is not None:
        disputed = disputed_ids(reviews_by_id(reviews))
        reviews = of_reviewers(reviews, [name])
        if filters.marked == DISPUTED:
            return ids.isin(disputed) & ids.isin([one.id for one in reviews])
    inside = ids.isin(ids_marked(reviews, filters.marked))
    return ~inside if filters.marked == UNMARKED else inside


def ids_marked(reviews: Reviews, marked: str) -> list[str]:
    """The ids of the images with an entry that `Filters.marked` asks for.

    For "no", those that are marked; for "all", those with any entry.
    """
    if marked == DISPUTED:
        return disputed_ids(reviews_by_id(reviews))
    return list(dict.fromkeys(one.id for one in reviews if _is_meant(one, marked)))


def _is_meant(one: MarkedCase, marked: str) -> bool:
    if marked in (MARKED, UNMARKED):
        return one.is_failure
    if marked == ACCEPTED:
        return one.judgment == ACCEPTABLE
    if marked == NOTED:
        return bool(one.note)
    return marked == ALL or (one.is_failure and marked == tag_key(one.tag))


def described(table: pd.DataFrame, run: Run, a: str, b: str | None, prompt: str) -> pd.DataFrame:
    """Sort the paired table by id, and add the columns that images can be ranked and filtered by.

    Args:
        table: A paired with B.
        run: the run of the table.
        a: the baseline variant.
        b: the candidate; None where there is none.
        prompt: the prompt's spec.

    Returns:
        The table with `DISAGREEMENT` = 1 - IoU of A's mask with B's (missing where both are empty) and the
        traits of each image; columns that the run cannot fill are missing.
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
    """The subgroups that a table of `described` can be filtered by; none without traits."""
    return cut_subgroups(table) if {*NUMBERS, *CATEGORIES} <= set(table) else []


def subgroup_key(one: Subgroup) -> str:
    """A subgroup in a link: `brightness.low`."""
    return f"{one.trait}.{one.part}"


def tag_key(tag: str) -> str:
    """A tag as `Filters.marked` contains it."""
    return _TAG + tag


def tag_of(marked: str) -> str | None:
    """The tag that `Filters.marked` contains; None where it contains none.

    Examples:
        >>> tag_of(tag_key("glare")), tag_of("yes")
        ('glare', None)
    """
    return marked.removeprefix(_TAG) if marked.startswith(_TAG) else None


def reviewer_key(name: str) -> str:
    """A reviewer as `Filters.reviewer` contains the name."""
    return _REVIEWER + name


def reviewer_of(reviewer: str) -> str | None:
    """The name that `Filters.reviewer` contains, empty for nameless entries; None where it contains none.

    Examples:
        >>> reviewer_of(reviewer_key("Ana")), reviewer_of("all")
        ('Ana', None)
    """
    return reviewer.removeprefix(_REVIEWER) if reviewer.startswith(_REVIEWER) else None


def bounds_text(between: tuple[float, float]) -> str:
    """Two bounds in a link.

    Examples:
        >>> bounds_text((-0.5, 0.25))
        '-0.5~0.25'
    """
    return "~".join(f"{bound:.12g}" for bound in between)


def bounds_around(values: pd.Series) -> tuple[float, float]:
    """The narrowest bounds with six decimals that contain all values.

    Examples:
        >>> bounds_around(pd.Series([0.12345678, 0.2]))
        (0.123456, 0.2)
    """
    least, greatest = float(values.min()), float(values.max())
    low, high = round(least, _DECIMALS), round(greatest, _DECIMALS)
    step = 10.0**-_DECIMALS
    return (
        low if low <= least else round(low - step, _DECIMALS),
        high if high >= greatest else round(high + step, _DECIMALS),
    )


def bounds_of(text: str) -> tuple[float, float]:
    """Read the text of `bounds_text`.

    Examples:
        >>> bounds_of("-0.5~0.25")
        (-0.5, 0.25)

    Raises:
        ValueError: the text is not two numbers, the lower one first.
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
