"""Marks: the text, the browser's message and SAM's prompt say the same, and nonsense is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.errors import FloodevalError
from floodeval.sam.marks import MOST_CLICKS, Marks
from floodeval.sam.prompts import make_prompt, parse_prompt

SIZE = (60, 96)  # height, width
XS, YS = st.integers(0, SIZE[1] - 1), st.integers(0, SIZE[0] - 1)
BOXES = st.tuples(XS, YS, st.integers(1, 96), st.integers(1, 60)).map(
    lambda b: (min(b[0], b[2] - 1), min(b[1], b[3] - 1), max(b[2], b[0] + 1), max(b[3], b[1] + 1))
)
MARKS = st.builds(Marks, st.none() | BOXES, st.lists(st.tuples(XS, YS, st.booleans()), max_size=5).map(tuple))
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["box", "clicks"]), inner),
    max_leaves=12,
)


@given(MARKS)
def test_marks_survive_their_text_and_the_browser(marks):
    marks.check(SIZE, "a.jpg")
    assert Marks.parse(str(marks)) == marks
    sent = {"box": list(marks.box) if marks.box else None, "clicks": [list(one) for one in marks.clicks]}
    assert Marks.of_browser(sent, SIZE) == marks


@given(MARKS)
def test_sam_is_told_what_was_marked(marks):
    prompt = marks.prompt(SIZE)
    if not marks.box and not marks.clicks:
        assert prompt.box.tolist() == [0, 0, 96, 60]
    assert Marks.of_prompt(prompt, SIZE).clicks == marks.clicks
    if marks.clicks:
        assert prompt.points.shape == (len(marks.clicks), 2)
        assert prompt.labels.tolist() == [int(water) for _, _, water in marks.clicks]


@given(JSON)
def test_whatever_a_browser_sends_becomes_marks_within_the_photograph(sent):
    Marks.of_browser(sent, SIZE).check(SIZE, "a.jpg")


def test_a_browsers_marks_are_moved_into_the_photograph():
    sent = {"box": [-5, 10, 200, 30], "clicks": [[-3, 70, 1], [float("nan"), 1, 1], [1, 2]]}
    assert Marks.of_browser(sent, SIZE) == Marks((0, 10, 96, 30), ((0, 59, True),))
    assert len(Marks.of_browser({"clicks": [[1, 2, True]] * 500}, SIZE).clicks) == MOST_CLICKS


@pytest.mark.parametrize("spec", ["box", "box:jitter=20", "point", "points:n=3", "full"])
def test_the_prompt_of_a_run_can_be_marked_and_is_the_same(spec):
    truth = np.zeros(SIZE, bool)
    truth[10:40, 20:70] = True
    prompt = make_prompt(parse_prompt(spec), truth, "a")
    again = Marks.of_prompt(prompt, SIZE).prompt(SIZE)
    for name in ("box", "points", "labels"):
        np.testing.assert_array_equal(getattr(again, name), getattr(prompt, name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "circle",
        "full+points=1,2",
        "box=1,2,3",
        "box=1,2,3,4,5",
        "box=1,2,3,4+box=1,2,3,4",
        "box=0,0,9,9+",
        "points=",
        "points=1",
        "points=1,2,3",
        "points=1,2;",
        "points=nan,1",
        "points=1e9,1",
    ],
)
def test_a_text_that_is_no_prompt_is_refused_in_one_line(text):
    with pytest.raises(FloodevalError, match="cannot be read; expected full, box=") as refused:
        Marks.parse(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["points=96,1", "points=1,60", "points=-1,0", "box=0,0,97,10", "box=9,0,9,10", "box=9,9,3,3"]
)
def test_marks_outside_the_photograph_are_refused_by_its_name_and_size(text):
    with pytest.raises(FloodevalError, match=r"outside a\.jpg, which is 96 × 60 px"):
        Marks.parse(text).check(SIZE, "a.jpg")
