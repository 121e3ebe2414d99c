"""The section Gallery: every photograph with the outline of its mask, its facts and its findings."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import ALL
from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, thumbnail
from floodeval.dashboard.pages.dataset.findings_view import finding_badges, finding_word
from floodeval.dashboard.widgets.markdown import code, draw_legend, ignored_styles, plain
from floodeval.dashboard.widgets.tables import Column, draw_table, paged, titled
from floodeval.datasets.audit.findings import KINDS
from floodeval.datasets.sample_names import natural_key
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.dataset_charts import NOT_IN_SPLIT, subset_label
from floodeval.viz.style import TRUE_WATER
from floodeval.viz.thumbnails import data_url

PER_PAGE = 12
ANY, NONE = "any", "none"  # finding
ORDERS = ("id", "dry", "wet", "small", "large")


def draw_gallery(scan: DatasetScan) -> None:
    """Draw the chosen photographs as cards, in the chosen order."""
    order, subset, finding = _draw_choices(scan.table)
    rows = chosen(scan.table, order, subset, finding)
    draw_legend(
        [TRUE_WATER, *ignored_styles(scan.dataset.reading.labels)],
        say("dataset.as_drawn", shown=len(rows), total=len(scan.table)),
    )
    if rows.empty:
        st.markdown(say("dataset.nothing_like_this"))
        return
    slot = st.container()
    records = [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
    shown = paged(records, PER_PAGE, f"gallery/{order}/{subset}/{finding}")
    with slot, st.grid(4, min_column_width=240):
        for row in shown:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_card(scan, row)


def draw_facts_table(table: pd.DataFrame) -> None:
    """Draw the same facts as a table, where the photographs are not on this machine."""
    columns = {
        "water_share": Column(say("dataset.true_water"), formats.percent),
        "width": Column(say("dataset.width_px"), formats.count),
        "height": Column(say("dataset.height_px"), formats.count),
    }
    shown = table.drop(columns=["mask_width", "mask_height", "format"]).assign(
        findings=[", ".join(map(finding_word, kinds)) for kinds in table["findings"]]
    )
    named = titled(("id", "scene", "subset", "findings"), "dataset")
    draw_table(shown, named | columns, say("dataset.samples_alt"))


def chosen(table: pd.DataFrame, order: str, subset: str, finding: str) -> pd.DataFrame:
    """Filter by subset and finding, and sort; rows without a value come last, ties are sorted by id."""
    kept = table
    if subset != ALL:
        kept = kept[kept["subset"].fillna(NOT_IN_SPLIT) == subset]
    if finding != ALL:
        kept = kept[[_has(kinds, finding) for kinds in kept["findings"]]]
    keys = [natural_key(str(sample_id)) for sample_id in kept["id"]]
    kept = kept.iloc[sorted(range(len(kept)), key=keys.__getitem__)]
    if order == "id":
        return kept
    by = kept["water_share"] if order in ("dry", "wet") else kept["width"] * kept["height"]
    ascending = order in ("dry", "small")
    places = by.astype("float64").sort_values(ascending=ascending, kind="stable", na_position="last").index
    return kept.loc[places]


def _has(kinds: tuple[str, ...], finding: str) -> bool:
    if finding in (ANY, NONE):
        return bool(kinds) == (finding == ANY)
    return finding in kinds


def _draw_choices(table: pd.DataFrame) -> tuple[str, str, str]:
    subsets = [ALL, *dict.fromkeys(table["subset"].fillna(NOT_IN_SPLIT).sort_values())]
    found = {kind for kinds in table["findings"] for kind in kinds}
    findings = [ALL, *([ANY, NONE] if found else []), *(kind for kind in KINDS if kind in found)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = _select("order", ORDERS, lambda one: say(f"dataset.order_{one}"))
        subset = _select("subset", subsets, _subset_word)
        finding = _select("finding", findings, _finding_option)
    return order, subset, finding


def _subset_word(subset: str) -> str:
    return say("dataset.all") if subset == ALL else subset_label(subset)


def _finding_option(finding: str) -> str:
    return say(f"dataset.{finding}") if finding in (ALL, ANY, NONE) else finding_word(finding)


def _select(what: str, options: Sequence[str], words: Callable[[str], str]) -> str:
    key = f"gallery_{what}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return str(
        st.selectbox(
            say(f"dataset.{what}"),
            options,
            format_func=words,
            key=key,
            width=220,
            persist_state="session",
        )
    )


def _draw_card(scan: DatasetScan, row: dict[str, Any]) -> None:
    sample_id = str(row["id"])
    picture = thumbnail(scan.files, scan.dataset[sample_id])
    if picture is None:
        st.caption(f":material/broken_image: {say('dataset.photograph_unreadable')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("dataset.thumbnail_alt", id=sample_id))
    st.space("stretch")
    subset = row["subset"] if isinstance(row["subset"], str) else NOT_IN_SPLIT
    kinds = row["findings"] if isinstance(row["findings"], tuple) else ()
    badges = [f":gray-badge[{plain(subset_label(subset))}]", *finding_badges(kinds)]
    if sample_id in scan.repaired:
        badges.append(f":green-badge[:material/build: {say('dataset.repaired')}]")
    st.markdown(" ".join([f"**{code(sample_id)}**", *badges]))
    st.caption(fact_line(row))


def fact_line(row: dict[str, Any]) -> str:
    """Water, size and format of a sample in a line of Markdown, and the mask's size where it differs."""
    water, width, mask_width = (row[name] for name in ("water_share", "width", "mask_width"))
    parts = [
        say("dataset.mask_unreadable")
        if pd.isna(water)
        else say("dataset.water", share=formats.percent(float(water)))
    ]
    if not pd.isna(width):
        parts.append(formats.picture_size(width, row["height"]))
    if row["format"]:
        parts.append(plain(row["format"]))
    size, mask_size = (width, row["height"]), (mask_width, row["mask_height"])
    if size != mask_size and not pd.isna(mask_width) and not pd.isna(width):
        parts.append(say("dataset.mask_size", size=formats.picture_size(*mask_size)))
    return " · ".join(parts)
