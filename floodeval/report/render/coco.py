"""The truth as a COCO data set, and each variant's masks as COCO results, as `pycocotools` reads them.

Water is a class, not a thing that can be counted: a photograph has one annotation, all of its water. Pixels
that the label scheme ignores are left out of the truth and of every prediction, so that they count nowhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from floodeval.analysis.run_findings import RunFindings
from floodeval.datasets.dataset import Dataset, read_truth
from floodeval.datasets.images import Mask
from floodeval.datasets.outlines import cut_open, polygons
from floodeval.datasets.reference_masks import Truth
from floodeval.sam.prompts import folder_name
from floodeval.storage.atomic import write_text

TRUTH = "instances.json"
WATER = 1  # the category's id

Item: TypeAlias = Mapping[str, Any]  # of JSON


def write_coco(
    folder: Path, findings: RunFindings, dataset: Dataset | None, *, as_polygons: bool = False
) -> None:
    """Write `instances.json` and a file of results a variant, of every photograph of the report's rows.

    Args:
        folder: files of an export before are replaced.
        findings: the run, the prompt and the rows.
        dataset: whose truth is written; None leaves the annotations out.
        as_polygons: write the truth as polygons along the edges of its pixels instead of run lengths. A hole
            is joined to its shore by a cut without width; filled, polygons and run lengths are the same mask.

    Raises:
        FloodevalError: a mask cannot be read, or `folder` cannot be written.
    """
    found = _gathered(findings, dataset, as_polygons)
    names = {variant: _results_name(findings, variant) for variant in found.results}
    if (folder / TRUTH).is_file():
        for old in folder.glob(results_name("*", "*")):
            old.unlink()
    for variant, results in found.results.items():
        write_text(folder / names[variant], _listed(results or _nothing(found.images)))
    head = {"info": _info(findings, dataset), "licenses": [], "images": found.images}
    water = {"id": WATER, "name": "water", "supercategory": ""}
    content = head | {"categories": [water], "annotations": found.annotations}
    write_text(folder / TRUTH, json.dumps(content) + "\n")


def _results_name(findings: RunFindings, variant: str) -> str:
    """The name of a variant's file; where A and B are of two runs, it has the run's name too."""
    run, prompt = findings.run, findings.prompt_of(variant)
    runs = [run.run_of(variant).folder.name] if len(findings.runs) > 1 else []
    return results_name("-".join([*runs, run.variant_of(variant)]), prompt.spec)


def results_name(variant: str, prompt: str) -> str:
    """The name of a variant's file of results with a prompt."""
    return f"results-{variant}-{folder_name(prompt)}.json"


@dataclass(frozen=True)
class _Gathered:
    """What the files hold: images and annotations of the truth, and results by variant."""

    images: list[Item] = field(default_factory=list)
    annotations: list[Item] = field(default_factory=list)
    results: dict[str, list[Item]] = field(default_factory=dict)


def _gathered(findings: RunFindings, dataset: Dataset | None, as_polygons: bool) -> _Gathered:
    """Read and encode every mask, a photograph at a time."""
    run, prompt = findings.run, findings.prompt.spec
    rows = run.metrics[run.metrics["prompt"] == prompt]
    scores = dict(zip(zip(rows["variant"], rows["id"], strict=True), rows["score"], strict=True))
    found = _Gathered(results={variant: [] for variant in run.info.variant_names})
    for image, row in enumerate(findings.table.to_dict("records"), start=1):
        sample_id = str(row["id"])
        size = {side: int(row[side]) for side in ("width", "height")}
        named = {"file_name": _file_name(sample_id, dataset), "floodeval_id": sample_id}
        found.images.append({"id": image, **named, **size})
        truth = read_truth(dataset[sample_id]) if dataset else None
        if truth is not None and truth.water.any():
            found.annotations.append(_truth(len(found.annotations) + 1, image, truth.water, as_polygons))
        for variant in run.info.variant_names:
            if (variant, sample_id) not in scores:
                continue
            mask = _counted(run.mask(variant, prompt, sample_id), truth)
            if mask.any():
                score = _known(scores[variant, sample_id])
                found.results[variant].append({**_place(image, mask), **_segmentation(mask), "score": score})
    return found


