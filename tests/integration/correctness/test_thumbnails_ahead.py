"""Thumbnails that are drawn ahead, for several visitors."""

import threading
from threading import Event
from types import SimpleNamespace

from floodeval.dashboard.widgets import pictures as thumbnails

NOWHERE = SimpleNamespace(sample=lambda _: None)


def test_thumbnails_drawn_ahead_for_one_visitor_are_not_canceled_by_anothers_page_turn(monkeypatch):
    visitor, drawn = threading.local(), []
    first, go_on, over = Event(), Event(), Event()

    def draw(sample_id, _):
        first.set()
        go_on.wait(10)
        drawn.append(sample_id)
        if sample_id == "mine-3":
            over.set()
        return sample_id.encode()

    monkeypatch.setattr(thumbnails, "_drawing", lambda _: draw)
    monkeypatch.setattr(thumbnails, "_visitor", lambda: getattr(visitor, "name", "me"))
    thumbnails.draw_ahead(None, NOWHERE, ["mine-1", "mine-2", "mine-3"])
    assert first.wait(10)

    def other():
        visitor.name = "other"
        thumbnails.draw_ahead(None, NOWHERE, ["theirs-1"])

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    go_on.set()
    assert over.wait(10)
    assert [one for one in drawn if one.startswith("mine")] == ["mine-1", "mine-2", "mine-3"]
    assert drawn.index("theirs-1") < drawn.index("mine-3")  # visitors take turns


def test_a_visitors_own_page_turn_still_ends_what_was_drawn_ahead(monkeypatch):
    drawn, first, go_on, over = [], Event(), Event(), Event()

    def draw(sample_id, _):
        first.set()
        go_on.wait(10)
        drawn.append(sample_id)
        if sample_id == "new-1":
            over.set()
        return sample_id.encode()

    monkeypatch.setattr(thumbnails, "_drawing", lambda _: draw)
    thumbnails.draw_ahead(None, NOWHERE, ["old-1", "old-2"])
    assert first.wait(10)
    thumbnails.draw_ahead(None, NOWHERE, ["new-1"])
    go_on.set()
    assert over.wait(10) and drawn == ["old-1", "new-1"]
