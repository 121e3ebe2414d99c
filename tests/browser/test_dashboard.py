"""The dashboard in a real browser: what only a browser can show to work."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from floodeval.analysis.ranking import ORDERS
from floodeval.i18n.catalog import say
from tests.support.browsing import check_width, option, order_of, settled, wait_for_id, wait_for_params
from tests.support.fake_run import HOSTILE_IDS, HOSTILE_RUN
from tests.support.wording import said, within

pytestmark = pytest.mark.browser
PAGES = {
    "": said("home.title_too_few", a="pretrained", b="finetuned"),  # with any prompt
    "Distributions": said("pages.distributions"),
    "Worst_cases": said("pages.worst_cases"),
    "Compare": said("pages.compare"),
    "Subgroups": re.compile("finetuned gains most with"),  # a sentence
    "Dataset": said("pages.dataset"),
    "Runs": said("pages.runs"),
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_a_cold_link_opens_every_page(visit, dashboard, path, title):
    page = visit(f"{dashboard}/{path}?run=two&prompt=full")
    expect(page.locator("h1").first).to_have_text(title)
    wait_for_params(page, prompt="full", b="finetuned")


@pytest.mark.parametrize("path", ["", "Compare"])
def test_empty_results_say_what_to_do(visit, empty_dashboard, path):
    page = visit(f"{empty_dashboard}/{path}")
    expect(page.locator("h1")).to_have_text(say("welcome.title"))
    page.get_by_text("floodeval demo").first.wait_for()


def test_sort_by_gap_and_open_the_worst_image(visit, dashboard, files):
    page = visit(f"{dashboard}/?run=two")
    page.get_by_test_id("stSidebar").get_by_role("link", name=say("pages.worst_cases")).click()
    page.wait_for_url(re.compile("/Worst_cases"))
    option(settled(page), "order", ORDERS.index("best")).click()
    page.wait_for_url(re.compile("order=best"))
    first = settled(page).get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open")).first
    expect(first).to_have_text(said("worst_cases.open", id=order_of(files, order="best")[0]))
    option(page, "order", ORDERS.index("worst")).click()
    page.wait_for_url(re.compile("order=worst"))
    worst = order_of(files)[0]
    opener = say("worst_cases.open", id=worst)
    settled(page).get_by_test_id("stMain").get_by_role("link", name=opener, exact=True).click()
    wait_for_id(page, worst)


def test_next_previous_and_the_browsers_way_back(visit, dashboard, files):
    ids = order_of(files, metric="dice", of="b")
    page = visit(f"{dashboard}/Compare?run=two&metric=dice&of=b&id={ids[0]}")
    page.get_by_role("button", name=re.compile(f"^{say('compare.next')} Shortcut")).click()
    wait_for_id(page, ids[1])
    page.keyboard.press("ArrowRight")
    wait_for_id(page, ids[2])
    page.get_by_role("button", name=re.compile(f"^{say('compare.previous')} Shortcut")).click()
    wait_for_id(page, ids[1])
    page.reload()
    wait_for_id(page, ids[1])
    wait_for_params(page, of="b")
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
    expect(settled(page).get_by_test_id("stMain")).to_contain_text("other_one (A)", use_inner_text=True)


@pytest.mark.parametrize("section", ["findings", "scenes"])
def test_a_phone_shows_what_is_known_of_the_data_within_its_width(visit, phone, dashboard, section):
    check_width(visit(f"{dashboard}/Dataset?run=two&section={section}", phone))


def test_the_gallery_of_the_data_set_turns_its_pages(visit, dashboard):
    page = visit(f"{dashboard}/Dataset?run=two")
    cards = page.get_by_alt_text(said("dataset.thumbnail_alt"))
    expect(cards).to_have_count(12)
    page.get_by_role("button", name="Page 2", exact=True).click()
    page.get_by_alt_text(say("dataset.thumbnail_alt", id="i14"), exact=True).wait_for()
    expect(settled(page).get_by_alt_text(said("dataset.thumbnail_alt"))).to_have_count(3)


def test_a_section_of_the_data_set_stands_in_the_address(visit, dashboard):
    page = visit(f"{dashboard}/Dataset?run=doubtful")
    page.get_by_alt_text(say("dataset.thumbnail_alt", id="t3"), exact=True).wait_for()
    page.get_by_test_id("stButtonGroup").get_by_text(say("sections.findings"), exact=True).click()
    page.wait_for_url(re.compile("section=findings"))
    page.reload()
    settled(page).get_by_text(said("audit.duplicate_bytes")).click()
    picture = page.get_by_alt_text(said("audit.photograph_with", id="t3", mask="t3"))
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    leak = say("heading.leak", variant="finetuned", leaked=1, total=3).replace("**", "")
    expect(page.get_by_test_id("stMain")).to_contain_text(leak, use_inner_text=True)


def test_hostile_names_stay_text(visit, dashboard):
    page = visit(f"{dashboard}/Worst_cases?run={quote(HOSTILE_RUN)}")
    cards = page.get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open"))
    expect(cards).to_have_count(len(HOSTILE_IDS))
    assert {within("worst_cases.open", card.inner_text())["id"] for card in cards.all()} == set(HOSTILE_IDS)
    expect(page.locator("img[src='x'], a[href^='javascript']")).to_have_count(0)
