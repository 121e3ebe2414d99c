"""The samples of a data set as a table: sizes, format, water, subset, and what an audit found."""

from collections.abc import Mapping

import pandas as pd

from floodeval.datasets.audit.audited_files import AuditedFiles
from floodeval.datasets.audit.findings import Audit
from floodeval.datasets.dataset import Dataset

INVENTORY_COLUMNS = (
    "id",
    "width",
    "height",
    "format",
    "mask_width",
    "mask_height",
    "water_share",
    "subset",
    "scene",
    "findings",
)


def inventory(
    dataset: Dataset,
    audited: AuditedFiles,
    audit: Audit,
    scene_of: Mapping[str, str],
    subset_of: Mapping[str, str],
) -> pd.DataFrame:
    """Put every sample in a row, in the data set's order.

    Args:
        dataset: its samples, with masks repaired where a split repairs them.
        audited: its files, looked at.
        audit: what was found.
        scene_of: the scene of every sample.
        subset_of: the subset of the samples that a split deals.

    Returns:
        The columns `INVENTORY_COLUMNS`: width and height of photograph and mask in pixels, the photograph's
        format by content (missing where a file cannot be read), water_share of the mask (0..1), subset
        (missing where the sample is in none), scene, and findings: a tuple of kinds of issue, the most
        serious first.
    """
    kinds = audit.findings()
    rows = []
    for sample in dataset.samples:
        photograph, mask = audited.photographs[sample.photograph], audited.masks[sample.source]
        header = photograph.header
        rows.append(
            (
                sample.id,
                *(photograph.size or (None, None)),
                header.format if header else None,
                *(mask.size or (None, None)),
                None if mask.error else mask.water_share,
                subset_of.get(sample.id),
                scene_of[sample.id],
                kinds.get(sample.id, ()),
            )
        )
    return pd.DataFrame(rows, columns=list(INVENTORY_COLUMNS)).astype({"water_share": "float64"})
