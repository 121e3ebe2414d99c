"""Home and Distributions in a real browser: what is counted or drawn there opens its images."""

import re

import pytest
from playwright.sync_api import expect

from floodeval.dashboard.pages.distributions.picked_images import PER_PAGE
from floodeval.dashboard.state.selection import pair_rows
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from tests.support.browsing import check_width, settled
from tests.support.serving import settle
from tests.support.wording import fragment, said, within

pytestmark = pytest.mark.browser


def table_of(files, prompt="box"):
    run = load_run(files / "results" / "runs" / "two")
    return pair_rows(run, run.metrics, "pretrained", "finetuned", prompt)


def chart(page, name):
    settle(page)
    found = page.locator(f"[class*=st-key-spread_{name}]").first
    found.locator(".main-svg").first.wait_for()
    return found


def links_of(page, opening):
    """The links that open the images that the page lists; `opening` is the links' key."""
    return page.get_by_test_id("stMain").get_by_role("link", name=said(opening))


def listed(page, opening):
    """The images that the page lists, by the names in their links."""
    links = links_of(page, opening)
    links.first.wait_for()
    return [next(iter(within(opening, link.inner_text()).values())) for link in links.all()]


def test_a_outcomes_link_opens_its_images(visit, dashboard, files):
    page = visit(f"{dashboard}/?run=two")
    regressed = table_of(files, "full").query("outcome == 'regressed'")
    page.get_by_test_id("stMain").locator('a[href*="quadrant=regressed"]:visible').click()
    page.wait_for_url(re.compile("/Worst_cases.*quadrant=regressed"))
    page.get_by_role("heading", name=say("pages.worst_cases"), level=1).wait_for()
    expect(links_of(settled(page), "worst_cases.open")).to_have_count(len(regressed))
    assert set(listed(page, "worst_cases.open")) == set(regressed["id"])


def test_a_doubtful_image_is_one_click_away(visit, dashboard):
    page = visit(f"{dashboard}/?run=two")
    first = listed(page, "home.open_one")[-1]
    page.get_by_test_id("stMain").get_by_role(
        "link", name=say("home.open_one", name=first), exact=True
    ).click()
    page.wait_for_url(re.compile(rf"/Compare.*id={first}(&|$)"))
    settled(page)


def test_the_link_to_the_prompt_of_the_sidebar_goes_to_what_it_reaches(visit, dashboard):
    page = visit(f"{dashboard}/?run=two&prompt=box")
    page.locator("a[href$='#help']").first.click()
    heading = page.get_by_role("heading", name=say("home.help"))
    page.wait_for_function(
        "heading => heading.getBoundingClientRect().top < innerHeight", arg=heading.element_handle()
    )


@pytest.mark.parametrize("fold", ["home.numbers", "home.about"])
def test_what_is_folded_away_is_there_when_it_is_opened(fold, visit, dashboard):
    page = visit(f"{dashboard}/?run=two")
    tables = page.get_by_test_id("stMain").get_by_test_id("stDataFrame")
    expect(tables).to_have_count(0)
    page.get_by_test_id("stMain").get_by_text(say(fold), exact=True).click()
    tables.locator("canvas").first.wait_for()
    expect(tables).to_have_count(1)


def test_a_selected_bar_lists_its_images_and_lets_them_go(visit, dashboard, files):
    page = visit(f"{dashboard}/Distributions?run=two")
    bar = chart(page, "iou").locator(".barlayer .trace").nth(1).locator(".point path").first
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    page.get_by_role("button", name=say("distributions.clear_selection")).wait_for()
    table, found = table_of(files), listed(settled(page), "distributions.open")
    assert set(found[:PER_PAGE]) <= set(table.loc[table["iou_b"] == 0, "id"])
    page.get_by_role("button", name=say("distributions.clear_selection")).click()
    page.get_by_role("button", name=say("distributions.clear_selection")).wait_for(state="detached")
    expect(links_of(settled(page), "distributions.open")).to_have_count(0)


def test_a_selected_point_lists_its_image_which_opens(visit, dashboard):
    page = visit(f"{dashboard}/Distributions?run=two")
    point = chart(page, "pairs").locator(".scatterlayer .point").first
    point.scroll_into_view_if_needed()
    point.click(force=True)
    expect(links_of(settled(page), "distributions.open")).to_have_count(1)
    found = listed(page, "distributions.open")
    page.get_by_test_id("stMain").get_by_role(
        "link", name=say("distributions.open", name=found[0]), exact=True
    ).click()
    page.wait_for_url(re.compile(rf"/Compare.*id={found[0]}(&|$)"))
    settled(page)


def test_a_choice_of_the_charts_outlives_page_and_language(visit, dashboard):
    page = visit(f"{dashboard}/Distributions?run=two")
    page.get_by_test_id("stButtonGroup").get_by_text(say("distributions.view_density"), exact=True).click()
    settled(page).get_by_text(fragment("distributions.how_density")).wait_for()
    page.get_by_test_id("stSidebar").get_by_text("Español", exact=True).click()
    with speaking("es"):
        density = fragment("distributions.how_density")
        home, distributions = say("pages.home"), say("pages.distributions")
        price, recall = say("home.cost_more"), say("metrics.recall")
    page.get_by_text(density).wait_for()
    settled(page).get_by_test_id("stSidebar").get_by_role("link", name=home).click()
    page.get_by_text(price).wait_for()
    settled(page).get_by_test_id("stSidebar").get_by_role("link", name=distributions).click()
    page.get_by_text(density).wait_for()
    page.wait_for_url(re.compile("/Distributions.*lang=es"))
    expect(settled(page).get_by_text(recall, exact=True)).not_to_have_count(0)


@pytest.mark.parametrize("path", ["?run=three", "Distributions?run=one"])
def test_a_phone_shows_both_pages_within_its_width(visit, phone, dashboard, path):
    page = visit(f"{dashboard}/{path}", phone)
    check_width(page)
