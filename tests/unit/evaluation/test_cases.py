"""Marks and notes are kept next to the run, whatever a person writes into them, each reviewer's apart."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import (
    MOST_AT_ONCE,
    change_cases,
    mark_case,
    read_cases,
    read_entries,
    undo_change,
    unmark_case,
)
from floodeval.evaluation.reviews import ACCEPTABLE, NOTE, MarkedCase, new_entry

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


def test_a_run_without_marks_has_no_cases(tmp_path):
    assert read_cases(tmp_path) == {}
    unmark_case(tmp_path, "a")
    assert not list(tmp_path.iterdir())


@given(note=TEXT, tag=TEXT, name=TEXT.filter(bool))
def test_what_is_written_is_read_back_letter_by_letter(tmp_path_factory, name, tag, note):
    run = tmp_path_factory.mktemp("run")
    case = mark_case(run, name, tag, note, "box")
    assert read_cases(run) == {name: case}
    assert (case.tag, case.note) == (tag.strip(), note.strip())


def test_a_changed_mark_keeps_its_place_and_a_removed_one_is_gone(tmp_path):
    for name in "abc":
        mark_case(tmp_path, name)
    mark_case(tmp_path, "b", "shadow", "under the trees")
    unmark_case(tmp_path, "a")
    assert list(read_cases(tmp_path)) == ["b", "c"]
    assert read_cases(tmp_path)["b"].note == "under the trees"


@pytest.mark.parametrize(
    "content", [b"id,tag\na,b\n", b"no table", b"", b"\xff\xfe\x00", b'id,tag,note,prompt,marked\n"a']
)
def test_a_broken_file_is_named_and_left_as_it_is(tmp_path, content):
    (tmp_path / "cases.csv").write_bytes(content)
    if content.endswith(b'"a'):
        assert read_cases(tmp_path) == {"a": MarkedCase("a")}
        return
    for act in (read_cases, lambda run: mark_case(run, "a")):
        with pytest.raises(FloodevalError, match=r"cases\.csv cannot be read"):
            act(tmp_path)
    assert (tmp_path / "cases.csv").read_bytes() == content


def marking(reviewer="", tag=""):
    return lambda sample_id, _: new_entry(MarkedCase(sample_id, tag, reviewer=reviewer))


def test_a_file_without_reviewers_is_read_and_kept(tmp_path):
    (tmp_path / "cases.csv").write_text("id,tag,note,prompt,marked\na,shadow,trees,box,2026\n")
    old = MarkedCase("a", "shadow", "trees", "box", "2026")
    assert read_cases(tmp_path) == {"a": old} and old.is_failure
    mark_case(tmp_path, "a", "glare", reviewer="Ana")
    assert list(read_entries(tmp_path)) == [("a", ""), ("a", "Ana")]
    assert read_entries(tmp_path)["a", ""] == old


def test_an_unknown_judgment_counts_as_a_failure(tmp_path):
    (tmp_path / "cases.csv").write_text("id,tag,note,prompt,marked,reviewer,judgment\na,,,box,2026,Ana,odd\n")
    assert read_cases(tmp_path)["a"].is_failure


def test_reviewers_have_entries_of_their_own(tmp_path):
    mark_case(tmp_path, "a", "shadow", reviewer="Ana")
    mark_case(tmp_path, "a", note="fine", reviewer="Ben", judgment=ACCEPTABLE)
    mark_case(tmp_path, "b", note="odd place", reviewer="Ben", judgment=NOTE)
    assert read_cases(tmp_path, ["Ben"]).keys() == {"a", "b"}
    both = read_cases(tmp_path)["a"]
    assert (both.tag, both.note, both.reviewer, both.is_failure) == ("shadow", "Ben: fine", "Ana, Ben", True)
    unmark_case(tmp_path, "a", reviewer="Ana")
    assert read_cases(tmp_path)["a"].judgment == ACCEPTABLE


def test_a_change_of_many_is_one_write_and_can_be_undone(tmp_path):
    mark_case(tmp_path, "b", "shadow")
    mark_case(tmp_path, "c")
    before = read_entries(tmp_path)
    change = change_cases(tmp_path, ["a", "b", "c"], marking(tag="glare"))
    assert {case.tag for case in read_cases(tmp_path).values()} == {"glare"} and len(change.after) == 3
    assert undo_change(change) == 3
    assert list(read_entries(tmp_path).items()) == list(before.items())


def test_removed_entries_return_to_their_places(tmp_path):
    for name in "abc":
        mark_case(tmp_path, name)
    change = change_cases(tmp_path, ["a", "b"], lambda *_: None)
    mark_case(tmp_path, "d")
    assert undo_change(change) == 2 and list(read_cases(tmp_path)) == ["a", "b", "c", "d"]


def test_undo_leaves_what_somebody_changed_since_then(tmp_path):
    change = change_cases(tmp_path, ["a", "b"], marking(tag="glare"))
    mark_case(tmp_path, "a", "shadow")
    assert undo_change(change) == 1
    assert {name: case.tag for name, case in read_cases(tmp_path).items()} == {"a": "shadow"}


def test_too_many_at_once_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(FloodevalError, match=str(MOST_AT_ONCE)):
        change_cases(tmp_path, [str(i) for i in range(MOST_AT_ONCE + 1)], marking())
    assert not list(tmp_path.iterdir())


def test_two_reviewers_who_mark_many_at_once_lose_nothing(tmp_path):
    ids = [str(i) for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: change_cases(tmp_path, ids, marking(name), name), "wxyz"))
    assert set(read_entries(tmp_path)) == {(one, name) for one in ids for name in "wxyz"}
