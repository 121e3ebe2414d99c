"""The pages, in groups, and the links between them; every link carries the selection."""

from dataclasses import dataclass

import streamlit as st

from floodeval.ui.sections import SECTIONS

_BASE = ("run", "a", "b", "prompt", "split")
_ORDER = ("metric", "of", "order", "quadrant")


@dataclass(frozen=True)
class Page:
    """A page: its name, its script, its icon, its group in the navigation, and what its links carry."""

    name: str
    script: str
    icon: str
    group: str
    keys: tuple[str, ...]
    help: str

    def carried(self, params: dict[str, str]) -> dict[str, str]:
        """The part of a selection that this page's address holds."""
        kept = {key: params[key] for key in self.keys if key in params}
        if kept.get("section") not in SECTIONS.get(self.name, ()):
            kept.pop("section", None)  # another page's
        return kept


PAGES = {
    page.name: page
    for page in (
        Page(
            "Home",
            "dashboard.py",
            ":material/home:",
            "Results",
            _BASE,
            "The comparison at a glance: averages, the gap, how many images got better or worse.",
        ),
        Page(
            "Distributions",
            "pages/1_Distributions.py",
            ":material/bar_chart:",
            "Results",
            _BASE,
            "How IoU, Dice, precision and recall are spread over the images.",
        ),
        Page(
            "Worst cases",
            "pages/2_Worst_cases.py",
            ":material/warning:",
            "Results",
            (*_BASE, *_ORDER),
            "The images in order of the gap or of any metric, as pictures or as a table.",
        ),
        Page(
            "Compare",
            "pages/3_Compare.py",
            ":material/compare:",
            "Results",
            (*_BASE, *_ORDER, "id"),
            "One image: photograph, prompt, truth, each variant's mask and errors.",
        ),
        Page(
            "Slices",
            "pages/4_Slices.py",
            ":material/donut_small:",
            "Results",
            (*_BASE, "section"),
            "Where the gain comes from and where it is lost, errors by kind, suspect labels, cost.",
        ),
        Page(
            "Dataset",
            "pages/9_Dataset.py",
            ":material/photo_library:",
            "Data",
            (*_BASE, "section"),
            "The photographs and their masks, whether they can be trusted, and the stress suite.",
        ),
    )
}


def draw_navigation(params: dict[str, str]) -> None:
    """Draw the links to all pages, group by group."""
    for group in dict.fromkeys(page.group for page in PAGES.values()):
        st.caption(group)
        with st.container(gap="xxsmall"):
            for page in PAGES.values():
                if page.group == group:
                    link_to(page.name, params, page.name, page.icon, page.help)


def link_to(name: str, params: dict[str, str], label: str, icon: str, tip: str | None = None) -> None:
    """Draw a link to a page that opens it with this selection; `label` is Markdown."""
    page = PAGES[name]
    st.page_link(page.script, label=label, icon=icon, help=tip, query_params=page.carried(params))


def go_to(name: str, params: dict[str, str]) -> None:
    """Open a page with this selection."""
    page = PAGES[name]
    st.switch_page(page.script, query_params=page.carried(params))
