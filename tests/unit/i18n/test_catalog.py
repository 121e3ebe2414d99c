"""The catalog is complete in every language, and nothing in it is unused."""

import ast
import string
from pathlib import Path

import pytest

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Joined, catalog, say, saying
from floodeval.i18n.language import DEFAULT, LANGUAGES, language, speak, speaking
from tests.support.said_keys import named_keys, said_keys

ROOT = Path(__file__).parents[3]
OTHERS = sorted(set(LANGUAGES) - {DEFAULT})
COMMANDS_ALONE = {  # what is said here is seen on the command line, which speaks English
    "cli",
    "training",
    "evaluation/evaluate.py",
    "storage/journal.py",
    "evaluation/run_checks.py",
    "datasets/preparation.py",
    "evaluation/predict.py",
    "evaluation/finished.py",
    "evaluation/pipeline.py",
    "evaluation/run_files.py",
    "evaluation/plan.py",
    "datasets/splitting.py",
    "synthetic",
    "report/render/score_files.py",
    "analysis/trainings.py",
    "analysis/compare.py",
    "i18n/language.py",
}


def forms(sentence):
    return sentence if isinstance(sentence, dict) else {"": sentence}


def fields(sentence):
    """What the sentence's forms have to be given."""
    return {
        name for form in forms(sentence).values() for _, name, _, _ in string.Formatter().parse(form) if name
    }


@pytest.mark.parametrize("other", OTHERS)
def test_every_sentence_is_in_every_language(other):
    first, second = catalog(DEFAULT), catalog(other)
    assert set(first) == set(second)


@pytest.mark.parametrize("other", OTHERS)
def test_every_translation_has_the_same_forms_and_takes_the_same_values(other):
    first, second = catalog(DEFAULT), catalog(other)
    for key in first.keys() & second.keys():
        assert forms(first[key]).keys() == forms(second[key]).keys(), key
        assert fields(first[key]) == fields(second[key]), key
        assert all(form.strip() for form in forms(second[key]).values()), key


def test_every_sentence_is_said_somewhere():
    known = set(catalog(DEFAULT))
    assert not known - said_keys(known)


def test_a_sentence_that_nothing_says_is_noticed_in_every_file_and_behind_every_start():
    known = set(catalog(DEFAULT))
    starts = {key.rpartition("_")[0] + "_" if "_" in key else key.partition(".")[0] + "." for key in known}
    invented = {f"{start}invented" for start in starts}
    assert len(invented) > 300 and not said_keys(known | invented) & invented


def test_every_key_that_is_said_is_in_the_catalog():
    named, known = named_keys(), set(catalog(DEFAULT))
    assert len(named) > 500
    assert not {key: place for key, place in named.items() if key not in known}


def test_a_sentence_takes_its_form_from_the_number():
    assert [say("counts.scene", n=n) for n in (0, 1, 2)] == ["0 scenes", "1 scene", "2 scenes"]


def test_a_language_is_spoken_within_its_block_alone():
    with speaking("es"):
        assert say("counts.scene", n=2) == "2 escenas"
    assert language() == DEFAULT


def test_what_is_filled_in_is_never_read_as_a_sentence():
    assert "{n.__class__}" in say("sidebar.absent", what="run", asked="{n.__class__}", shown="x")


def test_a_saying_is_worded_where_it_is_read():
    found = saying("layouts.no_mask", file=Joined(("a", "b"), saying("runs.or")), wanted="c")
    assert str(found).startswith("a or b has no mask; ")
    with speaking("es"):
        assert str(found).startswith("a o b no tiene máscara; ")
        assert str(FloodevalError(found.about(file="d"))) == say("layouts.no_mask", file="d", wanted="c")


def test_every_error_that_a_page_may_show_is_in_the_catalog():
    plain = []
    for path in (ROOT / "floodeval").rglob("*.py"):
        name = path.relative_to(ROOT / "floodeval").as_posix()
        if any(name == one or name.startswith(f"{one}/") for one in COMMANDS_ALONE):
            continue
        plain += [
            f"{name}:{node.lineno}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "FloodevalError"
            and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
        ]
    assert not plain


def test_an_unknown_language_is_refused_with_those_that_there_are():
    with pytest.raises(FloodevalError, match="'xx'; expected one of en, es"):
        speak("xx")
