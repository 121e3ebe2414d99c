"""A page of the dashboard, opened without a browser, and what it says."""

import json
from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from floodeval.dashboard.navigation import PAGES
from tests.support.marked_sentences import walk
from tests.support.wording import holds

ROOT = Path(__file__).parents[2]

# Streamlit reads the metadata of every installed package for every AppTest: three quarters of a page's time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def open_page(name, **params):
    """Open a page from a link, as a new session does."""
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=20)
    for key, value in params.items():
        page.query_params[key] = value
    if name != "Home":
        page.switch_page(PAGES[name].script)
    return page.run()


def components(page):
    """The messages that the components of a page received, in their order."""
    return [json.loads(proto.json) for proto in walk(page.main) if proto.DESCRIPTOR.name == "BidiComponent"]


def panes(page):
    """The last message that the panes of a viewer received; None where there are no panes."""
    return next((sent for sent in components(page) if "layers" in sent), None)


def words(page):
    """All text on a page."""
    kinds = (page.title, page.markdown, page.caption, page.info, page.warning, page.error, page.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def says(page, key, **known):
    """Whether a page says a sentence of the catalog; values as for `said`."""
    return holds(words(page), key, **known)
