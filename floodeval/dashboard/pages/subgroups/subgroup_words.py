"""The findings of the page Subgroups in words: where B gains, where it is weakest, what is wrong."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from floodeval.analysis.subgroups import FEWEST_SAMPLES
from floodeval.analysis.verdicts import MINIMUM_SCENES, WORSE
from floodeval.dashboard.pages.subgroups.subgroup_queries import name_in_words
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import Form
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import kind_words, slice_words


def gain_words(table: pd.DataFrame, variant: str) -> str:
    """Where B's gap is largest and where it is smallest, among subgroups of sufficient size: a sentence.

    Args:
        table: of `floodeval.analysis.subgroups.compare_subgroups`.
        variant: B's name, as people read it.
    """
    ranked = _large_enough(table, "gap")
    if len(ranked) < 2:
        return say("subgroups.no_gain_known")
    first, last = ranked.iloc[0], ranked.iloc[-1]
    ends = {f"most_{name}": words for name, words in _end(first, "gap", formats.gap).items()}
    ends |= {f"least_{name}": words for name, words in _end(last, "gap", formats.gap).items()}
    key = "lead_losses" if first["gap"] <= 0 else "lead_gains" if last["gap"] > 0 else "lead_mixed"
    return say(f"subgroups.{key}", variant=plain(variant), **ends)


def level_words(table: pd.DataFrame, variant: str) -> str:
    """Where a single variant scores highest and lowest, among subgroups of sufficient size: a sentence."""
    ranked = _large_enough(table, "mean_a")
    if len(ranked) < 2:
        return say("subgroups.no_level_known")
    ends = {f"most_{name}": words for name, words in _end(ranked.iloc[0], "mean_a", formats.score).items()}
    ends |= {f"least_{name}": words for name, words in _end(ranked.iloc[-1], "mean_a", formats.score).items()}
    return say("subgroups.lead_level", variant=plain(variant), **ends)


def _large_enough(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The subgroups that are ranked, the largest value first."""
    if table.empty:
        return table
    enough = table[(table["n"] >= FEWEST_SAMPLES) & (table["n_effective"] >= MINIMUM_SCENES)]
    return enough.dropna(subset=[column]).sort_values(column, ascending=False)


def _end(row: pd.Series, column: str, form: Form) -> dict[str, str]:
    return {
        "slice": plain(slice_words(row["trait"], row["part"], row["low"], row["high"])),
        "value": form(row[column]),
        "interval": say(
            "subgroups.within", low=form(row[f"{column}_low"]), high=form(row[f"{column}_high"]), n=row["n"]
        ),
    }


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


def error_words(table: pd.DataFrame, a: str, b: str | None, titles: Mapping[str, str]) -> str:
    """How much of the frame B, or the single variant, gets wrong, and the most frequent types of error."""
    shown = {name: plain(titles.get(name, name)) for name in (a, b or a)}
    variant = b or a
    mine = table[table["variant"] == variant].sort_values("frame", ascending=False)
    total = mine["frame"].sum()
    if not total > 0:
        return say("subgroups.nothing_wrong", variant=shown[variant])
    (first, second), n = mine.head(2).to_dict("records"), mine["n"].iloc[0]
    kinds = _kind_share_words(first)
    if second["frame"] > 0:
        kinds = say("subgroups.two_kinds", first=kinds, second=_kind_share_words(second))
    before = table.loc[table["variant"] == a, "frame"].sum()
    return say(
        "subgroups.wrong_against" if b else "subgroups.wrong",
        variant=shown[variant],
        share=formats.percent(total),
        a=shown[a],
        before=formats.percent(before),
        n=n,
        kinds=kinds,
    )


def _kind_share_words(row: Mapping[Hashable, Any]) -> str:
    return say("subgroups.kind", kind=kind_words(str(row["kind"])), share=formats.percent(row["frame"]))
