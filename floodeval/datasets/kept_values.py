"""The values of a data set's masks, kept on disk between commands, by the sizes and times of the files."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.layouts import Sample
from floodeval.datasets.mask_values import MaskValues
from floodeval.datasets.reference_masks import read_stored, values_of
from floodeval.errors import FloodevalError
from floodeval.storage.atomic import write_text
from floodeval.storage.paths import cache_folder

VERSION = 2  # of what is kept: raise it with every change to what a mask's values come to
MOST_VALUES = 256  # different values of a mask that is kept


@dataclass(frozen=True)
class KeptValues:
    """What the masks of a data set held when somebody looked, each under its path, size and time.

    A file that is broken counts as none; a cache that cannot be written costs time only.
    """

    path: Path
    known: Mapping[str, MaskValues]
    seen: dict[str, MaskValues] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Read what is kept for a data set's folder."""
        name = hashlib.sha256(str(dataset.folder).encode(errors="surrogateescape")).hexdigest()[:32]
        path = cache_folder() / "labels" / f"{name}-v{VERSION}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, {key: _values(entry) for key, entry in content.items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls(path, {})

    def values(self, sample: Sample) -> MaskValues | None:
        """The values of a sample's mask, read where they are not known; None where it cannot be read."""
        try:
            stat = sample.mask.stat()
            key = f"{sample.mask} {stat.st_size} {stat.st_mtime_ns}"
            found = self.known.get(key) or values_of(read_stored(sample.mask))
        except (OSError, FloodevalError):
            return None
        self.seen[key] = found
        return found

    def write(self) -> None:
        """Keep what was seen, if that is not what was known."""
        few = {key: asdict(one) for key, one in self.seen.items() if len(one.counts) <= MOST_VALUES}
        if few.keys() != self.known.keys():
            with suppress(FloodevalError, OSError):
                write_text(self.path, json.dumps(few))


def _values(entry: dict[str, Any]) -> MaskValues:
    counts = {int(value): int(n) for value, n in entry.pop("counts").items()}
    return MaskValues(counts=counts, areas=tuple(entry.pop("areas")), **entry)
