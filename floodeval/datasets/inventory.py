"""The samples of a data set as a table: sizes, format, water, subset, and what an audit found."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.datasets.audit.findings import Audit
from floodeval.datasets.audit.pairs import Material
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.images import Mask
from floodeval.datasets.layouts import Sample

# The samples of a data set as a table: sizes, format, water, subset, and what an audit found.

COLUMNS = (
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
    material: Material,
    audit: Audit,
    scene_of: Mapping[str, str],
    subset_of: Mapping[str, str],
) -> pd.DataFrame:
    """Put every sample in a row, in the data set's order.

    Args:
        dataset: its samples, with masks repaired where a split repairs them.
        material: its files, looked at.
        audit: what was found.
        scene_of: the scene of every sample.
        subset_of: the subset of the samples that a split deals.

    Returns:
        `COLUMNS`: width and height of photograph and mask in pixels and the photograph's format by content
        (missing where they cannot be read), water_share of the mask (0..1), subset (missing where the sample
        is in none), scene, and findings: a tuple of kinds of issue, the gravest first.
    """
    kinds = audit.findings()
    rows = []
    for sample in dataset.samples:
        photograph, mask = material.photographs[sample.photograph], material.masks[sample.mask]
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
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"water_share": "float64"})


# Digests by which a sample's files are known again: of a photograph's bytes, and of a decoded reference.


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def truth_sha256(truth: Mask, ignored: Mask | None = None) -> str:
    """The SHA-256 of a decoded reference: the same for all files that mean the same.

    Args:
        truth: H x W, true where water stands.
        ignored: H x W, true where a pixel counts nowhere; None where every pixel counts.

    Returns:
        Hexadecimal digits, over height and width, then water and ignored, eight pixels a byte, row by row.
    """
    nowhere = np.zeros_like(truth) if ignored is None else ignored
    digest = hashlib.sha256(f"{truth.shape[0]}x{truth.shape[1]}".encode())
    for mask in (truth & ~nowhere, nowhere):
        digest.update(np.packbits(mask).tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Digests:
    """SHA-256 of the bytes of a sample's photograph and mask; empty where a file cannot be read."""

    photograph: str
    mask: str

    @classmethod
    def of(cls, sample: Sample) -> "Digests":
        """Read both files."""
        return cls(_digest(sample.photograph), _digest(sample.mask))

    def differs_in(self, sample: Sample, other: "Digests | None") -> Path | None:
        """The first of the sample's files that is another one, None where both are the same."""
        if other is None or self.photograph != other.photograph:
            return sample.photograph
        return None if self.mask == other.mask else sample.mask


def digests_of(samples: Iterable[Sample]) -> dict[str, Digests]:
    """The digests of every sample's files, by id."""
    return {sample.id: Digests.of(sample) for sample in samples}


def _digest(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return ""
