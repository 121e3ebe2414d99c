"""Every page with every kind of run: no exception, and the words that a person needs."""

import shutil
from pathlib import Path

import pytest

from floodeval.analysis.pairing import paired
from floodeval.dashboard.navigation import DATA, PAGES, PAIR, SECTIONS
from floodeval.dashboard.widgets.markdown import code
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from tests.support.fake_run import HOSTILE_IDS, HOSTILE_RUN, draw_dataset, write_run
from tests.support.pages import components, open_page, says, words
from tests.support.wording import holds

ROOT = Path(__file__).parents[3]
RUNS = ["two", "one", "three", "ragged", "mixed", "folders", "splits", "skipped", "gone", "dry", HOSTILE_RUN]


def says_that_one_variant_stands_alone(page):
    assert page.info[0].value == say("heading.one_variant")
    assert "b" not in page.query_params


def compares_variants_with_prompts_of_their_own(page):
    assert (page.query_params["b"], page.query_params["prompt_b"]) == ("unet", "none")
    assert page.session_state["prompt"] == "box"
    assert says(page, "heading.prompt_b") or says(page, "heading.one_run")


def compares_variants_of_one_kind(page):
    assert (page.session_state["a"], page.session_state["b"]) == ("pretrained", "finetuned")
    assert page.selectbox(key="b").options == ["finetuned", "unet", "deeplab"]  # those with A's prompt first
    assert page.selectbox(key="prompt").options == ["box", "full"]


def compares_folders_without_a_prompt(page):
    assert (page.session_state["a"], page.session_state["b"]) == ("unet", "deeplab")
    assert page.selectbox(key="prompt").options == ["none"]


def counts_and_lists_what_was_skipped(page):
    assert page.expander[0].label == say("heading.skipped", n=1)
    assert page.expander[0].dataframe[0].value["reason"].tolist() == ["`9.jpg`: *broken* picture"]


OF_KIND = {
    "one": says_that_one_variant_stands_alone,
    "ragged": compares_variants_with_prompts_of_their_own,
    "mixed": compares_variants_of_one_kind,
    "folders": compares_folders_without_a_prompt,
    "skipped": counts_and_lists_what_was_skipped,
}


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("run", RUNS)
@pytest.mark.usefixtures("dashboard_files")
def test_every_page_shows_every_kind_of_run(name, run):
    page = open_page(name, run=run)
    assert not page.exception and not page.error
    assert page.session_state["run"] == run
    if name == "Generalization":  # has a prompt per data set
        return
    assert compares(page) == (PAGES[name].about == PAIR)  # and then the protocol is always said
    assert PAGES[name].about != DATA or says(page, "heading.run")
    if run in OF_KIND and compares(page):
        OF_KIND[run](page)


def compares(page):
    return says(page, "heading.prompt") or says(page, "heading.prompt_a")


def test_the_navigation_has_the_pages_in_their_groups(results):
    groups = {}
    for page in PAGES.values():
        groups.setdefault(page.group, []).append(page.name)
    assert groups == {
        "decide": ["Home", "Report"],
        "compare": ["Distributions", "Worst cases", "Compare", "Prompts", "Subgroups"],
        "beyond": ["Generalization"],
        "setup": ["Dataset", "Training", "Runs", "Jobs"],
        "try": ["Try it"],
    }
    shown = [link.label for link in open_page("Home").sidebar.page_link]
    assert shown == [page.title for page in PAGES.values()]


@pytest.mark.usefixtures("dashboard_files")
def test_the_link_to_copy_has_every_parameter_even_where_a_followed_link_has_few():
    page = open_page("Distributions", run="three", a="finetuned")
    page.query_params.clear()
    page.query_params.update({"run": "three", "failure": "0.3"})
    page.run()
    assert page.query_params["failure"] == "0.3" and "a" not in page.query_params
    (sent,) = [one for one in components(page) if "copied" in one]
    wanted = {"run": "three", "a": "finetuned", "failure": "0.3", "prompt": "box", "b": "pretrained"}
    assert wanted.items() <= sent["params"].items()


@pytest.mark.heavy
@pytest.mark.parametrize("a", ["finetuned", "unet"])
@pytest.mark.usefixtures("dashboard_files")
def test_every_section_shows_variants_that_have_different_prompts(a):
    for name, sections in SECTIONS.items():
        for section in sections:
            page = open_page(name, run="mixed", a=a, section=section)
            assert not page.exception and not page.error, section


@pytest.mark.usefixtures("dashboard_files")
def test_a_link_to_a_prompt_that_a_variant_lacks_is_answered_with_a_notice():
    page = open_page("Home", run="mixed", a="unet", b="pretrained", prompt="box")
    assert not page.exception and not page.error
    assert (page.session_state["b"], page.session_state["prompt"]) == ("pretrained", "none")
    assert page.query_params["prompt_b"] == "box"
    assert says(page, "sidebar.absent", asked="box", shown="none")


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"Try it"}))  # which works without a run
def test_without_runs_every_page_says_what_to_do(name, results):
    page = open_page(name)
    assert not page.exception
    for command in ("floodeval demo", "floodeval evaluate"):
        assert command in words(page)


