"""A page of the dashboard, opened without a browser, and what it says."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from floodeval.dashboard.navigation import PAGES
from tests.support.wording import holds

ROOT = Path(__file__).parents[2]


def open_page(name, **params):
    """Open a page from a link, as a new session does."""
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=20)
    for key, value in params.items():
        page.query_params[key] = value
    if name != "Home":
        page.switch_page(PAGES[name].script)
    return page.run()


def words(page):
    """All text on a page."""
    kinds = (page.title, page.markdown, page.caption, page.info, page.warning, page.error, page.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def says(page, key, **known):
    """Whether a page says a sentence of the catalog; values as for `said`."""
    return holds(words(page), key, **known)
