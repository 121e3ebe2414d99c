"""Progress of long operations: the one type of callback through which all of them report it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """How far an operation is.

    Attributes:
        done: how many units of the present stage are done.
        total: of how many.
        what: the stage, such as `evaluating`; a new name begins a new stage.
        unit: what is counted, such as `photographs`.
        note: a line for the reader that stays, such as an epoch's result; mostly empty.
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
    """A function to be called after each of `total` units, which reports how many are done."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        progress(Step(done, total, what))

    return count
