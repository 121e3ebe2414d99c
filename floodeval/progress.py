"""Progress of long operations: the type of callback that all of them take."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """How far an operation is.

    Attributes:
        done: number of units of the current stage that are done.
        total: number of units of the stage.
        what: the stage, such as `evaluating`; a new name begins a new stage.
        unit: what is counted, such as `photographs`.
        note: a line that stays on the screen, such as the result of an epoch; usually empty.
    """

    done: int
    total: int
    what: str = ""
    unit: str = "steps"
    note: str = ""


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Report nothing: the default of every long operation."""


def counter(progress: Progress, total: int, what: str) -> Callable[[], None]:
    """A function that reports one more of `total` units as done each time it is called."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(Step(done, total, what))

    return count
