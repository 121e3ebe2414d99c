"""The commands that a job may run: built from a form, and nothing else."""

import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.cli.command_line import parse
from floodeval.errors import FloodevalError
from floodeval.jobs.commands import (
    DemoForm,
    EvaluationForm,
    SplitForm,
    StressForm,
    TrainingForm,
    check_command,
    command_line,
    wrapped_command_line,
)

DATASET = Path("/data/floods 2020")
SIDES = {"pretrained": None, "finetuned": "flood-area-vit_t@0.5"}
FORMS = [
    DemoForm(4, 1),
    EvaluationForm(DATASET, "monday", SIDES, ("box", "points:n=5"), Path("/splits/a.csv"), "test"),
    EvaluationForm(DATASET, "monday", {"pretrained": None}, ("full",)),
    StressForm("stress", 9, SIDES, ("box",)),
    TrainingForm(DATASET, "mine", "decoder", Path("/splits/a.csv"), 3),
    SplitForm(DATASET, Path("/splits/a.csv")),
]
HOSTILE = [
    "../up",
    "a/b",
    "--force",
    "-x",
    "",
    ".",
    "a b",
    "a;b",
    "$(id)",
    "a\nb",
    "x=python:os:system",
    "x=masks:/etc",
    "x=/etc/passwd",
    "x=route:a",
    "\0",
    "ünï",
]


@pytest.mark.parametrize("form", FORMS)
def test_the_command_of_a_form_is_one_that_floodeval_takes(form):
    options = parse(form.command())
    assert options.command == form.command()[0]
    if hasattr(form, "name"):
        assert options.name == form.name


def test_an_evaluation_is_spelled_as_a_person_types_it():
    assert command_line(FORMS[1].command()) == (
        "floodeval evaluate '/data/floods 2020' --name monday --split /splits/a.csv --subset test "
        "--variant pretrained --variant finetuned=flood-area-vit_t@0.5 --prompt box --prompt points:n=5"
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("width", [1, 40, 64, 500])
def test_a_wrapped_command_means_the_same_to_a_shell(form, width):
    words = form.command()
    text = wrapped_command_line(words, width)
    echoed = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {text}"], capture_output=True, text=True, check=True
    )
    assert echoed.stdout.split("\0")[:-1] == ["floodeval", *words]
    assert all(len(line) <= width or len(line.split()) <= 4 for line in text.splitlines())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_refused_wherever_it_stands(text):
    sides = ({"pretrained": None}, ("box",))
    forms = [
        EvaluationForm(DATASET, text, *sides),
        EvaluationForm(DATASET, "a", {text: None}, ("box",)),
        EvaluationForm(DATASET, "a", {"b": text}, ("box",)),
        EvaluationForm(DATASET, "a", {"b": None}, (text,)),
        EvaluationForm(DATASET, "a", *sides, subset=text),
        EvaluationForm(DATASET, "a", *sides, split=Path(text.replace("\0", "\n"))),
        EvaluationForm(Path(text.replace("\0", "\n")), "a", *sides),
        StressForm(text, 9, *sides),
        TrainingForm(DATASET, text, "decoder"),
        TrainingForm(DATASET, "a", text),
        SplitForm(DATASET, Path(text.replace("\0", "\n"))),
    ]
    for form in forms:
        with pytest.raises(FloodevalError):
            form.command()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["cache"],
        ["report", "x"],
        ["evaluate"],
        ["evaluate", "relative"],
        ["evaluate", "/a/../b"],
        ["evaluate", "/data", "--force"],
        ["evaluate", "/data", "/more", "--name", "a"],
        ["evaluate", "/data", "--name=a"],
        ["evaluate", "/data", "--dataset-config", "/etc/x"],
        ["demo", "--force"],
        ["demo", "--scenes"],
        ["demo", "--scenes", "-1"],
        ["dashboard", "--host", "0.0.0.0"],
    ],
)
def test_no_other_command_or_option_is_run(words):
    with pytest.raises(FloodevalError):
        check_command(words)


@given(st.lists(st.text(string.printable, max_size=12), max_size=6))
def test_whatever_the_words_no_value_of_an_accepted_command_is_taken_for_an_option(words):
    try:
        accepted = check_command(["evaluate", "/data", *words])
    except FloodevalError:
        return
    assert all(option.startswith("--") and not value.startswith("-") for option, value in pairs(accepted[2:]))


def pairs(words):
    return zip(words[::2], words[1::2], strict=True)
