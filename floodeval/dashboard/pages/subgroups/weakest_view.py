"""The section Weakest: where B scores and gains least, with p-values adjusted for all subgroups tested."""

import pandas as pd
import streamlit as st

from floodeval.analysis.subgroups import FEWEST_SAMPLES
from floodeval.analysis.verdicts import MINIMUM_SCENES, SIGNIFICANT, WORSE
from floodeval.dashboard.pages.subgroups.subgroup_queries import (
    name_in_words,
    names_in_words,
    subgroups_of,
    weakest_of,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say

SHOWN = 10  # rows of a ranking


def draw_weakest(selection: Selection) -> None:
    """Draw the rankings by IoU and by gain; for a single variant, the first only.

    Raises:
        FloodevalError: the run has no traits.
    """
    words = names_in_words(subgroups_of(selection))
    title = say("subgroups.weakest_title", variant=plain(selection.b or selection.a))
    _draw_ranking(weakest_of(selection, "iou_b"), words, title, "mean")
    if selection.b:
        gain = say("subgroups.weakest_gain_title")
        _draw_ranking(weakest_of(selection, "iou_gap"), words, gain, "mean_gap")
    else:
        st.caption(say("subgroups.weakest_single"))
    note = {"samples": FEWEST_SAMPLES, "scenes": MINIMUM_SCENES, "p": SIGNIFICANT}
    st.caption(say("subgroups.weakest_note", **note))


def significance_words(table: pd.DataFrame) -> str:
    """How many subgroups are significantly below the rest, out of how many that were tested."""
    n_worse, n_tested = int((table["verdict"] == WORSE).sum()), table.attrs["n_looked"]
    if not n_tested:
        return say("subgroups.none_looked")
    of = counted(n_tested, "subgroup")
    if not n_worse:
        return say("subgroups.none_sure", slices=of)
    return say("subgroups.some_sure", slices=of, n=n_worse, p=SIGNIFICANT)


def weakest_rows(table: pd.DataFrame, words: dict[str, str], mean: str) -> pd.DataFrame:
    """The first rows of a ranking with its subgroups in words; `mean` names the column of means."""
    first = table.head(SHOWN)
    return pd.DataFrame(
        {
            "slice": [name_in_words(name, words) for name in first["slice"]],
            mean: first["mean"],
            **{
                name: first[name]
                for name in ("mean_rest", "difference", "low", "high", "p_adjusted", "n", "n_scenes")
            },
        }
    )


def _draw_ranking(table: pd.DataFrame, words: dict[str, str], title: str, mean: str) -> None:
    st.markdown(f"#### {title}\n{significance_words(table)}")
    if table.empty:
        return
    shown = weakest_rows(table, words, mean)
    columns = {name: _column(name) for name in map(str, shown)}
    draw_table(shown, columns, title)
    if len(table) > SHOWN:
        st.caption(say("subgroups.weakest_first", shown=SHOWN, total=len(table)))


def _column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name == "slice":
        return Column(title, width=470)
    if name in ("n", "n_scenes"):
        return Column(title)
    return Column(title, formats.gap if name in ("difference", "low", "high") else formats.score)
