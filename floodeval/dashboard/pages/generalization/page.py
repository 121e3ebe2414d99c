"""The page Generalization: the sentence, the trade-off, the data sets, and what explains the loss."""

import streamlit as st

from floodeval.dashboard.heading import draw_leaks, draw_title, draw_unknown_training
from floodeval.dashboard.navigation import PAGES
from floodeval.dashboard.pages.generalization.domain_view import draw_domain
from floodeval.dashboard.pages.generalization.generalization_controls import choose_tolerance, draw_controls
from floodeval.dashboard.pages.generalization.generalization_queries import (
    ChosenSets,
    PageFindings,
    chosen_sets,
    findings_of_sets,
)
from floodeval.dashboard.pages.generalization.prompt_following import draw_prompt_following
from floodeval.dashboard.pages.generalization.set_table import draw_set_table
from floodeval.dashboard.pages.generalization.shift_view import draw_shifts
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import counted, say
from floodeval.viz.generalization_words import (
    claim_words,
    notes,
    recommendation_words,
    worst_retention_words,
)
from floodeval.viz.svg.svg_canvas import ON_PAGE, wide_or_narrow
from floodeval.viz.svg.trade_off_chart import NARROW, WIDE, trade_off_svg

EXAMPLE = (
    "floodeval evaluate path/to/in-domain path/to/other --name my-group --split split.csv --subset test\n"
    "floodeval generalization my-group"
)


def headline(selection: Selection) -> str:
    """The sentence as the page's title; the page's name where nothing can be compared."""
    shown = _findings(selection)
    if isinstance(shown, FloodevalError):
        return PAGES["Generalization"].title
    return plain(claim_words(shown.found, shown.found.claim(shown.candidate)))


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the title and which variants are compared on how many data sets."""
    draw_title(title)
    shown = _findings(selection)
    if not isinstance(shown, FloodevalError):
        a, b = (chip(shown.styles[name]) for name in (shown.found.baseline.name, shown.candidate))
        sets = shown.found.sets
        photographs = counted(sum(one.n for one in sets), "photograph")
        st.markdown(say("generalization.compared", a=a, b=b, photographs=photographs, n=len(sets)))
    draw_leaks(selection)
    draw_unknown_training(selection)


def _findings(selection: Selection) -> PageFindings | FloodevalError:
    """The findings, or why there are none."""
    try:
        return findings_of_sets(selection, chosen_sets(selection))
    except FloodevalError as error:
        return error


def draw_generalization_page(selection: Selection) -> None:
    """Draw the page below its heading."""
    try:
        chosen = chosen_sets(selection)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    draw_controls(chosen)
    if len(chosen.runs) < 2:
        draw_one_set()
    try:
        shown = findings_of_sets(selection, chosen)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    draw_first_screen(shown, chosen)
    draw_prompt_following(selection, chosen, shown)
    draw_domain(chosen, shown)
    draw_shifts(selection, shown)


def draw_one_set() -> None:
    """Say how to evaluate several data sets."""
    st.info(say("generalization.one_set"), icon=":material/looks_one:")
    st.code(EXAMPLE, language=None, wrap_lines=True)


def draw_first_screen(shown: PageFindings, chosen: ChosenSets) -> None:
    """Draw the recommendation, the trade-off, the table by data set and what a reader has to know."""
    found = shown.found
    if len(found.sets) > 1:
        draw_recommendation(shown, chosen)
    if found.points:
        chart, table = st.columns([5, 6], gap="medium")
        with chart:
            draw_trade_off(shown)
        with table:
            draw_set_table(shown)
    else:
        draw_set_table(shown)
    for note in notes(found):
        st.caption(plain(note))


def draw_recommendation(shown: PageFindings, chosen: ChosenSets) -> None:
    """Draw which variant to use, with a button that makes it B, and where the variant keeps least."""
    found = shown.found
    words, controls = st.columns([3, 1], vertical_alignment="bottom", gap="medium")
    with words:
        st.markdown(f"**{plain(recommendation_words(found))}**")
        if kept := worst_retention_words(found, shown.candidate):
            st.markdown(plain(kept))
        if found.recommended is not None:
            st.button(
                say("generalization.use_as_b"),
                key="generalization_use",
                on_click=use_recommended,
                args=(shown,),
            )
    with controls:
        choose_tolerance(chosen)


def use_recommended(shown: PageFindings) -> None:
    """Make the recommended variant B and the baseline A, on the in-domain set."""
    found = shown.found
    best = str(found.recommended)
    about, given = found.in_domain, found.of(best)[0].prompt
    st.session_state.update(
        {
            "run": about.run,
            "a": found.baseline.name,
            "prompt": about.prompt,
            "b": best,
            "run_b": "",
            "prompt_b": "" if given == about.prompt else given,
        }
    )


def draw_trade_off(shown: PageFindings) -> None:
    """Draw every variant's gain and change on the worst other set."""
    st.markdown(f"#### {say('generalization.trade_off')}")
    wide, narrow = (trade_off_svg(shown.found, shown.styles, layout, ON_PAGE) for layout in (WIDE, NARROW))
    st.markdown(wide_or_narrow(wide, narrow), unsafe_allow_html=True)
    st.caption(say("generalization.trade_off_note"))
