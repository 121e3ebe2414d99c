"""The section Images: the photographs whose result depends most on the prompt, a picture per prompt."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.clicks_needed import TARGETS
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.prompts.prompt_controls import number_columns
from floodeval.dashboard.pages.prompts.prompt_queries import clicks_of, kinds_of, prompt_picture, spreads_of
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, draw_error_legend, plain
from floodeval.dashboard.widgets.tables import draw_table, paged
from floodeval.datasets.listing import Sample
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.overlays import ClickMark
from floodeval.viz.thumbnails import data_url

PER_PAGE = 4
IN_A_LINE = 5  # pictures
LIMIT = 0.1  # a spread that matters


def draw_images(selection: Selection) -> None:
    """Draw the photographs, largest spread first, one picture per prompt, with links to Compare."""
    variant = _choose_variant(selection)
    table = spreads_of(selection, variant)
    st.markdown(f"#### {say('prompts_page.images_title')}")
    if table.empty or len(kinds_of(selection)) < 2:
        st.info(say("prompts_page.images_none"), icon=":material/info:")
        return
    st.markdown(spread_words(table, selection.name_of(variant)))
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    else:
        draw_error_legend(selection)
    slot = st.container(gap="small")
    for row in paged(table.to_dict("records"), PER_PAGE, f"spreads/{variant}"):
        with slot.container(border=True, gap="xsmall"):
            _draw_row(selection, variant, row, found.sample(str(row["id"])))
    st.caption(say("prompts_page.images_note"))
    with st.expander(say("prompts_page.images_as_numbers"), icon=":material/table_chart:"):
        draw_table(table, number_columns(table), say("prompts_page.images_table_alt"))


def spread_words(table: pd.DataFrame, variant: str) -> str:
    """The median spread, and on how many photographs it exceeds `LIMIT`."""
    return say(
        "prompts_page.images_words",
        variant=plain(variant),
        median=formats.score(table["spread"].median()),
        n=int((table["spread"] > LIMIT).sum()),
        of=len(table),
        limit=formats.significant(LIMIT),
    )


def _choose_variant(selection: Selection) -> str:
    """Let the person choose the variant; B at first, because it would be deployed."""
    names = selection.variants
    if len(names) == 1:
        return names[0]
    if st.session_state.get("prompts_variant") not in names:
        st.session_state["prompts_variant"] = selection.b or names[0]
    styles = selection.styles
    st.segmented_control(
        say("prompts_page.images_variant"),
        names,
        format_func=lambda name: styles[name].label,
        key="prompts_variant",
        required=True,
        persist_state="session",
    )
    return str(st.session_state["prompts_variant"])


def _draw_row(selection: Selection, variant: str, row: Mapping[Hashable, Any], sample: Sample | None) -> None:
    sample_id = str(row["id"])
    ends = {name: formats.score(row[name]) for name in ("spread", "best", "worst")}
    prompts = {name: code(row[name]) for name in ("best_prompt", "worst_prompt")}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{plain(sample_id)}** · {say('prompts_page.images_spread', **ends, **prompts)}")
        wanted = {"id": sample_id, "prompt": str(row["worst_prompt"]), "quadrant": "all", "grid": "all"}
        label = say("prompts_page.images_open", id=code(sample_id), prompt=prompts["worst_prompt"])
        link_to("Compare", selection.params | wanted, label, ":material/compare:")
    rows = selection.metrics
    mine = rows[(rows["id"] == sample_id) & (rows["variant"] == variant)].set_index("prompt")
    kinds = kinds_of(selection)
    n_lines = math.ceil(len(kinds) / IN_A_LINE)
    with st.grid(math.ceil(len(kinds) / n_lines), min_column_width=180):
        for prompt in kinds:
            with st.container(gap="xxsmall"):
                clicks = clicks_of(selection, variant, prompt, sample_id)
                _draw_picture(selection, variant, sample_id, prompt, sample, clicks)
                words = {"prompt": code(prompt.spec), "iou": formats.score(mine["iou"].get(prompt.spec))}
                if clicks:
                    after = counted(len(clicks), "click")
                    st.markdown(say("prompts_page.images_picture_clicks", **words, clicks=after))
                    st.caption(target_words(clicks))
                else:
                    st.markdown(say("prompts_page.images_picture", **words))


def target_words(clicks: Sequence[ClickMark]) -> str:
    """After how many clicks each target is reached, or that it is not reached."""
    parts = []
    for target in TARGETS:
        ious = [click.iou for click in clicks]
        place = next((at for at, iou in enumerate(ious, 1) if iou is not None and iou >= target), None)
        words = {"target": formats.decimal(target, 2)}
        if place is None:
            parts.append(say("prompts_page.images_target_not", **words))
        else:
            parts.append(say("prompts_page.images_target", **words, clicks=counted(place, "click")))
    return " · ".join(parts)


def _draw_picture(
    selection: Selection,
    variant: str,
    sample_id: str,
    prompt: PromptSpec,
    sample: Sample | None,
    clicks: tuple[ClickMark, ...] | None,
) -> None:
    picture = prompt_picture(selection, variant, sample_id, prompt, sample, clicks)
    if picture is not None:
        alt = say("prompts_page.images_alt", id=sample_id, prompt=prompt.spec)
        st.image(data_url(picture), width="stretch", alt=alt)
