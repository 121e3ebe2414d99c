"""The images that speak against trusting B, or against the labels: what to look at before deciding."""

from collections.abc import Collection

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying

# The images that speak against trusting B, or against the labels: what to look at before deciding.

REASONS = ("regressed", "flagged", "suspect", "lower", "both_fail")


def review_queue(
    table: pd.DataFrame, suspects: Collection[str] = (), flagged: Collection[str] = ()
) -> pd.DataFrame:
    """Choose the images to look at before believing a comparison, the gravest doubt first.

    An image is doubtful where B fails and A does not ("regressed"), where an audit doubts its truth
    ("flagged"), where the variants agree against its truth ("suspect"), where B is lower than A ("lower"),
    and where both fail ("both_fail"). It is named once, with the first of these that holds. Within a reason
    the largest loss of IoU comes first; of those that both fail, the lowest IoU of B.

    Args:
        table: rows of `floodeval.analysis.pairing.paired`, or A paired with itself.
        suspects: ids whose labels `floodeval.analysis.suspects` suspects.
        flagged: ids whose truth an audit doubts.

    Returns:
        The rows of the doubtful images with one more column, reason.
    """
    outcome = table["outcome"]
    holds = {
        "regressed": outcome == "regressed",
        "flagged": table["id"].isin(list(flagged)),
        "suspect": table["id"].isin(list(suspects)),
        "lower": table["iou_gap"] < 0,
        "both_fail": outcome == "both_fail",
    }
    reason = pd.Series(index=table.index, dtype="str")
    for name in reversed(REASONS):
        reason[holds[name].fillna(False)] = name
    found = table.assign(reason=reason)[reason.notna()]
    by = found["iou_gap"].where(found["reason"] != "both_fail", found["iou_b"])
    rank = found["reason"].map(REASONS.index)
    order = pd.DataFrame({"rank": rank, "by": by}).sort_values(["rank", "by"], kind="stable").index
    return found.loc[order].reset_index(drop=True)


# Suspect labels: samples where the variants agree with each other and not with the truth.

MIN_AGREEMENT = 0.7  # mean IoU between the variants' masks from which they say the same
MIN_DOUBT = 0.1  # by which they agree better with each other than the best of them with the truth
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


def label_suspects(run: Run, prompt: str | None = None) -> pd.DataFrame:
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
    found = found[(found["agreement"] >= MIN_AGREEMENT) & (found["doubt"] >= MIN_DOUBT)]
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
