"""The landed run repeated under new ids, with drawn photographs at the sizes of the real ones.

A benchmark then reads rows and pictures like those of a person's own run, and needs no photograph of the data
set.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.images import Photograph, encode_mask
from floodeval.evaluation.run import Run, load_run, mask_path
from floodeval.evaluation.run_parts import DatasetPart
from floodeval.evaluation.run_tables import DETAILS, write_tables
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.synthetic.demo import JPEG, demo_scenes, draw_scene, encoded

LANDED = Path(__file__).parents[1] / "results" / "runs" / "flood-area-vit_t"
N_DRAWN = 4  # scenes; each photograph is one of them at another size
SHIFT = 0.02  # of the width: so far beside the truth lies the second variant's mask, from which it is made


def repeated(table: pd.DataFrame, n_copies: int) -> pd.DataFrame:
    """A table of a run, `n_copies` times: ids and scenes get a suffix, overlap metrics change a little."""
    rng, parts = np.random.default_rng(0), []
    for copy in range(n_copies):
        part = table.assign(id=table["id"] + f"-{copy}", scene=table["scene"] + f"-{copy}")
        for name in (name for name in OVERLAP_METRICS if name in table):
            part[name] = np.clip(part[name] + rng.normal(0, 0.02, len(part)), 0, 1)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def write_repeated(root: Path, name: str, n_images: int) -> Run:
    """Write a run of `n_images` to `root/results/runs/name`, its photographs to `root/data/name`."""
    landed, folder, data = load_run(LANDED), root / "results" / "runs" / name, root / "data" / name
    samples = list(landed.metrics["id"].unique())
    n_copies = -(-n_images // len(samples))
    new = [(one, f"{one}-{copy}") for copy in range(n_copies) for one in samples][:n_images]
    for place, one in enumerate(samples[:n_images]):
        _write_sample(landed, one, _drawn()[place % N_DRAWN], folder, data, [b for a, b in new if a == one])
    fingerprint = load_dataset(data).fingerprint
    dataset = DatasetPart(name=name, fingerprint=fingerprint, n_samples=n_images)
    write_text(folder / "run.json", replace(landed.info, name=name, dataset=dataset, split=None).to_json())
    known = [table for table in DETAILS if (LANDED / f"{table}.parquet").is_file()]
    tables = {table: repeated(landed.table(table), n_copies) for table in known}
    tables |= {"metrics": repeated(landed.metrics, n_copies)}
    tables = {table: rows[rows["id"].isin([copy for _, copy in new])] for table, rows in tables.items()}
    write_tables(folder, tables.pop("metrics"), landed.skipped, tables)
    return load_run(folder)


@cache
def _drawn() -> list[Photograph]:
    return [draw_scene(scene)[0] for scene in demo_scenes(N_DRAWN)]


def _write_sample(
    landed: Run, sample_id: str, scene: Photograph, folder: Path, data: Path, ids: list[str]
) -> None:
    """Write the files of all copies of one sample: photograph, truth, and every mask of the landed run."""
    variants, prompts = landed.info.variant_names, landed.info.prompt_specs
    mask = landed.mask(variants[-1], prompts[0], sample_id)
    height, width = mask.shape
    photograph = cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA)
    jpeg = encoded(np.ascontiguousarray(photograph[..., ::-1]), ".jpg", JPEG)
    _write_once(jpeg, [data / "images" / f"{one}.jpg" for one in ids])
    truth = np.roll(mask, round(SHIFT * width), axis=1)
    _write_once(encode_mask(truth), [data / "masks" / f"{one}.png" for one in ids])
    for variant in variants:
        for prompt in prompts:
            content = mask_path(landed.folder, variant, prompt, sample_id).read_bytes()
            _write_once(content, [mask_path(folder, variant, prompt, one) for one in ids])


def _write_once(content: bytes, paths: list[Path]) -> None:
    """Write the first file; the others are links to it."""
    write_bytes(paths[0], content)
    for path in paths[1:]:
        os.link(paths[0], path)
