"""Every page and section with the landed run, with and without its photographs, and with the demo."""

from pathlib import Path

import pytest

from floodeval.dashboard.navigation import NOTHING, PAGES, SECTIONS
from floodeval.i18n.catalog import say
from tests.support.absent import demand
from tests.support.pages import open_page, says, words

ROOT = Path(__file__).parents[3]
LANDED = "flood-area-vit_t"
SECTIONED = [(page, section) for page in PAGES for section in SECTIONS.get(page, ("",))]
DEFAULTS = [(page, SECTIONS.get(page, ("",))[0]) for page in PAGES]
OTHERS = [pytest.param(*one, marks=pytest.mark.slow) for one in SECTIONED if one not in DEFAULTS]


def open_section(name, section, **params):
    return open_page(name, **params, **({"section": section} if section else {}))


@pytest.fixture
def landed(monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(ROOT / "results"))


@pytest.mark.parametrize(("name", "section"), SECTIONED)
def test_every_page_shows_the_landed_run_without_its_photographs(
    name, section, landed, tmp_path, monkeypatch
):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    page = open_section(name, section, run=LANDED)
    assert not page.exception and not page.error
    assert page.session_state["run"] == LANDED
    is_about_photographs = PAGES[name].about != NOTHING
    assert not is_about_photographs or say("counts.photograph", n=35) in words(page)


@pytest.mark.real
@pytest.mark.parametrize("name", [name for name in PAGES if name != "Dataset"])  # that one takes its time
@pytest.mark.usefixtures("landed", "real_dataset")
def test_every_page_shows_the_landed_run_with_its_photographs(name):
    page = open_page(name, run=LANDED)
    assert not page.exception and not page.error
    assert not says(page, "dataset.without_photographs") and not says(page, "try_it.no_photographs")


@pytest.mark.parametrize(("name", "section"), DEFAULTS + OTHERS)
@pytest.mark.usefixtures("landed")
def test_every_page_shows_the_demo(name, section):
    demand((ROOT / "results/runs/demo/metrics.parquet").is_file(), "the demo: run `make demo` first")
    page = open_section(name, section, run="demo")
    assert not page.exception and not page.error
    assert page.session_state["run"] == "demo"
