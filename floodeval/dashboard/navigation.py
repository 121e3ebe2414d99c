"""The pages, in groups, and the links between them; every link carries the selection."""

from dataclasses import dataclass

import streamlit as st

from floodeval.dashboard.sections import SECTIONS
from floodeval.dashboard.state.url import OWN
from floodeval.i18n.catalog import say

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
