"""The grammar of sides, and what is filled in where a side leaves something out."""

import shutil

import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.sides import SideText, open_sides, parse_side
from tests.support.fake_run import draw_dataset, write_run


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("demo", SideText("demo")),
        ("demo:finetuned", SideText("demo", "finetuned")),
        ("demo:finetuned:full", SideText("demo", "finetuned", "full")),
        ("demo:finetuned:points:n=5,seed=1", SideText("demo", "finetuned", "points:n=5,seed=1")),
        ("no/such/demo:unet:none", SideText("no/such/demo", "unet", "none")),
        (r"C:\runs\demo:finetuned:box", SideText(r"C:\runs\demo", "finetuned", "box")),
        ("D:/runs/demo", SideText("D:/runs/demo")),
    ],
)
def test_each_form_of_a_side(text, side):
    assert parse_side(text) == side


def test_an_existing_folder_is_the_run_although_it_has_a_colon(tmp_path):
    (tmp_path / "monday:noon").mkdir()
    run = str(tmp_path / "monday:noon")
    assert parse_side(run) == SideText(run)
    assert parse_side(f"{run}:finetuned:points:n=5") == SideText(run, "finetuned", "points:n=5")
    other = str(tmp_path / "monday")
    assert parse_side(f"{other}:noon") == SideText(run)
    assert parse_side(f"{other}:night") == SideText(other, "night")


@pytest.mark.parametrize("text", ["", ":finetuned", "demo:", "demo::box", "demo:finetuned:", "::"])
def test_an_empty_part_is_refused_with_the_grammar(text):
    with pytest.raises(FloodevalError, match=r"expected RUN\[:VARIANT\[:PROMPT\]\]"):
        parse_side(text)


@pytest.fixture
def runs(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", ["i0", "i1", "i2"])
    ragged = {"pretrained": ("box", "full"), "finetuned": ("box", "full"), "unet": ("point",)}
    names, prompts = tuple(ragged), ("box", "full", "point")
    write_run(results / "runs" / "many", pools, names, prompts, prompts_of=ragged, with_samples=True)
    write_run(results / "runs" / "one", pools, ("finetuned",), ("full",), with_samples=True)


def opened(a, b, prompt=None):
    return [(first.name, second.name) for first, second in open_sides(a, b, prompt)]


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        ("many:finetuned:box", "many:finetuned:full", [("many:finetuned:box", "many:finetuned:full")]),
        ("many:pretrained", "one", [("many:pretrained:full", "one:finetuned:full")]),
        ("many:finetuned:box", "many:pretrained", [("many:finetuned:box", "many:pretrained:box")]),
        ("many:finetuned:box", "many:unet", [("many:finetuned:box", "many:unet:point")]),
        ("one", "many:unet", [("one:finetuned:full", "many:unet:point")]),
        (
            "many:pretrained",
            "many:finetuned",
            [
                ("many:pretrained:box", "many:finetuned:box"),
                ("many:pretrained:full", "many:finetuned:full"),
            ],
        ),
    ],
)
def test_what_a_side_leaves_out_is_filled_in_where_one_thing_can_be_meant(runs, a, b, pairs):
    assert opened(a, b) == pairs


def test_the_prompt_of_both_can_be_given_apart(runs):
    assert opened("many:pretrained", "one", "full") == [("many:pretrained:full", "one:finetuned:full")]


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        (
            "many",
            "one",
            r"has several variants \(pretrained, finetuned, unet\); name one .*such as many:",
        ),
        ("many:unet", "many:finetuned", r"'finetuned' of run .*many has several prompts \(box, full\)"),
        ("many:missing", "one", "has no variant 'missing'; expected one of pretrained, finetuned, unet"),
        ("many:unet:box", "one", "'unet' of run .* has no results with prompt 'box'; expected one of point"),
        ("many:unet:sphere", "one", "sphere"),
        ("one:finetuned:full", "one", "A and B are both one:finetuned:full"),
        ("nothing", "one", "no run 'nothing'"),
    ],
)
def test_what_is_wrong_or_ambiguous_is_refused(runs, a, b, says):
    with pytest.raises(FloodevalError, match=says):
        open_sides(a, b)


def test_a_run_of_the_results_folder_may_have_a_colon_in_its_name(runs, results):
    shutil.copytree(results / "runs" / "one", results / "runs" / "monday:noon")
    assert parse_side("monday:noon:finetuned") == SideText("monday:noon", "finetuned")
    assert opened("monday:noon:finetuned", "one") == [("monday:noon:finetuned:full", "one:finetuned:full")]


def test_a_link_to_a_run_is_that_run(runs, results):
    (results / "runs" / "link").symlink_to(results / "runs" / "one")
    with pytest.raises(FloodevalError, match="A and B are both one:finetuned:full"):
        open_sides("one:finetuned", "link:finetuned")


def test_the_folder_that_one_is_in_has_its_name(runs, results, monkeypatch):
    monkeypatch.chdir(results / "runs" / "one")
    assert opened(".", str(results / "runs" / "many:pretrained"))[0][0] == "one:finetuned:full"
