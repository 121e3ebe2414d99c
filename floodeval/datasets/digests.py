"""Digests that identify a sample's files: of a photograph's bytes, and of a decoded reference."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from floodeval.datasets.images import Mask
from floodeval.datasets.listing import Sample


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
    """SHA-256 of the bytes of a sample's photograph and mask; empty where a file cannot be read.

    Of a mask in an annotation file, it is that of the sample's annotation.
    """

    photograph: str
    mask: str

    @classmethod
    def of(cls, sample: Sample) -> "Digests":
        """Read both files."""
        annotation = sample.source.annotation
        return cls(_digest(sample.photograph), annotation.digest if annotation else _digest(sample.mask))

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
