"""The section on prompt fidelity: does a variant answer prompts on dry land as the pretrained model does?"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.statistics import SHARES, scene_intervals
from floodeval.analysis.verdicts import MINIMUM_SCENES
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.generalization.generalization_queries import ChosenSets, PageFindings
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import draw_legend, plain
from floodeval.dashboard.widgets.pictures import StripPicture, draw_strip
from floodeval.dashboard.widgets.tables import draw_words
from floodeval.datasets.dataset import read_sample_photograph
from floodeval.datasets.images import Mask, Photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.answer_pictures import answers_picture, read_answer
from floodeval.viz.style import IN_BOTH, Style
from floodeval.viz.thumbnails import small_png

MEASURES = ("water_share", "agreement", "sameness")  # columns of `fidelity.parquet`, shares from 0 to 1
PICTURES = ("pretrained_answer", "answer")  # columns with small pictures, where they were kept
SHOWN_WORST = 3  # photographs
STRIP_RATIO = 5.0  # width over height of a row of pictures


def draw_prompt_following(selection: Selection, chosen: ChosenSets, shown: PageFindings) -> None:
    """Draw the measures of A and B on each data set that has them, or how to get them."""
    st.markdown(f"#### {say('generalization.following')}", help=say("generalization.following_help"))
    tables = {run.folder.name: table for run, table in fidelity_tables(chosen)}
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
    of = next(one for one in chosen.runs if one.folder.name == run)
    _draw_worst(selection, shown, of, table, worst_followed(table, shown.candidate))


def fidelity_tables(chosen: ChosenSets) -> Iterator[tuple[Run, pd.DataFrame]]:
    """The runs that have a table, each with it."""
    for run in chosen.runs:
        table = _table(run)
        if table is not None and not table.empty:
            yield run, table


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


def _draw_worst(
    selection: Selection, shown: PageFindings, run: Run, table: pd.DataFrame, ids: Sequence[str]
) -> None:
    """Draw the photographs where B agrees least: its answer and the pretrained one, and a link."""
    if not ids:
        return
    st.markdown(say("generalization.worst_followed"))
    styles = answer_styles(shown)
    pictures = [picture for one in ids if (picture := _picture(run, table, one, shown, styles))]
    if pictures:
        draw_legend((IN_BOTH, *styles))
        draw_strip(pictures, STRIP_RATIO)
    with st.container(horizontal=True):
        for sample_id in ids:
            params = selection.params | {"run": run.folder.name, "id": sample_id, "quadrant": "all"}
            params.pop("run_b", None)
            link_to("Compare", params, plain(sample_id), ":material/compare:")


def answer_styles(shown: PageFindings) -> tuple[Style, Style]:
    """How the pretrained answer and that of B are drawn where they are alone."""
    first, second = (shown.styles[name] for name in (shown.found.baseline.name, shown.candidate))
    alone = say("styles.alone", name=shown.found.label(shown.candidate))
    return replace(first, name=say("generalization.pretrained_answer")), replace(second, name=alone)


def _picture(
    run: Run, table: pd.DataFrame, sample_id: str, shown: PageFindings, styles: tuple[Style, Style]
) -> StripPicture | None:
    """The answer of B to the prompt that it agrees least on; None where no pictures were kept."""
    kept = kept_answers(table, sample_id, shown.candidate)
    if kept is None:
        return None
    picture = answers_picture(_photograph(run, sample_id), *kept, *styles)
    alt = say("generalization.answer_alt", id=sample_id)
    return StripPicture(small_png(picture), picture.shape[1] / picture.shape[0], plain(sample_id), alt)


def kept_answers(table: pd.DataFrame, sample_id: str, variant: str) -> tuple[Mask, Mask] | None:
    """The pretrained answer and a variant's to the prompt of lowest agreement, if both were kept."""
    if not set(PICTURES) <= set(table.columns):
        return None
    mine = table[(table["variant"] == variant) & (table["id"] == sample_id)]
    for row in mine.sort_values("agreement").to_dict("records"):
        first, second = (read_answer(row[name]) for name in PICTURES)
        if first is not None and second is not None and first.shape == second.shape:
            return first, second
    return None


def _photograph(run: Run, sample_id: str) -> Photograph | None:
    sample = photographs(run).sample(sample_id)
    try:
        return read_sample_photograph(sample) if sample else None
    except FloodevalError:
        return None
