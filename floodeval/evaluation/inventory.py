"""What a run knows of its data set by itself: subsets, and the evaluated samples as a table."""

import pandas as pd

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.inventory import COLUMNS
from floodeval.datasets.splits import Split, read_split
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.storage.paths import result_folders


def find_split(run: Run, dataset: Dataset) -> Split | None:
    """Find the split that a run names among those that lie with the trained models; None where it is not.

    A run keeps the hash of its split, and every model's folder the split that it was trained with.
    """
    wanted = (run.info.split or {}).get("sha256")
    for folder in result_folders("models") if wanted else ():
        if not (folder / "split.csv").is_file():
            continue
        try:
            split = read_split(folder / "split.csv", dataset)
        except FloodevalError:
            continue
        if split.sha256 == wanted:
            return split
    return None


def subsets_of(run: Run) -> dict[str, str]:
    """The subset of each evaluated sample that is in one, from the run's own rows."""
    rows = run.metrics[["id", "split"]].dropna().drop_duplicates("id")
    return dict(zip(rows["id"].astype(str), rows["split"].astype(str), strict=True))


def run_inventory(run: Run) -> pd.DataFrame:
    """Put the evaluated samples in a table as `floodeval.datasets.inventory` does, from the run alone.

    The format is missing; findings are those that the run keeps of samples whose truth is in doubt.
    """
    rows = run.metrics.drop_duplicates("id").reset_index(drop=True)
    table = pd.DataFrame(
        {
            "id": rows["id"].astype(str),
            "width": rows["width"],
            "height": rows["height"],
            "format": None,
            "mask_width": rows["width"],
            "mask_height": rows["height"],
            "water_share": rows["truth_share"].astype("float64"),
            "subset": rows["split"],
            "scene": rows["scene"],
        }
    )
    table["findings"] = [tuple(run.info.flagged.get(sample_id, ())) for sample_id in table["id"]]
    return table[list(COLUMNS)]
