"""The file `cases.csv`: the entries of a run's reviewers for its samples, read, changed and restored.

The file is next to the run's tables. On a run that the installed package contains, it is in the writable
results, in a folder of the run's name.

To change an entry, the file is read and written whole under its lock, so that entries made in two sessions
at once are both kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import (
    FAILURE,
    JUDGMENTS,
    Key,
    MarkedCase,
    cases_by_id,
    new_entry,
    of_reviewers,
    reviewer_name,
)
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import write_bytes
from floodeval.storage.locks import hold
from floodeval.storage.paths import notes_folder
from floodeval.storage.spreadsheet import csv_of_texts, texts_of_csv

FILE = "cases.csv"
MOST_AT_ONCE = 500  # entries that one change may write
WAIT_S = 30.0  # for another session that writes its entries at this moment
COLUMNS = tuple(field.name for field in fields(MarkedCase))
_ADDED = {"reviewer": "", "judgment": FAILURE}  # columns that older files lack

Entries = dict[Key, MarkedCase]
Change = Callable[[str, MarkedCase | None], MarkedCase | None]
"""Returns a sample's new entry from its id and its present entry; None means no entry."""


@dataclass(frozen=True)
class WrittenChange:
    """A change that was written, as `undo_change` takes it back.

    Attributes:
        run: the run's folder.
        before: the changed entries as they were; None where there was none.
        after: the same entries as they were written; None where one was removed.
        order: the keys of all entries before.
    """

    run: Path
    before: Mapping[Key, MarkedCase | None]
    after: Mapping[Key, MarkedCase | None]
    order: tuple[Key, ...] = ()


def cases_file(run: Path) -> Path:
    """Where the entries of the run in that folder are kept; it need not exist."""
    return notes_folder(run) / FILE


def read_entries(run: Path) -> Entries:
    """The entries of a run's folder, in the order in which they were made; none where none was made.

    Raises:
        FloodevalError: `cases.csv` cannot be read.
    """
    path = cases_file(run)
    if not path.is_file():
        return {}
    try:
        found_columns, rows = texts_of_csv(path.read_bytes())
        if missing := set(COLUMNS) - set(_ADDED) - set(found_columns):
            raise KeyError(", ".join(sorted(missing)))
        entries = [_entry(_ADDED | row) for row in rows]
    except (OSError, ValueError, KeyError) as error:
        columns = ", ".join(COLUMNS)
        raise FloodevalError(saying("cases.broken", path=path, why=error, columns=columns)) from error
    return {entry.key: entry for entry in entries}


def _entry(row: Mapping[str, str]) -> MarkedCase:
    known = {name: row[name] for name in COLUMNS}
    known["reviewer"] = reviewer_name(known["reviewer"])
    known["judgment"] = known["judgment"] if known["judgment"] in JUDGMENTS else FAILURE
    return MarkedCase(**known)


def read_cases(run: Path, reviewers: Sequence[str] = ()) -> dict[str, MarkedCase]:
    """The combined entry for each sample of a run, by id.

    Args:
        run: the run's folder.
        reviewers: only what these say; none for everybody.

    Raises:
        FloodevalError: `cases.csv` cannot be read.
    """
    return cases_by_id(of_reviewers(read_entries(run).values(), reviewers))


def mark_case(
    run: Path,
    sample_id: str,
    tag: str = "",
    note: str = "",
    prompt: str = "",
    *,
    reviewer: str = "",
    judgment: str = FAILURE,
) -> MarkedCase:
    """Make or change a reviewer's entry for a sample; an entry that is changed keeps its place.

    Raises:
        FloodevalError: `cases.csv` cannot be read or written; nothing is changed then.
    """
    case = new_entry(MarkedCase(sample_id, tag, note, prompt, reviewer=reviewer, judgment=judgment))
    change_cases(run, [sample_id], lambda *_: case, reviewer)
    return case


def unmark_case(run: Path, sample_id: str, *, reviewer: str = "") -> None:
    """Remove a reviewer's entry for a sample, if there is one; raises FloodevalError as `mark_case`."""
    change_cases(run, [sample_id], lambda *_: None, reviewer)


def change_cases(run: Path, ids: Sequence[str], change: Change, reviewer: str = "") -> WrittenChange:
    """Change one reviewer's entries for some samples, all of them or none.

    Args:
        run: the run's folder.
        ids: of the samples, at most `MOST_AT_ONCE`.
        change: what to do with each entry; the result must have the same sample and reviewer.
        reviewer: whose entries.

    Returns:
        What was changed, for `undo_change`; entries that stay as they are are not part of it.

    Raises:
        FloodevalError: there are too many samples, or `cases.csv` cannot be read or written; nothing is
            changed then.
    """
    if len(ids) > MOST_AT_ONCE:
        raise FloodevalError(saying("cases.too_many", n=len(ids), most=MOST_AT_ONCE))
    reviewer = reviewer_name(reviewer)
    keys = [(one, reviewer) for one in dict.fromkeys(ids)]
    wanted = _changed(run, read_entries(run), keys, change)
    if not wanted.after:  # no file is made for nothing
        return wanted
    path = cases_file(run)
    with hold(path, path, WAIT_S):
        entries = read_entries(run)
        done = _changed(run, entries, keys, change)
        _write(run, _replaced(entries, done.after))
    return done


def _changed(run: Path, entries: Entries, keys: Iterable[Key], change: Change) -> WrittenChange:
    before = {key: entries.get(key) for key in keys}
    after = {key: change(key[0], entry) for key, entry in before.items()}
    differing = [key for key in before if before[key] != after[key]]
    return WrittenChange(
        run,
        {key: before[key] for key in differing},
        {key: after[key] for key in differing},
        tuple(entries),
    )


def _replaced(entries: Entries, new: Mapping[Key, MarkedCase | None]) -> Entries:
    return {key: entry for key, entry in (entries | dict(new)).items() if entry is not None}


def undo_change(change: WrittenChange) -> int:
    """Restore what a change replaced; entries that were changed again since then stay as they are.

    Returns:
        How many entries were restored.

    Raises:
        FloodevalError: `cases.csv` cannot be read or written; nothing is changed then.
    """
    path = cases_file(change.run)
    with hold(path, path, WAIT_S):
        entries = read_entries(change.run)
        back = {key: entry for key, entry in change.before.items() if entries.get(key) == change.after[key]}
        places = {key: place for place, key in enumerate(change.order)}
        restored = _replaced(entries, back)
        ordered = sorted(restored, key=lambda key: places.get(key, len(places)))
        if back:
            _write(change.run, {key: restored[key] for key in ordered})
    return len(back)


def _write(run: Path, entries: Entries) -> None:
    write_bytes(cases_file(run), csv_of_texts(COLUMNS, (asdict(case) for case in entries.values())))
