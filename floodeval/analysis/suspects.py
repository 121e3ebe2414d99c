"""Suspect labels: samples where the variants agree with each other and not with the truth."""

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying

AGREES = 0.7  # mean IoU between the variants' masks from which they say the same
DOUBTS = 0.1  # by which they agree better with each other than the best of them with the truth
COLUMNS = (
    "id",
    "scene",
    "prompt",
    "agreement",
    "best_iou",
    "doubt",
    "false_share",
    "missed_share",
    "truth_share",
    "reason",
)


def suspects(run: Run, prompt: str | None = None) -> pd.DataFrame:
    """Rank the samples whose truth every variant contradicts in the same way.

    Models that make one and the same mask of a photograph, which is not the truth's, speak against the
    truth; or they share a blind spot. So a suspect is a photograph to look at, not a wrong label. Variants
    that were trained from one another agree more easily than independent ones, and a prompt that is made
    from a wrong truth pulls the masks towards it.

    Args:
        run: a finished evaluation of two variants or more.
        prompt: the prompt's spec; by default every prompt, and of each sample the one that doubts it most.

    Returns:
        One row per suspect, the most doubtful first: id, scene, prompt, agreement (mean IoU between the
        variants' masks), best_iou (of any variant with the truth), doubt (their difference), false_share and
        missed_share (of the frame that every variant at least floods where the truth is dry, or leaves dry
        where it is not; missing where it is little beside the other), truth_share, and the reason in words.
        Suspects are the samples with an agreement of at least 0.7 and a doubt of at least 0.1.

    Raises:
        FloodevalError: the run has one variant, no such prompt, or no table of agreement.
    """
    if prompt not in (None, *run.info.prompt_specs):
        known = ", ".join(run.info.prompt_specs)
        raise FloodevalError(saying("runs.no_prompt", run=run.folder, prompt=prompt, known=known))
    if len(run.info.variants) < 2:
        raise FloodevalError(saying("runs.one_variant", run=run.folder))
    rows = run.metrics if prompt is None else run.metrics[run.metrics["prompt"] == prompt]
    groups = rows.groupby(["id", "prompt"], sort=False)
    found = groups.agg(scene=("scene", "first"), best_iou=("iou", "max"))
    found["agreement"] = run.table("agreement").groupby(["id", "prompt"])["iou"].mean().reindex(found.index)
    found["doubt"] = found["agreement"] - found["best_iou"]
    found = found[(found["agreement"] >= AGREES) & (found["doubt"] >= DOUBTS)]
    seen = [_seen(groups.get_group(key)) for key in found.index]
    shares = ["false_share", "missed_share", "truth_share"]
    found[shares] = pd.DataFrame(seen, found.index, shares, dtype=float)
    found["reason"] = [_reason(*one) for one in seen]
    ranked = found.sort_values(["doubt", "agreement"], ascending=False).reset_index()
    return ranked.drop_duplicates("id", ignore_index=True)[list(COLUMNS)]


def _seen(rows: pd.DataFrame) -> tuple[float | None, float | None, float]:
    """What all variants see otherwise than the truth: rows of one sample and prompt, one per variant."""
    pixels = rows["width"] * rows["height"]
    false, missed = float((rows["fp"] / pixels).min()), float((rows["fn"] / pixels).min())
    return (
        false if 2 * false >= missed else None,
        missed if 2 * missed >= false else None,
        float(rows["truth_share"].iloc[0]),
    )


def _reason(false: float | None, missed: float | None, truth: float) -> str:
    told = []
    if false is not None:
        told.append(f"water on at least {false:.0%} of the frame where the truth is dry")
    if missed is not None:
        told.append(f"no water on at least {missed:.0%} of the frame where the truth has it")
    return f"every variant finds {' and '.join(told)} (truth: {truth:.0%} water)"
