"""Drawn scenes are never called photographs, and a real run opens first."""

import pytest

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import catalog, say, speaking_of_synthetic_scenes
from floodeval.i18n.language import LANGUAGES, speaking
from tests.support import fake_run
from tests.support.fake_run import write_run
from tests.support.pages import open_page, words
from tests.support.pools import pools as pools
from tests.support.pools import run as run


@pytest.fixture
def drawn_and_real(results, pools):
    """A real run, and a newer one of drawn scenes."""
    real = fake_run.say(write_run(results / "runs" / "real", pools), created="2026-01-01T00:00:00+00:00")
    folder = write_run(results / "runs" / "demo", pools)
    dataset = {**load_run(folder).info.dataset, "synthetic": True}
    fake_run.say(folder, created="2026-06-01T00:00:00+00:00", dataset=dataset)
    return real, folder


@pytest.mark.usefixtures("drawn_and_real")
def test_the_real_run_opens_before_a_newer_one_of_drawn_scenes():
    assert open_page("Home").session_state["run"] == "real"


def test_where_every_run_was_drawn_the_newest_opens(drawn_and_real):
    real, _ = drawn_and_real
    fake_run.say(real, dataset={**load_run(real).info.dataset, "synthetic": True})
    assert open_page("Home").session_state["run"] == "demo"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["Home", "Worst cases", "Prompts", "Subgroups", "Report"])
@pytest.mark.usefixtures("drawn_and_real")
def test_drawn_data_is_never_called_photographs(name, lang):
    page = open_page(name, run="demo", lang=lang)
    drawn, never = catalog(lang)["nouns.synthetic_photographs"], catalog(lang)["nouns.photograph"].lower()
    assert not page.exception and drawn in words(page) and never not in words(page).lower()


def test_the_command_line_calls_drawn_scenes_by_their_name_too(drawn_and_real, capsys):
    for folder in drawn_and_real:
        assert main(["compare", str(folder)]) == 0
    said = capsys.readouterr().out
    photographs = say("counts.photograph", n=6)
    with speaking_of_synthetic_scenes(True):
        drawn = say("counts.photograph", n=6)
    assert drawn != photographs and drawn in said and photographs in said


@pytest.mark.usefixtures("drawn_and_real")
def test_a_real_run_after_a_drawn_one_is_of_photographs_again():
    page = open_page("Home", run="demo")
    page.selectbox(key="run").select("real").run()
    assert catalog("en")["nouns.photographs"] in words(page)
    assert catalog("en")["nouns.synthetic_photographs"] not in words(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_noun_is_exchanged_in_every_form_and_never_within_braces(lang):
    with speaking(lang), speaking_of_synthetic_scenes(True):
        said = say("counts.photograph", n=1), say("counts.photograph", n=2)
        assert [one.split(" ", 1)[1] for one in said] == [
            catalog(lang)["nouns.synthetic_photograph"],
            catalog(lang)["nouns.synthetic_photographs"],
        ]
        assert "X and Y" in say("heading.data", photographs="X and Y", data="d")
