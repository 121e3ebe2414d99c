"""Every page says every sentence from the catalogue: read with a catalogue whose sentences are marked."""

import base64
import json
import re
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from google.protobuf.json_format import MessageToDict

from floodeval.language import sentences
from floodeval.ui.compare.viewer import WORDS
from floodeval.ui.navigation import PAGES
from floodeval.ui.sections import SECTIONS
from floodeval.ui.words import plain
from tests.ui.fake_run import draw_dataset, shifted_or_nothing, write_run
from tests.ui.test_pages import open_page

READ = {"label", "body", "help", "alt", "caption", "placeholder", "options", "content"}
CHART = {"text", "name", "hovertemplate", "ticktext"}
VIEWER = {"title", "alt", "aside", "text", "label", *WORDS}
DATA = {  # names of the run itself, abbreviations and commands, which are the same in every language
    *("two", "pretrained", "finetuned", "pools", "test", "box", "full", "English", "Español", "vit", "sha"),
    *("A", "B", "IoU", "n", "px", "MB", "GiB", "MP", "L", "s", "ms", "x", "i", "iou", "id", "cpu"),
    *("PNG", "png", "jpg"),
}
SECTIONED = [(page, section) for page in PAGES for section in SECTIONS.get(page, (None,))]


@pytest.fixture
def marked(monkeypatch):
    """Spanish whose every sentence is the English one between marks."""
    real = sentences.catalogue

    def between_marks(language):
        def mark(sentence):
            if isinstance(sentence, dict):
                return {form: mark(text) for form, text in sentence.items()}
            return f"⟦{sentence}⟧"

        return {key: mark(sentence) for key, sentence in real("en").items()}

    monkeypatch.setattr(sentences, "catalogue", between_marks)


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


def read(page):
    """All that a person reads on a page."""
    for node in (*walk(page.main), *walk(page.sidebar)):
        content = MessageToDict(node)
        if node.DESCRIPTOR.name == "Html":
            yield from html_words(content["body"])
            continue
        yield from strings(content, READ)
        for key in ("spec", "columns"):
            if isinstance(content.get(key), str) and content[key]:
                yield from strings(json.loads(content[key]), CHART | READ)
        if node.DESCRIPTOR.name == "BidiComponent":
            yield from strings(json.loads(node.json), VIEWER)


def walk(block):
    """The protocol messages of all elements beneath a block."""
    if block.proto is not None and not hasattr(block.proto, "element"):
        yield block.proto
    for child in getattr(block, "children", {}).values():
        yield from walk(child)


def html_words(body):
    """What one reads in HTML, and what is read out of it."""
    for node in ElementTree.fromstring(body).iter():
        texts = () if node.tag == "style" else (node.text, node.tail)
        yield from filter(None, (*texts, *map(node.get, ("title", "alt", "aria-label"))))


def strings(content, keys):
    """The strings of a nested record that lie under one of the keys."""
    pairs = content.items() if isinstance(content, dict) else [(None, part) for part in content]
    for key, value in pairs:
        if key == "displayValues":
            yield from displayed(value)
        elif key in keys and isinstance(value, str):
            yield value
        elif key in keys and isinstance(value, list) and all(isinstance(one, str) for one in value):
            yield from value
        elif isinstance(value, dict | list):
            yield from strings(value, keys)


def displayed(encoded):
    """The cells of a table as they are shown: Arrow's bytes, in base64."""
    table = pa.ipc.open_stream(base64.b64decode(encoded)).read_pandas()
    yield from (cell for column in table for cell in map(str, table[column]))


def unmarked(text):
    """The words of a text that no sentence of the catalogue says."""
    text = re.sub(
        r"%\{[^}]*\}|<[^>]*>|data:[^)\s]*|`[^`]*`|https?:\S*|:[a-z]+-?[a-z]*\[|:material/\w+:|[\w./-]+\.\w+",
        " ",
        text,
    )
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in DATA]


@pytest.mark.parametrize(("name", "section"), SECTIONED)
@pytest.mark.usefixtures("lone_run", "marked")
def test_no_page_says_a_word_that_is_not_in_the_catalogue(name, section):
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
    assert [link for link in page.page_link if link.value == "Peores casos"]


@pytest.mark.usefixtures("dashboard_files")
def test_the_language_can_be_switched_and_stays_from_page_to_page():
    page = open_page("Home", run="two")
    page.segmented_control(key="lang").set_value("es").run()
    page.switch_page(PAGES["Distributions"].script).run()
    assert page.title[0].value == "Distribuciones"
    assert page.session_state["lang"] == "es" and page.query_params["lang"] == "es"
    with sentences.speaking("es"):  # as the page does whose widgets are read
        page.segmented_control(key="lang").set_value("en").run()
    assert page.title[0].value == "Distributions" and "lang" not in page.query_params


@pytest.mark.usefixtures("dashboard_files")
def test_what_is_wrong_is_said_in_the_pages_language():
    page = open_page("Worst cases", run="gone", lang="es")
    assert plain("no están en esta máquina; ponga los mismos datos en") in page.info[0].value


@pytest.mark.usefixtures("dashboard_files")
def test_an_unknown_language_is_the_browsers():
    page = open_page("Home", run="two", lang="xx")
    assert not page.exception and page.session_state["lang"] == "en"
