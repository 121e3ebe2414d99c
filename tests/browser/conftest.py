"""The dashboard as a user starts it, and a Chromium that looks at it."""

import pytest

from tests.support.browsing import complaint, foreign, settled
from tests.support.fake_run import write_every_kind
from tests.support.serving import browsing, serving


@pytest.fixture(scope="session")
def browser(chromium):
    with browsing(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def desktop(browser):
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as context:
        yield context


@pytest.fixture(scope="session")
def phone(browser):
    look = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with browser.new_context(**look) as context:
        yield context


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The folder that holds `results` and `data`, with one run of every kind."""
    return write_every_kind(tmp_path_factory.mktemp("dashboard"))


@pytest.fixture(scope="session")
def dashboard(files):
    """The address of a dashboard with one run of every kind; the newest is `two`."""
    with serving(files / "results", files / "data") as served:
        yield served.address


@pytest.fixture(scope="session")
def empty_dashboard(tmp_path_factory):
    """The address of a dashboard whose results folder is empty."""
    folder = tmp_path_factory.mktemp("nothing")
    with serving(folder, folder) as served:
        yield served.address


@pytest.fixture
def visit(desktop):
    """Open pages in fresh sessions; at the end none may have complained or asked another machine."""
    pages, complaints = [], []

    def open_page(address, context=desktop):
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.extend(complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: complaints.extend(foreign(sent.url)))
        page.goto(address)
        return settled(page)

    yield open_page
    for page in pages:
        page.close()
    assert not complaints
