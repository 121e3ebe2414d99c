"""The pages Prompts and Subgroups in a real browser: every section, both languages, no complaint."""

import re

import pytest

from floodeval.dashboard.navigation import SECTIONS, section_title
from floodeval.i18n.catalog import say
from floodeval.i18n.language import LANGUAGES, speaking
from tests.support.browsing import params, settled
from tests.support.wording import said, within

pytestmark = pytest.mark.browser
PATHS = {"Prompts": "pages.prompts", "Subgroups": "pages.subgroups"}


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("path", list(PATHS))
def test_a_cold_link_opens_every_section_in_its_language(visit, dashboard, path, language):
    page = visit(f"{dashboard}/{path}?run=two&lang={language}&section={SECTIONS[path][-1]}")
    with speaking(language):
        name, titles = say(PATHS[path]), {word: section_title(word) for word in SECTIONS[path]}
    page.get_by_test_id("stSidebar").get_by_text(name, exact=True).first.wait_for()
    assert page.locator("html").get_attribute("lang") in ("en", language)
    for word, title in titles.items():
        page.get_by_test_id("stButtonGroup").get_by_text(title, exact=True).first.click()
        page.wait_for_url(re.compile(f"section={word}"))
        settled(page)
        assert page.get_by_test_id("stAlertContentError").count() == 0
    assert params(page)["run"] == "two"


def test_the_chart_of_the_prompts_is_drawn_and_fits_a_phone(visit, dashboard, phone):
    page = visit(f"{dashboard}/Prompts?run=two&section=every", phone)
    chart = page.get_by_test_id("stPlotlyChart").first
    chart.locator(".scatterlayer .point").first.wait_for(state="attached")
    box = chart.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_photograph_that_depends_on_the_prompt_opens_in_compare(visit, dashboard):
    page = settled(visit(f"{dashboard}/Prompts?run=two&section=images"))
    link = page.get_by_test_id("stMain").get_by_role("link", name=said("prompts_page.images_open")).first
    wanted = within("prompts_page.images_open", link.inner_text())
    link.click()
    page.wait_for_url(re.compile("/Compare.*id="))
    settled(page)
    assert (params(page)["id"], params(page)["prompt"]) == (wanted["id"], wanted["prompt"])


def test_a_link_to_the_former_address_of_subgroups_opens_the_page_with_its_selection(visit, dashboard):
    page = visit(f"{dashboard}/Slices?run=splits&split=test&section=errors&lang=es")
    page.wait_for_url(re.compile("/Subgroups"))
    settled(page)
    asked = params(page)
    assert {key: asked[key] for key in ("run", "split", "section", "lang")} == {
        "run": "splits",
        "split": "test",
        "section": "errors",
        "lang": "es",
    }
    with speaking("es"):
        name, title = say("pages.subgroups"), section_title("errors")
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    assert links.filter(has_text=name).count() == 1 and links.filter(has_text="Slices").count() == 0
    assert page.get_by_test_id("stButtonGroup").get_by_role("radio", name=title, checked=True).is_visible()