@pytest.mark.usefixtures("dashboard_files")
def test_a_link_restores_the_selection_and_every_part_of_it_is_mirrored():
    wanted = {
        "run": "three",
        "a": "finetuned",
        "b": "other_one",
        "prompt": "full",
        "split": "all",
        "metric": "dice",
        "of": "b",
        "order": "best",
        "quadrant": "all",
        "id": "i3",
    }
    page = open_page("Compare", **wanted)
    assert not page.exception and not page.info
    assert page.query_params == wanted
    assert page.selectbox(key="id").value == "i3"


@pytest.mark.usefixtures("dashboard_files")
def test_what_a_link_asks_for_in_vain_falls_back_and_is_said():
    page = open_page(
        "Compare", run="../../etc", a="<b>x</b>", prompt="nope", metric="__class__", quadrant="?", id="../i1"
    )
    assert not page.exception
    said = [notice.value for notice in page.info]
    assert len(said) == 6 and all(holds(notice, "sidebar.absent") for notice in said)
    assert page.query_params["run"] == "two" and page.query_params["metric"] == "iou"


@pytest.mark.usefixtures("dashboard_files")
def test_a_choice_stays_from_page_to_page():
    page = open_page("Home", run="three")
    page.selectbox(key="a").select("other_one").run()
    assert page.query_params["a"] == "other_one"
    page.switch_page(PAGES["Distributions"].script).run()
    assert not page.exception and page.selectbox(key="a").value == "other_one"
    assert page.selectbox(key="b").value != "other_one"


@pytest.mark.usefixtures("dashboard_files")
def test_a_split_narrows_every_number():
    page = open_page("Home", run="splits")
    page.selectbox(key="split").select("train").run()
    assert not page.exception
    assert says(page, "heading.compared", photographs=say("counts.photograph", n=7))


def test_next_and_previous_follow_the_order_of_worst_cases(dashboard_files):
    page = open_page("Compare", run="two", quadrant="regressed")
    shown = [page.selectbox(key="id").value]
    assert page.button(key="step_previous").disabled
    while not page.button(key="step_next").disabled:
        page.button(key="step_next").click().run()
        shown.append(page.selectbox(key="id").value)
    run = load_run(dashboard_files / "results" / "runs" / "two")
    table = paired(run.metrics, "pretrained", "finetuned", "box").sort_values("iou_gap")
    assert not page.exception and len(shown) > 2
    assert shown == list(table.loc[table["outcome"] == "regressed", "id"])
    page.button(key="step_previous").click().run()
    assert page.query_params["id"] == shown[-2]


@pytest.mark.usefixtures("dashboard_files")
def test_worst_cases_can_be_ordered_filtered_and_shown_as_a_table():
    page = open_page("Worst cases", run="two")
    assert len(page.get("image")) == 12
    page.segmented_control(key="per_page").set_value(24).run()
    assert len(page.get("image")) == 15
    page.button(key="group/fixed").click().run()
    page.segmented_control(key="view_as").set_value("table").run()
    page.selectbox(key="metric").select("recall").run()
    page.segmented_control(key="of").set_value("b").run()
    table = page.dataframe[0].value
    assert not page.exception
    assert set(table["outcome"]) == {say("outcomes.fixed")} and list(table.columns[:3]) == [
        "id",
        "outcome",
        "recall_gap",
    ]
    assert table["recall_b"].is_monotonic_increasing


@pytest.mark.usefixtures("dashboard_files")
def test_without_photographs_it_says_how_to_bring_them():
    for name in ("Worst cases", "Compare"):
        page = open_page(name, run="gone")
        advice = page.caption if name == "Compare" else page.info
        assert any("FLOODEVAL" in one.value for one in advice) and page.get(
            "image" if name == "Worst cases" else "bidi_component"
        )


@pytest.mark.usefixtures("dashboard_files")
def test_hostile_names_stand_in_code_spans():
    page = open_page("Worst cases", run=HOSTILE_RUN)
    links = {link.value for link in page.page_link}
    assert {say("worst_cases.open", id=code(name)) for name in HOSTILE_IDS} <= links


def test_a_broken_run_is_named_and_the_others_can_be_chosen(results, tmp_path):
    good = write_run(results / "runs" / "good", draw_dataset(tmp_path / "pools", ["a"]))
    broken = shutil.copytree(good, results / "runs" / "broken")
    (broken / "run.json").write_text("{")
    begun = results / "runs" / "begun"
    begun.mkdir()
    (begun / "run.json").write_text("{}")
    page = open_page("Home")
    assert page.session_state["run"] == "good" and not page.error
    assert "broken" in page.selectbox(key="run").options
    assert "begun" in words(page)  # not listed, but said
    page = open_page("Home", run="broken")
    assert not page.exception and "broken" in page.error[0].value
    page.selectbox(key="run").select("good").run()
    assert not page.exception and not page.error and page.query_params["run"] == "good"


def test_a_run_that_changes_on_disk_is_read_again(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", ["a", "b"])
    write_run(results / "runs" / "r", pools)
    page = open_page("Home")
    assert says(page, "heading.compared", photographs=say("counts.photograph", n=2))
    shutil.rmtree(results / "runs" / "r")
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "more", ["a", "b", "c"]))
    assert says(page.run(), "heading.compared", photographs=say("counts.photograph", n=3))
