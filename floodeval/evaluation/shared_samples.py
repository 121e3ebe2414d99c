"""The samples that two sides share: those with the same id and the same reference mask."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.sides import Side
from floodeval.i18n.catalog import saying


@dataclass(frozen=True)
class SharedSamples:
    """The ids of two sides' samples, each in the order of its run.

    Attributes:
        ids: of the samples that both sides have, with the same reference mask.
        only_a: of A's other samples that B does not have.
        only_b: of B's other samples that A does not have.
        other_reference: of the samples that both have, with different reference masks.
    """

    ids: tuple[str, ...]
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    other_reference: tuple[str, ...] = ()

    @property
    def n_left_out(self) -> int:
        """How many samples have no partner."""
        return len(self.only_a) + len(self.only_b) + len(self.other_reference)


def shared_samples(a: Side, b: Side) -> SharedSamples:
    """Find the samples that can be compared.

    Within one run, samples are the same where their ids are. Across runs, the digests of the reference masks
    decide. Where a run keeps no digests, as runs of schema 1, two references are taken to be the same if the
    data sets have the same fingerprint and the masks the same size and as much water and land; different data
    sets are refused.

    Raises:
        FloodevalError: the two have no sample in common, or it cannot be shown that references are the same.
    """
    of_a, of_b = list(a.rows["id"].astype(str)), list(b.rows["id"].astype(str))
    ids_a, ids_b = set(of_a), set(of_b)
    common = [one for one in of_a if one in ids_b]
    same = set(common) if a.is_of_the_same_run(b) else _same_references(a.run, b.run, common)
    shared = SharedSamples(
        ids=tuple(one for one in common if one in same),
        only_a=tuple(one for one in of_a if one not in ids_b),
        only_b=tuple(one for one in of_b if one not in ids_a),
        other_reference=tuple(one for one in common if one not in same),
    )
    if not shared.ids:
        raise FloodevalError(saying("sides.nothing_shared", a=a.name, b=b.name))
    return shared


def _same_references(a: Run, b: Run, ids: Sequence[str]) -> set[str]:
    """Which of the samples have the same reference mask in both runs."""
    known = [_digests(run) for run in (a, b)]
    if known[0] is None or known[1] is None:
        older, other = (a, b) if known[0] is None else (b, a)
        if a.info.dataset["fingerprint"] != b.info.dataset["fingerprint"]:
            raise FloodevalError(saying("sides.unproven", run=older.folder, other=other.folder))
        known = [_counts(run) for run in (a, b)]
    first, second = (one.reindex(list(ids)) for one in known if one is not None)
    return set(first.index[(first == second).all(axis=1)])  # a missing value equals nothing


def _digests(run: Run) -> pd.DataFrame | None:
    """The digest of each sample's reference by id; None where the run keeps none."""
    if not (run.folder / "samples.parquet").is_file():
        return None
    table = run.table("samples")
    return table.drop_duplicates("id").set_index("id")[["truth_sha256"]]


def _counts(run: Run) -> pd.DataFrame:
    """Size, water pixels and land pixels of each sample's reference, by id."""
    rows = run.metrics.drop_duplicates("id").set_index("id")
    counts = {"water": rows["tp"] + rows["fn"], "land": rows["tn"] + rows["fp"]}
    return rows[["width", "height"]].assign(**counts)
