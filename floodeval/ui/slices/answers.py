"""The first screen of the page Slices: where the gain is and where it is lost, in words."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.weakest import FEWEST_SAMPLES, FEWEST_SCENES, SIGNIFICANT
from floodeval.errors import FloodevalError
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import errors_of, named, readable, slices_of, weakest_of
from floodeval.ui.words import plain
from floodeval.wording.numbers import number, signed
from floodeval.wording.traits import KIND_WORDS, slice_words


def draw_answers(selection: Selection) -> None:
    """Say where the gain is largest and least, where B is weakest, and what it still gets wrong."""
    said, reasons = [], []
    for tell in (_where, _wrong):
        try:
            said += tell(selection)
        except FloodevalError as error:
            reasons.append(str(error))
    st.markdown("\n".join(f"- {words}" for words in said))
    for reason in reasons:
        st.info(plain(reason), icon=":material/info:")


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
        return ["No slice holds enough photographs to say where the gain is."]
    enough = table[(table["n"] >= FEWEST_SAMPLES) & (table["n_scenes"] >= FEWEST_SCENES)]
    ranked = enough.dropna(subset=["gap"]).sort_values("gap", ascending=False)
    if len(ranked) < 2:
        return ["No slice holds enough photographs to say where the gain is."]
    first, last = ranked.iloc[0], ranked.iloc[-1]
    if first["gap"] <= 0:
        most, least = "There is a gain in no slice; the loss is least", "The loss is largest"
    else:
        most, least = "The gain is largest", "It is least" if last["gap"] > 0 else "It is lost"
    return [
        f"**{most}**, of {len(ranked)} slices, with {_slice(first)}.",
        f"**{least}** with {_slice(last)}.",
    ]


def weakest_words(weakest: pd.DataFrame, words: dict[str, str], variant: str) -> str:
    """Where a variant falls furthest below its own mean elsewhere, and whether that is sure, as Markdown."""
    if weakest.empty:
        return f"**{plain(variant)} is weak nowhere in particular**: too few photographs, or all score alike."
    row = weakest.iloc[0]
    sure = row["p_adjusted"] < SIGNIFICANT
    verdict = "is weakest** with" if sure else "is surely weak nowhere**, most likely with"
    return (
        f"**{plain(variant)} {verdict} {plain(named(row['slice'], words))}: mean IoU "
        f"**{number(row['mean'])}** against {number(row['mean_rest'])} elsewhere, n={row['n']}, "
        f"{p_words(row['p_adjusted'])} adjusted for {weakest.attrs['n_looked']} slices looked at."
    )


def error_words(table: pd.DataFrame, a: str, b: str | None) -> str:
    """How much of the frame B, or the one variant, still gets wrong, and in what way above all."""
    variant = b or a
    mine = table[table["variant"] == variant].sort_values("frame", ascending=False)
    total = mine["frame"].sum()
    if not total > 0:
        return f"**{plain(variant)} gets nothing wrong** here."
    before = table.loc[table["variant"] == a, "frame"].sum()
    against = f" ({plain(a)}: {_percent(before)})" if b else ""
    (first, second), n = mine.head(2).to_dict("records"), mine["n"].iloc[0]
    then = f", then {_kind(second)}" if second["frame"] > 0 else ""
    return (
        f"**{plain(variant)} gets {_percent(total)} of the frame wrong**{against}, mean over n={n}: "
        f"above all **{_kind(first)}**{then}."
    )


def p_words(p: float) -> str:
    """A p-value as `p=0.026`; those under 0.001 as such."""
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"


def _kind(row: Mapping[Hashable, Any]) -> str:
    return f"{KIND_WORDS[str(row['kind'])]} ({_percent(row['frame'])})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _slice(row: pd.Series) -> str:
    words = plain(slice_words(row["trait"], row["part"], row["low"], row["high"]))
    return (
        f"{words}: mean IoU {number(row['mean_a'])} → {number(row['mean_b'])}, gap **{signed(row['gap'])}**, "
        f"95 % interval {signed(row['gap_low'])} to {signed(row['gap_high'])}, n={row['n']}"
    )
