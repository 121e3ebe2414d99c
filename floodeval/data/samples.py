"""A data set on disk: which photograph belongs to which mask, and what could not be paired."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from floodeval.data.rasters import Mask, Photograph, read_mask, read_photograph
from floodeval.errors import FloodevalError

LAYOUTS = "expected Image/, Mask/ and metadata.csv (columns Image and Mask), or images/ and masks/"
FINGERPRINT_BYTES = 65536  # read from either end of a file


@dataclass(frozen=True)
class Sample:
    """One photograph with its ground-truth mask."""

    id: str
    photograph: Path
    mask: Path


@dataclass(frozen=True)
class Skipped:
    """A sample that could not be used: at which stage, and why, in one line."""

    id: str
    stage: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """The samples of one folder, in the order of their ids, and what was left out."""

    name: str
    folder: Path
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    fingerprint: str = field(default="", compare=False)

    def __getitem__(self, sample_id: str) -> Sample:
        """Return the sample of that id, or raise KeyError."""
        for sample in self.samples:
            if sample.id == sample_id:
                return sample
        raise KeyError(sample_id)


@dataclass(frozen=True)
class Pair:
    """A photograph, H x W x 3 RGB 8-bit, and its truth, H x W, true where water stands."""

    photograph: Photograph
    truth: Mask


def read_pair(sample: Sample) -> Pair:
    """Read a sample's photograph and mask.

    Raises:
        FloodevalError: a file cannot be read, or the two sizes disagree (nothing is resized silently).
    """
    photograph, truth = read_photograph(sample.photograph), read_mask(sample.mask)
    if photograph.shape[:2] != truth.shape:
        (h, w), (mask_h, mask_w) = photograph.shape[:2], truth.shape
        raise FloodevalError(
            f"{sample.photograph.name} is {w}x{h} and its mask {sample.mask.name} is {mask_w}x{mask_h}; "
            "pair the photograph with its own mask"
        )
    return Pair(photograph, truth)


def find_dataset(name: str | Path) -> Path:
    """Find a data set's folder: a path, or a name under $FLOODEVAL_DATA or data/.

    Raises:
        FloodevalError: there is no such folder; says where it was looked for.
    """
    candidates = [Path(name), *(place / name for place in dataset_places())]
    for folder in candidates:
        if folder.is_dir():
            return folder
    looked = ", ".join(str(folder) for folder in candidates)
    raise FloodevalError(f"no data set '{name}' (looked at {looked}); give a folder or set FLOODEVAL_DATA")


def dataset_places() -> list[Path]:
    """The folders that hold data sets by name: $FLOODEVAL_DATA where it is set, then data/."""
    place = os.environ.get("FLOODEVAL_DATA")
    return ([Path(place)] if place else []) + [Path("data")]


def load_dataset(name: str | Path) -> Dataset:
    """Pair the photographs and masks of a data set, given by path or by name.

    Kaggle's layout (`Image/`, `Mask/`, `metadata.csv`) or `images/` and `masks/` paired by stem.

    Raises:
        FloodevalError: no such folder, another layout, or not one pair in it.
    """
    found = find_dataset(name)
    folder = found.resolve()
    if (folder / "metadata.csv").is_file():
        pairs, skipped = _listed_pairs(folder)
    elif (folder / "images").is_dir() and (folder / "masks").is_dir():
        pairs, skipped = _pairs_by_stem(folder / "images", folder / "masks")
    else:
        raise FloodevalError(f"{folder} is not a data set: {LAYOUTS}")
    samples, refused = _inside(folder, pairs)
    skipped = sorted([*skipped, *refused], key=lambda s: natural_key(s.id))
    if not samples:
        why = f" (first of {len(skipped)}: {skipped[0].reason})" if skipped else ""
        raise FloodevalError(f"{folder} holds no photograph with a mask{why}; {LAYOUTS}")
    return Dataset(found.absolute().name, folder, tuple(samples), tuple(skipped), fingerprint(samples))


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 2 before 10."""
    parts = re.split(r"([0-9]+)", text)
    return tuple((int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts))


