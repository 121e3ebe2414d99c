"""What Try it measured on each photograph: kept for the session, as a table and as an archive of files."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.dashboard.pages.try_it.answers import PromptAnswer
from floodeval.datasets.images import Mask, encode_mask
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.style import Style

COLUMNS = ("photograph", "model", "prompt", "water_share", "iou_estimate", "iou", "mask")  # of results.csv


@dataclass(frozen=True)
class ModelResult:
    """What one model gave for a photograph.

    Attributes:
        name: of the model.
        water_share: the share of the photograph that is water, 0 to 1.
        score: SAM's IoU estimate; NaN for a segmenter.
        iou: with the reference mask; NaN without one.
        packed: the mask, H x W, as `numpy.packbits` packs it.
    """

    name: str
    water_share: float
    score: float
    iou: float
    packed: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PhotographResult:
    """What the models gave for a photograph, A first, and the prompt that they were given."""

    photograph: str
    prompt: str
    size: tuple[int, int]
    models: tuple[ModelResult, ...]

    @property
    def gap(self) -> float:
        """The IoU of B minus that of A; NaN where there is no reference mask or one model."""
        return self.models[1].iou - self.models[0].iou if len(self.models) > 1 else float("nan")

    def mask(self, model: ModelResult) -> Mask:
        """A model's mask, H x W."""
        height, width = self.size
        return np.unpackbits(model.packed, count=height * width).reshape(height, width).astype(bool)


def result_of(answer: PromptAnswer) -> PhotographResult:
    """What is kept of an answer."""
    models = tuple(
        ModelResult(
            name, answer.shares[name], one.score, answer.ious.get(name, float("nan")), np.packbits(one.mask)
        )
        for name, one in answer.predictions.items()
    )
    return PhotographResult(answer.encoded.name, str(answer.marks), answer.encoded.size, models)


def results_table(
    names: Sequence[str], results: Sequence[PhotographResult | None], styles: dict[str, Style]
) -> pd.DataFrame:
    """One row per photograph, as text: its prompt, each model's share of water, and IoU where it is known.

    Args:
        names: of the photographs.
        results: of each; None where nothing was predicted yet.
        styles: of the models, by name, A first.
    """
    table: dict[str, list[str]] = {say("try_it.column_photograph"): list(names)}
    table[say("try_it.column_prompt")] = ["–" if one is None else _prompt_words(one) for one in results]
    by_name = [{} if one is None else {model.name: model for model in one.models} for one in results]
    for name, style in styles.items():
        values = [known[name].water_share if name in known else None for known in by_name]
        table[say("try_it.column_share", name=style.label)] = [formats.percent(one) for one in values]
    if not any(math.isfinite(model.iou) for known in by_name for model in known.values()):
        return pd.DataFrame(table)
    for name, style in styles.items():
        ious = [known[name].iou if name in known else None for known in by_name]
        table[say("try_it.column_iou", name=style.label)] = [formats.score(one) for one in ious]
    if len(styles) > 1:
        gaps = [None if one is None else one.gap for one in results]
        table[say("try_it.column_gap")] = [formats.gap(one) for one in gaps]
    return pd.DataFrame(table)


def _prompt_words(result: PhotographResult) -> str:
    return say("try_it.whole_frame") if result.prompt == "full" else result.prompt


def results_archive(results: Iterable[PhotographResult]) -> bytes:
    """A zip archive with `results.csv` and `masks/<model>/<photograph>.png`, 0 and 255 at full size."""
    content, rows, taken = io.BytesIO(), [], set[str]()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for result in results:
            stem = _free_stem(PurePath(result.photograph).stem, taken)
            for model in result.models:
                file = f"masks/{model.name}/{stem}.png"
                archive.writestr(file, encode_mask(result.mask(model)))
                numbers = [_number(one) for one in (model.water_share, model.score, model.iou)]
                rows.append([_cell(result.photograph), model.name, result.prompt, *numbers, file])
        table = io.StringIO()
        csv.writer(table, lineterminator="\n").writerows([COLUMNS, *rows])
        archive.writestr("results.csv", table.getvalue())
    return content.getvalue()


def _free_stem(stem: str, taken: set[str]) -> str:
    """A file name without suffix that no other photograph of the archive has."""
    clean = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in stem).strip(". ")
    clean, n = clean[:100] or "photograph", 1
    free = clean
    while free.casefold() in taken:
        n += 1
        free = f"{clean}-{n}"
    taken.add(free.casefold())
    return free


def _cell(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t" else name


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}"
