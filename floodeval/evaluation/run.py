"""A run on disk: what was run, the table of metrics, the masks. Read back without trust."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

import pandas as pd

from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.dataset_config import Reading, ReadingOptions
from floodeval.datasets.images import Mask
from floodeval.datasets.inventory import INVENTORY_COLUMNS
from floodeval.datasets.layouts import dataset_places
from floodeval.datasets.reference_masks import read_mask
from floodeval.datasets.splits import OWN, Split, own_split, read_split
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_tables import COLUMNS, DETAILS, OPTIONAL, VALIDATION
from floodeval.i18n.catalog import Joined, saying
from floodeval.sam.prompts import PromptSpec, folder_name
from floodeval.storage.paths import check_name, is_name, locate, result_folders
from floodeval.storage.spreadsheet import read_texts


@dataclass(frozen=True)
class StoredMasks:
    """Where the masks of a variant with a prompt are; `prompt` is its spec."""

    folder: Path
    variant: str
    prompt: str

    def file(self, sample_id: str) -> Path:
        """The file of one mask; raises FloodevalError as `mask_path`."""
        return mask_path(self.folder, self.variant, self.prompt, sample_id)


@dataclass(frozen=True)
class Run:
    """A finished evaluation, read from its folder.

    `metrics` has one row per sample, variant and prompt, with the columns `COLUMNS`; `skipped` has the
    columns id, stage, reason.
    """

    folder: Path
    info: RunInfo
    metrics: pd.DataFrame
    skipped: pd.DataFrame

    def at_failure_threshold(self, threshold: float | None) -> Self:
        """The run read with another failure threshold; None keeps its own.

        Outcomes follow from it: a variant fails on a sample where its IoU is lower.

        Raises:
            FloodevalError: it is not between 0.01 and 0.99.
        """
        if threshold is None or threshold == self.info.failure_threshold:
            return self
        return replace(self, info=self.info.at_failure_threshold(threshold))

    def with_validation(self) -> Self:
        """The run with the photographs of its table `validation` among its metrics, to choose thresholds on.

        Raises:
            FloodevalError: the table cannot be read.
        """
        if not (self.folder / f"{VALIDATION}.parquet").is_file():
            return self
        rows = _without_undefined(self.table(VALIDATION))
        return replace(self, metrics=pd.concat([self.metrics, rows], ignore_index=True))

    @property
    def identity(self) -> str:
        """What tells this run from others, as text: its folder."""
        return str(self.folder)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that the run is read from."""
        return (self.folder,)

    def run_of(self, variant: str) -> "Run":
        """The run that a variant was evaluated in."""
        return self

    def variant_of(self, variant: str) -> str:
        """The variant's name in the run that it was evaluated in."""
        return variant

    def prompt_of(self, variant: str, prompt: PromptSpec) -> PromptSpec:
        """The prompt that a variant was given where the rows have `prompt`."""
        return prompt

    def masks_of(self, variant: str, prompt: str) -> StoredMasks:
        """Where the masks of a variant with a prompt are."""
        return StoredMasks(self.folder, variant, prompt)

    def mask(self, variant: str, prompt: str, sample_id: str) -> Mask:
        """Read a predicted mask, H x W at the photograph's own size."""
        return read_mask(self.masks_of(variant, prompt).file(sample_id))

    def table(self, name: str) -> pd.DataFrame:
        """Read a table next to the metrics, by its name in `DETAILS` or `OPTIONAL`.

        - `samples`: one row per evaluated sample: size in pixels, the SHA-256 of the photograph's bytes and
          that of the decoded reference (see `floodeval.datasets.digests`)
        - `traits`: one row per sample, what it is like (`floodeval.datasets.traits.Traits`)
        - `errors`: one row per sample, variant and prompt, wrong pixels by kind (`ErrorKinds`)
        - `agreement`: one row per sample, prompt and two variants, the IoU of their masks
        - `clicks`: one row per sample, variant, prompt of the kind `clicks` and click (from 1), where in the
          photograph it fell (pixels), whether it said water, and the IoU after it; an analyst stops where
          nothing is wrong any more
        - `logits`: one row per sample, variant and prompt that has logits or probabilities, two lists of
          pixel counts: the histograms of the logits inside and outside the reference
          (`floodeval.metrics.logit_histograms`); a probability p counts as log(p / (1 - p))
        - `validation`: as the metrics, of the photographs that only choose thresholds, where the run has any
        - `baselines`: one row per sample and trivial baseline, what a mask that needs no model scores
          (`floodeval.metrics.trivial_baselines`)
        - `fidelity`: one row per sample, SAM variant, thing on dry land (from 1) and `form` of its prompt,
          `point` (x, y) or `box` (x0, y0, x1, y1), both in pixels; the measures of
          `floodeval.evaluation.prompt_fidelity`, and of the worst answers small pictures (`ANSWER_PICTURES`)
        - `domain`: one row per sample and variant with a domain model: the distance of the photograph from
          the variant's training photographs, its percentile, and of a variant that routes which model
          answered

        Raises:
            FloodevalError: the run has no such table, as runs made before it, or one that cannot be read.
        """
        path = self.folder / f"{name}.parquet"
        try:
            table = pd.read_parquet(path)
        except FileNotFoundError:
            raise FloodevalError(saying("runs.no_table", run=self.folder, table=path.name)) from None
        except (OSError, ValueError) as error:
            why = str(error).splitlines()[0]
            raise FloodevalError(saying("runs.broken_table", path=path, why=why)) from None
        missing = set((DETAILS | OPTIONAL)[name]) - set(table.columns)
        if missing:
            lacking = ", ".join(sorted(missing))
            raise FloodevalError(saying("runs.table_lacks", path=path, columns=lacking))
        return table

    def dataset(self) -> Dataset:
        """Find the photographs that the run was made from, by the data set's name and fingerprint.

        Raises:
            FloodevalError: they are not on this machine, or are not the same; says how to bring them.
        """
        name, wanted = self.info.dataset["name"], self.info.dataset["fingerprint"]
        if name in ("", ".", "..") or set(name) & set("/\\\0"):  # would lead elsewhere
            check_name("data set", name)
        folders = [place / name for place in dataset_places()]
        reading = Reading(self.info.labels, self.info.photographs)
        asked = self.info.request.config if self.info.request else None
        options = ReadingOptions(config=Path(asked)) if asked and Path(asked).is_file() else ReadingOptions()
        found = [load_dataset(folder, options, reading=reading) for folder in folders if folder.is_dir()]
        for dataset in found:
            if dataset.fingerprint == wanted:
                return dataset.repaired((self.info.split or {}).get("repaired", {}))
        if found:
            raise FloodevalError(saying("runs.other_photographs", folder=found[0].folder))
        places = Joined(folders, saying("runs.or"))
        raise FloodevalError(saying("runs.no_photographs", name=name, places=places))


