"""Which sample is trained on, which chooses the checkpoint, and which is only ever tested."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.data.samples import Dataset, Sample
from floodeval.errors import FloodevalError
from floodeval.files import write_text

SUBSETS = ("train", "validation", "test")
SHARES = (0.70, 0.15, 0.15)


@dataclass(frozen=True)
class Split:
    """A split of a data set: `table` has the columns id, scene, split; `name` is its file's."""

    name: str
    table: pd.DataFrame

    @property
    def text(self) -> str:
        """The split as CSV."""
        return self.table.to_csv(index=False, lineterminator="\n")

    @property
    def sha256(self) -> str:
        """SHA-256 of the split as CSV."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def ids(self, subset: str) -> set[str]:
        """The ids of train, validation or test.

        Raises:
            FloodevalError: no such subset, or nothing in it.
        """
        found = set(self.table.loc[self.table["split"] == subset, "id"])
        if not found:
            raise FloodevalError(f"{self.name} has no samples in '{subset}'; expected {', '.join(SUBSETS)}")
        return found

    def column(self, name: str) -> dict[str, str]:
        """Map each id to its scene or its split."""
        return dict(zip(self.table["id"], self.table[name], strict=True))


def scenes_of(samples: Iterable[Sample]) -> dict[str, str]:
    """Map each sample's id to its scene: photographs with the same bytes are one scene.

    A scene is named by the first of its ids.
    """
    first: dict[str, str] = {}
    return {
        sample.id: first.setdefault(hashlib.sha256(sample.photograph.read_bytes()).hexdigest(), sample.id)
        for sample in samples
    }


def split_dataset(dataset: Dataset, seed: int = 0) -> Split:
    """Deal the scenes of a data set to train (70 %), validation (15 %) and test (15 %).

    The same for a seed, in any order of the files and on any machine.
    """
    scenes = scenes_of(dataset.samples)
    names = sorted(set(scenes.values()))
    order = np.random.default_rng(seed).permutation(len(names))
    bounds = np.cumsum([round(share * len(names)) for share in SHARES[:-1]])
    dealt = {names[i]: SUBSETS[int(np.searchsorted(bounds, rank, "right"))] for rank, i in enumerate(order)}
    rows = [(sample.id, scenes[sample.id], dealt[scenes[sample.id]]) for sample in dataset.samples]
    return Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))


def write_split(split: Split, path: Path) -> None:
    """Write a split as CSV."""
    write_text(path, split.text)


def read_split(path: Path, dataset: Dataset) -> Split:
    """Read a split (columns id, scene, split) of that data set.

    Raises:
        FloodevalError: no such file, other columns or subsets, an id twice, an id that the data set lacks,
            or a scene that stands in two subsets.
    """
    table = _read_table(path, {sample.id for sample in dataset.samples} | {s.id for s in dataset.skipped})
    straddles = table.groupby("scene")["split"].transform("nunique") > 1
    _refuse(path, "has a scene in two subsets", table.loc[straddles, "id"])
    return Split(path.name, table)


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


def _read_table(path: Path, known: set[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise FloodevalError(
            f"no split {path}; make one with `floodeval split DATASET --out {path}`"
        ) from None
    except (ValueError, OSError) as error:
        raise FloodevalError(f"{path} cannot be read as CSV ({str(error).splitlines()[0]})") from None
    if list(table.columns) != ["id", "scene", "split"]:
        raise FloodevalError(f"{path} has the columns {', '.join(table.columns)}; expected id, scene, split")
    _refuse(
        path,
        "holds subsets other than train, validation, test",
        table.loc[~table["split"].isin(SUBSETS), "id"],
    )
    _refuse(path, "names an id twice", table.loc[table["id"].duplicated(), "id"])
    _refuse(path, "names ids that the data set lacks", table.loc[~table["id"].isin(known), "id"])
    return table


def _refuse(path: Path, complaint: str, ids: Iterable[str]) -> None:
    """Refuse a split for the ids that a complaint is about, if there are any."""
    found = list(ids)
    if found:
        shown = ", ".join(found[:5]) + (" ..." if len(found) > 5 else "")
        raise FloodevalError(f"{path} {complaint} ({shown}); make it anew with `floodeval split`")
