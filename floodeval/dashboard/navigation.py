"""The pages, in groups, and the links between them; every link carries the selection."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from floodeval.dashboard.state.url import OWN
from floodeval.i18n.catalog import say, speak_of_synthetic_scenes
from floodeval.i18n.language import DEFAULT, LANGUAGES, speak
from floodeval.i18n.parameters import set_surface

# The sections of the pages that have several, by the word that a link carries, and the choice among them.

SECTIONS = {
    "Prompts": ("every", "between", "sensitivity", "clicks", "images"),
    "Slices": ("slices", "weakest", "errors", "suspects", "cost"),
    "Dataset": ("gallery", "balance", "findings", "scenes", "agreement", "stress"),
}


def section_title(section: str) -> str:
    """What a section is called."""
    return say(f"sections.{section}")


def choose_section(page: str) -> str:
    """Let the person choose one of a page's sections; only the chosen one is computed."""
    st.segmented_control(
        say("sections.label"),
        SECTIONS[page],
        format_func=section_title,
        key="section",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state["section"])


# The pages, in groups, and the links between them; every link carries the selection.

_BASE = ("run", "a", "b", "prompt", "split", "flagged", "lang")
_ORDER = ("metric", "of", "order", "quadrant", "slice", "between", "marked")


@dataclass(frozen=True)
class Page:
    """A page: its name, its script, its icon, its group in the navigation, and what its links carry."""

    name: str
    script: str
    icon: str
    group: str
    keys: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the page is called, in the language of the moment."""
        return say(f"pages.{self._word}")

    @property
    def help(self) -> str:
        """What the page is for."""
        return say(f"pages.{self._word}_help")

    @property
    def _word(self) -> str:
        return self.name.lower().replace(" ", "_")

    def carried(self, params: dict[str, str]) -> dict[str, str]:
        """The part of a selection that this page's address holds."""
        kept = {key: params[key] for key in self.keys if key in params}
        if kept.get("section") not in SECTIONS.get(self.name, ()):
            kept.pop("section", None)  # another page's
        return kept


PAGES = {
    page.name: page
    for page in (
        Page("Home", "dashboard.py", ":material/home:", "results", _BASE),
        Page("Distributions", "pages/1_Distributions.py", ":material/bar_chart:", "results", _BASE),
        Page("Worst cases", "pages/2_Worst_cases.py", ":material/warning:", "results", (*_BASE, *_ORDER)),
        Page(
            "Compare", "pages/3_Compare.py", ":material/compare:", "results", (*_BASE, *_ORDER, "id", "view")
        ),
        Page("Prompts", "pages/4_Prompts.py", ":material/ads_click:", "results", (*_BASE, "section")),
        Page("Slices", "pages/5_Slices.py", ":material/donut_small:", "results", (*_BASE, "section")),
        Page(
            "Training",
            "pages/6_Training.py",
            ":material/model_training:",
            "data",
            (*_BASE, *OWN),
        ),
        Page("Dataset", "pages/7_Dataset.py", ":material/photo_library:", "data", (*_BASE, "section")),
        Page("Report", "pages/8_Report.py", ":material/description:", "use", (*_BASE, *_ORDER)),
        Page("Try it", "pages/9_Try_it.py", ":material/touch_app:", "use", (*_BASE, "id")),
    )
}


def draw_navigation(params: dict[str, str]) -> None:
    """Draw the links to all pages, group by group."""
    for group in dict.fromkeys(page.group for page in PAGES.values()):
        st.caption(say(f"pages.group_{group}"))
        with st.container(gap="xxsmall"):
            for page in PAGES.values():
                if page.group == group:
                    link_to(page.name, params, page.title, page.icon, page.help)


def link_to(name: str, params: dict[str, str], label: str, icon: str, tip: str | None = None) -> None:
    """Draw a link to a page that opens it with this selection; `label` is Markdown."""
    page = PAGES[name]
    st.page_link(page.script, label=label, icon=icon, help=tip, query_params=page.carried(params))


def go_to(name: str, params: dict[str, str]) -> None:
    """Open a page with this selection."""
    page = PAGES[name]
    st.switch_page(page.script, query_params=page.carried(params))


# floodeval's mark: water over a horizon. Drawn here, so that no page asks another machine for it.

_WAVES = (
    '<path d="M4 17q4-4 8 0t8 0 8 0" fill="none" stroke="#1C7FAE" stroke-width="3.4" stroke-linecap="round"/>'
    '<path d="M4 25q4-4 8 0t8 0 8 0" fill="none" stroke="#56B4E9" stroke-width="3.4" stroke-linecap="round"/>'
    '<path d="M8 11 16 4l8 7" fill="none" stroke="#E69F00" stroke-width="3.4" stroke-linecap="round" '
    'stroke-linejoin="round"/>'
)
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="32" viewBox="0 0 {width} 32">'
    "{content}</svg>"
)

ICON = _SVG.format(width=32, content=_WAVES)
LOGO = _SVG.format(
    width=150,
    content=_WAVES + '<text x="40" y="23" font-family="Segoe UI, Helvetica, Arial, sans-serif" '
    'font-size="22" font-weight="600" fill="#1C7FAE" textLength="108" '
    'lengthAdjust="spacingAndGlyphs">floodeval</text>',  # whatever font a machine has, it fits
)


# The language of the interface: as chosen in the sidebar or by a link, else the browser's own.

KEY = "lang"
_DRAWN = "_drawn"

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def settle_language() -> None:
    """Speak the chosen language from here on, in the dashboard's words; an unknown one is the browser's."""
    asked = st.session_state.get(KEY)
    chosen = asked if asked in LANGUAGES else _of_browser()
    st.session_state[KEY] = chosen  # also where it is that already: a widget of another page is a new one
    speak(chosen)
    set_surface("dashboard")
    settle_noun(drawn=False)  # until it is known what the page is about


def keep_language() -> None:
    """Speak the chosen language where a part of a page, a dialog say, is run again without the page."""
    set_surface("dashboard")
    chosen = st.session_state.get(KEY)
    if chosen in LANGUAGES:  # elsewhere the page speaks it already
        speak(chosen)
    speak_of_synthetic_scenes(bool(st.session_state.get(_DRAWN)))


def settle_noun(drawn: bool) -> None:
    """Speak of drawn scenes from here on, or of photographs."""
    st.session_state[_DRAWN] = drawn
    speak_of_synthetic_scenes(drawn)


def choose_language() -> None:
    """Let the person choose the language."""
    st.segmented_control(
        say("sidebar.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )


def asked_language() -> str | None:
    """The language for a link: None where it is the browser's own, which a receiver's may differ from."""
    chosen = st.session_state.get(KEY)
    return None if chosen == _of_browser() else chosen


def fragment(draw: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """A streamlit fragment that speaks the chosen language when it alone is run again."""

    @wraps(draw)
    def speaking(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        keep_language()
        return draw(*args, **kwargs)

    return st.fragment(speaking)


def _of_browser() -> str:
    spoken = (st.context.locale or DEFAULT).partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else DEFAULT
