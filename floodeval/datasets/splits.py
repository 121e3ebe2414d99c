"""Which sample is trained on, which chooses the checkpoint, and which is only ever tested."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.storage.atomic import write_text
from floodeval.storage.typed_json import convert_json, parse_json

SUBSETS = ("train", "validation", "test")
WITH_VALIDATION = "validation,test"  # test is evaluated, and thresholds are chosen on validation
RECORD = ".record.json"
OWN = "folders"  # the name of a split that the data set itself has


@dataclass(frozen=True)
class SplitRecord:
    """How a split was made, kept next to its CSV as JSON.

    Attributes:
        dataset: the data set's name.
        fingerprint: of the data set.
        seed: of the dealing.
        shares: of the photographs, by subset.
        excluded: the samples left out, each with the kinds of issue that it was left out for.
        repaired: for samples whose masks were swapped, the id of the sample whose mask fits.
        flagged: the samples that the audit flagged and the split includes, each with the kinds.
        labels: the label scheme by which the masks were read, as JSON; None where that is not known.
    """

    dataset: str
    fingerprint: str
    seed: int
    shares: dict[str, float]
    excluded: dict[str, list[str]] = field(default_factory=dict)
    repaired: dict[str, str] = field(default_factory=dict)
    flagged: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, Any] | None = None


@dataclass(frozen=True)
class Split:
    """A split of a data set: `table` has the columns id, scene, split; `name` is its file's.

    `record` says how it was made; None where that is not known. `is_own` marks the split that the data set's
    folders are, which has no file.
    """

    name: str
    table: pd.DataFrame
    record: SplitRecord | None = None
    is_own: bool = False

    @property
    def text(self) -> str:
        """The split as CSV."""
        return self.table.to_csv(index=False, lineterminator="\n")

    @property
    def sha256(self) -> str:
        """SHA-256 of the split as CSV."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def ids(self, subset: str) -> set[str]:
        """The ids of train, validation or test, or of `WITH_VALIDATION` together.

        Raises:
            FloodevalError: no such subset, or nothing in it.
        """
        if subset == WITH_VALIDATION:
            return self.ids("validation") | self.ids("test")
        found = set(self.table.loc[self.table["split"] == subset, "id"])
        if not found:
            there = ", ".join(one for one in SUBSETS if one in set(self.table["split"]))
            raise FloodevalError(saying("splits.empty", name=self.name, subset=subset, subsets=there))
        return found

    def repaired(self, dataset: Dataset) -> Dataset:
        """The data set with the masks that the split repairs, as its record says."""
        return dataset.repaired(self.record.repaired) if self.record else dataset

    def column(self, name: str) -> dict[str, str]:
        """Map each id to its scene or its split."""
        return dict(zip(self.table["id"], self.table[name], strict=True))


def own_split(dataset: Dataset, progress: Progress = silent) -> Split | None:
    """The split that a data set itself has, by its folders or its `dataset.toml`; None where it has none.

    One scene may be in two of its subsets: the audit reports this as a leak.

    Args:
        dataset: from `load_dataset`.
        progress: called with the steps of the search for scenes.
    """
    subset_of = dataset.listing.subset_of if dataset.listing else {}
    ids = [sample.id for sample in dataset.samples if sample.id in subset_of]
    if not ids:
        return None
    from floodeval.datasets.scenes import kept_scenes  # slow to import; few data sets have such a split

    scene_of = kept_scenes(dataset, progress).scene_of(sample.id for sample in dataset.samples)
    rows = [(sample_id, scene_of[sample_id], subset_of[sample_id]) for sample_id in ids]
    return Split(OWN, pd.DataFrame(rows, columns=["id", "scene", "split"]), is_own=True)


def write_split(split: Split, path: Path) -> None:
    """Write a split as CSV, and its record next to it as JSON (`split.csv`, `split.record.json`)."""
    if split.record:
        write_text(path.with_suffix(RECORD), json.dumps(asdict(split.record), indent=2) + "\n")
    write_text(path, split.text)


def read_split(path: Path, dataset: Dataset) -> Split:
    """Read a split (columns id, scene, split) of that data set, with the record next to it if there is one.

    Raises:
        FloodevalError: no such file, other columns or subsets, an id twice, an id that the data set lacks,
            a scene in two subsets, or a record that is broken, or of another data set or
            label scheme.
    """
    table = _read_table(path, {sample.id for sample in dataset.samples} | {s.id for s in dataset.skipped})
    straddles = table.groupby("scene")["split"].transform("nunique") > 1
    _refuse(path, "straddles", table.loc[straddles, "id"])
    return Split(path.name, table, _read_record(path.with_suffix(RECORD), dataset))


def read_subsets(path: Path, known: set[str]) -> dict[str, str]:
    """Map each id of a split to its subset, also where a scene stands in two subsets.

    Args:
        path: a CSV with the columns id, scene, split.
        known: the ids of the data set.

    Raises:
        FloodevalError: as `read_split`, but for the scenes.
    """
    table = _read_table(path, known)
    return dict(zip(table["id"], table["split"], strict=True))


def _read_record(path: Path, dataset: Dataset) -> SplitRecord | None:
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
        convert_json(content, SplitRecord)
        record = SplitRecord(**content)  # refuses keys that it does not know
        dataset.repaired(record.repaired)
        labels = None if record.labels is None else LabelScheme.from_json(record.labels)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise FloodevalError(saying("splits.no_record", path=path, why=error)) from None
    if record.repaired and record.fingerprint != dataset.fingerprint:
        raise FloodevalError(saying("splits.other_data", path=path, name=dataset.name))
    if labels is not None and labels != dataset.reading.labels:
        raise FloodevalError(saying("splits.other_labels", path=path, name=dataset.name))
    return record


def _read_table(path: Path, known: set[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise FloodevalError(saying("splits.absent", path=path)) from None
    except (ValueError, OSError) as error:
        why = str(error).splitlines()[0]
        raise FloodevalError(saying("splits.no_csv", path=path, why=why)) from None
    if list(table.columns) != ["id", "scene", "split"]:
        raise FloodevalError(saying("splits.columns", path=path, columns=", ".join(table.columns)))
    _refuse(path, "other_subsets", table.loc[~table["split"].isin(SUBSETS), "id"])
    _refuse(path, "twice", table.loc[table["id"].duplicated(), "id"])
    _refuse(path, "unknown", table.loc[~table["id"].isin(known), "id"])
    return table


def _refuse(path: Path, complaint: str, ids: Iterable[str]) -> None:
    """Refuse a split for the ids that a complaint is about, if there are any."""
    found = list(ids)
    if found:
        shown = ", ".join(found[:5]) + (" ..." if len(found) > 5 else "")
        raise FloodevalError(saying(f"splits.{complaint}", path=path, ids=shown))
