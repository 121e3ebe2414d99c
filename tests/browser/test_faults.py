"""What only a browser shows: a title that sorts, words and marks that can be read, focus without a frame."""

import re

import pytest
from playwright.sync_api import expect

from floodeval.dashboard.navigation import PAGES
from tests.support.browsing import at_rest, option, order_of, settled, show_in, wait_for_id
from tests.support.serving import settle
from tests.support.wording import said

pytestmark = pytest.mark.browser
CONTRASTS = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
    const read = (color) => {
        canvas.fillStyle = ground
        canvas.fillRect(0, 0, 1, 1)
        canvas.fillStyle = color
        canvas.fillRect(0, 0, 1, 1)
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
    }
    const light = (color) => read(color).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
    const ground = getComputedStyle(document.querySelector('.stApp')).backgroundColor
    const contrast = (color) => {
        const [low, high] = [light(color), light(ground)].sort((a, b) => a - b)
        return (high + 0.05) / (low + 0.05)
    }
    return [...document.querySelectorAll('.stPlotlyChart .main-svg text')]
        .filter((text) => text.textContent.trim() && !text.closest('.hoverlayer, .heatmap-label'))
        .map((text) => [text.textContent, contrast(getComputedStyle(text).fill)])
}"""
IN_CELLS = "['CANVAS', 'TD'].includes(document.activeElement.tagName)"
SOON_MS = 500  # a page that were to open would be on its way
VIEWS = ["Subgroups?section=slices", "Subgroups?section=errors", "Prompts?section=every", "Distributions?"]


def table_of(page):
    """The table of the page Worst cases, ready, and where its titles begin."""
    option(page, "view_as", 1).click()
    settled(page).locator("[data-testid=stDataFrame] canvas").first.wait_for()
    return at_rest(page, page.get_by_test_id("stDataFrame").bounding_box)


def test_a_click_on_a_title_sorts_and_opens_nothing(visit, dashboard, files):
    page = visit(f"{dashboard}/Worst_cases?run=two&order=best")
    box = table_of(page)
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    first = page.locator("[data-testid=stDataFrame] table tbody td").first  # what is read out
    expect(first).to_have_text(order_of(files, order="best")[0])
    page.mouse.click(box["x"] + 45, box["y"] + 16)  # the title of the images' names
    ids = sorted(order_of(files))
    expect(first).to_have_text(re.compile(f"^({ids[0]}|{ids[-1]})$"))
    page.wait_for_timeout(SOON_MS)
    assert "/Worst_cases" in settled(page).url


def test_tab_into_the_table_opens_nothing_and_a_ticked_row_opens_by_its_button(visit, dashboard, files):
    page = visit(f"{dashboard}/Worst_cases?run=two")
    table_of(page)
    page.locator(".st-key-group-fixed button").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(IN_CELLS):
            break
    page.wait_for_timeout(SOON_MS)
    assert page.evaluate(IN_CELLS) and "/Worst_cases" in page.url
    page.keyboard.press("Shift+Space")
    wanted = order_of(files)[0]
    opener = page.get_by_role("button", name=said("worst_cases.open_in_compare", id=wanted))
    opener.wait_for()
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/Compare"))
    wait_for_id(page, wanted)


@pytest.mark.parametrize("view", VIEWS)
def test_every_word_in_a_chart_is_read_at_4_5_to_1(visit, dashboard, view):
    page = visit(f"{dashboard}/{view}&run=two")
    page.locator(".stPlotlyChart .main-svg").first.wait_for()
    for scheme in ("light", "dark"):
        show_in(page, scheme)
        found = at_rest(page, lambda: page.evaluate(CONTRASTS))
        assert found and not [(text, round(ratio, 2)) for text, ratio in found if ratio < 4.5]


def test_the_page_has_no_frame_around_it_after_escape(visit, dashboard):
    page = visit(f"{dashboard}/Worst_cases?run=two")
    page.keyboard.press("Escape")
    page.get_by_test_id("stMain").focus()
    page.wait_for_timeout(300)
    frame = page.evaluate(
        "(({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])"
        "(getComputedStyle(document.querySelector('.stMain')))"
    )
    assert frame == ["none", "none"]


def test_going_from_page_to_page_asks_for_nothing_that_is_not_there(visit, dashboard):
    page = visit(f"{dashboard}/?run=two")
    absent = []
    page.on("response", lambda answer: absent.append(answer.url) if answer.status >= 400 else None)
    for name in ("Worst cases", "Home", "Worst cases", "Compare", "Home", "Worst cases"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=PAGES[name].title).first.evaluate(
            "link => link.click()"
        )
        page.wait_for_timeout(600)  # at times before its pictures are there
    settle(settled(page))
    option(page, "view_as", 1).click()
    settle(settled(page))
    assert not absent
