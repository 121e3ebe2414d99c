"""What was run: the content of a run's `run.json`, written as schema 2, read as schema 1 or 2."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Annotated, Any, Required, Self, TypedDict

from msgspec import Meta

from floodeval.datasets.dataset_config import UNTOUCHED, PhotographReading
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_parts import (
    DatasetPart,
    FidelityRecord,
    Group,
    Inference,
    MetricsPart,
    RequestRecord,
    SplitPart,
)
from floodeval.evaluation.variant_record import SOURCES, MaskScheme, PluginRecord
from floodeval.evaluation.variant_record import Variant as Variant
from floodeval.i18n.catalog import saying
from floodeval.metrics.overlap import FAILURE_LIMITS, FAILURE_THRESHOLD
from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING
from floodeval.sam.land_spec import LandSpec, is_land
from floodeval.sam.prompts import PromptSpec, parse_prompt
from floodeval.storage.paths import check_name
from floodeval.storage.typed_json import convert_json, parse_json

SCHEMA = 2
SCHEMAS = (1, 2)  # that are read
WATER = "water"  # the class that is measured unless a run names another one
DRAWN_NAMES = ("demo", "stress")  # data sets that floodeval drew, in runs of schema 1
CONTRADICTED = "labels_contradicted"  # a finding: every variant agrees better with the inverted labels
LOSSY_MASKS = "lossy_masks"  # a finding: a folder's masks are in a format that changes values, such as JPEG
NO_WATER = "no_water"  # a finding: a folder of masks has no water in any photograph
FINDINGS = (CONTRADICTED, LOSSY_MASKS, NO_WATER)  # that readers have words for


def check_failure_threshold(threshold: float) -> float:
    """Return a failure threshold unchanged; raises FloodevalError where it is not between 0.01 and 0.99."""
    low, high = FAILURE_LIMITS
    if not low <= threshold <= high:  # also where it is not a number
        raise FloodevalError(saying("runs.failure_threshold", value=f"{threshold:g}", low=low, high=high))
    return threshold


@dataclass(frozen=True)
class RunInfo:
    """What was run, with what, on what machine, and how long it took: the content of `run.json`.

    Attributes:
        name: the run's.
        created: when it was begun, UTC, ISO 8601.
        dataset: its `name`, `fingerprint`, `n_samples` that were asked for, and whether it is `synthetic`,
            that is, drawn by floodeval; optionally its `class_name` and `display_name`.
        split: its `name`, `sha256`, `subset`, and where its record is known `seed`, `excluded` and
            `repaired`; None where every sample was evaluated.
        variants: in order, the baseline first.
        prompts: in order.
        metrics: `failure_threshold`, `nsd_tolerance_px`, `boundary_width`, `mask_threshold`, `empty_policy`.
        environment: versions, machine and floodeval's commit.
        timings: seconds by stage.
        resources: of each variant its `parameters`, its `trained_parameters` and, by prompt, its
            `peak_memory_mb`, which is known on graphics cards alone.
        leaks: the ids of the samples that a variant was trained on, where that was allowed.
        flagged: the samples whose truth an audit doubts, with the kinds of issue.
        label_agreement: how well two annotations of one photograph agree in the whole data set, as IoU, where
            its scenes were known.
        labels: which values of the reference masks mean what.
        photographs: what was done to the photographs' values and orientation.
        group: the runs that one command made; None for a single run.
        inference: with what masks were predicted.
        fidelity: the prompts on dry land of `fidelity.parquet`; None where the run has none.
        domain: by variant the SHA-256 of the domain model that distances in `domain.parquet` are measured
            with; empty where there are none.
        request: what was asked for; None in runs of schema 1.
        findings: what is doubtful about the run as a whole, by key, of `FINDINGS`.
        schema: 2; 1 where it was read from an older run.
    """

    name: str
    created: str
    dataset: DatasetPart
    split: SplitPart | None
    variants: tuple[Variant, ...]
    prompts: tuple[PromptSpec, ...]
    metrics: MetricsPart
    environment: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    leaks: dict[str, list[str]] = field(default_factory=dict)
    flagged: dict[str, list[str]] = field(default_factory=dict)
    label_agreement: Spread | None = None
    labels: LabelScheme = BLACK_AND_WHITE
    photographs: PhotographReading = UNTOUCHED
    group: Group | None = None
    inference: Inference = field(default_factory=Inference)
    fidelity: FidelityRecord | None = None
    domain: dict[str, str] = field(default_factory=dict)
    request: RequestRecord | None = None
    findings: tuple[str, ...] = ()
    schema: int = SCHEMA

    @property
    def untraceable(self) -> list[str]:
        """The variants whose training data is unknown, so that leaks cannot be checked."""
        return [variant.name for variant in self.variants if variant.has_unknown_training]

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

    def at_failure_threshold(self, threshold: float) -> "RunInfo":
        """The record with another failure threshold.

        Raises:
            FloodevalError: it is not between 0.01 and 0.99.
        """
        metrics: MetricsPart = {**self.metrics, "failure_threshold": check_failure_threshold(threshold)}
        return replace(self, metrics=metrics)

    @property
    def class_name(self) -> str:
        """The class that is measured: `water` unless the run names another one."""
        return self.dataset.get("class_name", WATER)

    @property
    def is_synthetic(self) -> bool:
        """Whether the photographs were drawn by floodeval; older runs tell by the data set's name."""
        return bool(self.dataset.get("synthetic", False))

    def to_json(self) -> str:
        """The text of `run.json`."""
        content = asdict(self) | {
            "schema": SCHEMA,
            "variants": [one.to_json() for one in self.variants],
            "prompts": [prompt.to_json() for prompt in self.prompts],
        }
        return json.dumps({key: content[key] for key in _ORDER}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the text of `run.json`; raises ValueError that names the key where it is not one."""
        content = convert_json(parse_json(text), dict[str, Any])
        if content.get("schema") not in SCHEMAS:
            read = " and ".join(map(str, SCHEMAS))
            raise ValueError(f"schema: expected {read}, got {content.get('schema')!r}")
        if content["schema"] == 1:
            content = _of_schema_1(content)
        info = convert_json(content | _entries(content), cls)
        _refuse_unknown_keys(content)
        _check(info)
        # Keys that a later version added to these parts stay, so that a run that is resumed keeps them.
        return replace(info, **{key: content[key] for key in ("dataset", "split", "metrics")})


_ORDER = (
    "schema",
    "name",
    "group",
    "created",
    "dataset",
    "labels",
    "photographs",
    "split",
    "variants",
    "prompts",
    "metrics",
    "inference",
    "fidelity",
    "environment",
    "timings",
    "resources",
    "leaks",
    "flagged",
    "label_agreement",
    "findings",
    "domain",
    "request",
)  # in which a person reads them


class _PromptEntry(TypedDict):
    spec: str  # the rest of an entry follows from it


class _Entries(TypedDict):
    variants: Annotated[list[dict[str, Any]], Meta(min_length=1)]
    prompts: Annotated[list[_PromptEntry], Meta(min_length=1)]


class _Schema1(TypedDict, total=False):
    dataset: Required[dict[str, Any]]
    metrics: Required[dict[str, Any]]
    environment: dict[str, Any]
    resources: dict[str, dict[str, Any]]


def _of_schema_1(content: dict[str, Any]) -> dict[str, Any]:
    """The same in schema 2, as far as it is known; `schema` stays 1."""
    old = convert_json(content, _Schema1)
    settings, resources = dict(old["metrics"]), old.get("resources", {})
    embeddings = settings.pop("embeddings", Inference.embeddings)
    if old.get("environment", {}).get("device") == "cpu":  # the peak memory was the whole process's
        resources = {name: {**part, "peak_memory_mb": {}} for name, part in resources.items()}
    return {
        **content,
        "dataset": {**old["dataset"], "synthetic": old["dataset"].get("name") in DRAWN_NAMES},
        "metrics": settings,
        "inference": {**asdict(Inference()), "embeddings": embeddings},
        "resources": resources,
    }


def _entries(content: dict[str, Any]) -> dict[str, Any]:
    """The variants and the prompts by the fields of their classes."""
    entries = convert_json(content, _Entries)
    prompts = []
    for number, prompt in enumerate(entries["prompts"]):
        try:
            prompts.append(asdict(parse_prompt(prompt["spec"])))
        except FloodevalError as error:
            raise ValueError(f"prompts[{number}].spec: {error}") from None
    variants = [
        {**one, "trained_on": None} if one.get("trained_on") == UNKNOWN_TRAINING else one
        for one in entries["variants"]
    ]
    return {"variants": variants, "prompts": prompts}


def _refuse_unknown_keys(content: dict[str, Any]) -> None:
    for key, part, known in _closed_parts(content):
        unknown = sorted(set(part) - {one.name for one in fields(known)})
        if unknown:
            raise ValueError(f"{key} has the unknown key {unknown[0]!r}")


def _closed_parts(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """The parts that have no other keys than the fields of their class."""
    yield "run.json", content, RunInfo
    for number, one in enumerate(content["variants"]):
        yield f"variants[{number}]", one, Variant
        yield f"variants[{number}].masks", one.get("masks") or {}, MaskScheme
        yield f"variants[{number}].plugin", one.get("plugin") or {}, PluginRecord
    for key, known in (
        ("group", Group),
        ("inference", Inference),
        ("fidelity", FidelityRecord),
        ("label_agreement", Spread),
        ("request", RequestRecord),
    ):
        yield key, content.get(key) or {}, known


def _check(info: RunInfo) -> None:
    """Raise ValueError where a value is of the right type, but no value that floodeval writes."""
    _check_name("run", info.name, "name")
    if info.group is not None:
        _check_group(info.group)
    if info.fidelity is not None:
        _check_land(info.fidelity.spec)
    for number, variant in enumerate(info.variants):
        _check_name("variant", variant.name, f"variants[{number}].name")
        if variant.source not in SOURCES:
            known = ", ".join(SOURCES)
            raise ValueError(f"variants[{number}].source: expected one of {known}, got {variant.source!r}")
    if info.label_agreement and not info.label_agreement.is_measured:
        raise ValueError("label_agreement: expected IoUs of one pair or more")


def _check_group(group: Group) -> None:
    _check_name("group", group.name, "group.name")
    for number, name in enumerate(group.runs):
        _check_name("run", name, f"group.runs[{number}]")
    if group.in_domain not in group.runs:
        raise ValueError(f"group.in_domain: expected one of group.runs, got {group.in_domain!r}")


def _check_land(spec: str) -> None:
    if not is_land(spec):
        raise ValueError(f"fidelity.spec: expected prompts on dry land, such as land:n=5, got {spec!r}")
    try:
        LandSpec.parse(spec)
    except FloodevalError as error:
        raise ValueError(f"fidelity.spec: {error}") from None


def _check_name(what: str, name: str, key: str) -> None:
    try:
        check_name(what, name)
    except FloodevalError as error:
        raise ValueError(f"{key}: {error}") from None
