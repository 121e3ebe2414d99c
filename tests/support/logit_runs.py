"""Finished runs with made-up logits, whose histograms they keep, for tests of thresholds."""

import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.datasets.dataset import Dataset, read_pair
from floodeval.metrics.logit_histograms import bins_of_logits, logit_histograms
from floodeval.sam.prompts import parse_prompt
from tests.support.fake_run import PROMPTS, shifted, write_run

OFFSETS = {"pretrained": -2.0, "finetuned": 0.5}  # of the logits: how far the best threshold is from 0


def made_logits(truth: np.ndarray, variant: str, prompt: str, sample_id: str) -> np.ndarray:
    """Logits that are high in the water and low on land, with noise, moved by the variant's offset."""
    seed = zlib.crc32(f"{variant}/{prompt}/{sample_id}".encode())
    noise = np.random.default_rng(seed).normal(0, 1.5, truth.shape)
    return (np.where(truth, 2.0, -2.0) + noise + OFFSETS.get(variant, 0.0)).astype(np.float32)


def write_logit_run(
    folder: Path,
    dataset: Dataset,
    variants: tuple[str, ...] = ("pretrained", "finetuned"),
    prompts: tuple[str, ...] = PROMPTS,
    splits: tuple[str, ...] = ("validation", "test"),
    folders: Sequence[str] = (),
) -> Path:
    """Write a run whose masks are the logits above 0; variants in `folders` have masks alone."""

    def predict(truth: np.ndarray, variant: str, prompt: str, sample_id: str) -> np.ndarray:
        if variant in folders:
            return shifted(truth, variant, prompt, sample_id)
        return made_logits(truth, variant, prompt, sample_id) > 0

    write_run(folder, dataset, variants, prompts, predict, splits, folders=tuple(folders))
    rows = [
        {"id": sample.id, "scene": sample.id, "variant": variant, "prompt": spec}
        | asdict(logit_histograms(bins_of_logits(made_logits(truth, variant, spec, sample.id)), truth))
        for sample in dataset.samples
        for truth in (read_pair(sample).truth,)
        for variant in variants
        for spec in prompts
        if variant not in folders and parse_prompt(spec).kind != "none"
    ]
    pd.DataFrame(rows).to_parquet(folder / "logits.parquet")
    metrics = pd.read_parquet(folder / "metrics.parquet")
    estimated = (metrics["iou"] + 0.1).where(metrics["score"].notna())
    metrics.assign(score=estimated).to_parquet(folder / "metrics.parquet")
    return folder
