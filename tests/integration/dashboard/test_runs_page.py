"""The page Runs, and the other pages with sides of two runs."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from floodeval.analysis.compare import compare_sides
from floodeval.dashboard.navigation import PAGES
from floodeval.dashboard.widgets.markdown import plain
from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_folders import delete_run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.storage.locks import hold
from tests.support.fake_run import draw_dataset, shifted, write_run
from tests.support.pages import open_page, says, words
from tests.support.wording import holds

SIDES = {
    "run": "monday",
    "a": "pretrained",
    "prompt": "box",
    "run_b": "friday",
    "b": "unet",
    "prompt_b": "full",
}


def other(truth, variant, prompt, sample_id):
    return np.roll(shifted(truth, variant, prompt, sample_id), 1, axis=0)


@pytest.fixture
def runs(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pools = draw_dataset(tmp_path / "data" / "pools", [f"i{n}" for n in range(8)])
    write_run(results / "runs" / "monday", pools, with_samples=True)
    ragged = {"finetuned": ("box", "full"), "unet": ("full",)}
    write_run(
        results / "runs" / "friday", pools, tuple(ragged), predict=other, with_samples=True, prompts_of=ragged
    )
    return results / "runs"


def table_of(page):
    return page.dataframe[0].value


def url(page):
    return {key: value if isinstance(value, str) else value[0] for key, value in page.query_params.items()}


def test_the_table_lists_every_variant_and_prompt_of_every_run(runs):
    (runs / "begun").mkdir()
    (runs / "begun" / "run.json").write_bytes((runs / "monday" / "run.json").read_bytes())
    page = open_page("Runs", run="monday")
    assert not page.exception
    table = table_of(page)
    rows = list(zip(table["run"], table["variant"], table["prompt"], table["state"], strict=True))
    assert rows[:3] == [
        ("friday", "finetuned", "box", "complete"),
        ("friday", "finetuned", "full", "complete"),
        ("friday", "unet", "full", "complete"),
    ]
    assert [row[0] for row in rows[3:]] == ["monday"] * 4 + ["begun"] * 4
    assert [row[3] for row in rows[7:]] == ["resumable"] * 4
    metrics = load_run("friday").metrics
    ious = metrics.query("variant == 'unet'")["iou"]
    assert table["iou"][2] == pytest.approx(ious.mean())
    assert (table["n"][2], table["field_prompt"][2]) == (8, "yes")
    page.selectbox(key="runs_side").select("begun:pretrained:box").run()
    assert page.button(key="runs_use_a").disabled and page.button(key="runs_use_b").disabled


def test_a_row_becomes_b_and_then_a_and_the_url_keeps_both(runs):
    page = open_page("Runs", run="monday", a="pretrained", b="finetuned", prompt="box")
    page.selectbox(key="runs_side").select("friday:unet:full").run()
    page.button(key="runs_use_b").click().run()
    assert url(page) | SIDES == url(page)
    assert list(table_of(page).set_index("run")["use"].loc["friday"]) == ["", "", "B"]
    page.selectbox(key="runs_side").select("monday:finetuned:full").run()
    page.button(key="runs_use_a").click().run()
    found = url(page)
    assert (found["run"], found["a"], found["prompt"], found["run_b"], found["b"]) == (
        "monday",
        "finetuned",
        "full",
        "friday",
        "unet",
    )
    assert "prompt_b" not in found  # the same as A's
    page.selectbox(key="runs_side").select("friday:unet:full").run()
    page.button(key="runs_use_a").click().run()
    found = url(page)
    assert (found["run"], found["a"], found["run_b"], found["b"]) == ("friday", "unet", "monday", "finetuned")


def test_filters_by_words_data_set_and_field_prompts(runs):
    page = open_page("Runs", run="monday")
    page.text_input(key="runs_search").input("FRI unet").run()
    assert list(table_of(page)["variant"]) == ["unet"]
    page.text_input(key="runs_search").input("").run()
    page.toggle(key="runs_field").set_value(True).run()
    assert set(table_of(page)["prompt"]) == {"full"}
    page.text_input(key="runs_search").input("nothing").run()
    assert says(page, "runs_page.none")


@pytest.mark.parametrize("change", ["rename", "delete"])
def test_renaming_and_deleting_ask_first(runs, change):
    page = open_page("Runs", **SIDES)
    page.selectbox(key="runs_side").select("friday:unet:full").run()
    page.button(key=f"runs_{change}").click().run()
    assert page.button(key=f"runs_{change}_now").label == say(f"runs_page.{change}_now")
    assert (runs / "friday" / "metrics.parquet").is_file()


def rename_form():
    """The form that renames the run friday, alone on a page."""
    from floodeval.dashboard.pages.runs.run_dialogs import draw_rename

    draw_rename("friday")


def delete_form():
    """The question whether the run friday is to be deleted, alone on a page."""
    from floodeval.dashboard.pages.runs.run_dialogs import draw_delete

    draw_delete("friday", 1000)


def test_a_renamed_run_stays_chosen(runs):
    page = AppTest.from_function(rename_form, default_timeout=20)
    page.session_state["run_b"] = "friday"
    page.run()
    assert page.button(key="runs_rename_now").disabled
    page.text_input(key="runs_new_name/friday").input("saturday").run()
    page.button(key="runs_rename_now").click().run()
    assert not page.exception
    assert page.session_state["run_b"] == "saturday"
    assert sorted(path.name for path in runs.glob("[a-z]*")) == ["monday", "saturday"]


def test_a_run_is_deleted(runs):
    AppTest.from_function(delete_form, default_timeout=20).run().button(key="runs_delete_now").click().run()
    assert [path.name for path in runs.glob("[a-z]*")] == ["monday"]


def test_why_a_run_is_not_changed_is_said_in_a_line(runs):
    question = AppTest.from_function(delete_form, default_timeout=20).run()
    with hold(runs / "friday", "run friday"):
        question.button(key="runs_delete_now").click().run()
    assert "run friday" in question.error[0].value
    assert (runs / "friday" / "metrics.parquet").is_file()
    page = AppTest.from_function(rename_form, default_timeout=20).run()
    page.text_input(key="runs_new_name/friday").input("monday").run()
    page.button(key="runs_rename_now").click().run()
    assert holds(page.error[0].value, "runs.taken", run="monday")


def test_read_only_hides_what_changes_files(runs, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    keys = {button.key for button in open_page("Runs", **SIDES).button}
    assert {"runs_use_a", "runs_use_b"} <= keys and not {"runs_rename", "runs_delete"} & keys
    assert "mark_here" not in {button.key for button in open_page("Compare", **SIDES).button}
    assert not [one for one in open_page("Worst cases", **SIDES).button if str(one.key).startswith("mark/")]


def test_the_home_page_compares_sides_of_two_runs(runs):
    page = open_page("Home", **SIDES)
    assert not page.exception
    [found] = compare_sides("monday:pretrained:box", "friday:unet:full")
    said = words(page)
    assert formats.gap(found.primary.gap) in said
    assert says(page, "sides.only_a_uses_truth", a="box", b="full")
    assert "monday" in said and "friday" in said


@pytest.mark.parametrize(
    "name",
    ["Distributions", "Worst cases", "Compare", "Subgroups", "Report", "Prompts", "Training", "Dataset"],
)
def test_every_page_opens_with_sides_of_two_runs(runs, name):
    page = open_page(name, **SIDES)
    assert not page.exception
    assert not page.error
    found = url(page)
    assert (found["run_b"], found["b"]) == ("friday", "unet")
    one_run = says(page, "heading.one_run")
    assert one_run == (name in ("Prompts", "Training", "Dataset"))


@pytest.mark.parametrize("name", list(PAGES))
def test_every_page_opens_with_a_run_that_lacks_prompts_of_a_variant(runs, name):
    page = open_page(name, run="friday", a="finetuned", b="unet", prompt="full")
    assert not page.exception
    assert not page.error
    assert "prompt_b" not in url(page)


def test_one_variant_with_two_prompts(runs):
    page = open_page("Worst cases", run="monday", a="finetuned", b="finetuned", prompt="box", prompt_b="full")
    assert not page.exception
    assert plain("finetuned (box)") in words(page) and plain("finetuned (full)") in words(page)


def test_samples_that_are_not_compared_are_listed(runs, tmp_path, results):
    few = draw_dataset(tmp_path / "data" / "few", ["i0", "i1", "i2", "x9"])
    write_run(results / "runs" / "few", few, with_samples=True)
    page = open_page("Home", run="few", a="pretrained", b="pretrained", prompt="box", run_b="monday")
    assert says(page, "heading.left_out_only_a", n=1)
    assert "x9" in words(page)
    assert says(page, "heading.left_out_only_b", n=5)


def mark_form():
    """The form that marks image i3 of two sides, alone on a page."""
    from floodeval.dashboard.state.sidebar import Sidebar
    from floodeval.dashboard.widgets.marking import draw_form

    draw_form(Sidebar(frozenset(), wants_id=False).choose(), ["i3"])


def test_marks_are_kept_with_the_run_of_b(runs):
    mark_case(runs / "friday", "i3", "shadow")
    assert says(open_page("Compare", id="i3", **SIDES), "cases.tag_shadow")
    page = AppTest.from_function(mark_form, default_timeout=20)
    for key, value in SIDES.items():
        page.session_state[key] = value
    page.run()
    page.button(key="mark_save").click().run()
    assert read_cases(runs / "friday")["i3"].prompt == "full"
    assert read_cases(runs / "monday") == {}


def test_a_variant_without_the_prompt_of_a_takes_its_own(runs):
    page = open_page("Home", run="friday", a="finetuned", b="unet", prompt="box")
    assert not page.exception
    assert url(page)["prompt_b"] == "full"


def test_a_link_to_a_run_of_b_that_is_gone_says_so(runs):
    page = open_page("Home", run="monday", run_b="gone", b="finetuned")
    assert not page.exception
    assert any("gone" in info.value for info in page.info)
    assert "run_b" not in url(page)


def test_sides_without_a_common_sample_are_refused_and_the_sidebar_stays(runs, results, tmp_path):
    lakes = draw_dataset(tmp_path / "data" / "lakes", ["x1", "x2"])
    write_run(results / "runs" / "lakes", lakes, with_samples=True)
    page = open_page("Home", run="monday", a="pretrained", prompt="box", run_b="lakes", b="finetuned")
    assert not page.exception
    assert holds(page.error[0].value, "sides.nothing_shared")
    page.selectbox(key="run_b").select("").run()
    assert not page.error


def test_a_run_with_one_variant_is_compared_with_another_prompt_or_run(runs, results, tmp_path):
    pools = draw_dataset(tmp_path / "data" / "pools", [f"i{n}" for n in range(8)])
    write_run(results / "runs" / "single", pools, ("finetuned",), with_samples=True)
    page = open_page("Home", run="single", prompt="box")
    assert says(page, "heading.one_variant")
    page.selectbox(key="prompt_b").select("full").run()
    assert not page.exception
    found = url(page)
    assert (found["b"], found["prompt_b"]) == ("finetuned", "full")
    page.selectbox(key="prompt_b").select("").run()
    page.selectbox(key="run_b").select("monday").run()
    found = url(page)
    assert (found["a"], found["run_b"], found["b"]) == ("finetuned", "monday", "finetuned")
    assert plain("finetuned (single)") in words(page)


def test_the_notice_of_a_missing_run_or_prompt_of_b_names_what_is_shown(runs):
    page = open_page("Home", run="monday", a="pretrained", prompt="box", run_b="gone", prompt_b="odd")
    assert says(page, "sidebar.absent", asked="gone", shown="monday")
    assert says(page, "sidebar.absent", asked="odd", shown="box")


@pytest.mark.parametrize(("form", "button"), [(rename_form, "rename"), (delete_form, "delete")])
def test_a_form_that_is_open_changes_nothing_once_read_only(runs, monkeypatch, form, button):
    page = AppTest.from_function(form, default_timeout=20).run()
    if button == "rename":
        page.text_input(key="runs_new_name/friday").input("saturday").run()
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page.button(key=f"runs_{button}_now").click().run()
    assert holds(page.error[0].value, "sidebar.read_only")
    assert sorted(path.name for path in runs.glob("[a-z]*")) == ["friday", "monday"]


def test_a_form_of_marks_writes_nothing_where_read_only(runs, monkeypatch):
    page = AppTest.from_function(mark_form, default_timeout=20)
    for key, value in SIDES.items():
        page.session_state[key] = value
    page.run()
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page.button(key="mark_save").click().run()
    assert holds(page.error[0].value, "sidebar.read_only")
    assert read_cases(runs / "friday") == {}


@pytest.mark.parametrize(("gone", "shown"), [("friday", "monday"), ("monday", "friday")])
def test_a_run_that_is_deleted_while_a_page_is_open_is_named(runs, gone, shown):
    page = open_page("Home", **SIDES)
    delete_run(gone)
    page.run()
    assert not page.exception and not page.error
    assert says(page, "sidebar.gone", run=gone, shown=shown)
    assert not says(page.run(), "sidebar.gone")
