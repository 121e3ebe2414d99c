"""The section on prompt fidelity: does a variant answer prompts on dry land as the pretrained model does?"""

from collections.abc import Hashable, Iterator, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.statistics import SHARES, scene_intervals
from floodeval.analysis.verdicts import MINIMUM_SCENES
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.generalization.generalization_queries import ChosenSets, PageFindings
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import draw_words
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

MEASURES = ("water_share", "agreement", "sameness")  # columns of `fidelity.parquet`, shares from 0 to 1
SHOWN_WORST = 3  # photographs


def draw_prompt_following(selection: Selection, chosen: ChosenSets, shown: PageFindings) -> None:
    """Draw the measures of A and B on each data set that has them, or how to get them."""
    st.markdown(f"#### {say('generalization.following')}", help=say("generalization.following_help"))
    tables = dict(fidelity_tables(chosen))
    if not tables:
        st.info(say("generalization.no_fidelity"), icon=":material/ads_click:")
        st.code("floodeval evaluate ... --prompt land:n=5", language=None)
        return
    names = [shown.found.baseline.name, shown.candidate]
    run, table = next(iter(tables.items()))
    means = following_means(table)
    if words := _water_words(shown, means, names):
        st.markdown(f"**{plain(words)}**")
    rows = [row for run, table in tables.items() for row in _rows(shown, run, following_means(table), names)]
    heads = [say("generalization.column_set"), say("generalization.column_variant")]
    heads += [say(f"generalization.column_{name}") for name in MEASURES] + ["n"]
    draw_words([escape(head) for head in heads], rows, say("generalization.following_alt"))
    st.caption(say("generalization.following_note"))
    _draw_worst(selection, run, worst_followed(table, shown.candidate))


def fidelity_tables(chosen: ChosenSets) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of the runs that have one, by the run's name."""
    for run in chosen.runs:
        table = _table(run)
        if table is not None and not table.empty:
            yield run.folder.name, table


def _table(run: Run) -> pd.DataFrame | None:
    try:
        return run.table("fidelity")
    except FloodevalError:
        return None


def following_means(table: pd.DataFrame) -> pd.DataFrame:
    """The mean of every measure per variant, with its 95% interval over scenes.

    Photographs have several answers: the mean over a photograph's answers is its value.

    Args:
        table: `fidelity.parquet` of a run.

    Returns:
        One row per variant, indexed by its name, with `<measure>`, `<measure>_low`, `<measure>_high`, n
        photographs and n_scenes.
    """
    rows = {}
    for variant, of in table.groupby("variant", sort=False):
        photographs = of.groupby("id")[list(MEASURES)].mean()
        scenes = of.drop_duplicates("id").set_index("id")["scene"][photographs.index]
        intervals = scene_intervals(photographs, scenes, SHARES)
        row: dict[str, float | None] = {"n": len(photographs), "n_scenes": scenes.nunique()}
        for name, interval in intervals.items():
            ends = {
                name: photographs[name].mean(),
                f"{name}_low": interval.low,
                f"{name}_high": interval.high,
            }
            row |= ends
        rows[str(variant)] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def worst_followed(table: pd.DataFrame, variant: str) -> list[str]:
    """The ids of the photographs where a variant agrees least with the pretrained answers."""
    mine = table[table["variant"] == variant]
    agreement = mine.groupby("id")["agreement"].mean().dropna().sort_values()
    return [str(one) for one in agreement.index[:SHOWN_WORST]]


def _water_words(shown: PageFindings, means: pd.DataFrame, names: list[str]) -> str:
    """The share of water in the answers of B and of A; empty without one of them."""
    if any(name not in means.index for name in names):
        return ""
    a, b = (float(means["water_share"][name]) for name in names)
    labels = [shown.found.label(name) for name in names]
    words = {"a": labels[0], "b": labels[1], "of_a": formats.percent(a), "of_b": formats.percent(b)}
    few = means["n_scenes"][names].min() < MINIMUM_SCENES
    return say("generalization.water_few" if few else "generalization.water", **words)


def _rows(shown: PageFindings, run: str, means: pd.DataFrame, names: list[str]) -> Iterator[list[str]]:
    about = shown.found.set_of(run).name
    for name in names:
        for row in means[means.index == name].to_dict("records"):
            cells = (_share(row, measure) for measure in MEASURES)
            yield [escape(one) for one in (about, shown.found.label(name), *cells, formats.count(row["n"]))]


def _share(row: Mapping[Hashable, Any], measure: str) -> str:
    value, low, high = (row[name] for name in (measure, f"{measure}_low", f"{measure}_high"))
    if pd.isna(low) or pd.isna(high):
        return formats.percent(value)
    interval = formats.interval(low, high, formats.percent)
    return say("generalization.within", value=formats.percent(value), interval=interval)


def _draw_worst(selection: Selection, run: str, ids: list[str]) -> None:
    if not ids:
        return
    st.markdown(say("generalization.worst_followed"))
    for sample_id in ids:
        params = selection.params | {"run": run, "id": sample_id, "quadrant": "all"}
        params.pop("run_b", None)
        link_to("Compare", params, plain(sample_id), ":material/compare:")
