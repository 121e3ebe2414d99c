"""Progress: one callback for every long operation, shown in the terminal."""

from floodeval.cli import terminal as progress
from floodeval.cli.terminal import TerminalProgress
from floodeval.progress import Step, counter


def test_a_counter_reports_each_unit_of_its_stage():
    steps = []
    count = counter(steps.append, 2, "reading")
    count()
    count()
    assert steps == [Step(1, 2, "reading"), Step(2, 2, "reading")]


def test_the_terminal_shows_every_stage_with_its_unit_and_keeps_notes(monkeypatch, capsys):
    monkeypatch.setattr(progress, "console", progress._Console(width=120))
    with TerminalProgress() as show:
        show(Step(0, 0, "training", note="a note"))
        show(Step(2, 2, "training", "photographs"))
        show(Step(1, 1, "drawing", "cases"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a note"
    assert lines[1].startswith("training: 2/2")
    assert lines[2].startswith("drawing: 1/1") and "cases" in lines[2]
