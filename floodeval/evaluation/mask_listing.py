"""What a folder of masks holds: which file belongs to which sample, their digest, and the timings."""

import csv
import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from floodeval.datasets.digests import file_sha256
from floodeval.datasets.layout_table import SUFFIXES
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import normal, printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.sources import MASK_SUFFIXES

NAME_SUFFIXES = (
    *SUFFIXES,
    "_pred",
    "_prediction",
    "_predictions",
)  # between a sample's name and the file's suffix
PHOTOGRAPH_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp")  # as in `a.jpg.png`
TIMINGS = "timing.csv"
SHOWN = 3  # names in a message


def match_masks(folder: Path, samples: Sequence[Sample]) -> dict[str, Path]:
    """The file of each sample that has one, by its id.

    A file belongs to the sample whose id is its path below the folder without suffix; else to that without
    one of `NAME_SUFFIXES` or the photograph's own suffix (`a_mask.png`, `a.jpg.png`); else to that without
    the first folder of its path.

    Raises:
        FloodevalError: several files belong to one sample, or none to any.
    """
    ids = {sample.id for sample in samples}
    found: dict[str, list[Path]] = {}
    files = mask_files(folder)
    for path in files:
        owner = next((name for name in _ids_of(path.relative_to(folder)) if name in ids), None)
        if owner is not None:
            found.setdefault(owner, []).append(path)
    for sample_id, paths in found.items():
        if len(paths) > 1:
            first, second = (shown_in(folder, path) for path in paths[:2])
            named = {"id": printable(sample_id), "file": first, "other": second}
            raise FloodevalError(saying("masks.two", folder=folder, **named))
    if not found:
        names = ", ".join(shown_in(folder, path) for path in files[:SHOWN]) or "-"
        wanted = ", ".join(f"{printable(sample.id)}.png" for sample in samples[:SHOWN])
        raise FloodevalError(saying("masks.no_match", folder=folder, files=names, wanted=wanted))
    return {sample_id: paths[0] for sample_id, paths in found.items()}


def mask_files(folder: Path) -> list[Path]:
    """Every file below a folder that may be a mask, in order, without hidden files and linked folders."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += (
            Path(place, name)
            for name in names
            if not name.startswith(".") and name.lower().endswith(MASK_SUFFIXES)
        )
    return sorted(found)


def watched_files(folder: Path) -> list[Path]:
    """All that a folder's masks depend on: its files, its subfolders and its timings."""
    files = mask_files(folder)
    return [*files, *sorted({path.parent for path in files} | {folder}), folder / TIMINGS]


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path is a file that is, also after links, within the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, RuntimeError):  # RuntimeError: a ring of links
        return False


def mask_sha256(folder: Path, path: Path) -> str:
    """The SHA-256 of a file in the folder; empty where it is not there, not inside, or cannot be read."""
    try:
        return file_sha256(path) if is_inside(folder, path) else ""
    except OSError:
        return ""


def digest_of_masks(folder: Path, digests: Mapping[str, str]) -> str:
    """The SHA-256 of the digests of all masks by sample id, and of that of `timing.csv`."""
    lines = [f"{sample_id}\0{digests[sample_id]}\n" for sample_id in sorted(digests)]
    text = "".join(lines) + mask_sha256(folder, folder / TIMINGS)
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def content_sha256(folder: Path, samples: Sequence[Sample]) -> str:
    """The digest of the contents of a folder's masks and timings, without reading a value.

    Raises:
        FloodevalError: as `match_masks`.
    """
    matched = match_masks(folder, samples)
    return digest_of_masks(folder, {name: mask_sha256(folder, path) for name, path in matched.items()})


def read_timings(folder: Path) -> dict[str, float]:
    """Milliseconds by sample id, from the folder's `timing.csv`; empty where there is none.

    Raises:
        FloodevalError: it lacks the columns id and ms, or a line has no number or an id that another has.
    """
    path = folder / TIMINGS
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise FloodevalError(saying("masks.timings", path=path, row=1)) from None
    rows = csv.DictReader(lines)
    if not {"id", "ms"} <= set(rows.fieldnames or ()):
        raise FloodevalError(saying("masks.timings", path=path, row=1))
    found: dict[str, float] = {}
    for number, row in enumerate(rows, start=2):
        sample_id, ms = normal(row["id"] or ""), _milliseconds(row["ms"])
        if ms is None or not sample_id or sample_id in found:
            raise FloodevalError(saying("masks.timings", path=path, row=number))
        found[sample_id] = ms
    return found


def shown_in(folder: Path, path: Path) -> str:
    """A file as one harmless line: the folder's name, and its place below."""
    return printable(f"{folder.absolute().name}/{path.relative_to(folder).as_posix()}")


def _ids_of(relative: Path) -> list[str]:
    """The ids that a file may be meant for, the likeliest first."""
    stem = normal(relative.with_suffix("").as_posix())
    names = list(dict.fromkeys(name for whole in (stem, _bare(stem)) for name in (whole, _bare(whole))))
    below = [name.partition("/")[2] for name in names if "/" in name]
    return names + below


def _bare(name: str) -> str:
    """A name without the suffix that says that it is a mask, or of what photograph."""
    ending = next((end for end in (*NAME_SUFFIXES, *PHOTOGRAPH_SUFFIXES) if name.lower().endswith(end)), "")
    return name[: len(name) - len(ending)]


def _milliseconds(text: str | None) -> float | None:
    try:
        ms = float(text or "")
    except ValueError:
        return None
    return ms if math.isfinite(ms) and ms >= 0 else None
