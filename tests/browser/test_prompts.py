"""The pages Prompts and Subgroups in a real browser: every section, both languages, no complaint."""

import re

import pytest
from playwright.sync_api import expect

from floodeval.dashboard.navigation import SECTIONS, section_title
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from tests.support.browsing import at_rest, settled, wait_for_params
from tests.support.wording import said, within

pytestmark = pytest.mark.browser
PATHS = {"Prompts": "pages.prompts", "Subgroups": "pages.subgroups"}


@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param("Prompts", "es", marks=pytest.mark.slow),
        ("Subgroups", "en"),
        pytest.param("Prompts", "en", marks=pytest.mark.slow),
        pytest.param("Subgroups", "es", marks=pytest.mark.slow),
    ],
)
def test_a_cold_link_opens_every_section_in_its_language(visit, dashboard, path, language):
    page = visit(f"{dashboard}/{path}?run=two&lang={language}&section={SECTIONS[path][-1]}")
    with speaking(language):
        name, titles = say(PATHS[path]), {word: section_title(word) for word in SECTIONS[path]}
    page.get_by_test_id("stSidebar").get_by_text(name, exact=True).first.wait_for()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^(en|{language})$"))
    for word, title in titles.items():
        page.get_by_test_id("stButtonGroup").get_by_text(title, exact=True).first.click()
        page.wait_for_url(re.compile(f"section={word}"))
        settled(page)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    wait_for_params(page, run="two")


def test_the_chart_of_the_prompts_is_drawn_and_fits_a_phone(visit, dashboard, phone):
    page = visit(f"{dashboard}/Prompts?run=two&section=every", phone)
    chart = page.get_by_test_id("stPlotlyChart").first
    chart.locator(".scatterlayer .point").first.wait_for(state="attached")
    box = at_rest(page, chart.bounding_box)
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def test_a_photograph_that_depends_on_the_prompt_opens_in_compare(visit, dashboard):
    page = settled(visit(f"{dashboard}/Prompts?run=two&section=images"))
    link = page.get_by_test_id("stMain").get_by_role("link", name=said("prompts_page.images_open")).first
    wanted = within("prompts_page.images_open", link.inner_text())
    link.click()
    page.wait_for_url(re.compile("/Compare"))
    wait_for_params(page, id=wanted["id"], prompt=wanted["prompt"])
    settled(page)


def test_a_link_to_the_former_address_of_subgroups_opens_the_page_with_its_selection(visit, dashboard):
    page = visit(f"{dashboard}/Slices?run=splits&split=test&section=errors&lang=es")
    page.wait_for_url(re.compile("/Subgroups"))
    wait_for_params(page, run="splits", split="test", section="errors", lang="es")
    settled(page)
    with speaking("es"):
        name, title = say("pages.subgroups"), section_title("errors")
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    expect(links.filter(has_text=name)).to_have_count(1)
    expect(links.filter(has_text="Slices")).to_have_count(0)
    chosen = page.get_by_test_id("stButtonGroup").get_by_role("radio", name=title, checked=True)
    expect(chosen).to_be_visible()
