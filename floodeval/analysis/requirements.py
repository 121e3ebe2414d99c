"""The requirements that a variant has to meet: what they are, their limits, and how values are checked.

Every requirement has a limit, and each can be left out. `floodeval.analysis.requirements_file` keeps them
with a run; `floodeval.analysis.decision` compares a variant with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.metrics.overlap import FAILURE_LIMITS, FAILURE_THRESHOLD

IOU, FAILURES, MISSED, FALSE = "iou", "failures", "missed_water", "false_water"
SECONDS, SCENES, RETENTION = "seconds", "scenes", "retention"
REQUIREMENTS = (IOU, FAILURES, MISSED, FALSE, SECONDS, SCENES, RETENTION)  # in the order of every table
AT_LEAST = (IOU, SCENES, RETENTION)  # their limit is the least value; that of the others is the greatest
RESCUED_BY_REVIEW = (FAILURES, MISSED, FALSE)  # a person can correct masks, but not the rest
FAILURE_IOU, REVIEWED = "failure_iou", "reviewed"
SETTINGS = (FAILURE_IOU, REVIEWED)  # what the requirements are read with; they cannot be left out

NOT_REQUIRED = "not required"
_LEFT_OUT = (NOT_REQUIRED, "none")  # how a person may write it
_LONGEST = 60  # characters of a wrong value in an error
_ROUNDING = 1e-9
_HIGHEST = {SECONDS: 1e6, SCENES: 1e6, RETENTION: 10.0}  # of the other values: 1


@dataclass(frozen=True)
class Requirements:
    """The limits that a variant has to keep; None where something is not required.

    Attributes:
        iou: the least mean IoU over photographs, 0 to 1.
        failures: the greatest share of photographs whose IoU is below `failure_iou`, 0 to 1.
        missed_water: the greatest mean over photographs of the share of the water of the reference mask that
            the prediction misses (1 - recall), 0 to 1.
        false_water: the greatest mean over photographs of the share of the predicted water that is land in
            the reference mask (1 - precision), 0 to 1.
        seconds: the greatest time per photograph, encoding and decoding, median over photographs, in seconds.
        scenes: the least number of scenes with an IoU.
        retention: the least retention on the worst out-of-domain set of the run's group, 0 to 10.
        failure_iou: the IoU below which a photograph is a failure, 0.01 to 0.99.
        reviewed: the greatest share of photographs that a person can check, 0 to 1.

    Raises:
        FloodevalError: a value is out of range or no number, or nothing is required.

    Examples:
        >>> Requirements(seconds=None).required
        ('iou', 'failures', 'missed_water', 'false_water', 'scenes', 'retention')
    """

    iou: float | None = 0.70
    failures: float | None = 0.05
    missed_water: float | None = 0.20
    false_water: float | None = 0.15
    seconds: float | None = 2.0
    scenes: int | None = 20
    retention: float | None = 0.90
    failure_iou: float = FAILURE_THRESHOLD
    reviewed: float = 0.25

    def __post_init__(self) -> None:
        """Check every value."""
        for name in KEYS:
            _check(name, getattr(self, name))
        if not self.required:
            raise FloodevalError(saying("requirements.nothing", known=", ".join(REQUIREMENTS)))

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the requirements that are not left out, in order."""
        return tuple(name for name in REQUIREMENTS if self.limit(name) is not None)

    def limit(self, name: str) -> float | None:
        """The limit of a requirement of `REQUIREMENTS`; None where it is not required."""
        value: float | None = getattr(self, name)
        return value

    def changed(self, entries: Mapping[str, Any]) -> "Requirements":
        """The same with some values replaced; raises FloodevalError for an unknown name or a wrong value."""
        for name in entries:
            if name not in KEYS:
                raise _unknown(name)
        return replace(self, **{name: _without_words(value) for name, value in entries.items()})

    def with_texts(self, texts: Sequence[str]) -> "Requirements":
        """The same with values that a person typed, as `iou=0.75` or `seconds=none`.

        Raises:
            FloodevalError: a text is no `NAME=VALUE`, names something twice, or has a wrong value.

        Examples:
            >>> Requirements().with_texts(["iou=0.75", "seconds=none"]).limit("iou")
            0.75
        """
        entries: dict[str, Any] = {}
        for text in texts:
            name, equals, value = (part.strip() for part in text.partition("="))
            if not equals or not name or not value:
                raise FloodevalError(saying("requirements.no_pair", text=_shown(text)))
            if name in entries:
                raise FloodevalError(saying("requirements.twice", name=_shown(name)))
            entries[name] = value if value in _LEFT_OUT else _number(name, value)
        return self.changed(entries)


KEYS = tuple(field.name for field in fields(Requirements))


def default_requirements(run: Run) -> Requirements:
    """The requirements of a run for which nobody stated any: the defaults, with its failure threshold."""
    return Requirements(failure_iou=run.info.failure_threshold)


def holds(name: str, value: float, limit: float) -> bool:
    """Whether a value keeps a limit.

    Examples:
        >>> holds("iou", 0.7, 0.7), holds("failures", 0.06, 0.05)
        (True, False)
    """
    return value >= limit - _ROUNDING if name in AT_LEAST else value <= limit + _ROUNDING


def _without_words(value: Any) -> Any:
    return None if isinstance(value, str) and value in _LEFT_OUT else value


def _number(name: str, text: str) -> float | int:
    try:
        return int(text) if name == SCENES else float(text)
    except ValueError:
        raise _wrong(name, text) from None


def _check(name: str, value: Any) -> None:
    if value is None and name in REQUIREMENTS:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value)
    low, high = _range(name)
    if not low <= value <= high or (name == SCENES and value != int(value)):  # which NaN never is
        raise _wrong(name, value)


def _range(name: str) -> tuple[float, float]:
    """The least and the greatest value that a limit or a setting may have."""
    if name == FAILURE_IOU:
        return FAILURE_LIMITS
    return 1 if name == SCENES else 0, _HIGHEST.get(name, 1.0)


def _wrong(name: str, value: Any) -> FloodevalError:
    if name not in KEYS:
        return _unknown(name)
    low, high = _range(name)
    key = "whole" if name == SCENES else "setting" if name in SETTINGS else "number"
    values = {"name": name, "given": _shown(value), "low": f"{low:g}", "high": f"{high:.7g}"}
    return FloodevalError(saying(f"requirements.wrong_{key}", none=NOT_REQUIRED, **values))


def _unknown(name: str) -> FloodevalError:
    return FloodevalError(saying("requirements.unknown", name=_shown(name), known=", ".join(KEYS)))


def _shown(value: Any) -> str:
    """A value from a file or an option in one line that is safe to print."""
    text = str(value)
    text = text if text.isprintable() else ascii(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
