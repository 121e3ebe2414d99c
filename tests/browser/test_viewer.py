"""The viewer alone in a real browser: what it shows of a message that is not as agreed, and after it."""

import json

import pytest
from playwright.sync_api import expect

from floodeval.dashboard.viewer.viewer import STYLES, script
from tests.support.node import VIEWER
from tests.support.viewer_messages import editing, message

pytestmark = pytest.mark.browser
MOUNT = """async ([script, sent]) => {
    const url = URL.createObjectURL(new Blob([script], {type: 'text/javascript'}))
    window.mount ??= (await import(url)).default
    window.answers ??= []
    const setStateValue = (name, value) => window.answers.push([name, value])
    window.mount({data: JSON.parse(sent), parentElement: document.body, setStateValue})
}"""


@pytest.fixture
def page(desktop):
    opened = desktop.new_page()
    opened.set_content((VIEWER / "viewer.html").read_text())
    for name in STYLES:
        opened.add_style_tag(content=(VIEWER / name).read_text())
    yield opened
    opened.close()


def give(page, sent):
    page.evaluate(MOUNT, [script(), json.dumps(sent)])


def test_a_message_that_is_not_as_agreed_is_named_in_place_of_the_panes(page):
    sent = message(photograph=None).to_json()
    sent["layers"][0]["styles"][0]["color"] = "red"
    sent["words"]["failed"] = "It cannot be shown"
    give(page, sent)
    fault = page.get_by_role("alert")
    expect(fault).to_have_text(
        'It cannot be shown (layers[0].styles[0].color: expected a color such as #0072B2, got "red")'
    )
    expect(page.locator(".panes")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()


def test_a_photograph_or_masks_that_cannot_be_read_are_named_too(page):
    give(page, message().to_json())  # its photograph is empty
    page.get_by_role("alert").get_by_text("cannot be decoded").wait_for()
    give(page, message(photograph=None, bits="bm8gbWFza3M=").to_json())
    page.get_by_role("alert").get_by_text("said (").wait_for()


def test_the_next_good_message_is_shown(page):
    give(page, {"version": 7})
    page.get_by_role("alert").get_by_text("The picture cannot be shown").wait_for()
    give(page, message(photograph=None).to_json())
    page.get_by_role("img", name="Errors of a").wait_for()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator(".viewer")).to_have_attribute("data-shown", "a")


def test_an_editor_asks_for_a_photograph_that_it_does_not_keep(page):
    give(page, editing().to_json())
    page.wait_for_function("window.answers?.length")
    assert page.evaluate("window.answers") == [
        ["marks", {"photograph": "p", "has": None, "box": [0, 0, 3, 3], "clicks": [[3, 4, True]]}]
    ]
