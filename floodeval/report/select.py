"""Which photographs a report shows: the worst by a rule, the marked ones, or those that were named."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from floodeval.analysis.pairing import OUTCOMES
from floodeval.analysis.ranking import ALL, SIDES, Ranking, ranked
from floodeval.analysis.subgroups import Slice, cut
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying

WORST, MARKED, NAMED = RULES = ("worst", "marked", "named")
USUAL = 12  # of the worst, where nobody says how many


@dataclass(frozen=True)
class Choice:
    """A rule that chooses photographs.

    `rule` is one of `RULES`. Of `worst`, the `n` lowest by the IoU's gap ("gap"), by A's or by B's IoU,
    within an outcome (or "all") and within a slice (its trait and part, `channel_width=low`, or none). Of
    `named`, the `ids`.
    """

    rule: str = WORST
    n: int = USUAL
    by: str = SIDES[0]
    outcome: str = ALL
    slice: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The ids that a choice comes to, in their order, and the marked ones that the run has no more."""

    ids: tuple[str, ...]
    gone: tuple[str, ...] = ()


def choose(
    run: Run, table: pd.DataFrame, choice: Choice, marked: Mapping[str, MarkedCase], prompt: str
) -> Chosen:
    """Choose photographs of a run.

    Args:
        run: whose traits cut slices.
        table: the rows to choose from, of `floodeval.analysis.pairing.paired`.
        choice: the rule.
        marked: the run's marked cases by their ids.
        prompt: the prompt that `table` is of.

    Raises:
        FloodevalError: an id is not in the table, an outcome or slice does not exist or is empty, nothing is
            marked, or what is marked is gone.
    """
    if choice.rule == NAMED:
        return Chosen(_named(table, choice.ids, prompt))
    if choice.rule == MARKED:
        return _marked(table, marked, run)
    if choice.outcome not in (ALL, *OUTCOMES):
        raise FloodevalError(
            saying("report_errors.no_outcome", outcome=choice.outcome, known=", ".join(OUTCOMES))
        )
    rows = table[table["id"].isin(slice_named(run, table, choice.slice)[1])] if choice.slice else table
    found = ranked(rows, Ranking("iou", choice.by, "worst", choice.outcome))["id"]
    if choice.n and not len(found):
        key = "report_errors.none_in_subgroup" if choice.slice else "report_errors.none"
        raise FloodevalError(saying(key, outcome=choice.outcome, slice=choice.slice, prompt=prompt))
    return Chosen(tuple(found.head(choice.n)))


def slice_named(run: Run, table: pd.DataFrame, name: str) -> tuple[Slice, list[str]]:
    """A slice by its trait and part, as in `channel_width=low`, and the ids in it.

    Raises:
        FloodevalError: the run has no traits, or no such slice.
    """
    traits = traits_of(run, table)
    found = {f"{one.trait}={one.part}": one for one in cut(traits)}
    if name not in found:
        raise FloodevalError(
            saying("report_errors.no_subgroup", run=run.folder, slice=name, known=", ".join(found))
        )
    return found[name], list(traits.loc[found[name].members, "id"])


def traits_of(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """The rows' traits, in the table's order; raises FloodevalError where the run has none."""
    return table[["id"]].merge(run.table("traits"), on="id", how="left", validate="one_to_one")


def _named(table: pd.DataFrame, ids: tuple[str, ...], prompt: str) -> tuple[str, ...]:
    gone = [one for one in ids if one not in set(table["id"])]
    if gone:
        few = ", ".join(gone[:5]) + (" ..." if len(gone) > 5 else "")
        raise FloodevalError(saying("report_errors.no_photograph", ids=few, prompt=prompt))
    return tuple(dict.fromkeys(ids))


def _marked(table: pd.DataFrame, marked: Mapping[str, MarkedCase], run: Run) -> Chosen:
    if not marked:
        raise FloodevalError(saying("report_errors.unmarked", run=run.folder))
    known = set(table["id"])
    kept, gone = (tuple(one for one in marked if (one in known) is there) for there in (True, False))
    if not kept:
        raise FloodevalError(saying("report_errors.others_marked", count=len(gone), ids=", ".join(gone[:5])))
    return Chosen(kept, gone)
