"""Two sides as one run: A and B of different runs or prompts, with the samples that they share.

All findings, pages and reports are about two variants of a run with one prompt. Two sides that are not of
this form are given it here, so that they are compared by the same code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, StoredMasks
from floodeval.evaluation.run_info import RunInfo, Variant
from floodeval.evaluation.shared_samples import SharedSamples, shared_samples
from floodeval.evaluation.sides import Side
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import PromptSpec

_T = TypeVar("_T")
_OF_SAMPLES = ("samples", "traits", "baselines")  # tables without variants
_OF_SIDES = ("errors", "clicks", "logits")
_OF_VARIANTS = ("fidelity", "domain")  # whatever the prompts of the sides are


@dataclass(frozen=True)
class PairedRun(Run):
    """The samples that A and B share, as a run of two variants with one prompt.

    The prompt of the rows is A's; `prompt_of` has the one that each side was given. Scene and split of a
    sample are A's. `folder` and the failure threshold are B's: what people require of a comparison or note
    about it is about the candidate, and a baseline takes part in many comparisons.

    Attributes:
        sides: A and B by the names that they have as variants here.
        shared: which samples the two share, and which they do not.
    """

    sides: Mapping[str, Side]
    shared: SharedSamples

    @property
    def identity(self) -> str:
        """What tells this run from others, as text: the folders of the sides, variants and prompts."""
        return repr([(str(one.run.folder), one.variant, one.prompt.spec) for one in self.sides.values()])

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the run is read from."""
        return tuple(dict.fromkeys(side.run.folder for side in self.sides.values()))

    def run_of(self, variant: str) -> Run:
        """The run that a side is of."""
        return self.sides[variant].run

    def variant_of(self, variant: str) -> str:
        """The variant's name in that run."""
        return self.sides[variant].variant

    def prompt_of(self, variant: str, prompt: PromptSpec) -> PromptSpec:
        """The prompt of a side."""
        return self.sides[variant].prompt

    def masks_of(self, variant: str, prompt: str) -> StoredMasks:
        """Where the masks of a side are."""
        side = self.sides[variant]
        return side.run.masks_of(side.variant, side.prompt.spec)

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table that belong to the shared samples and to a side.

        Raises:
            FloodevalError: a run has no such table, or the table is about two variants of one run.
        """
        if name in _OF_SAMPLES:
            return _of_ids(_first(self.sides, lambda run: run.table(name)), self.shared.ids)
        if name not in (*_OF_SIDES, *_OF_VARIANTS):
            raise FloodevalError(saying("sides.no_table", table=f"{name}.parquet"))
        prompt = self.info.prompts[0].spec
        found = []
        for variant, side in self.sides.items():
            table = _of_ids(side.run.table(name), self.shared.ids)
            table = table[table["variant"] == side.variant].assign(variant=variant)
            if name not in _OF_VARIANTS:
                table = table[table["prompt"] == side.prompt.spec].assign(prompt=prompt)
            found.append(table)
        return pd.concat(found, ignore_index=True)

    def dataset(self) -> Dataset:
        """Find the photographs of one of the runs; raises FloodevalError as `Run.dataset`."""
        return _first(self.sides, lambda run: run.dataset())


@dataclass(frozen=True)
class ComparedSides:
    """A and B in a run that has both.

    Attributes:
        run: the run of both, or a `PairedRun`.
        a: the name of A among the run's variants.
        b: that of B.
        prompt: the prompt of the rows of both.
        shared: the samples that the two share.
    """

    run: Run
    a: str
    b: str
    prompt: PromptSpec
    shared: SharedSamples


def pair_sides(a: Side, b: Side) -> ComparedSides:
    """Bring two sides into one run.

    Two variants of one run with one prompt and the same samples are in one run already, which is returned as
    it is; for all others it is a `PairedRun`.

    Raises:
        FloodevalError: as `shared_samples`.
    """
    shared = shared_samples(a, b)
    if a.is_of_the_same_run(b) and a.prompt == b.prompt and not shared.n_left_out:
        return ComparedSides(a.run, a.variant, b.variant, a.prompt, shared)
    names = side_names(a, b)
    sides = dict(zip(names, (a, b), strict=True))
    run = PairedRun(
        folder=b.run.folder,
        info=_info(sides, shared),
        metrics=_metrics(sides, shared),
        skipped=_skipped(a, b),
        sides=sides,
        shared=shared,
    )
    return ComparedSides(run, *names, a.prompt, shared)


def side_names(a: Side, b: Side) -> tuple[str, str]:
    """Short names that tell two sides apart: the variants', with prompt or run where these are the same.

    Examples: `pretrained` and `finetuned`; `finetuned (point)` and `finetuned (box)`; `finetuned (monday)`
    and `finetuned (friday)`.
    """
    if a.variant != b.variant:
        return a.variant, b.variant
    names = [one.variant for one in (a, b)]
    if a.prompt != b.prompt:
        names = [f"{one.variant} ({one.prompt.spec})" for one in (a, b)]
    elif a.run.folder.name != b.run.folder.name:
        names = [f"{one.variant} ({one.run.folder.name})" for one in (a, b)]
    else:  # two folders of one name
        names = [f"{one.variant} ({one.run.folder})" for one in (a, b)]
    return names[0], names[1]


def _metrics(sides: Mapping[str, Side], shared: SharedSamples) -> pd.DataFrame:
    """The rows of the shared samples, those of A first; scene, split and prompt are A's."""
    ids = list(shared.ids)
    first, second = (side.rows.set_index("id", drop=False).loc[ids] for side in sides.values())
    second = second.assign(scene=first["scene"], split=first["split"], prompt=first["prompt"])
    parts = zip(sides, (first, second), strict=True)
    return pd.concat([rows.assign(variant=name) for name, rows in parts], ignore_index=True)


