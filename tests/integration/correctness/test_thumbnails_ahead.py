"""Thumbnails that are drawn ahead, for several visitors."""

import threading
from types import SimpleNamespace

from floodeval.dashboard.widgets import pictures as thumbnails
from tests.support.paused_drawing import PausedDrawing

NOWHERE = SimpleNamespace(sample=lambda _: None)


def test_thumbnails_drawn_ahead_for_one_visitor_are_not_canceled_by_anothers_page_turn(monkeypatch):
    visitor, draw = threading.local(), PausedDrawing("mine-3")
    monkeypatch.setattr(thumbnails, "_drawing", lambda *_: draw)
    monkeypatch.setattr(thumbnails, "_visitor", lambda: getattr(visitor, "name", "me"))
    thumbnails.draw_ahead(None, NOWHERE, ["mine-1", "mine-2", "mine-3"])
    assert draw.begun.wait(10)

    def other():
        visitor.name = "other"
        thumbnails.draw_ahead(None, NOWHERE, ["theirs-1"])

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    draw.go_on.set()
    assert draw.over.wait(10)
    assert [one for one in draw.drawn if one.startswith("mine")] == ["mine-1", "mine-2", "mine-3"]
    assert draw.drawn.index("theirs-1") < draw.drawn.index("mine-3")  # visitors take turns


def test_a_visitors_own_page_turn_still_ends_what_was_drawn_ahead(monkeypatch):
    draw = PausedDrawing("new-1")
    monkeypatch.setattr(thumbnails, "_drawing", lambda *_: draw)
    thumbnails.draw_ahead(None, NOWHERE, ["old-1", "old-2"])
    assert draw.begun.wait(10)
    thumbnails.draw_ahead(None, NOWHERE, ["new-1"])
    draw.go_on.set()
    assert draw.over.wait(10) and draw.drawn == ["old-1", "new-1"]
