"""Which images are listed: of one quadrant or slice, between two thresholds, marked as failures or not."""

from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.ranking import ALL, DISAGREEMENT, Ranking, by_id, ranked
from floodeval.analysis.slices import CATEGORIES, NUMBERS, Slice, cut
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run

MARKED, UNMARKED = "yes", "no"
_TAG = "#"  # before the tag in `Filters.marked`


@dataclass(frozen=True)
class Filters:
    """Which images are kept, beside the ranking's quadrant; each part keeps all where it is "all" or None.

    `slice` is a trait and its part, as `slice_key` writes them; `between` the lowest and the highest value of
    what the images are ranked by, both included; `marked` is "yes", "no", or a tag as `tag_key` writes it.
    """

    slice: str = ALL
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
        ranking: the order, and the quadrant.
        filters: what to keep; slices are cut from the whole table, as `cut` does.
        cases: the marked images by their ids.
    """
    keep = pd.Series(True, index=table.index)
    if filters.slice != ALL:
        found = [one for one in cut(table) if slice_key(one) == filters.slice]
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


def slices_in(table: pd.DataFrame) -> list[Slice]:
    """The slices that a table of `described` can be filtered by; none without traits."""
    return cut(table) if {*NUMBERS, *CATEGORIES} <= set(table) else []


def slice_key(one: Slice) -> str:
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
