"""A parameter is named as the reader writes it: an argument in Python, an option in a command."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from floodeval import LabelScheme
from floodeval.cli import main
from floodeval.cli.command_line import COMMANDS
from floodeval.cli.options import Parser
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import PARAMETER, Parameter, catalog, say
from floodeval.i18n.language import LANGUAGES, speaking
from floodeval.i18n.parameters import SPELLINGS, on_surface, surface
from floodeval.storage.pools import thread_pool

SENTENCES = [
    (key, form)
    for language in LANGUAGES
    for key, sentence in catalog(language).items()
    for form in (sentence.values() if isinstance(sentence, dict) else [sentence])
]


def test_no_sentence_names_an_option_of_the_command_line():
    assert not [key for key, form in SENTENCES if re.search(r"--[a-z]", form)]


def test_every_parameter_of_a_sentence_has_a_spelling():
    named = {found[1] for _, form in SENTENCES for found in PARAMETER.finditer(form)}
    assert len(named) > 5 and not named - set(SPELLINGS)
    assert all("[[" not in PARAMETER.sub("", form) for _, form in SENTENCES)


def test_every_option_is_one_of_a_command():
    parser = Parser(add_help=False, conflict_handler="resolve")
    for command in COMMANDS:
        command.module.add_options(parser)
    known = set(parser._option_string_actions)
    assert not {spelling.option for spelling in SPELLINGS.values()} - known


@pytest.mark.parametrize(
    ("name", "value", "option", "argument"),
    [
        ("water", "", "--water", "water=..."),
        ("water", "1", "--water 1", "water=(1,)"),
        ("ignore", "-1,255", "--ignore=-1,255", "ignore=(-1, 255)"),
        ("exif", "apply", "--exif apply", 'exif="apply"'),
        ("force", "", "--force", "force=True"),
        ("model", "vit_b", "--model vit_b", 'model_type="vit_b"'),
    ],
)
def test_a_parameter_is_an_argument_in_python_and_an_option_of_a_command(name, value, option, argument):
    assert str(Parameter(name, value)) == argument
    with on_surface("cli"):
        assert str(Parameter(name, value)) == option


@pytest.mark.parametrize(("language", "where"), [("en", "under"), ("es", "en")])
def test_the_dashboard_says_where_the_data_set_states_it(language, where):
    with speaking(language), on_surface("dashboard"):
        assert str(Parameter("water", "1")) == f"water = [1] {where} [labels] " + (
            "of dataset.toml" if language == "en" else "de dataset.toml"
        )
        assert 'exif = "apply"' in str(Parameter("exif", "apply"))


def test_one_error_names_the_argument_the_option_or_neither():
    with pytest.raises(FloodevalError) as raised:
        LabelScheme((1,), (1,))
    assert "water=..." in str(raised.value) and "--" not in str(raised.value)
    with on_surface("cli"):
        assert "--water" in str(raised.value) and "water=..." not in str(raised.value)
    with on_surface("dashboard"):
        assert "--water" not in str(raised.value) and "water=..." not in str(raised.value)


def test_a_value_is_filled_in_after_the_parameter_is_spelled():
    named = {"path": "[[water]]", "trained": "vit_b", "given": "vit_t"}
    assert 'model_type="vit_b"' in say("models.other_type", **named)
    assert say("models.other_type", **named).startswith("[[water]]")


def test_the_command_line_names_options_and_leaves_the_surface_as_it_was(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert main(["audit", str(tmp_path), "--water", "1", "--ignore", "1"]) == 2
    assert "--ignore" in capsys.readouterr().err
    assert surface() == "python"


def test_threads_that_share_the_work_share_the_surface():
    with on_surface("cli"), thread_pool(1) as pool:
        assert pool.submit(surface).result() == "cli"
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(surface).result() == "python"


def test_a_page_names_parameters_in_its_own_words():
    def page():
        import streamlit as st

        from floodeval.dashboard.state.interface_language import settle_language
        from floodeval.i18n.catalog import Parameter

        settle_language()
        st.text(str(Parameter("worst", "3")))

    (shown,) = AppTest.from_function(page, default_timeout=60).run().text
    assert shown.value == "“The worst”"
    assert surface() == "python"
