"""What an audit says: issues of named kinds, scenes, and what follows for each pair."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from floodeval.datasets.dataset_config import AS_STORED, Reading
from floodeval.datasets.sample_names import printable
from floodeval.i18n.catalog import Joined, Saying, say


@dataclass(frozen=True)
class Kind:
    """A kind of issue, as the catalog's `audit` words it."""

    name: str

    @property
    def meaning(self) -> str:
        """What it means."""
        return say(f"audit.{self.name}_meaning")

    @property
    def cure(self) -> str:
        """What to do about it in general."""
        return say(f"audit.{self.name}_cure")


KINDS = {
    name: Kind(name)
    for name in (
        "undeclared_labels",
        "inverted_labels",
        "swapped_masks",
        "foreign_mask",
        "size_mismatch",
        "orientation",
        "grey_mask",
        "empty_mask",
        "full_mask",
        "black_photograph",
        "white_photograph",
        "constant_photograph",
        "value_range",
        "unreadable",
        "thin_photograph",
        "missing_photograph",
        "missing_mask",
        "unlisted_file",
        "outside_file",
        "repeated_id",
        "unpaired_folder",
        "leak",
        "duplicate_bytes",
        "near_duplicate",
        "dropped_band",
        "format_mismatch",
    )
}
"""Every kind of issue, the most serious first."""

DOUBTFUL = (
    "swapped_masks",
    "foreign_mask",
    "size_mismatch",
    "orientation",
    "grey_mask",
    "empty_mask",
    "full_mask",
    "black_photograph",
    "white_photograph",
    "constant_photograph",
)
"""The kinds that flag a pair: they put its reference mask in doubt."""

GRAVITIES = {
    "truth_in_doubt": ("undeclared_labels", "inverted_labels", *DOUBTFUL),
    "leaking": ("leak",),
    "unusable": (
        "value_range",
        "unreadable",
        "thin_photograph",
        "missing_photograph",
        "missing_mask",
        "unlisted_file",
        "outside_file",
        "repeated_id",
        "unpaired_folder",
    ),
    "repeated": ("duplicate_bytes", "near_duplicate"),
    "harmless": ("dropped_band", "format_mismatch"),
}
"""The impact of the kinds, the most serious first."""


@dataclass(frozen=True)
class Issue:
    """Something wrong.

    Attributes:
        kind: one of KINDS.
        ids: the samples it is about; none where it is about the whole data set. Of a foreign mask:
            the pair that holds it, then the photograph whose mask it seems to be.
        found: what was found, in one line; without `cure` what to do about it follows after a semicolon.
        cure: what to do about it.
    """

    kind: str
    ids: tuple[str, ...]
    found: Saying | Joined
    cure: Saying | None = None

    @property
    def detail(self) -> str:
        """What was found, in one line, in the language of the moment."""
        found = printable(str(self.found))
        return found if self.cure else found.rpartition("; ")[0] or found

    @property
    def suggestion(self) -> str:
        """What to do about it, in one line, in the language of the moment."""
        return printable(str(self.cure) if self.cure else str(self.found).rpartition("; ")[2])

    @property
    def accused(self) -> tuple[str, ...]:
        """The samples with which something is wrong: not the photograph whose mask another pair holds."""
        return self.ids[:1] if self.kind == "foreign_mask" else self.ids


@dataclass(frozen=True)
class Audit:
    """What was found in a data set.

    Attributes:
        dataset: its name.
        n_photographs: files in its folder of photographs.
        n_masks: files in its folder of masks.
        n_pairs: photographs that have their mask on disk, readable or not.
        issues: the gravest kind first; within a kind in the order of the ids.
        scenes: photographs of one scene, where there are two or more.
        summary: sizes, formats, shares and counts, as JSON can hold them.
        reading: how the files were read.
        notes: what to know about the values of the masks, a sentence each.
    """

    dataset: str
    n_photographs: int
    n_masks: int
    n_pairs: int
    issues: tuple[Issue, ...]
    scenes: tuple[tuple[str, ...], ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    reading: Reading = AS_STORED
    notes: tuple[Saying, ...] = ()

    def of_kind(self, kind: str) -> list[Issue]:
        """The issues of one kind."""
        return [issue for issue in self.issues if issue.kind == kind]

    def counts(self) -> dict[str, int]:
        """How many issues there are of each kind that occurs, the gravest first."""
        found = Counter(issue.kind for issue in self.issues)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    def findings(self) -> dict[str, tuple[str, ...]]:
        """The samples with which something is wrong, each with the kinds of issue, the gravest first."""
        found: dict[str, tuple[str, ...]] = {}
        for issue in self.issues:
            for sample_id in issue.accused:
                kinds = found.get(sample_id, ())
                found[sample_id] = kinds if issue.kind in kinds else (*kinds, issue.kind)
        return found

    def flags(self) -> dict[str, tuple[str, ...]]:
        """The samples whose truth is in doubt, each with the kinds that say so."""
        doubts = {
            i: tuple(kind for kind in kinds if kind in DOUBTFUL) for i, kinds in self.findings().items()
        }
        return {sample_id: kinds for sample_id, kinds in doubts.items() if kinds}

    def repairs(self) -> dict[str, str]:
        """For each pair of swapped masks, the id of the sample whose mask fits."""
        swapped = [issue.ids for issue in self.of_kind("swapped_masks")]
        return {one: other for a, b in swapped for one, other in ((a, b), (b, a))}

    def to_json(self) -> str:
        """The whole audit as JSON text; see `to_dict`."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The whole audit as JSON has it."""
        return {
            "dataset": self.dataset,
            "n_photographs": self.n_photographs,
            "n_masks": self.n_masks,
            "n_pairs": self.n_pairs,
            "issues": [
                {
                    "kind": issue.kind,
                    "ids": list(issue.ids),
                    "detail": issue.detail,
                    "suggestion": issue.suggestion,
                }
                for issue in self.issues
            ],
            "scenes": [list(scene) for scene in self.scenes],
            "summary": dict(self.summary),
            "notes": [str(note) for note in self.notes],
        }