def mask_path(folder: Path, variant: str, prompt: str, sample_id: str) -> Path:
    """Where a run keeps one predicted mask.

    Raises:
        FloodevalError: a part of it would lead out of the run's folder.
    """
    root = folder / "masks" / variant / folder_name(prompt)
    path = root / f"{sample_id}.png"
    places = (folder / "masks", root)  # an id with `/` has its own subfolder, and never another's
    if "\0" in str(path) or not all(path.resolve().is_relative_to(place.resolve()) for place in places):
        raise FloodevalError(saying("runs.outside", id=sample_id, variant=variant, prompt=prompt, run=folder))
    return path


def list_runs() -> list[str]:
    """The names of the finished runs in all results folders, by when they were begun, the newest first."""
    return [run.folder.name for run in _by_age()]


class _Glance(NamedTuple):
    """When a run was begun, in seconds since 1970, and its folder."""

    created: float
    folder: Path


def _by_age() -> list[_Glance]:
    """The finished runs, the newest first; those whose `run.json` cannot be read are last."""
    finished = (folder for folder in result_folders("runs") if (folder / "metrics.parquet").is_file())
    return sorted(map(_glance, finished), reverse=True)


def _glance(folder: Path) -> _Glance:
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
        created = datetime.fromisoformat(info.created)
    except (OSError, ValueError):
        return _Glance(float("-inf"), folder)
    if created.tzinfo is None:
        created = created.replace(tzinfo=UTC)
    return _Glance((created - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds(), folder)


def find_run(run: str | Path) -> Path:
    """Find a run's folder: a path, or a name in the results folders.

    Raises:
        FloodevalError: there is none, or its evaluation has not finished.
    """
    for folder in (Path(run), locate("runs", str(run))):
        if (folder / "metrics.parquet").is_file():
            return folder if folder.name not in ("", "..") else folder.resolve()
        if (folder / "run.json").is_file():
            raise FloodevalError(saying("runs.unfinished", run=folder))
    known = ", ".join(list_runs())
    raise FloodevalError(saying("runs.unknown" if known else "runs.none", run=run, known=known))


def load_run(run: str | Path) -> Run:
    """Read a run, by path or by name.

    Raises:
        FloodevalError: no such run, or a file of it that this version cannot read.
    """
    folder = find_run(run)
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
        metrics = pd.read_parquet(folder / "metrics.parquet")
        skipped = read_texts(folder / "skipped.csv")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloodevalError(saying("runs.broken", run=folder, why=error)) from None
    missing = set(COLUMNS) - set(metrics.columns)
    if missing:
        raise FloodevalError(saying("runs.lacks", run=folder, columns=", ".join(sorted(missing))))
    return Run(folder, _named(info, folder), _without_undefined(metrics), skipped)


def _named(info: RunInfo, folder: Path) -> RunInfo:
    """The record with the name of the run's folder, which may be a copy or was renamed by other programs."""
    return replace(info, name=folder.name) if is_name(folder.name) else info


def _without_undefined(metrics: pd.DataFrame) -> pd.DataFrame:
    """Leave out what 0 / 0 is: earlier versions wrote 0 for it, which is the policy no more."""
    undefined = {
        "precision": metrics["tp"] + metrics["fp"] == 0,
        "recall": metrics["tp"] + metrics["fn"] == 0,
        "specificity": metrics["tn"] + metrics["fp"] == 0,
    }
    return metrics.assign(**{name: metrics[name].mask(where) for name, where in undefined.items()})


def find_split(run: Run, dataset: Dataset) -> Split | None:
    """Find the split that a run names among those that lie with the trained models; None where it is not.

    A run keeps the hash of its split, and every model's folder the split that it was trained with.
    """
    wanted = (run.info.split or {}).get("sha256")
    if (run.info.split or {}).get("name") == OWN and (own := own_split(dataset)) and own.sha256 == wanted:
        return own
    for folder in result_folders("models") if wanted else ():
        if not (folder / "split.csv").is_file():
            continue
        try:
            split = read_split(folder / "split.csv", dataset)
        except FloodevalError:
            continue
        if split.sha256 == wanted:
            return split
    return None


def subsets_of(run: Run) -> dict[str, str]:
    """The subset of each evaluated sample that is in one, from the run's own rows."""
    rows = run.metrics[["id", "split"]].dropna().drop_duplicates("id")
    return dict(zip(rows["id"].astype(str), rows["split"].astype(str), strict=True))


def run_inventory(run: Run) -> pd.DataFrame:
    """Put the evaluated samples in a table as `floodeval.datasets.inventory` does, from the run alone.

    The format is missing; findings are those that the run keeps of samples whose truth is in doubt.
    """
    rows = run.metrics.drop_duplicates("id").reset_index(drop=True)
    table = pd.DataFrame(
        {
            "id": rows["id"].astype(str),
            "width": rows["width"],
            "height": rows["height"],
            "format": None,
            "mask_width": rows["width"],
            "mask_height": rows["height"],
            "water_share": rows["truth_share"].astype("float64"),
            "subset": rows["split"],
            "scene": rows["scene"],
        }
    )
    table["findings"] = [tuple(run.info.flagged.get(sample_id, ())) for sample_id in table["id"]]
    return table[list(INVENTORY_COLUMNS)]
