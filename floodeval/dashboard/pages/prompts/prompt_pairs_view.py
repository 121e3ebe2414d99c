"""The section Prompt vs. prompt: every prompt compared with one, and how similar their masks are."""

import streamlit as st

from floodeval.dashboard.pages.prompts.prompt_controls import choose_metric, choose_prompts
from floodeval.dashboard.pages.prompts.prompt_queries import (
    agreement_of,
    field_of,
    gaps_of,
    kinds_of,
    prompts_of,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, code, plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.dataset_charts import agreement_figure
from floodeval.viz.charts.prompts_chart import prompt_gaps_figure
from floodeval.viz.style import CONFIG
from floodeval.viz.wording import metric_label


def draw_prompt_pairs(selection: Selection) -> None:
    """Draw every prompt compared with a chosen one, on the same photographs."""
    specs = [prompt.spec for prompt in prompts_of(selection)]
    if len(specs) < 2:
        st.info(say("prompts_page.between_one"), icon=":material/looks_one:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reference = _choose_reference(selection, specs)
        metric = choose_metric(selection)
        shown = choose_prompts(selection)
    others = [prompt for prompt in shown if prompt.spec != reference]
    name, label = code(reference), metric_label(metric)
    st.markdown(f"#### {say('prompts_page.between_title', reference=name)}")
    figure = prompt_gaps_figure(
        gaps_of(selection, reference, metric), others, selection.styles, reference, label
    )
    alt = say("prompts_page.between_alt", reference=reference)
    st.plotly_chart(figure, config=CONFIG, key="between_prompts", alt=alt)
    st.caption(say("prompts_page.between_note", reference=name))
    if len(kinds_of(selection)) > 1:
        _draw_agreement(selection)


def _choose_reference(selection: Selection, specs: list[str]) -> str:
    field = field_of(selection)
    if st.session_state.get("prompts_reference") not in specs:
        st.session_state["prompts_reference"] = field.spec if field else specs[0]
    st.selectbox(
        say("prompts_page.reference"), specs, key="prompts_reference", width=260, persist_state="session"
    )
    return str(st.session_state["prompts_reference"])


def _draw_agreement(selection: Selection) -> None:
    """Draw how similar a variant's masks are; the masks are read only if the toggle is on."""
    specs = [prompt.spec for prompt in kinds_of(selection)]
    n = len(specs) * selection.metrics["id"].nunique() * len(_compared(selection))
    st.markdown(f"#### {say('prompts_page.agreement_title')}")
    asked = st.toggle(
        say("prompts_page.agreement_ask"),
        key="prompts_agreement",
        help=say("prompts_page.agreement_help", n=n),
        persist_state="session",
    )
    if not asked:
        return
    columns = st.columns(len(_compared(selection)), gap="medium")
    for column, variant in zip(columns, _compared(selection), strict=True):
        with column:
            _draw_matrix(selection, variant, specs)
    st.caption(say("prompts_page.agreement_note"))
    if any(agreement_of(selection, variant).attrs["counts_ignored"] for variant in _compared(selection)):
        st.caption(say("prompts_page.agreement_ignored"))


def _draw_matrix(selection: Selection, variant: str, specs: list[str]) -> None:
    found, style = agreement_of(selection, variant), selection.styles[variant]
    if not found["n"].any():
        st.info(say("prompts_page.agreement_none"), icon=":material/broken_image:")
        return
    mean = formats.score(found["iou"].mean())
    st.markdown(say("prompts_page.agreement_of", variant=chip(style).replace("**", ""), mean=mean))
    figure = agreement_figure(found, specs, style.color)
    alt = say("prompts_page.agreement_alt", variant=plain(variant))
    st.plotly_chart(figure, config=CONFIG, key=f"agreement_{variant}", alt=alt)


def _compared(selection: Selection) -> list[str]:
    return [selection.a] + ([selection.b] if selection.b else [])
