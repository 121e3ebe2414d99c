"""The dashboard as a user starts it, and a Chromium that looks at it."""

from collections import defaultdict

import pytest
from playwright.sync_api import expect

from tests.support.browsing import PATIENCE_MS, complaint, foreign, settled
from tests.support.fake_run import write_every_kind
from tests.support.serving import serving

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def desktop(browser):
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture(scope="session")
def phone(browser):
    look = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with browser.new_context(**look) as context:
        context.set_default_timeout(PATIENCE_MS)
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


@pytest.fixture(scope="session")
def idle_tabs():
    """Tabs of every context that no test uses: one that has shown the dashboard shows it in half the time."""
    return defaultdict(list)


@pytest.fixture
def visit(desktop, idle_tabs):
    """Open pages in fresh sessions; at the end none may have complained or asked another machine."""
    used, complaints = [], []
    listeners = {
        "console": lambda message: complaints.extend(complaint(message)),
        "pageerror": lambda error: complaints.append(str(error)),
        "request": lambda sent: complaints.extend(foreign(sent.url)),
    }

    def open_page(address, context=desktop):
        page = idle_tabs[context].pop() if idle_tabs[context] else context.new_page()
        used.append(page)
        for event, listener in listeners.items():
            page.on(event, listener)
        page.goto(address)
        return settled(page)

    yield open_page
    for page in used:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        clear(page)
        idle_tabs[page.context].append(page)
    assert not complaints


def clear(page):
    """Leave nothing in a tab that the next page could find."""
    page.evaluate("sessionStorage.clear()")
    page.emulate_media(color_scheme="light")
    page.mouse.move(0, 0)
    page.goto("about:blank")
