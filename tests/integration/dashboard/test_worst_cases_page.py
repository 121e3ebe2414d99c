"""The page Worst cases: every order, every filter, and failure cases that are marked and kept."""

import re

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from floodeval.dashboard.pages.worst_cases.cards_view import NOTE_SHOWN
from floodeval.dashboard.pages.worst_cases.value_range import brushed_range, edges_around, span_of
from floodeval.dashboard.widgets.case_badges import shortened
from floodeval.evaluation.cases import mark_case, read_cases, read_entries
from floodeval.evaluation.reviews import MarkedCase
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page, says, words
from tests.support.wording import holds, within


@pytest.fixture
def run(results, tmp_path, monkeypatch):
    """A run of its own, so that marks stay here."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    return write_run(results / "runs" / "mine", draw_dataset(tmp_path / "pools", list("abcdef")))


def cards(page):
    """The ids of the cards, in their order."""
    links = [link.value for link in page.page_link if holds(link.value, "worst_cases.open")]
    return [within("worst_cases.open", link)["id"].strip("`") for link in links]


def agreement(folder):
    table = load_run(folder).table("agreement")
    return table[table["prompt"] == "box"].set_index("id")["iou"]


def test_images_can_be_ranked_by_how_much_a_and_b_disagree(run):
    page = open_page("Worst cases", run="mine", metric="disagreement")
    assert not page.exception and not page.info
    assert cards(page) == list(agreement(run).sort_values(kind="stable").index)
    assert f"{say('metrics.disagreement')} **0." in words(page)
    assert not [control for control in page.segmented_control if control.key == "of"]


def test_worst_first_means_the_greatest_distance(run):
    metrics = pd.read_parquet(run / "metrics.parquet")
    distances = np.arange(len(metrics), dtype=float) * 7 % 11
    metrics.assign(hd95_px=distances).to_parquet(run / "metrics.parquet")
    page = open_page("Worst cases", run="mine", metric="hd95_px", of="b", view_as="table")
    chosen = metrics.assign(hd95_px=distances).query("variant == 'finetuned' and prompt == 'box'")
    assert cards(page)[0] == chosen.set_index("id")["hd95_px"].idxmax()


def test_a_slice_and_a_range_narrow_the_list_and_stand_in_the_address(run):
    page = open_page("Worst cases", run="mine", slice="megapixels.high")
    everything, inside = len(agreement(run)), len(cards(page))
    assert 0 < inside < everything
    assert says(page, "worst_cases.listed", n=inside, of=say("counts.image", n=everything))
    first, _ = page.select_slider[0].value
    page.select_slider[0].set_range(first, first).run()
    assert "between" in page.query_params and len(cards(page)) < inside
    page.selectbox(key="metric").select("dice").run()
    assert "between" not in page.query_params and len(cards(page)) == inside
    page.button(key="clear_filters").click().run()
    assert "slice" not in page.query_params and len(cards(page)) == everything


def test_a_link_with_filters_that_are_not_to_be_had_says_so(run):
    page = open_page("Worst cases", run="mine", slice="mood.low", between="2~1", marked="perhaps")
    assert len([notice for notice in page.info if holds(notice.value, "sidebar.absent")]) == 3
    assert len(cards(page)) == 6


def test_no_image_in_the_filter_is_said_with_the_way_back(run):
    page = open_page("Worst cases", run="mine", between="5~6")
    assert not page.exception and page.info[0].value == say("worst_cases.none")
    page.button(key="clear_empty").click().run()
    assert len(cards(page)) == 6


def test_a_marked_image_carries_its_tag_and_can_be_listed_alone(run):
    mark_case(run, "b", "shadow", "the quay is taken for water")
    mark_case(run, "c", "my *own* tag")
    page = open_page("Worst cases", run="mine", marked="yes")
    assert sorted(cards(page)) == ["b", "c"]
    assert f":material/flag: {say('cases.tag_shadow')}]" in words(page) and "my \\*own\\* tag" in words(page)
    assert "the quay is taken for water" in words(page)
    page.selectbox(key="marked").select("#shadow").run()
    assert cards(page) == ["b"] and page.query_params["marked"] == "#shadow"
    page.selectbox(key="marked").select("no").run()
    assert sorted(cards(page)) == ["a", "d", "e", "f"]


def form():
    """The form that marks image d, alone on a page."""
    from floodeval.dashboard.state.sidebar import Sidebar
    from floodeval.dashboard.widgets.marking import draw_form

    draw_form(Sidebar(frozenset(), wants_id=False).choose(), ["d"])


def test_a_mark_is_kept_with_its_tag_and_note_and_can_be_taken_back(run):
    page = AppTest.from_function(form, default_timeout=20).run()
    page.selectbox(key="mark_tag/d//1").select("reflection")
    page.text_area[0].input("sky in the water")
    page.button(key="mark_save").click().run()
    case = read_cases(run)["d"]
    assert not page.exception
    assert (case.tag, case.note, case.prompt) == ("reflection", "sky in the water", "box")
    page = AppTest.from_function(form, default_timeout=20).run()
    assert page.text_area[0].value == "sky in the water"
    page.button(key="mark_remove").click().run()
    assert read_cases(run) == {}


def test_a_run_that_cannot_be_written_is_said_in_a_line(run):
    page = AppTest.from_function(form, default_timeout=20).run()
    (run / "cases.csv").mkdir()
    page.button(key="mark_save").click().run()
    assert not page.exception and holds(page.error[0].value, "files.unwritable")


def test_every_card_opens_the_form(run):
    page = open_page("Worst cases", run="mine")
    page.button(key="mark/d").click().run()
    assert not page.exception and page.text_area[0].label == say("cases.note")


def test_marks_that_cannot_be_read_are_said_and_nothing_else_is_lost(run):
    (run / "cases.csv").write_text("no table")
    page = open_page("Worst cases", run="mine")
    path = re.compile(r"\S*cases\.csv")
    assert holds(page.error[0].value, "cases.broken", path=path) and len(cards(page)) == 6


def test_the_table_shows_tags_and_notes_and_opens_with_what_it_is_ranked_by(run):
    mark_case(run, "b", "wrong label", "left bank")
    page = open_page("Worst cases", run="mine", metric="nsd", of="a")
    page.segmented_control(key="view_as").set_value("table").run()
    table = page.dataframe[0].value.set_index("id")
    assert list(table.columns[:2]) == ["outcome", "nsd_gap"]
    assert table.loc["b", ["tag", "note"]].tolist() == [say("cases.tag_wrong_label"), "left bank"]
    assert table.loc["a", "tag"] == "" and "disagreement" in table
    assert not [button for button in page.button if button.key == "mark_ticked"]


def picks(page):
    return [box.key.removeprefix("pick/") for box in page.checkbox if box.value]


def test_cards_have_three_sizes_that_stand_in_the_address(run):
    page = open_page("Worst cases", run="mine", size="huge")
    assert not page.exception and page.segmented_control(key="size").value == "medium"
    page.segmented_control(key="size").set_value("large").run()
    assert page.query_params["size"] == "large" and len(cards(page)) == 6
    assert open_page("Worst cases", run="mine", size="small").segmented_control(key="size").value == "small"


def test_a_search_by_id_narrows_the_list_and_stands_in_the_address(run):
    page = open_page("Worst cases", run="mine")
    page.text_input(key="find_shown").input(" D ").run()
    assert cards(page) == ["d"] and page.query_params["find"] == "D"
    page.button(key="clear_filters").click().run()
    assert len(cards(page)) == 6 and "find" not in page.query_params


def test_every_card_says_whether_b_gains_or_loses_in_words(run):
    page = open_page("Worst cases", run="mine")
    gaps = load_run(run).metrics.query("prompt == 'box'").pivot(index="id", columns="variant", values="iou")
    signs = [one > 0 for one in gaps["finetuned"] - gaps["pretrained"]]
    said = words(page)
    assert said.count(":material/arrow_upward:") == sum(signs)
    assert said.count(":material/arrow_downward:") + said.count(":material/equal:") == 6 - sum(signs)


def test_one_selection_is_shared_by_cards_and_table_and_survives_filters(run):
    page = open_page("Worst cases", run="mine")
    page.checkbox(key="pick/b").check().run()
    page.checkbox(key="pick/d").check().run()
    assert says(page, "worst_cases.picked", n=2)
    page.text_input(key="find_shown").input("d").run()
    assert says(page, "worst_cases.picked_hidden", n=2, hidden=1)
    page.button(key="clear_filters").click().run()
    page.segmented_control(key="view_as").set_value("table").run()
    assert says(page, "worst_cases.picked", n=2)
    page.segmented_control(key="view_as").set_value("pictures").run()
    assert sorted(picks(page)) == ["b", "d"]
    page.button(key="pick_none").click().run()
    assert picks(page) == []


def form_of_many():
    """The form that marks images a, d and e, alone on a page."""
    from floodeval.dashboard.state.sidebar import Sidebar
    from floodeval.dashboard.widgets.marking import draw_form

    draw_form(Sidebar(frozenset(), wants_id=False).choose(), ["a", "d", "e"])


def test_many_images_are_marked_at_once_and_empty_fields_change_nothing(run):
    mark_case(run, "a", "shadow", "trees")
    page = AppTest.from_function(form_of_many, default_timeout=20).run()
    page.selectbox(key="mark_tag/a//3").select("reflection")
    page.button(key="mark_save").click().run()
    marked = read_cases(run)
    assert not page.exception and {case.tag for case in marked.values()} == {"reflection"}
    assert list(marked) == ["a", "d", "e"] and marked["a"].note == "trees"


def test_many_marks_are_removed_at_once_and_the_change_undone(run):
    for name in "abc":
        mark_case(run, name, "shadow", "trees")
    kept = read_cases(run)
    page = open_page("Worst cases", run="mine")
    page.button(key="pick_all").click().run()
    assert page.button(key="mark_ticked").label == say(
        "worst_cases.mark_ticked", images=say("counts.image", n=6)
    )
    page.button(key="unmark_ticked").click().run()
    assert read_cases(run) == {} and not page.exception
    assert page.toast[0].value == say("cases.changed", images=say("counts.image", n=3))
    page.button(key="undo_marks").click().run()
    assert read_cases(run) == kept
    assert not [button for button in page.button if button.key == "undo_marks"]


def test_undo_says_what_somebody_else_changed_since_then(run):
    mark_case(run, "a")
    page = open_page("Worst cases", run="mine")
    page.button(key="pick_all").click().run()
    page.button(key="unmark_ticked").click().run()
    mark_case(run, "a", "glare")
    page.button(key="undo_marks").click().run()
    assert say("cases.left", images=say("counts.image", n=1)) in page.toast[0].value
    assert read_cases(run)["a"].tag == "glare"


def test_reviewers_are_shown_filtered_and_their_disagreement_is_said(run):
    mark_case(run, "a", "shadow", reviewer="Ana")
    mark_case(run, "a", reviewer="Ben", judgment="acceptable")
    mark_case(run, "b", note="odd *place*", reviewer="Ben", judgment="note")
    page = open_page("Worst cases", run="mine")
    assert f"{say('cases.tag_shadow')} · Ana]" in words(page)
    assert f"{say('cases.judgment_acceptable')} · Ben]" in words(page)
    assert words(page).count(f"{say('cases.disputed')}]") == 1 and "odd \\*place\\*" in words(page)
    page.selectbox(key="reviewer").select("@Ben").run()
    assert sorted(cards(page)) == ["a", "b"] and page.query_params["reviewer"] == "@Ben"
    page.selectbox(key="marked").select("disputed").run()
    assert cards(page) == ["a"]


def test_a_reviewer_changes_only_their_own_entries(run):
    mark_case(run, "d", "shadow", reviewer="Ana")
    page = AppTest.from_function(form, default_timeout=20).run()
    assert "**Ana**" in words(page) and page.text_area[0].value == ""
    page.text_input(key="mark_reviewer_name").input(" Ben ").run()
    page.segmented_control(key="mark_judgment/d//1").set_value("acceptable").run()
    page.text_area[0].input("thin, but right")
    page.button(key="mark_save").click().run()
    assert {case.reviewer: case.judgment for case in read_entries(run).values()} == {
        "Ana": "failure",
        "Ben": "acceptable",
    }


def test_a_note_alone_marks_nothing(run):
    page = AppTest.from_function(form, default_timeout=20).run()
    page.segmented_control(key="mark_judgment/d//1").set_value("note").run()
    page.button(key="mark_save").click().run()
    assert read_cases(run) == {}
    page.text_area[0].input("look at it again")
    page.button(key="mark_save").click().run()
    assert not read_cases(run)["d"].is_failure
    page = open_page("Worst cases", run="mine", marked="yes")
    assert page.info[0].value == say("worst_cases.none")


def test_where_nothing_may_be_written_images_can_be_selected_but_not_marked(run, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    mark_case(run, "b")
    page = open_page("Worst cases", run="mine")
    page.checkbox(key="pick/b").check().run()
    writing = {"mark_ticked", "unmark_ticked", "undo_marks", "mark/b"}
    assert not writing.intersection(button.key for button in page.button)
    assert page.button(key="open_ticked")


def box(*x):
    return {"box": [{"x": list(x)}]}


@pytest.mark.parametrize(
    ("event", "chosen"),
    [
        (box(-0.16, 0.04), (-0.2, 0.0)),
        (box(0.04, -0.16), (-0.2, 0.0)),
        (box(0.11, 0.12), (0.1, 0.2)),
        (box(-9, 9), (-0.2, 0.2)),
        (box(5, 6), None),
        (box("a", 1), None),
        (box(float("nan"), 1), None),
        ({"box": []}, None),
        ({}, None),
    ],
)
def test_a_brushed_range_is_one_of_whole_bars(event, chosen):
    assert brushed_range(event, [-0.2, -0.1, 0.0, 0.1, 0.2]) == chosen


def test_the_bars_reach_from_the_least_to_the_greatest_value():
    edges = edges_around(pd.Series([-0.12, 0.31, None]), "iou", "gap")
    assert edges[0] == pytest.approx(-0.15) and edges[-1] == pytest.approx(0.35)
    assert len(edges_around(pd.Series([0.15, 0.2]), "iou", "a")) >= 2


@pytest.mark.parametrize(
    ("values", "span"),
    [
        ([0.123, 0.877], (0.12, 0.88, 0.001)),
        ([-0.4, 0.61, None], (-0.4, 0.61, 0.01)),
        ([0.0, 250.4], (0.0, 251.0, 1.0)),
        ([0.5, 0.5], None),
        ([None], None),
    ],
)
def test_a_ranges_slider_goes_in_round_steps_round_all_values(values, span):
    found = span_of(pd.Series(values, dtype=float))
    assert found == (None if span is None else pytest.approx(span)) or values[0] == 0.123
    if found:
        assert found[0] <= np.nanmin(np.array(values, float)) and found[1] >= np.nanmax(
            np.array(values, float)
        )


def test_a_long_note_is_cut_on_its_card():
    assert shortened("a\n b", NOTE_SHOWN) == "a b"
    cut = shortened("x" * 200, NOTE_SHOWN)
    assert len(cut) == NOTE_SHOWN and cut.endswith("…")
    assert MarkedCase("a").tag == ""
