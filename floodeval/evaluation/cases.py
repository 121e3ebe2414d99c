"""The failure cases that a person marked in a run: `cases.csv`, next to its tables, for the report.

On a run that the installed package contains, it is in the writable results, in a folder of the run's name.

Whoever marks or unmarks reads the file and writes it whole under its lock, so that marks made in two sessions
at once are both kept.
"""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import write_bytes
from floodeval.storage.locks import hold
from floodeval.storage.paths import notes_folder
from floodeval.storage.spreadsheet import csv_of_texts, texts_of_csv

FILE = "cases.csv"
TAG_LENGTH, NOTE_LENGTH = 80, 4000  # characters
WAIT_S = 30.0  # for another session that writes its marks at this moment


@dataclass(frozen=True)
class MarkedCase:
    """A sample that a person marked as a failure.

    `tag` says in a word or two why it fails, `note` says more; both are free text. `prompt` is the one that
    was looked at, `marked` when (UTC, ISO 8601).
    """

    id: str
    tag: str = ""
    note: str = ""
    prompt: str = ""
    marked: str = ""


COLUMNS = tuple(field.name for field in fields(MarkedCase))


def cases_file(run: Path) -> Path:
    """Where the marked cases of the run in that folder are kept; it need not exist."""
    return notes_folder(run) / FILE


def read_cases(run: Path) -> dict[str, MarkedCase]:
    """The marked cases of a run's folder by their ids, in the order of marking; none where none was marked.

    Raises:
        FloodevalError: `cases.csv` cannot be read.
    """
    path = cases_file(run)
    if not path.is_file():
        return {}
    try:
        found_columns, rows = texts_of_csv(path.read_bytes())
        if missing := set(COLUMNS) - set(found_columns):
            raise KeyError(", ".join(sorted(missing)))
        found = [MarkedCase(**{name: row[name] for name in COLUMNS}) for row in rows]
    except (OSError, ValueError, KeyError) as error:
        columns = ", ".join(COLUMNS)
        raise FloodevalError(saying("cases.broken", path=path, why=error, columns=columns)) from error
    return {case.id: case for case in found}


def mark_case(run: Path, sample_id: str, tag: str = "", note: str = "", prompt: str = "") -> MarkedCase:
    """Mark a sample of a run, or change its tag and note; what was marked before keeps its place.

    Raises:
        FloodevalError: `cases.csv` cannot be read or written; nothing is changed then.
    """
    when = datetime.now(UTC).isoformat(timespec="seconds")
    case = MarkedCase(sample_id, tag.strip()[:TAG_LENGTH], note.strip()[:NOTE_LENGTH], prompt, when)
    path = cases_file(run)
    with hold(path, path, WAIT_S):
        _write(run, read_cases(run) | {sample_id: case})
    return case


def unmark_case(run: Path, sample_id: str) -> None:
    """Take a sample's mark away, where it has one; raises FloodevalError as `mark_case`."""
    if sample_id not in read_cases(run):
        return
    path = cases_file(run)
    with hold(path, path, WAIT_S):
        cases = read_cases(run)
        if cases.pop(sample_id, None) is not None:
            _write(run, cases)


def _write(run: Path, cases: dict[str, MarkedCase]) -> None:
    write_bytes(cases_file(run), csv_of_texts(COLUMNS, (asdict(case) for case in cases.values())))
