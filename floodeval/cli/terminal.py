"""The console: lines, and progress with rate and time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from floodeval.i18n import formats
from floodeval.jobs.job_progress import progress_file
from floodeval.progress import Step

WIDTH_OF_FILES = 160  # columns, where no terminal says how many it has
PLAIN_EVERY_S = 15.0  # between lines of progress where the output is a file


class _Console(Console):
    """Prints text as it is, because names come from disk, and leaves a closed pipe to the command line."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, width=width)

    def on_broken_pipe(self) -> None:
        """Let the error pass."""
        raise


console = _Console()
if not console.is_terminal:
    console = _Console(WIDTH_OF_FILES)


def show_line(line: str) -> None:
    """Print a line as it is, without line breaks."""
    console.print(line, soft_wrap=True)


class TerminalProgress:
    """Shows the steps of a long operation in the terminal; a stage begins when its name changes.

    The steps also go to the file that `$FLOODEVAL_PROGRESS` names, for programs.
    """

    def __init__(self) -> None:
        self.stage, self.stack, self.file = "", ExitStack(), progress_file()
        self.tick: Callable[[int, int], None] = lambda done, total: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stack.close()

    def __call__(self, step: Step) -> None:
        """Show a step, and print its note."""
        if self.file is not None:
            self.file(step)
        if step.total and step.what != self.stage:
            self.stack.close()
            self.stage = step.what
            self.tick = self.stack.enter_context(_shown(step.what, step.unit))
        if step.total:
            self.tick(step.done, step.total)
        if step.note:
            show_line(step.note)


@contextmanager
def _shown(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many of how many are done: a bar in a terminal, a line now and then in a file."""
    if not console.is_terminal:
        yield _PlainProgress(what, unit)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Bar(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(what, total=None, rate="")
        rate = _Rate(unit)

        def tick(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, rate=rate.text(done))

        yield tick


class _Rate:
    """How fast the work goes since the first tick, which may find some of it done."""

    def __init__(self, unit: str) -> None:
        self.unit, self.began, self.first = unit, time.monotonic(), -1

    def per_second(self, done: int) -> float:
        if self.first < 0:
            self.first, self.began = done, time.monotonic()
        return (done - self.first) / max(time.monotonic() - self.began, 1e-9)

    def text(self, done: int) -> str:
        rate = self.per_second(done)
        if rate >= 0.1 or not rate:
            return formats.decimal(rate, 2, f"{self.unit}/s")
        return formats.decimal(60 * rate, 1, f"{self.unit}/min")


class _PlainProgress:
    def __init__(self, what: str, unit: str) -> None:
        self.what, self.rate, self.shown_at = what, _Rate(unit), 0.0

    def __call__(self, done: int, total: int) -> None:
        rate = self.rate.per_second(done)
        if time.monotonic() - self.shown_at < PLAIN_EVERY_S and done < total:
            return
        self.shown_at = time.monotonic()
        left = f", {formats.duration((total - done) / rate)} left" if rate > 0 and done < total else ""
        counts = f"{formats.count(done)}/{formats.count(total)}"
        console.print(f"{self.what}: {counts}, {self.rate.text(done)}{left}")
