"""Finished runs for tests: drawn photographs, made-up predictions, written with floodeval's own functions."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from floodeval.datasets.dataset import Dataset, Pair, load_dataset, read_pair
from floodeval.datasets.digests import Digests, truth_sha256
from floodeval.datasets.images import encode_mask
from floodeval.datasets.layouts import Sample
from floodeval.datasets.traits import describe
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_tables import COLUMNS, DETAILS, SKIPPED_COLUMNS, write_tables
from floodeval.evaluation.variant_record import MaskScheme, Variant
from floodeval.metrics.error_types import count_errors
from floodeval.metrics.overlap import OVERLAP_METRICS, count, overlap
from floodeval.sam.prompts import PromptSpec, parse_prompt
from floodeval.storage.atomic import write_bytes, write_text

PROMPTS = ("box", "full")
Predict = Callable[[np.ndarray, str, str, str], np.ndarray]


HOSTILE_IDS = ["*b* [x](javascript:1)", "<img src=x onerror=alert(1)>", ":smile: $x^2$ `t`", "a_b_c", "# h"]
HOSTILE_RUN = "<b>*run* [x](y) `z`"


def write_every_kind(root: Path) -> Path:
    """Write a run of every kind that can be met into `root/results`, the photographs into `root/data`."""
    runs, data = root / "results" / "runs", root / "data"
    pools = draw_dataset(data / "pools", [f"i{i}" for i in range(15)])
    write_run(runs / "one", pools, ("pretrained",))
    write_run(runs / "three", pools, ("pretrained", "finetuned", "other_one"), threshold=0.7)
    write_run(runs / "ragged", pools, ("pretrained", "unet"), ("box", "none"), folders=("unet",))
    mixed = ("pretrained", "finetuned", "unet", "deeplab")
    write_run(runs / "mixed", pools, mixed, ("box", "full", "none"), folders=mixed[2:])
    write_run(runs / "folders", pools, mixed[2:], ("none",), folders=mixed[2:])
    write_run(runs / "splits", pools, splits=("test", "train"))
    write_run(runs / "skipped", pools, skipped=[("<i>9</i>", "reading", "`9.jpg`: *broken* picture")])
    write_run(runs / HOSTILE_RUN, draw_dataset(data / "odd", HOSTILE_IDS))
    write_run(runs / "gone", draw_dataset(data / "ghost", ["g1", "g2"]))
    shutil.rmtree(data / "ghost")
    dry = draw_dataset(data / "dry", ["i0", "i1"], water=False)
    write_run(runs / "dry", dry, predict=lambda truth, *_: np.zeros_like(truth))
    twice = draw_dataset(data / "twice", ["t1", "t2", "t3"], sizes=[(60, 96)])
    shutil.copy(twice["t1"].photograph, twice["t3"].photograph)
    said = {"flagged": {"t2": ["grey_mask"]}, "leaks": {"finetuned": ["t1"]}}
    say(write_run(runs / "doubtful", load_dataset(twice.folder), predict=shifted), **said)
    write_run(runs / "two", pools, predict=shifted_or_nothing)  # the newest
    return root


def draw_dataset(
    folder: Path, ids: list[str], sizes: list[tuple[int, int]] | None = None, water: bool = True
) -> Dataset:
    """Draw photographs with a blue pool on green land; the truth is the pool. Sizes are height, width."""
    for place in ("images", "masks"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(ids):
        height, width = (sizes or [(60, 96), (96, 60), (72, 72)])[i % len(sizes or [0, 0, 0])]
        truth = pool(height, width, i) & water
        picture = np.full((height, width, 3), (70, 120 + 3 * i, 60), np.uint8)
        picture[truth] = (60, 90, 170)
        Image.fromarray(picture).save(folder / "images" / f"{name}.png")
        (folder / "masks" / f"{name}.png").write_bytes(encode_mask(truth))
    return load_dataset(folder)


def pool(height: int, width: int, i: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return ((y - height * 0.55) / (height * 0.3)) ** 2 + (
        (x - width * (0.3 + 0.05 * (i % 8))) / (width * 0.25)
    ) ** 2 < 1


def shifted(truth: np.ndarray, variant: str, prompt: str, sample_id: str) -> np.ndarray:
    """A prediction: the truth moved aside, by less for a better variant."""
    seed = sum(map(ord, sample_id + prompt))
    reach = {"pretrained": 6, "finetuned": 2}.get(variant, 4) * (1 + seed % 3) // 2
    return np.roll(truth, (reach, reach // 2 if seed % 2 else -reach), axis=(0, 1))


def shifted_or_nothing(truth: np.ndarray, variant: str, prompt: str, sample_id: str) -> np.ndarray:
    """As `shifted`, but on every other image one of the variants, or both, find nothing."""
    number = int(sample_id.removeprefix("i"))
    empty = {"pretrained": number % 4 in (0, 1), "finetuned": number % 4 in (1, 2)}.get(variant, False)
    return np.zeros_like(truth) if empty else shifted(truth, variant, prompt, sample_id)


def write_run(
    folder: Path,
    dataset: Dataset,
    variants: tuple[str, ...] = ("pretrained", "finetuned"),
    prompts: tuple[str, ...] = PROMPTS,
    predict: Predict = shifted,
    splits: tuple[str, ...] = ("test",),
    skipped: list[tuple[str, str, str]] | None = None,
    threshold: float = 0.5,
    folders: tuple[str, ...] = (),
    with_samples: bool = False,
    prompts_of: Mapping[str, tuple[str, ...]] | None = None,
) -> Path:
    """Write a finished run over every readable pair of a data set; returns its folder.

    The variants that `folders` names are folders of masks, whose one prompt is `none`. `prompts_of` names the
    prompts of variants that do not have all of them. Runs before schema 2 have no table of samples.
    """
    specs = [parse_prompt(text) for text in prompts]
    rows = []
    details: dict[str, list[dict]] = {"traits": [], "errors": [], "agreement": []}
    if with_samples:
        details["samples"] = []
    for i, sample in enumerate(dataset.samples):
        try:
            pair = read_pair(sample)
        except FloodevalError as error:
            skipped = [*(skipped or []), (sample.id, "reading", str(error))]
            continue
        truth, key = pair.truth, {"id": sample.id, "scene": sample.id}
        details["traits"].append(key | asdict(describe(pair.photograph, truth)))
        if with_samples:
            details["samples"].append(_sample(sample, pair, splits[i % len(splits)]))
        for spec in specs:
            taking = [
                name
                for name in variants
                if (name in folders) == (spec.kind == "none")
                and spec.spec in (prompts_of or {}).get(name, prompts)
            ]
            masks = {name: predict(truth, name, spec.spec, sample.id) for name in taking}
            for name, predicted in masks.items():
                write_bytes(mask_path(folder, name, spec.spec, sample.id), encode_mask(predicted))
                rows.append(_row(sample.id, splits[i % len(splits)], name, spec, truth, predicted))
                of = key | {"variant": name, "prompt": spec.spec}
                details["errors"].append(of | count_errors(truth, predicted))
            for a, b in combinations(taking, 2):
                iou = overlap(count(masks[a], masks[b])).iou
                details["agreement"].append(key | {"prompt": spec.spec, "a": a, "b": b, "iou": iou})
    write_text(folder / "run.json", _info(folder, dataset, variants, specs, threshold, folders).to_json())
    write_tables(
        folder,
        pd.DataFrame(rows),
        pd.DataFrame(skipped or [], columns=list(SKIPPED_COLUMNS)),
        {name: pd.DataFrame(found, columns=list(DETAILS[name])) for name, found in details.items()},
    )
    return folder


def _sample(sample: Sample, pair: Pair, split: str) -> dict:
    digests = Digests.of(sample).photograph, truth_sha256(pair.truth, pair.ignored)
    sizes = {"width": pair.truth.shape[1], "height": pair.truth.shape[0]}
    return (
        {"id": sample.id, "scene": sample.id, "split": split}
        | sizes
        | dict(zip(("photograph_sha256", "truth_sha256"), digests, strict=True))
    )


def say(folder: Path, **what: object) -> Path:
    """Change what a run's `run.json` says; returns its folder."""
    info = RunInfo.from_json((folder / "run.json").read_text())
    write_text(folder / "run.json", replace(info, **what).to_json())
    return folder


