"""What tests in a browser share: when a page is done, where it is, and what it may not do."""

import re
import time
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from floodeval.analysis.ranking import Ranking, ranked
from floodeval.dashboard.state.selection import pair_rows
from floodeval.evaluation.run import load_run
from tests.support.serving import settle

PATIENCE_MS = 120_000  # what takes a second may take many on a busy machine
TITLE = {"light": "rgb(8, 24, 32)", "dark": "rgb(228, 238, 243)"}
STILL = "document.getAnimations().every(one => !(one instanceof CSSTransition))"
REST_MS = 300  # the viewer paints at its best a moment after the last change


def complaint(message):
    """An error in the console, but for streamlit's own search for its server under a deep link."""
    probe = re.search(r"/\w+/_stcore/(health|host-config)$", message.location.get("url", ""))
    return [message.text] if message.type == "error" and not probe else []


def foreign(url):
    return [] if urlparse(url).hostname in ("localhost", None) else [f"asked {url}"]


def settled(page):
    """Wait until the page's script has run and drawn, and look for an exception."""
    page.locator("h1").first.wait_for()
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true]')"
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page


def at_rest(page, read, other_than=None):
    """What `read()` gives once it gives the same twice in a row, and something other than before."""
    end = time.monotonic() + PATIENCE_MS / 1000
    before, found = None, read()
    while (found != before or found == other_than) and time.monotonic() < end:
        page.wait_for_timeout(REST_MS)
        before, found = found, read()
    return found


def params(page):
    return params_of(page.url)


def params_of(url):
    return {key: values[0] for key, values in parse_qs(urlparse(url).query).items()}


def wait_for_params(page, **wanted):
    """Wait until the address says this of the selection."""
    page.wait_for_url(lambda url: wanted.items() <= params_of(url).items())


def show_in(page, scheme):
    """Show a page in light or dark, and wait until its title and all that moves have their colors."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "color => getComputedStyle(document.querySelector('h1')).color === color", arg=TITLE[scheme]
    )
    page.wait_for_function(STILL)


def check_width(page, most=390):
    """Check that a page, once it is drawn, is no wider than a phone."""
    settle(page)
    page.wait_for_function(
        "most => document.querySelector('[data-testid=stMain]').scrollWidth <= most", arg=most
    )


def option(page, key, place):
    """The radio button at a place, counted from 0, of the control with a key."""
    return page.locator(f".st-key-{key}").get_by_role("radio").nth(place)


def order_of(files, **ranking):
    run = load_run(files / "results" / "runs" / "two")
    table = pair_rows(run, run.metrics, "pretrained", "finetuned", "box")
    return list(ranked(table, Ranking(**ranking))["id"])


def wait_for_id(page, sample_id):
    """Wait until the address and the viewer are at that image."""
    page.wait_for_url(re.compile(rf"[?&]id={sample_id}(&|$)"))
    page.locator(f'.viewer[data-shown="{sample_id}"]').wait_for()
    settled(page)
