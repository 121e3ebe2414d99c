"""The page Slices put together: the answers in words, the choice of a section, that section alone."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.subgroups import FEWEST_SAMPLES
from floodeval.analysis.verdicts import MINIMUM_SCENES, WORSE
from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.subgroups.cost_view import draw_cost
from floodeval.dashboard.pages.subgroups.subgroup_queries import (
    errors_of,
    named,
    readable,
    slices_of,
    weakest_of,
)
from floodeval.dashboard.pages.subgroups.subgroup_views import (
    draw_errors,
    draw_slices,
    draw_suspects,
    draw_weakest,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import here, plain
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import kind_words, slice_words

# The first screen of the page Slices: where the gain is and where it is lost, in words.


def draw_answers(selection: Selection) -> None:
    """Say where the gain is largest and least, where B is weakest, and what it still gets wrong."""
    said, reasons = [], []
    for tell in (_where, _wrong):
        try:
            said += tell(selection)
        except FloodevalError as error:
            reasons.append(here(error))
    st.markdown("\n".join(f"- {words}" for words in said))
    for reason in reasons:
        st.info(reason, icon=":material/info:")


def _where(selection: Selection) -> list[str]:
    table = slices_of(selection)
    weakest = weakest_of(selection, "iou_b")
    said = gain_words(table) if selection.b else []
    return [*said, weakest_words(weakest, readable(table), selection.b or selection.a)]


def _wrong(selection: Selection) -> list[str]:
    return [error_words(errors_of(selection), selection.a, selection.b)]


def gain_words(table: pd.DataFrame) -> list[str]:
    """Where the gap is largest and where it is least, among the slices that hold enough, as Markdown."""
    if table.empty:
        return [say("subgroups.no_gain_known")]
    enough = table[(table["n"] >= FEWEST_SAMPLES) & (table["n_effective"] >= MINIMUM_SCENES)]
    ranked = enough.dropna(subset=["gap"]).sort_values("gap", ascending=False)
    if len(ranked) < 2:
        return [say("subgroups.no_gain_known")]
    first, last = ranked.iloc[0], ranked.iloc[-1]
    looked = counted(len(ranked), "subgroup")
    if first["gap"] <= 0:
        most, least = "subgroups.loss_least", "subgroups.loss_most"
    else:
        most, least = (
            "subgroups.gain_most",
            "subgroups.gain_least" if last["gap"] > 0 else "subgroups.gain_lost",
        )
    return [say(most, slices=looked, slice=_slice(first)), say(least, slice=_slice(last))]


def weakest_words(weakest: pd.DataFrame, words: dict[str, str], variant: str) -> str:
    """Where a variant falls furthest below its own mean elsewhere, and whether significantly, as Markdown."""
    if not weakest.attrs["n_looked"]:
        return say("subgroups.weakest_few", variant=plain(variant), scenes=MINIMUM_SCENES)
    if weakest.empty:
        looked = counted(weakest.attrs["n_looked"], "subgroup")
        return say("subgroups.weakest_nowhere", variant=plain(variant), slices=looked)
    row = weakest.iloc[0]
    sure = row["verdict"] == WORSE
    return say(
        "subgroups.weakest_sure" if sure else "subgroups.weakest_unsure",
        variant=plain(variant),
        slice=plain(named(row["slice"], words)),
        mean=formats.score(row["mean"]),
        rest=formats.score(row["mean_rest"]),
        n=row["n"],
        p=p_words(row["p_adjusted"]),
        slices=counted(weakest.attrs["n_looked"], "subgroup"),
    )


def error_words(table: pd.DataFrame, a: str, b: str | None) -> str:
    """How much of the frame B, or the one variant, still gets wrong, and in what way above all."""
    variant = b or a
    mine = table[table["variant"] == variant].sort_values("frame", ascending=False)
    total = mine["frame"].sum()
    if not total > 0:
        return say("subgroups.nothing_wrong", variant=plain(variant))
    (first, second), n = mine.head(2).to_dict("records"), mine["n"].iloc[0]
    kinds = _kind(first)
    if second["frame"] > 0:
        kinds = say("subgroups.two_kinds", first=kinds, second=_kind(second))
    before = table.loc[table["variant"] == a, "frame"].sum()
    return say(
        "subgroups.wrong_against" if b else "subgroups.wrong",
        variant=plain(variant),
        share=formats.percent(total),
        a=plain(a),
        before=formats.percent(before),
        n=n,
        kinds=kinds,
    )


def p_words(p: float) -> str:
    """A p-value as `p=0.026`; those under 0.001 as such."""
    return f"p{'' if p < 0.001 else '='}{formats.p_value(p)}"


def _kind(row: Mapping[Hashable, Any]) -> str:
    return say("subgroups.kind", kind=kind_words(str(row["kind"])), share=formats.percent(row["frame"]))


def _slice(row: pd.Series) -> str:
    return say(
        "subgroups.one_subgroup",
        slice=plain(slice_words(row["trait"], row["part"], row["low"], row["high"])),
        a=formats.score(row["mean_a"]),
        b=formats.score(row["mean_b"]),
        gap=formats.gap(row["gap"]),
        low=formats.gap(row["gap_low"]),
        high=formats.gap(row["gap_high"]),
        n=row["n"],
    )


# The page Slices put together: the answers in words, the choice of a section, that section alone.

_DRAW: dict[str, Callable[[Selection], None]] = {
    "slices": draw_slices,
    "weakest": draw_weakest,
    "errors": draw_errors,
    "suspects": draw_suspects,
    "cost": draw_cost,
}


def draw_slices_page(selection: Selection) -> None:
    """Draw the answers and the chosen section; what the run does not hold is said."""
    draw_answers(selection)
    section = choose_section("Slices")
    try:
        _DRAW[section](selection)
    except FloodevalError as error:
        st.info(here(error), icon=":material/info:")
