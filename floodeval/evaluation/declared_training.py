"""On which samples a foreign checkpoint was trained, as a person declares it."""

import csv
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.file_patterns import SUBSET_OF
from floodeval.datasets.sample_names import id_of, normal
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

EVERY = ""  # stands for every variant whose training data is unknown
TRAINED = ("train", "validation")  # subsets that a checkpoint was trained on or chosen by
_PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp")


@dataclass(frozen=True)
class DeclaredTraining:
    """The samples that a checkpoint was trained on or chosen by, and the file that lists them."""

    ids: frozenset[str]
    path: Path | None = None

    @property
    def name(self) -> str:
        """The name of the file; `ids` where Python was called."""
        return self.path.name if self.path else "ids"

    @property
    def sha256(self) -> str:
        """SHA-256 of the sorted ids, one a line."""
        return hashlib.sha256("\n".join(sorted(self.ids)).encode()).hexdigest()

    def trained_on(self, dataset: Dataset) -> dict[str, str]:
        """The data set and the ids, as a run stores them."""
        about = {"dataset": dataset.name, "fingerprint": dataset.fingerprint}
        return {**about, "split_sha256": self.sha256, "declared": self.name}


def read_declared(given: Sequence[str]) -> dict[str, DeclaredTraining]:
    """Read the values of `--trained-on`: `FILE`, or `VARIANT=FILE`; by variant name, `EVERY` for the first.

    A file is a CSV with the columns id and split, of which the train and validation subsets count, a CSV with
    the column id, or a text with one id per line.

    Raises:
        FloodevalError: a file cannot be read, lists no id or has another subset, or a variant is named twice.
    """
    declared: dict[str, DeclaredTraining] = {}
    for text in given:
        variant, equals, path = text.partition("=")
        if not equals or Path(text).exists():
            variant, path = EVERY, text
        if variant in declared:
            raise FloodevalError(saying("checkpoints.trained_on_twice", given=text))
        declared[variant] = DeclaredTraining(_read_ids(Path(path)), Path(path))
    return declared


def check_declared(
    declared: Mapping[str, DeclaredTraining], variants: Collection[str], dataset: Dataset
) -> None:
    """Refuse declarations that no check can use.

    Raises:
        FloodevalError: there is no variant of that name, no id is a sample of the data set, or one is the
            file name of a sample.
    """
    known = {sample.id for sample in dataset.samples}
    for variant, training in declared.items():
        if variant not in (EVERY, *variants):
            shown = ", ".join(variants)
            raise FloodevalError(saying("checkpoints.trained_on_whom", variant=variant, known=shown))
        for name in sorted(training.ids - known):
            if (sample_id := _id_of_file(name)) in known:
                names = {"name": name, "id": sample_id}
                raise FloodevalError(saying("checkpoints.trained_on_names", file=training.name, **names))
        if not training.ids & known:
            n = len(training.ids)
            raise FloodevalError(
                saying("checkpoints.trained_on_none", file=training.name, n=n, data=dataset.name)
            )


def declared_by_variant(
    declared: Mapping[str, DeclaredTraining], unknown: Iterable[str]
) -> dict[str, DeclaredTraining]:
    """The declaration for each variant of unknown training data that has one.

    Args:
        declared: from `read_declared`.
        unknown: the names of the variants whose training data is unknown.

    Raises:
        FloodevalError: a declaration is for a variant whose training data is known.
    """
    names = list(unknown)
    for variant in declared:
        if variant not in names and (variant != EVERY or not names):
            raise FloodevalError(saying("checkpoints.trained_on_known", variant=variant or "-"))
    found = {name: declared.get(name, declared.get(EVERY)) for name in names}
    return {name: training for name, training in found.items() if training is not None}


def _read_ids(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text file"
        raise FloodevalError(saying("checkpoints.trained_on_file", path=path, why=why)) from None
    heading = next(csv.reader(lines[:1]), [])
    if "id" in heading:
        rows = csv.DictReader(lines)
        listed = [row["id"] or "" for row in rows if _subset(path, row.get("split", "train")) in TRAINED]
    else:
        listed = lines
    ids = frozenset(normal(one.strip()) for one in listed if one.strip())
    if not ids:
        raise FloodevalError(saying("checkpoints.trained_on_file", path=path, why="it lists no id"))
    return ids


def _subset(path: Path, word: str | None) -> str:
    """The subset that a word in the column split means, also in short, such as val."""
    subset = SUBSET_OF.get((word or "").strip().lower())
    if subset is None:
        raise FloodevalError(saying("checkpoints.trained_on_subset", path=path, subset=word or ""))
    return subset


def _id_of_file(name: str) -> str | None:
    """The id of a sample whose photograph has this file name, without its folder; None for other names."""
    path = PurePosixPath(name.replace("\\", "/"))
    return id_of(Path(path.name)) if path.suffix.lower() in _PHOTOGRAPHS else None
