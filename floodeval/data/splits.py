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
    _check_split(path, table, {sample.id for sample in dataset.samples} | {s.id for s in dataset.skipped})
    return Split(path.name, table)


def _check_split(path: Path, table: pd.DataFrame, known: set[str]) -> None:
    complaints = {
        "holds subsets other than train, validation, test": table.loc[~table["split"].isin(SUBSETS), "id"],
        "names an id twice": table.loc[table["id"].duplicated(), "id"],
        "names ids that the data set lacks": table.loc[~table["id"].isin(known), "id"],
        "has a scene in two subsets": table.loc[
            table.groupby("scene")["split"].transform("nunique") > 1, "id"
        ],
    }
    for complaint, ids in complaints.items():
        if len(ids):
            shown = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
            raise FloodevalError(f"{path} {complaint} ({shown}); make it anew with `floodeval split`")
