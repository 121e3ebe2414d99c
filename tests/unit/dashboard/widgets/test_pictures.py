"""Pictures that may be asked for next are drawn ahead, and never before those that are asked for now."""

from threading import Event
from types import SimpleNamespace

import pandas as pd

from floodeval.dashboard.pages.worst_cases.cards_view import likely_next
from floodeval.dashboard.widgets import pictures as thumbnails
from tests.support.paused_drawing import PausedDrawing

NOWHERE = SimpleNamespace(sample=lambda _: None)


def images(numbers):
    return pd.DataFrame({"id": [str(number) for number in numbers]})


def test_the_next_page_comes_first_then_the_other_end_then_all_the_rest_once():
    selection = SimpleNamespace(listed=images(range(40)), table=images(range(45)))
    looks = likely_next(selection, page=1, per_page=12)
    assert looks[:12] == [str(i) for i in range(12, 24)]
    assert looks[12:24] == [str(i) for i in range(39, 27, -1)]
    assert sorted(looks, key=int) == [str(i) for i in range(45)]


def test_what_waits_gives_way_to_what_is_asked_for(monkeypatch):
    draw = PausedDrawing("later", waiting="ahead-1")
    monkeypatch.setattr(thumbnails, "_drawing", lambda *_: draw)
    thumbnails.draw_ahead(None, NOWHERE, ["ahead-1", "ahead-2", "ahead-3"])
    assert draw.begun.wait(10)
    assert list(thumbnails.thumbnails(None, NOWHERE, ["now"])) == [b"now"]
    draw.go_on.set()
    thumbnails.draw_ahead(None, NOWHERE, ["later"])
    assert draw.over.wait(10)
    assert draw.drawn == ["now", "ahead-1", "later"]


def test_the_first_picture_is_there_before_the_last_is_drawn(monkeypatch):
    go_on = Event()

    def draw(sample_id, _):
        if sample_id == "last":
            go_on.wait(10)
        return sample_id.encode()

    monkeypatch.setattr(thumbnails, "_drawing", lambda *_: draw)
    pictures = thumbnails.thumbnails(None, NOWHERE, ["first", "last"])
    assert next(pictures) == b"first"
    go_on.set()
    assert next(pictures) == b"last"
