"""The one call with which every page begins: set-up, navigation, the selection and the page's heading."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.brand import ICON, LOGO
from floodeval.dashboard.heading import draw_heading, draw_skipped
from floodeval.dashboard.languages import choose_language, settle_language, settle_noun
from floodeval.dashboard.loading import unfinished_runs
from floodeval.dashboard.navigation import PAGES, Page, draw_navigation
from floodeval.dashboard.sections import SECTIONS
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.state.sidebar import Chooser
from floodeval.dashboard.state.url import keep_address, kept_params, read_address, write_address
from floodeval.dashboard.welcome import draw_unfinished, draw_welcome
from floodeval.dashboard.widgets.words import here, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import list_runs

LOOKS = Path(__file__).parent / "looks.css"


def begin_page(name: str, headline: Callable[[Selection], str] | None = None) -> Selection:
    """Set a page up, draw the navigation and the heading, and return what the person looks at.

    Where there is nothing to look at, it says so and what to do, and the page ends here.

    Args:
        name: of the page, as in `PAGES`.
        headline: says the page's title (Markdown) from the selection; the page's name where there is none.
    """
    page = PAGES[name]
    arrival = read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        navigation, choices = st.container(gap="small"), st.container(gap="small")
        choose_language()
    if not list_runs():
        _end_welcoming(navigation)
    chooser = Chooser(arrival.adopted, wants_id="id" in page.keys, sections=list(SECTIONS.get(name, ())))
    selection = _choose(chooser, navigation, choices)
    settle_noun(selection.run.info.is_synthetic)
    with navigation:
        draw_navigation(selection.params)
    with choices:
        draw_unfinished(unfinished_runs())
    write_address(page.carried(selection.params | kept_params()), arrival)
    draw_heading(headline(selection) if headline else page.title, selection)
    _say(chooser)
    return selection


def begin_page_without_run(name: str, something: bool) -> Selection | None:
    """Begin a page that may have something to say where there is no run yet; None is returned there.

    Args:
        name: of the page, as in `PAGES`.
        something: whether it has; otherwise it says what to do, as every page.
    """
    if list_runs() or not something:
        return begin_page(name)
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
    st.html(LOOKS)


def _end_welcoming(navigation: DeltaGenerator) -> None:
    with navigation:
        draw_navigation({})
    draw_welcome(unfinished_runs())
    st.stop()


def _choose(chooser: Chooser, navigation: DeltaGenerator, choices: DeltaGenerator) -> Selection:
    """Let the person choose; where what they chose cannot be read, say why and end the page."""
    try:
        with choices:
            return chooser.choose()
    except FloodevalError as error:
        with navigation:
            draw_navigation({})
        keep_address()
        _say(chooser)
        st.error(here(error), icon=":material/error:")
        if chooser.run is not None:
            draw_skipped(chooser.run)
        st.stop()


def _say(chooser: Chooser) -> None:
    for notice in chooser.notices:
        st.info(plain(notice), icon=":material/info:")
    for broken in chooser.broken:
        st.error(plain(broken), icon=":material/error:")
