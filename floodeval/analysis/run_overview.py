"""An overview of all runs: one row per run, variant and prompt, with its mean IoU."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.analysis.statistics import scene_intervals
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.variant_names import variant_titles
from floodeval.storage.paths import is_packaged, result_folders

COLUMNS = (
    "run",
    "variant",
    "prompt",
    "field_prompt",
    "dataset",
    "n",
    "n_scenes",
    "iou",
    "iou_low",
    "iou_high",
    "created",
    "bytes",
    "state",
    "packaged",
    "title",
)
COMPLETE, RESUMABLE, UNREADABLE = STATES = ("complete", "resumable", "unreadable")
_FILES = ("run.json", "metrics.parquet")  # one of them makes a folder a run


def list_run_folders() -> list[Path]:
    """The folders of all runs in the results folders, finished or not, by name."""
    found = (folder for folder in result_folders("runs") if any((folder / name).is_file() for name in _FILES))
    return sorted(found, key=lambda folder: folder.name)


def run_overview(folder: Path) -> pd.DataFrame:
    """One run's variants and prompts.

    Args:
        folder: the run's.

    Returns:
        One row per variant and prompt that the run has results of, in its order, with the columns `COLUMNS`:
        `field_prompt` says whether the prompt needs no ground truth; `n` counts photographs and `n_scenes`
        their scenes; `iou` is the mean over images with its 95% interval over scenes; `created` is UTC, ISO
        8601; `bytes` is the size of the whole run on disk; `state` is one of `STATES`; `packaged` says
        whether the run is part of the installed package, and thus read-only; `title` is the variant's name
        that people read, in the current language. A run that is not finished has a row for each variant and
        prompt that was asked for, without numbers; one that cannot be read has one row with its name.
    """
    size, packaged = _bytes(folder), is_packaged(folder)
    whole = {"run": folder.name, "bytes": size, "packaged": packaged}
    rows = [whole | row for row in _rows(folder)]
    numbers = dict.fromkeys(("iou", "iou_low", "iou_high"), float)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(numbers)


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    if (folder / "metrics.parquet").is_file():
        try:
            yield from _finished(load_run(folder))
        except FloodevalError:
            yield {"state": UNREADABLE}
        return
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield {"state": UNREADABLE}
        return
    for variant in info.variant_names:
        for spec in info.prompt_specs:
            yield _described(info, variant, spec) | {"state": RESUMABLE}


def _finished(run: Run) -> Iterator[dict[str, Any]]:
    rows = run.metrics
    scenes = rows.drop_duplicates("id").set_index("id")["scene"]
    groups = {
        (variant, spec): group.set_index("id")
        for (variant, spec), group in rows.groupby(["variant", "prompt"], sort=False)
    }
    order = [(name, spec) for name in run.info.variant_names for spec in run.info.prompt_specs]
    kept = [pair for pair in order if pair in groups]
    wide = pd.DataFrame({place: groups[pair]["iou"] for place, pair in enumerate(kept)}, scenes.index)
    intervals = scene_intervals(wide, scenes)
    for place, (variant, spec) in enumerate(kept):
        group, interval = groups[variant, spec], intervals[str(place)].within(0, 1)
        yield _described(run.info, variant, spec) | {
            "n": len(group),
            "n_scenes": int(group["scene"].nunique()),
            "iou": group["iou"].mean(),
            "iou_low": interval.low,
            "iou_high": interval.high,
            "state": COMPLETE,
        }


def _described(info: RunInfo, variant: str, spec: str) -> dict[str, Any]:
    prompt = next(one for one in info.prompts if one.spec == spec)
    return {
        "variant": variant,
        "prompt": spec,
        "field_prompt": not prompt.uses_ground_truth,
        "dataset": info.dataset["name"],
        "created": info.created,
        "title": variant_titles(info)[variant],
    }


def _bytes(folder: Path) -> int:
    """The size of all files of a folder; those that go away while it is measured count nothing."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.lstat().st_size if path.is_file() else 0
        except OSError:
            continue
    return size
