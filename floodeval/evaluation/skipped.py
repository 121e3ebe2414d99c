"""Samples that raise: one line each in `skipped.csv`, and the traceback of an unforeseen error in a log."""

import errno
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.storage.journal import Entry

LOG = "errors.log"
OF_ONE_FILE = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}  # its name is to blame, and not the disk


def failure(folder: Path, sample_id: str, stage: str, error: Exception) -> Entry:
    """The entry of a sample that is left out for an error.

    Args:
        folder: of the run; an error other than `FloodevalError` is logged there with its traceback, and the
            sample is tried again when the evaluation is resumed.
        sample_id: of the sample.
        stage: reading, prompt, encoding, decoding, measuring or writing.
        error: what was raised.
    """
    foreseen = isinstance(error, FloodevalError)
    reason = one_line(error) if foreseen else f"{type(error).__name__}: {one_line(error)}"
    if not foreseen:
        _log(folder, f"{sample_id}, {stage}", error)
    skipped = [{"id": sample_id, "stage": stage, "reason": reason}]
    return Entry(sample_id, skipped=skipped, failed=not foreseen)


def one_line(error: Exception) -> str:
    """What an error says first."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")


def is_disk(error: Exception) -> bool:
    """Whether writing failed for a reason that every other file shares, such as a full disk."""
    cause = error if isinstance(error, OSError) else error.__cause__
    return isinstance(cause, OSError) and cause.errno not in OF_ONE_FILE


def _log(folder: Path, where: str, error: Exception) -> None:
    told = "".join(traceback.format_exception(error))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{now} {where}\n{told}\n")
