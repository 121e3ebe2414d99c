"""The dashboard in a real browser: what only a browser can show to work."""

import re
from urllib.parse import quote

import pytest

from floodeval.analysis.ranking import ORDERS
from floodeval.i18n.catalog import say
from tests.support.browsing import option, order_of, params, settled, wait_for_id
from tests.support.fake_run import HOSTILE_IDS, HOSTILE_RUN
from tests.support.wording import said, within

pytestmark = pytest.mark.browser
PAGES = {
    "": said("home.undecided_above", a="pretrained", b="finetuned"),  # with any prompt
    "Distributions": said("pages.distributions"),
    "Worst_cases": said("pages.worst_cases"),
    "Compare": said("pages.compare"),
    "Subgroups": said("pages.subgroups"),
    "Dataset": said("pages.dataset"),
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_a_cold_link_opens_every_page(visit, dashboard, path, title):
    page = visit(f"{dashboard}/{path}?run=two&prompt=full")
    assert title.search(page.locator("h1").first.inner_text())
    assert params(page)["prompt"] == "full" and params(page)["b"] == "finetuned"


@pytest.mark.parametrize("path", ["", "Compare"])
def test_empty_results_say_what_to_do(visit, empty_dashboard, path):
    page = visit(f"{empty_dashboard}/{path}")
    assert page.locator("h1").inner_text() == say("welcome.title")
    page.get_by_text("make demo").wait_for()


def test_sort_by_gap_and_open_the_worst_image(visit, dashboard, files):
    page = visit(f"{dashboard}/?run=two")
    page.get_by_test_id("stSidebar").get_by_role("link", name=say("pages.worst_cases")).click()
    page.wait_for_url(re.compile("/Worst_cases"))
    option(settled(page), "order", ORDERS.index("best")).click()
    page.wait_for_url(re.compile("order=best"))
    first = settled(page).get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open")).first
    assert within("worst_cases.open", first.inner_text())["id"] == order_of(files, order="best")[0]
    option(page, "order", ORDERS.index("worst")).click()
    page.wait_for_url(re.compile("order=worst"))
    worst = order_of(files)[0]
    opener = say("worst_cases.open", id=worst)
    settled(page).get_by_test_id("stMain").get_by_role("link", name=opener, exact=True).click()
    wait_for_id(page, worst)


def test_next_previous_and_the_browsers_way_back(visit, dashboard, files):
    ids = order_of(files, metric="dice", of="b")
    page = visit(f"{dashboard}/Compare?run=two&metric=dice&of=b&id={ids[0]}")
    page.get_by_role("button", name=say("compare.next")).click()
    wait_for_id(page, ids[1])
    page.keyboard.press("ArrowRight")
    wait_for_id(page, ids[2])
    page.get_by_role("button", name=say("compare.previous")).click()
    wait_for_id(page, ids[1])
    page.reload()
    wait_for_id(page, ids[1])
    assert params(page)["of"] == "b"
    page.go_back()
    wait_for_id(page, ids[2])
    page.go_back()
    wait_for_id(page, ids[1])


def test_a_choice_goes_along_to_other_pages(visit, dashboard):
    page = visit(f"{dashboard}/?run=three")
    page.get_by_test_id("stSidebar").get_by_role("combobox", name=said("sidebar.a")).click()
    page.get_by_role("option", name="other_one").click()
    page.wait_for_url(re.compile("a=other_one"))
    settled(page).get_by_test_id("stSidebar").get_by_role("link", name=say("pages.compare")).click()
    page.wait_for_url(re.compile("/Compare"))
    assert "other_one (A)" in settled(page).get_by_test_id("stMain").inner_text()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "Worst_cases",
        "Compare",
        "Subgroups",
        "Dataset",
        "Dataset?section=findings",
        "Dataset?section=scenes",
    ],
)
def test_a_phone_shows_every_page_within_its_width(visit, phone, dashboard, path):
    page = visit(f"{dashboard}/{path}{'&' if '?' in path else '?'}run=two", phone)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_the_gallery_of_the_data_set_turns_its_pages(visit, dashboard):
    page = visit(f"{dashboard}/Dataset?run=two")
    cards = page.get_by_alt_text(said("dataset.thumbnail_alt"))
    cards.nth(11).wait_for()
    assert cards.count() == 12
    page.get_by_role("button", name="Page 2", exact=True).click()
    page.get_by_alt_text(say("dataset.thumbnail_alt", id="i14"), exact=True).wait_for()
    assert settled(page).get_by_alt_text(said("dataset.thumbnail_alt")).count() == 3


def test_a_section_of_the_data_set_stands_in_the_address(visit, dashboard):
    page = visit(f"{dashboard}/Dataset?run=doubtful")
    page.get_by_alt_text(say("dataset.thumbnail_alt", id="t3"), exact=True).wait_for()
    page.get_by_test_id("stButtonGroup").get_by_text(say("sections.findings"), exact=True).click()
    page.wait_for_url(re.compile("section=findings"))
    page.reload()
    settled(page).get_by_text(said("audit.duplicate_bytes")).click()
    picture = page.get_by_alt_text(said("audit.photograph_with", id="t3", mask="t3"))
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    leak = say("heading.leak", variant="finetuned", leaked=1, total=3).replace("**", "")
    assert leak in page.get_by_test_id("stMain").inner_text()


def test_hostile_names_stay_text(visit, dashboard):
    page = visit(f"{dashboard}/Worst_cases?run={quote(HOSTILE_RUN)}")
    cards = page.get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open"))
    cards.nth(len(HOSTILE_IDS) - 1).wait_for()
    assert {within("worst_cases.open", card.inner_text())["id"] for card in cards.all()} == set(HOSTILE_IDS)
    assert page.locator("img[src='x'], a[href^='javascript']").count() == 0
