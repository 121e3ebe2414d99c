"""Every page says every sentence from the catalog: read with a catalog whose sentences are marked."""

import pytest

from floodeval.dashboard.navigation import PAGES, SECTIONS
from floodeval.i18n import catalog as sentences
from tests.support.fake_run import draw_dataset, shifted_or_nothing, write_run
from tests.support.marked_sentences import read, unmarked
from tests.support.pages import open_page
from tests.support.wording import holds

SECTIONED = [(page, section) for page in PAGES for section in SECTIONS.get(page, (None,))]


def spoken(language, key):
    with sentences.speaking(language):
        return sentences.say(key)


@pytest.fixture(scope="session")
def lone(tmp_path_factory):
    """The folder that holds `results` with a single run, and `data`."""
    root = tmp_path_factory.mktemp("lone")
    pools = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(15)])
    write_run(root / "results" / "runs" / "two", pools, predict=shifted_or_nothing)
    return root


@pytest.fixture
def lone_run(lone, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(lone / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(lone / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(lone / "cache"))


@pytest.mark.parametrize(("name", "section"), SECTIONED)
@pytest.mark.usefixtures("lone_run", "marked")
def test_no_page_says_a_word_that_is_not_in_the_catalog(name, section):
    page = open_page(name, run="two", lang="es", **({"section": section} if section else {}))
    assert not page.exception
    missed = {text: found for text in read(page) if (found := unmarked(text))}
    assert not missed


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.usefixtures("dashboard_files")
def test_every_page_speaks_spanish_when_a_link_asks_for_it(name):
    page = open_page(name, run="two", lang="es")
    assert not page.exception
    assert page.session_state["lang"] == "es" and page.query_params["lang"] == "es"
    assert [link for link in page.page_link if link.value == spoken("es", "pages.worst_cases")]


@pytest.mark.usefixtures("dashboard_files")
def test_the_language_can_be_switched_and_stays_from_page_to_page():
    page = open_page("Home", run="two")
    page.segmented_control(key="lang").set_value("es").run()
    page.switch_page(PAGES["Distributions"].script).run()
    assert page.title[0].value == spoken("es", "pages.distributions")
    assert page.session_state["lang"] == "es" and page.query_params["lang"] == "es"
    with sentences.speaking("es"):  # as the page does whose widgets are read
        page.segmented_control(key="lang").set_value("en").run()
    assert page.title[0].value == sentences.say("pages.distributions") and "lang" not in page.query_params


@pytest.mark.usefixtures("dashboard_files")
def test_what_is_wrong_is_said_in_the_pages_language():
    page = open_page("Worst cases", run="gone", lang="es")
    with sentences.speaking("es"):
        assert holds(page.info[0].value, "runs.no_photographs")


@pytest.mark.usefixtures("dashboard_files")
def test_an_unknown_language_is_the_browsers():
    page = open_page("Home", run="two", lang="xx")
    assert not page.exception and page.session_state["lang"] == "en"
