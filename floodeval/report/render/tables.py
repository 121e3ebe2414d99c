"""The chosen cases as CSV, and the run's scores as nnU-Net writes them."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.datasets.dataset import Dataset
from floodeval.evaluation.run import mask_path
from floodeval.report.model import Subject
from floodeval.storage import spreadsheet
from floodeval.storage.atomic import write_text

WATER = "1"  # the label's name in nnU-Net's files


def write_csv(path: Path, subject: Subject, ids: Sequence[str]) -> None:
    """Write a row a case: the paired scores in full, the outcome, a person's tag and note."""
    rows = subject.table.set_index("id").loc[list(ids)].reset_index()
    rows = rows.rename(columns={"outcome": "quadrant"})  # as readers of these files know it
    rows.insert(1, "prompt", subject.prompt.spec)
    for name in ("tag", "note"):
        rows[name] = [getattr(subject.marked[one], name) if one in subject.marked else "" for one in ids]
    spreadsheet.write_csv(path, rows)


def write_summary(path: Path, subject: Subject, dataset: Dataset | None) -> None:
    """Write the scores of all photographs in the shape of nnU-Net's `summary.json`.

    The file's own `metric_per_case`, `mean` and `foreground_mean` are B's, so that what reads nnU-Net's files
    reads it; A's stand under `baseline` in the same shape, and `floodeval` says what is what. Paths are
    relative to the run's folder and to the data set's.
    """
    run = subject.run
    content = _summary(subject, subject.b, dataset) | {
        "baseline": _summary(subject, subject.a, dataset),
        "floodeval": {
            "run": run.info.name,
            "data_set": run.info.dataset["name"],
            "fingerprint": run.info.dataset["fingerprint"],
            "prompt": subject.prompt.spec,
            "variant": subject.b,
            "baseline": subject.a,
            "labels": {WATER: "water"},
            "drawn_by_floodeval": run.info.is_synthetic,
        },
    }
    write_text(path, json.dumps(content, indent=2, allow_nan=False) + "\n")


def _summary(subject: Subject, variant: str, dataset: Dataset | None) -> dict[str, Any]:
    rows = subject.scores[subject.scores["variant"] == variant]
    records = rows.to_dict("records")
    cases = [
        {
            "metrics": {WATER: _metrics(row)},
            "prediction_file": _prediction(subject, variant, str(row["id"])),
            "reference_file": _reference(str(row["id"]), dataset),
        }
        for row in records
    ]
    every = pd.DataFrame([_metrics(row) for row in records], dtype=float)
    mean = {str(name): _known(every[name].mean()) for name in every}
    return {"foreground_mean": mean, "mean": {WATER: mean}, "metric_per_case": cases}


def _metrics(row: dict[Any, Any]) -> dict[str, float | int | None]:
    tp, fp, fn, tn = (int(row[name]) for name in ("tp", "fp", "fn", "tn"))
    return {
        "Dice": _known(row["dice"]),
        "FN": fn,
        "FP": fp,
        "IoU": _known(row["iou"]),
        "TN": tn,
        "TP": tp,
        "n_pred": tp + fp,
        "n_ref": tp + fn,
    }


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _prediction(subject: Subject, variant: str, sample_id: str) -> str:
    path = mask_path(subject.run.folder, variant, subject.prompt.spec, sample_id)
    return path.relative_to(subject.run.folder).as_posix()


def _reference(sample_id: str, dataset: Dataset | None) -> str:
    try:
        return dataset[sample_id].mask.relative_to(dataset.folder).as_posix() if dataset else sample_id
    except (KeyError, ValueError):
        return sample_id
