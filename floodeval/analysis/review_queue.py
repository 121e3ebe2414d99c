"""The review queue and the label suspects: images to look at before a comparison is believed."""

from collections.abc import Collection

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import say, saying
from floodeval.i18n.formats import percent

REASONS = ("regressed", "flagged", "suspect", "lower", "both_fail")
MIN_AGREEMENT = 0.7  # mean IoU between the variants' masks of a label suspect
MIN_DOUBT = 0.1  # how much that exceeds the best IoU of a variant with the reference mask


def review_queue(
    table: pd.DataFrame, suspects: Collection[str] = (), flagged: Collection[str] = ()
) -> pd.DataFrame:
    """List the images to look at before a comparison is believed, the most serious first.

    An image is in the queue if B fails and A does not ("regressed"), if the audit flagged its pair
    ("flagged"), if it is a label suspect ("suspect"), if B is lower than A ("lower"), or if both fail
    ("both_fail"). It appears once, with the first reason that holds. Within a reason the largest loss of IoU
    comes first; within "both_fail", the lowest IoU of B.

    Args:
        table: rows of `floodeval.analysis.pairing.paired`, or A paired with itself.
        suspects: ids of `label_suspects`.
        flagged: ids of the pairs that the audit flagged.

    Returns:
        The rows of the queue with one more column, reason.

    Examples:
        >>> outcomes = ["both_good", "regressed"]
        >>> table = {"id": ["x", "y"], "outcome": outcomes, "iou_b": 0.4, "iou_gap": [0.1, -0.3]}
        >>> review_queue(pd.DataFrame(table), suspects=["x"])[["id", "reason"]].values.tolist()
        [['y', 'regressed'], ['x', 'suspect']]
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
    """Rank the samples whose reference mask all variants contradict in the same way.

    Where the variants agree and the reference mask differs, the label may be wrong, or the variants share a
    weakness. A suspect is therefore a photograph to look at, not a wrong label. Variants that were trained
    from one another agree more easily than independent ones, and a prompt that is made from a wrong
    reference mask pulls the predictions towards it.

    Args:
        run: a finished evaluation of two variants or more.
        prompt: the prompt's spec; by default all prompts, and for each sample the one with the highest doubt.

    Returns:
        One row per suspect in descending order of doubt: id, scene, prompt, agreement (mean IoU between the
        variants' masks), best_iou (best IoU of a variant with the reference mask), doubt (agreement -
        best_iou), false_share and missed_share (least share of the frame that a variant floods where the
        reference is land, or misses where it is water; missing if less than half of the other), truth_share,
        and the reason in words. Suspects have an agreement of at least 0.7 and a doubt of at least 0.1.

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
    seen = [_shares(groups.get_group(key)) for key in found.index]
    shares = ["false_share", "missed_share", "truth_share"]
    found[shares] = pd.DataFrame(seen, found.index, shares, dtype=float)
    found["reason"] = [_reason(*one) for one in seen]
    ranked = found.sort_values(["doubt", "agreement"], ascending=False).reset_index()
    return ranked.drop_duplicates("id", ignore_index=True)[list(COLUMNS)]


def _shares(rows: pd.DataFrame) -> tuple[float | None, float | None, float]:
    """false_share, missed_share and truth_share of a sample and prompt, from one row per variant."""
    pixels = rows["width"] * rows["height"]
    false, missed = float((rows["fp"] / pixels).min()), float((rows["fn"] / pixels).min())
    return (
        false if 2 * false >= missed else None,
        missed if 2 * missed >= false else None,
        float(rows["truth_share"].iloc[0]),
    )


def _reason(false: float | None, missed: float | None, truth: float) -> str:
    key = "missed" if false is None else "false" if missed is None else "both"
    shares = {"false": false, "missed": missed, "truth": truth}
    return say(f"subgroups.reason_{key}", **{name: percent(share) for name, share in shares.items()})
