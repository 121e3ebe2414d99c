"""The page Subgroups: where the gain is and what is left, in words, then one section."""

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
    name_in_words,
    names_in_words,
    subgroups_of,
    weakest_of,
)
from floodeval.dashboard.pages.subgroups.subgroup_views import (
    draw_errors,
    draw_label_suspects,
    draw_subgroups,
    draw_weakest,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import kind_words, slice_words

_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "slices": draw_subgroups,
    "weakest": draw_weakest,
    "errors": draw_errors,
    "suspects": draw_label_suspects,
    "cost": draw_cost,
}


def draw_subgroups_page(selection: Selection) -> None:
    """Draw the summary and the chosen section; where the run lacks what it needs, show why."""
    draw_summary(selection)
    section = choose_section("Subgroups")
    try:
        _SECTIONS[section](selection)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")


def draw_summary(selection: Selection) -> None:
    """Draw where the gain is largest and smallest, where B is weakest, and which errors are left."""
    lines, reasons = [], []
    for part in (_gains_and_weakest, _errors):
        try:
            lines += part(selection)
        except FloodevalError as error:
            reasons.append(error_text(error))
    st.markdown("\n".join(f"- {words}" for words in lines))
    for reason in reasons:
        st.info(reason, icon=":material/info:")


def _gains_and_weakest(selection: Selection) -> list[str]:
    table = subgroups_of(selection)
    weakest = weakest_of(selection, "iou_b")
    gains = gain_words(table) if selection.b else []
    return [*gains, weakest_words(weakest, names_in_words(table), selection.b or selection.a)]


def gain_words(table: pd.DataFrame) -> list[str]:
    """Where the gap is largest and where it is smallest, among subgroups of sufficient size, as Markdown."""
    if table.empty:
        return [say("subgroups.no_gain_known")]
    enough = table[(table["n"] >= FEWEST_SAMPLES) & (table["n_effective"] >= MINIMUM_SCENES)]
    ranked = enough.dropna(subset=["gap"]).sort_values("gap", ascending=False)
    if len(ranked) < 2:
        return [say("subgroups.no_gain_known")]
    first, last = ranked.iloc[0], ranked.iloc[-1]
    n_ranked = counted(len(ranked), "subgroup")
    if first["gap"] <= 0:
        most, least = "subgroups.loss_least", "subgroups.loss_most"
    else:
        most, least = (
            "subgroups.gain_most",
            "subgroups.gain_least" if last["gap"] > 0 else "subgroups.gain_lost",
        )
    return [say(most, slices=n_ranked, slice=_subgroup_words(first)), say(least, slice=_subgroup_words(last))]


def _subgroup_words(row: pd.Series) -> str:
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


def weakest_words(weakest: pd.DataFrame, words: dict[str, str], variant: str) -> str:
    """The subgroup where a variant is furthest below its mean on the rest, and its p-value, as Markdown."""
    if not weakest.attrs["n_looked"]:
        return say("subgroups.weakest_few", variant=plain(variant), scenes=MINIMUM_SCENES)
    if weakest.empty:
        n_tested = counted(weakest.attrs["n_looked"], "subgroup")
        return say("subgroups.weakest_nowhere", variant=plain(variant), slices=n_tested)
    row = weakest.iloc[0]
    significant = row["verdict"] == WORSE
    return say(
        "subgroups.weakest_sure" if significant else "subgroups.weakest_unsure",
        variant=plain(variant),
        slice=plain(name_in_words(row["slice"], words)),
        mean=formats.score(row["mean"]),
        rest=formats.score(row["mean_rest"]),
        n=row["n"],
        p=formats.p_words(row["p_adjusted"]),
        slices=counted(weakest.attrs["n_looked"], "subgroup"),
    )


def _errors(selection: Selection) -> list[str]:
    return [error_words(errors_of(selection), selection.a, selection.b)]


def error_words(table: pd.DataFrame, a: str, b: str | None) -> str:
    """How much of the frame B, or the single variant, gets wrong, and the most frequent types of error."""
    variant = b or a
    mine = table[table["variant"] == variant].sort_values("frame", ascending=False)
    total = mine["frame"].sum()
    if not total > 0:
        return say("subgroups.nothing_wrong", variant=plain(variant))
    (first, second), n = mine.head(2).to_dict("records"), mine["n"].iloc[0]
    kinds = _kind_share_words(first)
    if second["frame"] > 0:
        kinds = say("subgroups.two_kinds", first=kinds, second=_kind_share_words(second))
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


def _kind_share_words(row: Mapping[Hashable, Any]) -> str:
    return say("subgroups.kind", kind=kind_words(str(row["kind"])), share=formats.percent(row["frame"]))
