import subprocess
import sys
from dataclasses import fields

import pytest

from floodeval.errors import FloodevalError
from floodeval.storage.journal import Entry, Journal


def entry(sample_id: str) -> Entry:
    """An entry in which every part holds something, and no two the same."""
    parts = {}
    for part in fields(Entry)[1:]:
        values = {
            f"{part.name}_{sample_id}": 0.1 + 0.2,
            "none": None,
            "text": "line\nbreak é",
            "tiny": 1e-300,
        }
        empty = part.default_factory() if callable(part.default_factory) else part.default
        filled = {dict: values, list: [values, {"n": 2**40}], bool: True}
        parts[part.name] = filled[type(empty)]
    return Entry(sample_id, **parts)


def test_every_part_of_an_entry_is_read_back_as_it_was_and_in_order(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    assert journal.read() == []
    journal.append(entry("b"))
    journal.append(entry("a"))
    found = journal.read()
    assert [one.id for one in found] == ["b", "a"]
    for name, value in vars(entry("b")).items():
        assert value, f"nothing to read back in {name}"
        assert getattr(found[0], name) == value
        assert type(getattr(found[0], name)) is type(value)


def test_a_line_torn_by_a_kill_is_dropped_at_every_length(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(entry("a"))
    whole = journal.path.read_bytes()
    journal.append(entry("b"))
    both = journal.path.read_bytes()
    for length in range(len(whole), len(both)):
        journal.path.write_bytes(both[:length])
        assert journal.read() == [entry("a")]
        journal.append(entry("c"))
        assert journal.read() == [entry("a"), entry("c")]


def test_a_disk_that_fills_up_within_a_line_is_an_error_and_the_line_is_dropped(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(entry("a"))
    size = journal.path.stat().st_size
    limited = f"""
import resource, signal
from pathlib import Path
from floodeval.errors import FloodevalError
from floodeval.storage.journal import Entry, Journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 5}, {size + 5}))
try:
    Journal(Path({str(journal.path)!r})).append(Entry("b"))
except FloodevalError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=True).stdout
    assert "cannot write" in said
    assert journal.read() == [entry("a")]


def test_damage_in_the_middle_is_refused_by_line(tmp_path):
    (tmp_path / "journal.jsonl").write_text('{"id": "a"}\nnonsense\n')
    with pytest.raises(FloodevalError, match="line 2 is damaged"):
        Journal(tmp_path / "journal.jsonl").read()