def _row(
    sample_id: str, split: str, variant: str, spec: PromptSpec, truth: np.ndarray, predicted: np.ndarray
):
    counts = count(truth, predicted)
    scores = overlap(counts)
    values = {name: np.nan if (value := getattr(scores, name)) is None else value for name in OVERLAP_METRICS}
    rest = {
        "id": sample_id,
        "scene": sample_id,
        "split": split,
        "variant": variant,
        "prompt": spec.spec,
        "width": truth.shape[1],
        "height": truth.shape[0],
        "score": np.nan if spec.kind == "none" else 0.9,
        "encode_ms": np.nan if spec.kind == "none" else 1.0,
        "decode_ms": np.nan if spec.kind == "none" else 1.0,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "truth_share": truth.mean(),
        "predicted_share": predicted.mean(),
    }
    row = values | rest
    return {name: row.get(name, np.nan) for name in COLUMNS}


def _of_masks(name: str, sha256: str) -> Variant:
    scheme = MaskScheme(name, "black_and_white")
    return Variant(name, "", None, sha256, "", source="masks", file_sha256=sha256, masks=scheme)


def _info(
    folder: Path,
    dataset: Dataset,
    variants: tuple[str, ...],
    specs: list[PromptSpec],
    threshold: float,
    folders: tuple[str, ...],
):
    return RunInfo(
        name="fake",
        created="2026-01-02T03:04:05+00:00",
        dataset={"name": dataset.name, "fingerprint": dataset.fingerprint, "n_samples": len(dataset.samples)},
        split=None,
        variants=tuple(  # their short names are shown, which tests look for
            replace(
                _of_masks(name, f"{i}" * 64)
                if name in folders
                else Variant(name, "vit_t", None if i == 0 else f"{name}.safetensors", f"{i}" * 64, "e" * 64),
                display_name=name,
            )
            for i, name in enumerate(variants)
        ),
        prompts=tuple(specs),
        metrics={
            "failure_threshold": threshold,
            "mask_threshold": 0.0,
            "empty_policy": "both empty: missing",
        },
        environment={"floodeval": "0.0", "device": "cpu"},
        timings={"wall_s": 1.0},
    )
