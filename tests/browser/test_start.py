"""The server that `streamlit run dashboard.py` starts, as the system sees it."""

from pathlib import Path

import pytest

from tests.support.absent import demand
from tests.support.serving import serving, settle
from tests.support.wording import said

pytestmark = pytest.mark.browser


def test_the_server_starts_and_shows_home_without_torch(desktop, files):
    with serving(files / "results", files / "data") as served:
        libraries = Path(f"/proc/{served.pid}/maps")
        demand(libraries.is_file(), "the libraries of a process: they are read from /proc")
        page = desktop.new_page()
        page.goto(f"{served.address}/?run=two")
        settle(page)
        assert said("home.undecided_above", a="pretrained", b="finetuned").search(
            page.locator("h1").inner_text()
        )
        loaded = libraries.read_text()
        page.close()
    assert "libarrow" in loaded and "libtorch" not in loaded
