"""The images that speak against trusting B, or against the labels: what to look at before deciding."""

from collections.abc import Collection

import pandas as pd

REASONS = ("regressed", "flagged", "suspect", "lower", "both_fail")


def doubtful(
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
    quadrant = table["quadrant"]
    holds = {
        "regressed": quadrant == "regressed",
        "flagged": table["id"].isin(list(flagged)),
        "suspect": table["id"].isin(list(suspects)),
        "lower": table["iou_gap"] < 0,
        "both_fail": quadrant == "both_fail",
    }
    reason = pd.Series(index=table.index, dtype="str")
    for name in reversed(REASONS):
        reason[holds[name].fillna(False)] = name
    found = table.assign(reason=reason)[reason.notna()]
    by = found["iou_gap"].where(found["reason"] != "both_fail", found["iou_b"])
    rank = found["reason"].map(REASONS.index)
    order = pd.DataFrame({"rank": rank, "by": by}).sort_values(["rank", "by"], kind="stable").index
    return found.loc[order].reset_index(drop=True)
