"""The chart and the sections of the page Subgroups: the weakest, types of error, label suspects."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import subgroup_key
from floodeval.analysis.review_queue import MIN_AGREEMENT, MIN_DOUBT
from floodeval.analysis.subgroups import FEWEST_SAMPLES
from floodeval.analysis.verdicts import MINIMUM_SCENES, SIGNIFICANT, WORSE
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.subgroups.subgroup_queries import (
    errors_of,
    name_in_words,
    names_in_words,
    overall_of,
    subgroups_of,
    suspects_of,
    weakest_of,
)
from floodeval.dashboard.pages.subgroups.subgroup_words import error_words, weakest_words
from floodeval.dashboard.queries import subgroups_of as cut_subgroups_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, draw_legend, plain
from floodeval.dashboard.widgets.opening_marks import clicked_mark, clicked_row, open_images
from floodeval.dashboard.widgets.tables import Column, draw_table, paged
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.storage.spreadsheet import csv_bytes
from floodeval.viz.charts.subgroup_scores import errors_figure, subgroups_figure
from floodeval.viz.style import ERROR_STYLES
from floodeval.viz.wording import kind_words, metric_label, part_words, trait_title

SUBGROUP_METRICS = ("iou", "dice", "precision", "recall")
_METRIC_KEY = "subgroups_metric"
SHOWN = 10  # rows of a ranking
PER_PAGE = 12  # label suspects


def draw_chart(selection: Selection) -> None:
    """Draw the means and the gap of every subgroup; a click on a mark opens the subgroup's images.

    Raises:
        FloodevalError: the run has no traits.
    """
    metric = _chosen_metric()
    table = subgroups_of(selection, metric)
    if table.empty:
        st.info(say("subgroups.none_cut"), icon=":material/info:")
        return
    a, b = selection.styles[selection.a], selection.styles[selection.b] if selection.b else None
    figure = subgroups_figure(table, overall_of(selection, metric), a, b, metric_label(metric))
    clicked = clicked_mark(figure, "subgroups", say("subgroups.chart_alt", metric=metric_label(metric)))
    _choose_metric()
    st.caption(f":material/ads_click: {say('subgroups.chart_click')} {say('subgroups.chart_note')}")
    if clicked is not None:
        _open_mark(selection, table, metric, clicked)


def _open_mark(selection: Selection, table: pd.DataFrame, metric: str, mark: str) -> None:
    """Open the images of a subgroup, ordered by what the mark shows."""
    side, _, name = mark.partition(" ")
    known = {
        f"{trait} {part}": f"{trait}.{part}"
        for trait, part in zip(table["trait"], table["part"], strict=True)
    }
    if name in known and side in ("a", "b", "gap"):
        open_images(selection.params, slice=known[name], metric=metric, of=side)


def _chosen_metric() -> str:
    chosen = st.session_state.get(_METRIC_KEY)
    return str(chosen) if chosen in SUBGROUP_METRICS else SUBGROUP_METRICS[0]


def _choose_metric() -> None:
    st.segmented_control(
        say("subgroups.metric"),
        SUBGROUP_METRICS,
        default=SUBGROUP_METRICS[0],
        format_func=metric_label,
        key=_METRIC_KEY,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def subgroup_rows(table: pd.DataFrame, single: bool) -> pd.DataFrame:
    """The subgroups with their traits in words; for a single variant, its means only."""
    bounds = table[["trait", "part", "low", "high"]].itertuples(index=False)
    shown = table.drop(columns=["trait", "part", "low", "high"])
    shown.insert(0, "trait", [trait_title(trait) for trait in table["trait"]])
    shown.insert(1, "slice", [part_words(*one) for one in bounds])
    if single:
        return shown.drop(columns=[name for name in map(str, shown) if name.startswith(("mean_b", "gap"))])
    return shown.drop(columns=[f"mean_{side}_{end}" for side in "ab" for end in ("low", "high")])


def draw_subgroup_rows(selection: Selection) -> None:
    """Draw the numbers of the chart as a table; a selected row opens the subgroup's images.

    Raises:
        FloodevalError: the run has no traits.
    """
    metric = _chosen_metric()
    table = subgroups_of(selection, metric)
    if table.empty:
        return
    shown = subgroup_rows(table, selection.b is None)
    columns = {name: _subgroup_column(name) for name in map(str, shown)}
    chosen = clicked_row(shown, columns, "subgroup_rows", say("subgroups.table_alt"))
    st.caption(f":material/ads_click: {say('subgroups.row_click')}")
    st.download_button(
        say("subgroups.download"), csv_bytes(table), "slices.csv", "text/csv", icon=":material/download:"
    )
    if chosen is not None:
        row, side = table.iloc[chosen], "gap" if selection.b else "a"
        open_images(selection.params, slice=f"{row['trait']}.{row['part']}", metric=metric, of=side)


def _subgroup_column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name == "n_effective":
        return Column(title, formats.distance)
    if not name.startswith(("mean", "gap")):
        return Column(title)
    return Column(title, formats.gap if name.startswith("gap") else formats.score)


def draw_weakest(selection: Selection) -> None:
    """Draw the rankings by IoU and by gain; for a single variant, the first only.

    Raises:
        FloodevalError: the run has no traits.
    """
    words = names_in_words(subgroups_of(selection))
    variant = selection.name_of(selection.b or selection.a)
    weakest = weakest_of(selection, "iou_b")
    st.markdown(weakest_words(weakest, words, variant))
    title = say("subgroups.weakest_title", variant=plain(variant))
    _draw_ranking(selection, weakest, words, title, "mean")
    if selection.b:
        gain = say("subgroups.weakest_gain_title")
        _draw_ranking(selection, weakest_of(selection, "iou_gap"), words, gain, "mean_gap")
    else:
        st.caption(say("subgroups.weakest_single"))
    note = {"samples": FEWEST_SAMPLES, "scenes": MINIMUM_SCENES, "p": formats.significant(SIGNIFICANT)}
    st.caption(say("subgroups.weakest_note", **note))


def significance_words(table: pd.DataFrame) -> str:
    """How many subgroups are significantly below the rest, out of how many that were tested."""
    n_worse, n_tested = int((table["verdict"] == WORSE).sum()), table.attrs["n_looked"]
    if not n_tested:
        return say("subgroups.none_looked")
    of = counted(n_tested, "subgroup")
    if not n_worse:
        return say("subgroups.none_sure", slices=of)
    return say("subgroups.some_sure", slices=of, n=n_worse, p=formats.significant(SIGNIFICANT))


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


def _draw_ranking(
    selection: Selection, table: pd.DataFrame, words: dict[str, str], title: str, mean: str
) -> None:
    st.markdown(f"#### {title}\n{significance_words(table)}")
    if table.empty:
        return
    shown = weakest_rows(table, words, mean)
    columns = {name: _weakest_column(name) for name in map(str, shown)}
    chosen = clicked_row(shown, columns, f"weakest_{mean}", title)
    note = say("subgroups.weakest_first", shown=SHOWN, total=len(table)) if len(table) > SHOWN else ""
    st.caption(f":material/ads_click: {say('subgroups.row_click')} {note}")
    if chosen is not None:
        _open_ranked(selection, str(table["slice"].iloc[chosen]), "b" if mean == "mean" else "gap")


def _open_ranked(selection: Selection, name: str, side: str) -> None:
    """Open the images of a subgroup, or list those that two subgroups share."""
    parts = [
        one for one in cut_subgroups_of(selection.pair, selection.rows_key) if one.name in name.split(", ")
    ]
    if len(parts) == 1:
        of = side if selection.b else "a"
        open_images(selection.params, slice=subgroup_key(parts[0]), metric="iou", of=of)
    elif parts:
        rows = selection.table[parts[0].members & parts[1].members].sort_values(f"iou_{side}")
        st.markdown(f"**{say('subgroups.shared', images=counted(len(rows), 'image'))}**")
        with st.container(horizontal=True, gap="small"):
            for one in map(str, rows["id"]):
                params = selection.params | {"id": one, "quadrant": "all"}
                link_to("Compare", params, code(one), ":material/compare:")


def _weakest_column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name == "slice":
        return Column(title, width=400)
    if name in ("n", "n_scenes"):
        return Column(title)
    return Column(title, formats.gap if name in ("difference", "low", "high") else formats.score)


def draw_errors(selection: Selection) -> None:
    """Draw what share of the frame each variant gets wrong, by type of error.

    Raises:
        FloodevalError: the run has no table of errors.
    """
    table = errors_of(selection)
    st.markdown(f"#### {say('subgroups.errors_title')}")
    st.markdown(error_words(table, selection.a, selection.b, selection.titles))
    draw_legend(ERROR_STYLES.values())
    figure = errors_figure(table, selection.styles)
    clicked = clicked_mark(figure, "errors", say("subgroups.errors_alt"))
    st.caption(f":material/ads_click: {say('subgroups.errors_click')} {say('subgroups.errors_note')}")
    shown = error_rows(table, selection.titles)
    columns = {name: _error_column(name) for name in map(str, shown)}
    draw_table(shown, columns, say("subgroups.errors_table_alt"), height="content")
    st.caption(say("subgroups.errors_table_note"))
    if clicked is not None:
        _open_error(selection, clicked)


def _open_error(selection: Selection, bar: str) -> None:
    """Open the images by what they lose to a type of error: precision for false water, recall for missed."""
    kind, _, variant = bar.partition(" ")
    if kind not in ERROR_STYLES or variant not in selection.variants:
        return
    metric = "precision" if kind.startswith("false") else "recall"
    if variant in (selection.a, selection.b):
        open_images(selection.params, metric=metric, of="a" if variant == selection.a else "b")
    else:
        open_images(selection.params, metric=metric, of="b", b=variant)


def error_rows(table: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """One row per variant and type of error, with its meaning in words."""
    return pd.DataFrame(
        {
            "variant": [titles.get(name, name) for name in table["variant"]],
            "kind": table["kind"].map(kind_words),
            "frame": table["frame"],
            "share": table["share"],
            "n": table["n"],
            "meaning": [say(f"subgroups.meaning_{kind}") for kind in table["kind"]],
        }
    )


def _error_column(name: str) -> Column:
    return Column(say(f"subgroups.column_{name}"), formats.percent if name in ("frame", "share") else None)


def draw_label_suspects(selection: Selection) -> None:
    """Draw each label suspect with its reason and a link to *Compare*.

    Raises:
        FloodevalError: the run has no table of agreement.
    """
    st.markdown(f"#### {say('subgroups.suspects_title')}")
    if selection.b is None:
        st.info(say("subgroups.suspects_single"), icon=":material/looks_one:")
        return
    table = suspects_of(selection)
    st.markdown(say("subgroups.suspects_what"))
    if table.empty:
        st.success(say("subgroups.suspects_none"), icon=":material/check_circle:")
    else:
        _draw_suspects(selection, table)
    st.caption(
        say(
            "subgroups.suspects_note",
            agrees=formats.significant(MIN_AGREEMENT),
            doubts=formats.significant(MIN_DOUBT),
        )
    )


def _draw_suspects(selection: Selection, table: pd.DataFrame) -> None:
    st.markdown(say("subgroups.suspects_list", suspects=counted(len(table), "suspect")))
    slot = st.container(gap="small")
    for row in paged(table.to_dict("records"), PER_PAGE, "suspects"):
        with slot.container(border=True, gap="xxsmall"):
            wanted = {"id": str(row["id"]), "prompt": str(row["prompt"]), "quadrant": "all"}
            label = say("subgroups.look", id=plain(row["id"]))
            link_to("Compare", selection.params | wanted, label, ":material/compare:")
            st.markdown(suspect_words(row))
    with st.expander(say("subgroups.suspects_as_numbers"), icon=":material/table_chart:"):
        shown = table.drop(columns="reason")
        columns = {name: _suspect_column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("subgroups.suspects_alt"))


def suspect_words(row: Mapping[Hashable, Any]) -> str:
    """Why a photograph is a label suspect, as Markdown."""
    doubt = say(
        "subgroups.suspect",
        doubt=formats.score(row["doubt"]),
        agreement=formats.score(row["agreement"]),
        best=formats.score(row["best_iou"]),
        prompt=code(row["prompt"]),
    )
    return f"{reason_words(row)}  \n{doubt}"


def reason_words(row: Mapping[Hashable, Any]) -> str:
    """Where every variant differs from the reference mask: a sentence."""
    false, missed = pd.notna(row["false_share"]), pd.notna(row["missed_share"])
    key = "both" if false and missed else "false" if false else "missed"
    shares = {name: formats.percent(row[f"{name}_share"]) for name in ("false", "missed", "truth")}
    return say(f"subgroups.reason_{key}", **shares)


def _suspect_column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name in ("agreement", "best_iou", "doubt"):
        return Column(title, formats.score)
    return Column(title, formats.percent if name.endswith("_share") else None)