def fingerprint(samples: Iterable[Sample]) -> str:
    """SHA-256 over every sample's id and its two files' sizes, first and last 64 KiB.

    The same on every machine; a data set of tens of gigabytes takes seconds.
    """
    digest = hashlib.sha256()
    for sample in sorted(samples, key=lambda s: s.id):
        digest.update(sample.id.encode() + b"\0")
        for path in (sample.photograph, sample.mask):
            size = path.stat().st_size
            digest.update(size.to_bytes(8, "big"))
            with path.open("rb") as stream:
                digest.update(stream.read(FINGERPRINT_BYTES))
                stream.seek(max(FINGERPRINT_BYTES, size - FINGERPRINT_BYTES))
                digest.update(stream.read(FINGERPRINT_BYTES))
    return digest.hexdigest()


def digest_of(photograph: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256: enough to know a photograph again."""
    return hashlib.sha256(photograph.read_bytes()).hexdigest()[:16]


def _listed_pairs(folder: Path) -> tuple[list[Sample], list[Skipped]]:
    table = _read_metadata(folder / "metadata.csv")
    pairs: list[Sample] = []
    skipped: list[Skipped] = []
    for row, (photograph, mask) in enumerate(zip(table["Image"], table["Mask"], strict=True), start=2):
        if not photograph or not mask:
            absent = "photograph" if not photograph else "mask"
            reason = f"metadata.csv line {row} names no {absent}; complete it"
            skipped.append(Skipped(Path(photograph or mask or f"line-{row}").stem, "pairing", reason))
        else:
            pairs.append(Sample(Path(photograph).stem, folder / "Image" / photograph, folder / "Mask" / mask))
    return pairs, skipped + _unlisted(folder, pairs)


def _read_metadata(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # pandas' parser errors and bad UTF-8 are ValueErrors
        first = str(error).splitlines()[0]
        raise FloodevalError(f"{path} cannot be read as CSV ({first}); save it as UTF-8 CSV") from None
    missing = {"Image", "Mask"} - set(table.columns)
    if missing:
        raise FloodevalError(
            f"{path} has the columns {', '.join(map(str, table.columns))}; expected Image and Mask"
        )
    return table


def _unlisted(folder: Path, pairs: list[Sample]) -> list[Skipped]:
    listed = {path for pair in pairs for path in (pair.photograph, pair.mask)}
    return [
        Skipped(path.stem, "pairing", f"{path.parent.name}/{path.name} is not in metadata.csv; add its line")
        for place in ("Image", "Mask")
        for path in _files(folder / place)
        if path not in listed
    ]


def _pairs_by_stem(images: Path, masks: Path) -> tuple[list[Sample], list[Skipped]]:
    by_stem = {path.stem: path for path in _files(masks)}
    photographs = _files(images)
    stems = {path.stem for path in photographs}
    pairs = [Sample(p.stem, p, by_stem[p.stem]) for p in photographs if p.stem in by_stem]
    skipped = [
        Skipped(p.stem, "pairing", f"images/{p.name} has no mask; put masks/{p.stem}.png beside it")
        for p in photographs
        if p.stem not in by_stem
    ]
    skipped += [
        Skipped(p.stem, "pairing", f"masks/{p.name} has no photograph; put images/{p.stem}.jpg beside it")
        for stem, p in by_stem.items()
        if stem not in stems
    ]
    return pairs, skipped


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if not p.name.startswith(".") and not p.is_dir())


def _inside(folder: Path, pairs: list[Sample]) -> tuple[list[Sample], list[Skipped]]:
    """Keep the pairs whose files exist inside the folder, one a id; say why each other is left out."""
    kept: dict[str, Sample] = {}
    skipped = []
    for pair in pairs:
        reason = _defect(folder, pair)
        if not reason and pair.id in kept:
            reason = f"two photographs are named {pair.id}; rename one of them and its mask"
        if reason:
            skipped.append(Skipped(pair.id, "pairing", reason))
        else:
            kept[pair.id] = pair
    return sorted(kept.values(), key=lambda s: natural_key(s.id)), skipped


def _defect(folder: Path, pair: Sample) -> str:
    for kind, path in (("photograph", pair.photograph), ("mask", pair.mask)):
        if not path.resolve().is_relative_to(folder):
            return f"the {kind} {path} lies outside the data set's folder; copy it in"
        if not path.is_file():
            return f"the {kind} {path.parent.name}/{path.name} is missing; restore it or remove its line"
    return ""
