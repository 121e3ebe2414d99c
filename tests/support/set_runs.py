"""Finished runs on made-up data sets, from tables of IoU: no photographs, no masks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_tables import COLUMNS, OPTIONAL, SKIPPED_COLUMNS, write_tables
from floodeval.evaluation.variant_record import MaskScheme, Variant
from floodeval.sam.prompts import parse_prompt
from floodeval.storage.atomic import write_text

SIZE = 100  # pixels per side

Scores = Mapping[str, Mapping[str, Sequence[float]]]
"""IoU by variant and prompt, one per photograph."""


def write_set_run(
    folder: Path,
    scores: Scores,
    scenes: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    trained_here: Sequence[str] = (),
    folders: Sequence[str] = (),
    sha256: Mapping[str, str] | None = None,
    **said: object,
) -> Path:
    """Write a run whose data set has the folder's name; returns the folder.

    Args:
        folder: of the run.
        scores: of each variant; the first one is published, the others are checkpoints.
        scenes: of the photographs; by default each is its own.
        ids: of the photographs.
        trained_here: the variants that were trained on this data set.
        folders: the variants that are folders of masks.
        sha256: of the variants' weights, where it is not made from their names.
        said: other fields of `run.json`.
    """
    prompts = list(dict.fromkeys(spec for of in scores.values() for spec in of))
    rows = [
        _row(ids[i] if ids else f"p{i:03d}", i, float(iou), variant, spec, scenes)
        for variant, of in scores.items()
        for spec, ious in of.items()
        for i, iou in enumerate(ious)
    ]
    fingerprint = fingerprint_of(folder.name)
    info = RunInfo(
        name=folder.name,
        created="2026-01-02T03:04:05+00:00",
        dataset={"name": folder.name, "fingerprint": fingerprint, **said.pop("dataset", {})},
        split=None,
        variants=tuple(
            _variant(name, i, name in folders, (sha256 or {}).get(name), folder.name, name in trained_here)
            for i, name in enumerate(scores)
        ),
        prompts=tuple(map(parse_prompt, prompts)),
        metrics={"failure_threshold": 0.5},
        **said,
    )
    write_text(folder / "run.json", info.to_json())
    write_tables(folder, pd.DataFrame(rows), pd.DataFrame(columns=list(SKIPPED_COLUMNS)), {})
    return folder


def made_fidelity(n: int = 8, **means: tuple[float, float]) -> pd.DataFrame:
    """Answers to prompts on dry land: agreement and water share by variant, alike on n photographs."""
    about = {"split": "test", "prompt": "land:n=1", "thing": 1, "sameness": 0.5}
    place = {"x": 20.0, "y": 10.0, "x0": 5.0, "y0": 5.0, "x1": 50.0, "y1": 30.0}
    rows = [
        {"id": f"p{i:03d}", "scene": f"s{i:03d}", "variant": name, "form": form, **about, **place}
        | {"agreement": agreement, "water_share": water}
        for name, (agreement, water) in means.items()
        for i in range(n)
        for form in ("point", "box")
    ]
    return pd.DataFrame(rows, columns=list(OPTIONAL["fidelity"]))


def fingerprint_of(name: str) -> str:
    """The fingerprint of a made-up data set."""
    return f"{sum(map(ord, name)):064d}"


def _row(sample_id: str, i: int, iou: float, variant: str, spec: str, scenes: Sequence[str] | None) -> dict:
    truth = SIZE * SIZE // 2
    tp = 0 if np.isnan(iou) else round(iou * truth)
    counts = {"tp": tp, "fp": 0, "fn": truth - tp, "tn": SIZE * SIZE - truth}
    sizes = {"width": SIZE, "height": SIZE, "truth_share": 0.5, "predicted_share": tp / SIZE**2}
    about = {"id": sample_id, "scene": scenes[i] if scenes else f"s{i:03d}", "split": "test"}
    row = about | {"variant": variant, "prompt": spec, "iou": iou} | counts | sizes
    return {name: row.get(name, np.nan) for name in COLUMNS}


def _variant(
    name: str, place: int, is_folder: bool, sha256: str | None, dataset: str, trained_here: bool
) -> Variant:
    digest = sha256 or f"{sum(map(ord, name)):064x}"
    if is_folder:
        scheme = MaskScheme(name, "black_and_white")
        return Variant(
            name, "", None, digest, "", source="masks", display_name=name, file_sha256=digest, masks=scheme
        )
    trained_on = {"dataset": dataset, "fingerprint": fingerprint_of(dataset)} if trained_here else None
    checkpoint = None if place == 0 else f"{name}.safetensors"
    return Variant(name, "vit_t", checkpoint, digest, "e" * 64, trained_on=trained_on, display_name=name)
