"""A run on disk: what was run, the table of metrics, the masks. Read back without trust."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, Self

import pandas as pd

from floodeval.data.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.data.rasters import Mask, read_mask
from floodeval.data.reading import UNTOUCHED, PhotographReading, Reading
from floodeval.data.samples import Dataset, dataset_places, load_dataset
from floodeval.data.spread import Spread
from floodeval.data.traits import Traits
from floodeval.errors import FloodevalError
from floodeval.files import write_text, write_with
from floodeval.language.sentences import Joined, saying
from floodeval.metrics.error_kinds import ERROR_KINDS
from floodeval.metrics.measures import METRICS
from floodeval.metrics.overlap import FAILURE_THRESHOLD
from floodeval.results import check_name, results_folder
from floodeval.sam.prompts import PromptSpec, folder_name, parse_prompt

SCHEMA = 1
COLUMNS = (
    *("id", "scene", "split", "variant", "prompt", "width", "height"),
    *METRICS,
    *("tp", "fp", "fn", "tn", "truth_share", "predicted_share", "score", "encode_ms", "decode_ms"),
)
SKIPPED_COLUMNS = ("id", "stage", "reason")
DETAILS = {  # the tables beside the metrics, by name, with their columns
    "traits": ("id", "scene", *(field.name for field in fields(Traits))),
    "errors": ("id", "scene", "variant", "prompt", *ERROR_KINDS),
    "agreement": ("id", "scene", "prompt", "a", "b", "iou"),
    "clicks": ("id", "scene", "variant", "prompt", "click", "x", "y", "water", "iou"),
}


@dataclass(frozen=True)
class Variant:
    """A SAM with its weights, as `run.json` names it.

    `sha256` is of all its tensors, `encoder_sha256` of its image encoder's; `trained_on` says on which
    data set (name, fingerprint) and split it was fine-tuned, where that is known.
    """

    name: str
    model_type: str
    checkpoint: str | None
    sha256: str
    encoder_sha256: str
    trained_on: dict[str, str] | None = None


@dataclass(frozen=True)
class RunInfo:
    """What was run, with what, on what machine, and how long it took: the content of `run.json`.

    `resources` says of each variant its `parameters`, its `trained_parameters` and, by prompt, its
    `peak_memory_mb`; `leaks` the ids of the samples that a variant was trained on, where that was allowed;
    `flagged` the samples whose truth an audit doubts, with the kinds of issue; `label_agreement` how well two
    annotations of one photograph agree in the whole data set, as IoU, where its scenes were known; `labels`
    and `photographs` how the data set's files were read.
    """

    name: str
    created: str
    dataset: dict[str, Any]
    split: dict[str, Any] | None
    variants: tuple[Variant, ...]
    prompts: tuple[PromptSpec, ...]
    metrics: dict[str, Any]
    environment: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    leaks: dict[str, list[str]] = field(default_factory=dict)
    flagged: dict[str, list[str]] = field(default_factory=dict)
    label_agreement: Spread | None = None
    labels: LabelScheme = BLACK_AND_WHITE
    photographs: PhotographReading = UNTOUCHED
    schema: int = SCHEMA

    @property
    def variant_names(self) -> list[str]:
        """The variants' names, the baseline first."""
        return [variant.name for variant in self.variants]

    @property
    def prompt_specs(self) -> list[str]:
        """The prompts as text, in the order in which they were asked for."""
        return [prompt.spec for prompt in self.prompts]

    @property
    def failure_threshold(self) -> float:
        """The IoU under which a sample is a failure, for every variant alike."""
        return float(self.metrics.get("failure_threshold") or FAILURE_THRESHOLD)

    def to_json(self) -> str:
        """The text of `run.json`."""
        content = asdict(self) | {"prompts": [prompt.to_json() for prompt in self.prompts]}
        content |= {"labels": self.labels.to_json(), "photographs": self.photographs.to_json()}
        return json.dumps({"schema": content.pop("schema"), **content}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the text of `run.json`; raises ValueError, KeyError or TypeError where it is not one."""
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']}, this floodeval reads {SCHEMA}")
        content["variants"] = tuple(Variant(**variant) for variant in content["variants"])
        content["prompts"] = tuple(parse_prompt(prompt["spec"]) for prompt in content["prompts"])
        if content.get("label_agreement") is not None:
            content["label_agreement"] = Spread.from_json(content["label_agreement"])
        if "labels" in content:
            content["labels"] = LabelScheme.from_json(content["labels"])
        if "photographs" in content:
            content["photographs"] = PhotographReading.from_json(content["photographs"])
        info = cls(**content)
        info._check()
        return info

    def _check(self) -> None:
        """Raise ValueError, KeyError or TypeError where a part is not what the code below relies on."""
        for name in (self.name, *self.variant_names):
            check_name("variant or run", name)
        if not self.variants or not self.prompts:
            raise ValueError("no variants or no prompts")
        if not all(isinstance(self.dataset[key], str) for key in ("name", "fingerprint")):
            raise TypeError("the data set's name and fingerprint are not text")
        named = (self.metrics, self.environment, self.timings, self.resources, self.leaks, self.flagged)
        for part in (*named, self.split or {}, *self.resources.values()):
            if not isinstance(part, dict):
                raise TypeError(f"{part!r} is not a mapping")
        for ids in (*self.leaks.values(), *self.flagged.values()):
            if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
                raise TypeError(f"{ids!r} is not a list of text")
        _check_repairs((self.split or {}).get("repaired", {}))
        float(self.failure_threshold)


def _check_repairs(repaired: Any) -> None:
    if not isinstance(repaired, dict) or not all(isinstance(one, str) for one in repaired.values()):
        raise TypeError(f"{repaired!r} does not say whose mask fits whom")


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

    def mask(self, variant: str, prompt: str, sample_id: str) -> Mask:
        """Read a predicted mask, H x W at the photograph's own size."""
        return read_mask(mask_path(self.folder, variant, prompt, sample_id))

    def table(self, name: str) -> pd.DataFrame:
        """Read a table that stands beside the metrics, by its name in `DETAILS`.

        - `traits`: one row per sample, what it is like (`floodeval.data.traits.Traits`)
        - `errors`: one row per sample, variant and prompt, wrong pixels by kind (`ErrorKinds`)
        - `agreement`: one row per sample, prompt and two variants, the IoU of their masks
        - `clicks`: one row per sample, variant, prompt of the kind `clicks` and click (from 1), where in the
          photograph it fell (pixels), whether it said water, and the IoU after it; an analyst stops where
          nothing is wrong any more

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
        missing = set(DETAILS[name]) - set(table.columns)
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
        check_name("data set", name)
        folders = [place / name for place in dataset_places()]
        reading = Reading(self.info.labels, self.info.photographs)
        found = [load_dataset(folder, reading=reading) for folder in folders if folder.is_dir()]
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
    """The names of the finished runs under the results folder, the newest first."""
    tables = sorted(
        (results_folder() / "runs").glob("*/metrics.parquet"), key=lambda path: (path.stat().st_mtime, path)
    )
    return [path.parent.name for path in reversed(tables)]


def find_run(run: str | Path) -> Path:
    """Find a run's folder: a path, or a name under the results folder.

    Raises:
        FloodevalError: there is none, or its evaluation has not finished.
    """
    for folder in (Path(run), results_folder() / "runs" / run):
        if (folder / "metrics.parquet").is_file():
            return folder
        if (folder / "run.json").is_file():
            raise FloodevalError(saying("runs.unfinished", run=folder))
    known = ", ".join(list_runs())
    raise FloodevalError(saying("runs.unknown" if known else "runs.none", run=run, known=known))


def load_run(run: str | Path) -> Run:
    """Read a run, by path or by name.

    Raises:
        FloodevalError: no such run, or a file of it is not what this version reads.
    """
    folder = find_run(run)
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
        metrics = pd.read_parquet(folder / "metrics.parquet")
        skipped = pd.read_csv(folder / "skipped.csv", dtype=str, keep_default_na=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloodevalError(saying("runs.broken", run=folder, why=error)) from None
    missing = set(COLUMNS) - set(metrics.columns)
    if missing:
        raise FloodevalError(saying("runs.lacks", run=folder, columns=", ".join(sorted(missing))))
    return Run(folder, info, metrics, skipped)


def write_tables(
    folder: Path, metrics: pd.DataFrame, skipped: pd.DataFrame, details: Mapping[str, pd.DataFrame]
) -> None:
    """Write a run's tables; `metrics.parquet`, whose presence says that the run is finished, comes last."""
    write_text(folder / "skipped.csv", skipped.to_csv(index=False))
    write_text(folder / "metrics.csv", metrics.to_csv(index=False))
    for name, table in [*details.items(), ("metrics", metrics)]:
        write_with(folder / f"{name}.parquet", partial(table.to_parquet, index=False))