def _skipped(a: Side, b: Side) -> pd.DataFrame:
    if a.is_of_the_same_run(b):
        return a.run.skipped
    return pd.concat([a.run.skipped, b.run.skipped], ignore_index=True).drop_duplicates()


def _info(sides: Mapping[str, Side], shared: SharedSamples) -> RunInfo:
    """What was run: A's record, with A and B as its variants and what is to be known of both.

    The failure threshold is B's, as the requirements are: B is what is judged.
    """
    a, b = sides.values()
    first, second = a.run.info, b.run.info
    flagged: dict[str, list[str]] = {}
    for info in (first, second):
        for sample_id in set(info.flagged).intersection(shared.ids):
            flagged[sample_id] = list(dict.fromkeys([*flagged.get(sample_id, ()), *info.flagged[sample_id]]))
    return replace(
        first,
        name=first.name if a.is_of_the_same_run(b) else f"{first.name}, {second.name}",
        variants=tuple(_variant(name, side) for name, side in sides.items()),
        prompts=(a.prompt,),
        metrics={**first.metrics, "failure_threshold": second.failure_threshold},
        resources={name: _resources(side, a.prompt) for name, side in sides.items()},
        leaks={name: kept for name, side in sides.items() if (kept := _leaks(side, shared))},
        flagged={one: flagged[one] for one in shared.ids if one in flagged},
        label_agreement=first.label_agreement or second.label_agreement,
        findings=tuple(dict.fromkeys([*first.findings, *second.findings])),
    )


def _variant(name: str, side: Side) -> Variant:
    found = next(one for one in side.run.info.variants if one.name == side.variant)
    stated = found.display_name and found.display_name + name.removeprefix(side.variant)
    return replace(found, name=name, display_name=stated)


def _resources(side: Side, prompt: PromptSpec) -> dict[str, Any]:
    known = side.run.info.resources.get(side.variant, {})
    peaks = known.get("peak_memory_mb", {})
    mine = {prompt.spec: peaks[side.prompt.spec]} if side.prompt.spec in peaks else {}
    return {**known, "peak_memory_mb": mine}


def _leaks(side: Side, shared: SharedSamples) -> list[str]:
    seen = set(side.run.info.leaks.get(side.variant, ()))
    return [one for one in shared.ids if one in seen]


def _of_ids(table: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame:
    return table[table["id"].isin(list(ids))].reset_index(drop=True)


def _first(sides: Mapping[str, Side], read: Callable[[Run], _T]) -> _T:
    """What can be read from A's run, or else from B's.

    Raises:
        FloodevalError: of A's run, where neither has it.
    """
    a, b = (side.run for side in sides.values())
    try:
        return read(a)
    except FloodevalError:
        try:
            return read(b)
        except FloodevalError:
            pass
        raise
