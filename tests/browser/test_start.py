"""The server that `streamlit run dashboard.py` starts, as the system sees it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.absent import demand
from tests.support.serving import serving
from tests.support.wording import said

pytestmark = pytest.mark.browser


def test_the_server_starts_and_shows_home_without_torch(visit, files):
    with serving(files / "results", files / "data") as served:
        libraries = Path(f"/proc/{served.pid}/maps")
        demand(libraries.is_file(), "the libraries of a process: they are read from /proc")
        page = visit(f"{served.address}/?run=two")
        expect(page.locator("h1")).to_have_text(said("home.title_too_few", a="pretrained", b="finetuned"))
        loaded = libraries.read_text()
    assert "libarrow" in loaded and "libtorch" not in loaded
