"""What tests in a browser share: when a page is done, where it is, and what it may not do."""

import re
from urllib.parse import parse_qs, urlparse

from floodeval.analysis.ranking import Ranking, ranked
from floodeval.dashboard.state.selection import pair_rows
from floodeval.evaluation.run import load_run


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
    assert page.get_by_test_id("stException").count() == 0
    return page


def params(page):
    return {key: values[0] for key, values in parse_qs(urlparse(page.url).query).items()}


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
