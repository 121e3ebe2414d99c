"""How much of the frame each type of error takes: false water by its place, and missed water."""

import pandas as pd

from floodeval.evaluation.run import Run
from floodeval.metrics.error_types import ERROR_KINDS

COLUMNS = ("prompt", "variant", "kind", "frame", "share", "n")


def error_table(run: Run, prompt: str | None = None) -> pd.DataFrame:
    """Sum up a run's errors by kind, for one prompt or for each.

    Returns:
        One row per prompt, variant and kind (in the run's order) with the columns prompt, variant, kind,
        frame (share of the frame that is wrong in this way, mean over images), share (of all wrong pixels of
        that variant, pooled; missing where nothing is wrong) and n (images).

    Raises:
        FloodevalError: the run has no table of errors.
    """
    errors = run.table("errors").merge(
        run.metrics[["id", "variant", "prompt", "width", "height"]], on=["id", "variant", "prompt"]
    )
    if prompt is not None:
        errors = errors[errors["prompt"] == prompt]
    pixels = errors["width"] * errors["height"]
    rows = []
    for (spec, variant), group in errors.groupby(["prompt", "variant"], sort=False):
        wrong = int(group[list(ERROR_KINDS)].to_numpy().sum())
        for kind in ERROR_KINDS:
            frame = float((group[kind] / pixels[group.index]).mean())
            share = float(group[kind].sum() / wrong) if wrong else None
            rows.append((spec, variant, kind, frame, share, len(group)))
    return pd.DataFrame(rows, columns=["prompt", "variant", "kind", "frame", "share", "n"])
