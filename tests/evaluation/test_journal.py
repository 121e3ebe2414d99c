import subprocess
import sys

import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.journal import Entry, Journal


def entry(sample_id: str) -> Entry:
    return Entry(sample_id, [{"id": sample_id, "iou": 0.1 + 0.2}], [], {"wall_s": 1.5})


def test_entries_are_read_back_exactly_and_in_order(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    assert journal.read() == []
    journal.append(entry("b"))
    journal.append(entry("a"))
    assert journal.read() == [entry("b"), entry("a")]


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
from floodeval.evaluation.journal import Entry, Journal
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
