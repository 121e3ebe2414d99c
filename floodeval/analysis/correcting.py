"""An analyst who corrects a mask click by click: what each click brings, and how many it takes."""

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import scene_bootstrap

COLUMNS = ("id", "scene", "variant", "prompt", "click", "iou")
TARGETS = (0.80, 0.85)
CURVE_COLUMNS = ("variant", "click", "mean", "low", "high", "n")
SAVED_COLUMNS = ("target", "saved", "low", "high", "n")
NEEDED_COLUMNS = ("variant", "target", "clicks", "low", "high", "n_never", "n")


def click_curve(clicks: pd.DataFrame, most: int) -> pd.DataFrame:
    """The mean IoU after each click, per variant.

    A photograph whose mask had nothing left to correct keeps its last IoU for the clicks it did not need.

    Args:
        clicks: rows of one prompt with the columns `COLUMNS`, `click` from 1.
        most: the number of clicks that were allowed.

    Returns:
        One row per variant and click, with the 95 % interval of the mean over scenes and n photographs.
    """
    rows: list[tuple[object, ...]] = []
    for variant, ious, scenes in _grids(clicks, most):
        intervals = scene_bootstrap(ious, scenes)
        for click in ious:
            interval, known = intervals[str(click)], ious[click].dropna()
            rows.append((variant, click, known.mean(), interval.low, interval.high, len(known)))
    return _table(rows, CURVE_COLUMNS, ("mean", "low", "high"))


def clicks_needed(clicks: pd.DataFrame, most: int, targets: tuple[float, ...] = TARGETS) -> pd.DataFrame:
    """The mean number of clicks until the IoU is at least a target (NoC), per variant and target.

    A photograph that never gets there counts with all clicks that were allowed (Sofiiuk et al. 2022, RITM);
    `n_never` says how many those are.
    """
    rows: list[tuple[object, ...]] = []
    for variant, ious, scenes in _grids(clicks, most):
        needed = _needed(ious, most, targets)
        intervals = scene_bootstrap(needed, scenes)
        for target in targets:
            interval, never = intervals[str(target)], int((ious.max(axis=1) < target).sum())
            mean = needed[target].mean()
            rows.append((variant, target, mean, interval.low, interval.high, never, len(ious)))
    return _table(rows, NEEDED_COLUMNS, ("clicks", "low", "high"))


def clicks_saved(
    clicks: pd.DataFrame, most: int, a: str, b: str, targets: tuple[float, ...] = TARGETS
) -> pd.DataFrame:
    """How many clicks B saves against A on the same photographs: the mean of A's minus B's, per target.

    Empty where A or B has no clicks.
    """
    grids = {variant: (ious, scenes) for variant, ious, scenes in _grids(clicks, most)}
    if a not in grids or b not in grids:
        return _table([], SAVED_COLUMNS, ("saved", "low", "high"))
    (of_a, scenes), (of_b, _) = grids[a], grids[b]
    saved = (_needed(of_a, most, targets) - _needed(of_b, most, targets)).dropna()
    intervals = scene_bootstrap(saved, scenes.reindex(saved.index))
    rows: list[tuple[object, ...]] = []
    for target in targets:
        interval = intervals[str(target)]
        rows.append((target, saved[target].mean(), interval.low, interval.high, len(saved)))
    return _table(rows, SAVED_COLUMNS, ("saved", "low", "high"))


def _needed(ious: pd.DataFrame, most: int, targets: tuple[float, ...]) -> pd.DataFrame:
    """Per photograph and target: the first click that reaches it, or the last one where none does."""
    reached = {target: ious.to_numpy() >= target for target in targets}
    first = {
        target: np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, most) for target, hit in reached.items()
    }
    return pd.DataFrame(first, index=ious.index)


def _grids(clicks: pd.DataFrame, most: int) -> list[tuple[str, pd.DataFrame, pd.Series]]:
    """Per variant: IoU by photograph (index id) and click (1 to `most`), and the photographs' scenes."""
    found = []
    for variant in dict.fromkeys(clicks["variant"]):
        rows = clicks[clicks["variant"] == variant].drop_duplicates(["id", "click"])
        ious = rows.pivot(index="id", columns="click", values="iou").astype("float64")
        ious = ious.reindex(columns=range(1, most + 1)).ffill(axis=1)
        scenes = rows.drop_duplicates("id").set_index("id")["scene"].reindex(ious.index)
        found.append((str(variant), ious, scenes))
    return found


def _table(
    rows: list[tuple[object, ...]], columns: tuple[str, ...], numbers: tuple[str, ...]
) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(dict.fromkeys(numbers, "float64"))
