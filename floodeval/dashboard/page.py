"""The start of every page: navigation, sidebar and heading, or a welcome where there are no runs yet."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.heading import draw_data_heading, draw_heading, draw_skipped, draw_title_alone
from floodeval.dashboard.navigation import (
    DATA,
    ICON,
    LOGO,
    NOTHING,
    PAGES,
    PAIR,
    SECTIONS,
    Page,
    draw_navigation,
)
from floodeval.dashboard.queries import table_of, unfinished_runs
from floodeval.dashboard.state.compared_pair import of_run_a
from floodeval.dashboard.state.interface_language import choose_language, settle_language, settle_noun
from floodeval.dashboard.state.selection import Selection, rows_of
from floodeval.dashboard.state.sidebar import Sidebar
from floodeval.dashboard.state.url import keep_address, kept_params, read_address, write_address
from floodeval.dashboard.welcome import draw_unfinished, draw_welcome
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import list_runs

STYLE_SHEET = Path(__file__).parent / "looks.css"
_HEADINGS = {PAIR: draw_heading, DATA: draw_data_heading, NOTHING: draw_title_alone}


def begin_page(
    name: str,
    headline: Callable[[Selection], str] | None = None,
    draw: Callable[[str, Selection], None] | None = None,
) -> Selection:
    """Set a page up, draw the navigation, the sidebar and the heading, and return the selection.

    Without a run, or where the chosen run cannot be read, it explains what to do and the page ends here.

    Args:
        name: of the page, a key of `PAGES`.
        headline: returns the title (Markdown) for a selection; without it the title is the page's name.
        draw: draws the heading from the title and the selection; by default what the page is about
            (`Page.about`).
    """
    page = PAGES[name]
    arrival = read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        navigation, choices = st.container(gap="small"), st.container(gap="small")
        choose_language()
    if not list_runs():
        _end_with_welcome(navigation)
    sidebar = Sidebar(arrival.adopted, wants_id="id" in page.keys, sections=list(SECTIONS.get(name, ())))
    selection = _choose(sidebar, navigation, choices)
    settle_noun(selection.run.info.is_synthetic)
    with navigation:
        draw_navigation(selection.params)
    with choices:
        draw_unfinished(unfinished_runs())
    write_address(page.carried(selection.params | kept_params()), arrival)
    shown = of_one_run(selection) if page.one_run else selection
    (draw or _HEADINGS[page.about])(headline(shown) if headline else page.title, shown)
    _draw_notices(sidebar)
    return shown


def of_one_run(selection: Selection) -> Selection:
    """The selection of a page about one run: that of A; its links lead to both sides again."""
    if selection.pair.is_of_one_run:
        return selection
    pair, rows = of_run_a(selection.pair), selection.rows_key
    metrics, table = rows_of(pair.run, *rows), table_of(pair, rows, selection.threshold)
    return replace(selection, pair=pair, metrics=metrics, table=table, linked=selection.pair)


def begin_page_without_run(
    name: str, something: bool, draw: Callable[[str, Selection], None] | None = None
) -> Selection | None:
    """Begin a page that may have content even without a run; returns None if there is no run.

    Args:
        name: of the page, a key of `PAGES`.
        something: whether the page has content without a run; otherwise it begins as any other page.
        draw: draws the heading where there is a run, as for `begin_page`.
    """
    if list_runs() or not something:
        return begin_page(name, draw=draw)
    page = PAGES[name]
    read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        draw_navigation({})
        choose_language()
    keep_address()
    st.title(page.title, anchor=False)
    return None


def _set_up(page: Page) -> None:
    title = "floodeval" if page.script == "dashboard.py" else f"{page.title} · floodeval"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    st.logo(LOGO, icon_image=ICON, size="large")
    st.html(STYLE_SHEET)


def _choose(sidebar: Sidebar, navigation: DeltaGenerator, choices: DeltaGenerator) -> Selection:
    """Draw the sidebar's choices; where the chosen run cannot be read, say why and end the page."""
    try:
        with choices:
            return sidebar.choose()
    except FloodevalError as error:
        with navigation:
            draw_navigation({})
        keep_address()
        _draw_notices(sidebar)
        st.error(error_text(error), icon=":material/error:")
        if sidebar.run is not None:
            draw_skipped(sidebar.run)
        st.stop()


def _draw_notices(sidebar: Sidebar) -> None:
    for notice in sidebar.notices:
        st.info(plain(notice), icon=":material/info:")
    for broken in sidebar.broken:
        st.error(plain(broken), icon=":material/error:")


def _end_with_welcome(navigation: DeltaGenerator) -> None:
    with navigation:
        draw_navigation({})
    draw_welcome(unfinished_runs())
    st.stop()
