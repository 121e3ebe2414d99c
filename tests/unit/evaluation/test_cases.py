"""Marked failure cases are kept next to the run, whatever a person writes into them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case, read_cases, unmark_case
from floodeval.evaluation.reviews import MarkedCase

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
