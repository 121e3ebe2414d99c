"""The tables of a run: their columns, and how they are written."""

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path

import pandas as pd

from floodeval.datasets.traits import Traits
from floodeval.metrics.error_types import ERROR_KINDS
from floodeval.metrics.measures import METRICS
from floodeval.storage.atomic import write_with
from floodeval.storage.spreadsheet import write_csv

COLUMNS = (
    "id",
    "scene",
    "split",
    "variant",
    "prompt",
    "width",
    "height",
    *METRICS,
    "tp",
    "fp",
    "fn",
    "tn",
    "truth_share",
    "predicted_share",
    "score",
    "encode_ms",
    "decode_ms",
)
BASELINE_METRICS = ("iou", "dice", "precision", "recall")
VALIDATION = "validation"  # the table of the photographs that only choose thresholds
SKIPPED_COLUMNS = ("id", "stage", "reason")
SAMPLE_COLUMNS = (
    "id",
    "scene",
    "split",
    "width",
    "height",
    "photograph_sha256",
    "truth_sha256",
)
PLACE = ("x", "y", "x0", "y0", "x1", "y1")  # of a thing on dry land: its point and its box, in pixels
ANSWER_PICTURES = ("pretrained_answer", "answer")  # of the worst answers to prompts on dry land
DETAILS = {  # the tables next to the metrics, by name, with their columns
    "samples": SAMPLE_COLUMNS,
    "traits": ("id", "scene", *(field.name for field in fields(Traits))),
    "errors": ("id", "scene", "variant", "prompt", *ERROR_KINDS),
    "agreement": ("id", "scene", "prompt", "a", "b", "iou"),
    "clicks": ("id", "scene", "variant", "prompt", "click", "x", "y", "water", "iou"),
}
OPTIONAL = {  # tables that a run has where its variants or prompts allow for them
    "logits": ("id", "scene", "variant", "prompt", "inside", "outside"),
    VALIDATION: COLUMNS,
    "baselines": ("id", "scene", "split", "baseline", "prompt", *BASELINE_METRICS, "tp", "fp", "fn", "tn"),
    "fidelity": (
        *("id", "scene", "split", "variant", "prompt", "thing", "form", *PLACE),
        *("agreement", "water_share", "sameness", *ANSWER_PICTURES),
    ),
    "domain": ("id", "variant", "distance", "percentile", "routed_to"),
}


def write_tables(
    folder: Path, metrics: pd.DataFrame, skipped: pd.DataFrame, details: Mapping[str, pd.DataFrame]
) -> None:
    """Write a run's tables; `metrics.parquet`, whose presence says that the run is finished, comes last."""
    write_csv(folder / "skipped.csv", skipped)
    write_csv(folder / "metrics.csv", metrics)
    for name, table in [*details.items(), ("metrics", metrics)]:
        write_with(folder / f"{name}.parquet", partial(table.to_parquet, index=False, compression="zstd"))
