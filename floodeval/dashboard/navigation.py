"""The pages, their sections, and the links between them; every link carries the selection."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from floodeval.dashboard.state.url import OF_COMPARE, OF_GENERALIZATION, OF_TRAINING, OF_WORST_CASES
from floodeval.i18n.catalog import say

_BASE = ("run", "a", "b", "prompt", "split", "flagged", "lang", "run_b", "prompt_b", "failure")
_LIST = ("metric", "of", "order", "quadrant", "slice", "between", "marked", "reviewer", "find")

About = Literal["pair", "data", "nothing"]
PAIR: About = "pair"
DATA: About = "data"
NOTHING: About = "nothing"
TITLED = ("decide", "compare", "beyond", "setup")  # groups with a title; the last one is a single page

SECTIONS = {
    "Distributions": ("metrics", "thresholds", "confidence"),
    "Prompts": ("every", "between", "sensitivity", "clicks", "images"),
    "Subgroups": ("slices", "weakest", "errors", "suspects"),
    "Dataset": ("gallery", "balance", "findings", "scenes", "agreement", "stress"),
}
"""The sections of the pages that have several, by the word in their URL."""


@dataclass(frozen=True)
class Page:
    """A page: its name, script, icon, group in the navigation, and the URL parameters of its links.

    A page that is about one run shows the run of A. `about` is what its heading says: A and B, the data, or
    nothing but the title.
    """

    name: str
    script: str
    icon: str
    group: str
    keys: tuple[str, ...]
    one_run: bool = False
    about: About = PAIR

    @property
    def title(self) -> str:
        """The page's title in the current language."""
        return say(f"pages.{self._word}")

    @property
    def help(self) -> str:
        """What the page is for."""
        return say(f"pages.{self._word}_help")

    @property
    def _word(self) -> str:
        return self.name.lower().replace(" ", "_")

    def carried(self, params: dict[str, str]) -> dict[str, str]:
        """The part of a selection that this page's URL holds."""
        kept = {key: params[key] for key in self.keys if key in params}
        if kept.get("section") not in SECTIONS.get(self.name, ()):
            kept.pop("section", None)  # another page's
        return kept


PAGES = {
    page.name: page
    for page in (
        Page("Home", "dashboard.py", ":material/home:", "decide", _BASE),
        Page("Report", "pages/8_Report.py", ":material/description:", "decide", (*_BASE, *_LIST)),
        Page(
            "Distributions",
            "pages/1_Distributions.py",
            ":material/bar_chart:",
            "compare",
            (*_BASE, "section"),
        ),
        Page(
            "Worst cases",
            "pages/2_Worst_cases.py",
            ":material/warning:",
            "compare",
            (*_BASE, *_LIST, *OF_WORST_CASES),
        ),
        Page(
            "Compare",
            "pages/3_Compare.py",
            ":material/compare:",
            "compare",
            (*_BASE, *_LIST, "id", "view", *OF_COMPARE),
        ),
        Page("Prompts", "pages/4_Prompts.py", ":material/ads_click:", "compare", (*_BASE, "section"), True),
        Page("Subgroups", "pages/5_Subgroups.py", ":material/donut_small:", "compare", (*_BASE, "section")),
        Page(
            "Generalization",
            "pages/11_Generalization.py",
            ":material/public:",
            "beyond",
            (*_BASE, *OF_GENERALIZATION),
        ),
        Page(
            "Dataset",
            "pages/7_Dataset.py",
            ":material/photo_library:",
            "setup",
            (*_BASE, "section"),
            True,
            DATA,
        ),
        Page(
            "Training",
            "pages/6_Training.py",
            ":material/model_training:",
            "setup",
            (*_BASE, *OF_TRAINING),
            True,
            NOTHING,
        ),
        Page("Runs", "pages/10_Runs.py", ":material/table_rows:", "setup", _BASE, about=NOTHING),
        Page("Jobs", "pages/12_Jobs.py", ":material/play_circle:", "setup", _BASE, about=NOTHING),
        Page("Try it", "pages/9_Try_it.py", ":material/touch_app:", "try", (*_BASE, "id"), about=NOTHING),
    )
}


def draw_navigation(params: dict[str, str]) -> None:
    """Draw the links to all pages, group by group.

    Args:
        params: the selection (`Selection.params`); empty where there is none.
    """
    for group in dict.fromkeys(page.group for page in PAGES.values()):
        with st.container(gap="xxsmall"):
            if group in TITLED:
                st.caption(say(f"pages.group_{group}"))
            for page in PAGES.values():
                if page.group == group:
                    link_to(page.name, params, page.title, page.icon, page.help)


def link_to(
    name: str,
    params: dict[str, str],
    label: str,
    icon: str | None,
    tip: str | None = None,
    *,
    disabled: bool = False,
) -> None:
    """Draw a link to a page that opens it with this selection; `label` is Markdown."""
    page = PAGES[name]
    carried = page.carried(params)
    st.page_link(page.script, label=label, icon=icon, help=tip, disabled=disabled, query_params=carried)


def go_to(name: str, params: dict[str, str]) -> None:
    """Open a page with this selection."""
    page = PAGES[name]
    st.switch_page(page.script, query_params=page.carried(params))


def choose_section(page: str) -> str:
    """Draw the choice of a page's section and return the chosen one; only that is computed."""
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


def section_title(section: str) -> str:
    """A section's title in the current language."""
    return say(f"sections.{section}")


# The logo: water over a horizon, as SVG text, so that a page requests no file from another machine.

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
    'lengthAdjust="spacingAndGlyphs">floodeval</text>',  # the length fits with any font
)
