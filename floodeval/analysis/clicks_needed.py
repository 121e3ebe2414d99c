"""Simulated clicks: the IoU after each click, the clicks needed for a target IoU, and the clicks saved."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.analysis.statistics import SHARES, Interval, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying

TARGETS = (0.80, 0.85)
CURVE_COLUMNS = ("prompt", "variant", "click", "iou", "ci_low", "ci_high", "n")
NEEDED_COLUMNS = ("prompt", "variant", "target", "noc", "ci_low", "ci_high", "n_never", "share_never", "n")
SAVED_COLUMNS = (
    "prompt",
    "a",
    "b",
    "target",
    "saved",
    "ci_low",
    "ci_high",
    "n",
    "n_scenes",
    "p",
    "verdict",
    "n_only_a",
    "n_only_b",
    "n_neither",
)


def click_prompts(run: Run, prompt: str | None = None) -> list[str]:
    """The specs of the run's prompts of the kind `clicks`; only `prompt` if it is given."""
    specs = [spec for spec in run.info.prompts if spec.kind == "clicks"]
    return [spec.spec for spec in specs if prompt in (None, spec.spec)]


def click_curve(run: Run, prompt: str | None = None) -> pd.DataFrame:
    """The mean IoU after each click, per variant and prompt of the kind `clicks`.

    Where nothing is left to correct, a photograph keeps its last IoU for the remaining clicks.

    Returns:
        The columns prompt, variant, click (from 1), iou (mean over photographs), ci_low and ci_high (95%,
        over scenes; None with fewer than two scenes) and n.

    Raises:
        FloodevalError: the run has click prompts but no table of them.
    """
    rows = []
    for spec, variant, ious, scenes in _grids(run, prompt):
        intervals = scene_intervals(ious, scenes, SHARES)
        for click, mean in ious.mean().items():
            bounds = _bounds(intervals[str(click)])
            rows.append((spec, variant, int(str(click)), float(mean), *bounds, len(ious)))
    return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def clicks_needed(run: Run, prompt: str | None = None, targets: tuple[float, ...] = TARGETS) -> pd.DataFrame:
    """NoC@target per prompt and variant: the mean number of clicks until the IoU is at least the target.

    A photograph that never reaches the target counts with all clicks that were allowed (Sofiiuk et al. 2022,
    RITM), so NoC is a lower bound; n_never counts these photographs.

    Returns:
        The columns prompt, variant, target, noc, ci_low and ci_high (95%, over scenes), n_never,
        share_never and n.

    Raises:
        FloodevalError: see `click_curve`.
    """
    rows = []
    for spec, variant, ious, scenes in _grids(run, prompt):
        needed = pd.DataFrame({str(target): _needed(ious, target) for target in targets}, index=ious.index)
        intervals = scene_intervals(needed, scenes, (1.0, float(ious.shape[1])))
        for target in targets:
            never = int((ious.max(axis=1) < target).sum())
            found = (float(needed[str(target)].mean()), *_bounds(intervals[str(target)]))
            rows.append((spec, variant, target, *found, never, never / len(ious), len(ious)))
    return pd.DataFrame(rows, columns=list(NEEDED_COLUMNS))


def clicks_saved(run: Run, prompt: str | None = None, targets: tuple[float, ...] = TARGETS) -> pd.DataFrame:
    """How many clicks B saves compared with A, per prompt, pair of variants and target.

    Only photographs where both reach the target are compared: how many more clicks the others would need is
    unknown.

    Returns:
        The columns prompt, a, b, target, saved (mean of A's clicks - B's on the same photograph; None without
        photographs where both reach it), ci_low and ci_high (95%, over scenes), n and n_scenes (where both
        reach it), p of the sign-flip test corrected for the number of targets, verdict ("better" where B
        saves clicks, "worse", "undecided" or "too_few_scenes"), and n_only_a, n_only_b and n_neither: the
        photographs where only one or neither reaches the target.

    Raises:
        FloodevalError: see `click_curve`.
    """
    grids: dict[str, dict[str, tuple[pd.DataFrame, pd.Series]]] = {}
    for spec, variant, ious, scenes in _grids(run, prompt):
        grids.setdefault(spec, {})[variant] = ious, scenes
    rows = []
    for spec, of in grids.items():
        for a, b in combinations(of, 2):
            both = of[a][0].index.intersection(of[b][0].index)
            scenes = of[a][1].loc[both]
            by_a, by_b = ({t: _reached(of[one][0].loc[both], t) for t in targets} for one in (a, b))
            saved = pd.DataFrame({str(t): by_a[t] - by_b[t] for t in targets}, index=both)
            most = float(of[a][0].shape[1])
            found = find(saved, scenes, (-most, most))
            for t in targets:
                finding, gaps = found[str(t)], saved[str(t)].dropna()
                mean = float(gaps.mean()) if len(gaps) else None
                judged = (len(gaps), finding.interval.n_scenes, finding.p_holm, finding.verdict.word)
                one_alone = (by_a[t].notna() & by_b[t].isna(), by_a[t].isna() & by_b[t].notna())
                unreached = (int(part.sum()) for part in (*one_alone, by_a[t].isna() & by_b[t].isna()))
                rows.append((spec, a, b, t, mean, *_bounds(finding.interval), *judged, *unreached))
    return pd.DataFrame(rows, columns=list(SAVED_COLUMNS))


def _grids(run: Run, prompt: str | None) -> list[tuple[str, str, pd.DataFrame, pd.Series]]:
    """Per prompt and variant: IoU by photograph (index id) and click, and the photographs' scenes."""
    wanted = click_prompts(run, prompt)
    if not wanted:
        return []
    table = run.table("clicks")
    table = table[table["id"].isin(run.metrics["id"])]  # a run narrowed to some rows shows only those
    if table.duplicated(["id", "variant", "prompt", "click"]).any():
        raise FloodevalError(saying("runs.click_twice", run=run.folder))
    found = []
    for spec in (spec for spec in run.info.prompts if spec.spec in wanted):
        for variant in run.info.variant_names:
            rows = table[(table["prompt"] == spec.spec) & (table["variant"] == variant)]
            ious = rows.pivot(index="id", columns="click", values="iou").astype(np.float64)
            ious = ious.reindex(columns=range(1, (spec.max or 1) + 1)).ffill(axis=1)
            scenes = rows.drop_duplicates("id").set_index("id")["scene"].reindex(ious.index)
            if len(ious):
                found.append((spec.spec, variant, ious, scenes))
    return found


def _needed(ious: pd.DataFrame, target: float) -> npt.NDArray[np.int64]:
    """The first click whose IoU is at least the target, or the last click where none is."""
    return _reached(ious, target).fillna(ious.shape[1]).to_numpy(np.int64)


def _reached(ious: pd.DataFrame, target: float) -> pd.Series:
    """The first click whose IoU is at least the target; missing where none is."""
    reached = ious.to_numpy() >= target
    first = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.nan)
    return pd.Series(first, ious.index)


def _bounds(interval: Interval) -> tuple[float | None, float | None]:
    return interval.low, interval.high