def _info(findings: RunFindings, dataset: Dataset | None) -> Item:
    info = findings.run.info
    return {
        "description": f"floodeval, run {info.name}",
        "data_set": info.dataset["name"],
        "fingerprint": info.dataset["fingerprint"],
        "labels": info.labels.to_json(),
        "drawn_by_floodeval": info.is_synthetic,
        "annotations": "water" if dataset else "none: the reference masks are not available or were left out",
        "file_names": "below the data set's folder" if dataset else "ids: the files' endings are not known",
    }


def _nothing(images: list[Item]) -> list[Item]:
    """The results of a variant that found no water: one empty mask, because `loadRes` reads no empty list.

    It is no hit, and its score is the least, so AP is the same.
    """
    first = images[0]
    place = {"image_id": first["id"], "category_id": WATER, "bbox": [0, 0, 0, 0]}
    return [{**place, **_segmentation(np.zeros((first["height"], first["width"]), bool)), "score": 0.0}]


def _file_name(sample_id: str, dataset: Dataset | None) -> str:
    """A photograph's file below the data set's folder; its id where that is not at hand."""
    if dataset is None:
        return sample_id
    photograph = dataset[sample_id].photograph
    within = photograph.is_relative_to(dataset.folder)
    return photograph.relative_to(dataset.folder).as_posix() if within else photograph.name


def _truth(number: int, image: int, water: Mask, as_polygons: bool) -> Item:
    segmentation = {"segmentation": polygon_list(water)} if as_polygons else _segmentation(water)
    area = int(water.sum())
    return {"id": number, **_place(image, water), "iscrowd": 0, "area": area, **segmentation}


def _counted(predicted: Mask, truth: Truth | None) -> Mask:
    """A prediction without the pixels that are ignored."""
    return predicted if truth is None or truth.ignored is None else predicted & ~truth.ignored


def _place(image: int, mask: Mask) -> Item:
    """Of which image a mask is, and the box round it: x, y, width and height in pixels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = [int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
    return {"image_id": image, "category_id": WATER, "bbox": box}


def _segmentation(mask: Mask) -> Item:
    return {"segmentation": {"size": list(mask.shape), "counts": rle(mask)}}


def _known(score: float | None) -> float:
    """SAM's IoU estimate; 1 where a source of masks has none."""
    return 1.0 if score is None or np.isnan(score) else float(score)


def _listed(items: Iterable[Item]) -> str:
    return "[" + ",".join(f"\n{json.dumps(one)}" for one in items) + "\n]\n"


def polygon_list(mask: Mask) -> list[list[int]]:
    """The water of an H x W mask as COCO's polygons, x and y in turn, one a body of water, holes cut open."""
    return [cut_open(polygon)[:-1].ravel().tolist() for polygon in polygons(mask)]


def rle(mask: Mask) -> str:
    """The runs of an H x W mask, column by column, dry first, in COCO's compressed letters.

    Runs from the third on are stored as differences to the run two before; every number is written in
    groups of five bits, the lowest first, with a sixth bit for `more follows`, as letters from `0` on
    (pycocotools' `rleToString`).
    """
    flat = np.asarray(mask, np.uint8).ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    ends = np.concatenate([[0] if len(flat) and flat[0] else [], edges, [len(flat)]]).astype(np.int64)
    runs = np.diff(ends, prepend=0)
    differences = runs.copy()
    differences[3:] -= runs[1:-2]
    return "".join(_letters(int(one)) for one in differences)


def _letters(value: int) -> str:
    said = ""
    while True:
        group, value = value & 31, value >> 5
        more = value != (-1 if group & 16 else 0)
        said += chr((group | 32 if more else group) + 48)
        if not more:
            return said
