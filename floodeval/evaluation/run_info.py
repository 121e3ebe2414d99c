"""What was run: the content of a run's `run.json`, written as schema 2, read as schema 1 or 2."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from floodeval.data.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.data.reading import UNTOUCHED, PhotographReading
from floodeval.data.spread import Spread
from floodeval.errors import FloodevalError
from floodeval.metrics.overlap import FAILURE_THRESHOLD
from floodeval.results import check_name
from floodeval.sam.prompts import PromptSpec, parse_prompt

SCHEMA = 2
SCHEMAS = (1, 2)  # that are read
SOURCES = ("sam", "masks", "plugin")
KEPT = "float16, kept"  # embeddings that go by way of the cache
UNKNOWN = "unknown"  # on what a variant was trained
DRAWN_NAMES = ("demo", "stress")  # data sets that floodeval drew, in runs of schema 1
CONTRADICTED = "labels_contradicted"  # a finding: every variant agrees better with the inverted labels


@dataclass(frozen=True)
class Variant:
    """A named source of masks, as `run.json` names it.

    `sha256` is of all tensors of a SAM, `encoder_sha256` of its image encoder's; `trained_on` says on which
    data set (name, fingerprint) and split it was fine-tuned, None where that is not known or where it was
    not; `source` is sam, masks or plugin; `display_name` is what people read instead of `name`;
    `file_sha256` is of the file that the weights came in, None in runs of schema 1.
    """

    name: str
    model_type: str
    checkpoint: str | None
    sha256: str
    encoder_sha256: str
    trained_on: dict[str, str] | None = None
    source: str = "sam"
    display_name: str | None = None
    file_sha256: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The variant as `run.json` keeps it."""
        tuned_on = UNKNOWN if self.checkpoint and self.trained_on is None else self.trained_on
        return asdict(self) | {"trained_on": tuned_on}

    @classmethod
    def from_json(cls, content: Any, key: str) -> Self:
        """Read what `to_json` wrote; raises ValueError that names the key where it is no variant."""
        _expect(content, dict, key)
        _known(content, (one.name for one in fields(cls)), key)
        for name in ("name", "model_type", "sha256", "encoder_sha256"):
            _expect(content.get(name), str, f"{key}.{name}")
        for name in ("checkpoint", "display_name", "file_sha256"):
            _expect(content.get(name), (str, type(None)), f"{key}.{name}")
        _named("variant", content["name"], key)
        if content.get("source", "sam") not in SOURCES:
            raise ValueError(f"{key}.source is {content['source']!r}; expected one of {', '.join(SOURCES)}")
        trained_on = content.get("trained_on")
        if trained_on not in (None, UNKNOWN):
            _expect_texts(trained_on, f"{key}.trained_on")
        return cls(**{**content, "trained_on": None if trained_on == UNKNOWN else trained_on})


@dataclass(frozen=True)
class Inference:
    """With what masks are predicted; a resumed run uses the same.

    `backend` runs the image encoder, `precision` is the data type of its weights, and `embeddings` says how
    embeddings reach the decoder: `float32`, or `float16, kept` where they go by way of the cache.
    """

    backend: str = "torch"
    precision: str = "float32"
    embeddings: str = "float32"

    @property
    def keeps_embeddings(self) -> bool:
        """Whether embeddings come from the cache, rounded to half precision."""
        return self.embeddings == KEPT


@dataclass(frozen=True)
class RequestRecord:
    """What is needed to give the command again.

    Attributes:
        dataset: the data set, a path or a name as it was given.
        split: the split's path as it was given.
        subset: of the split.
        model: the model type.
        device: the torch device as it was given.
        variants: by name the source as it was given, None for the published weights.
        prompts: specs in canonical form.
        water: the values of `--water`; None for black and white masks.
        ignore: the values of `--ignore`.
        exif: `apply` or `ignore` where that was stated, by an option or the data set; None where nobody did.
        stretch: `percentiles` or `none`, in the same way.
        config: path of the data set's configuration as it was given.
        keep_embeddings: whether `--keep-embeddings` was given.
        allow_leak: whether `--allow-leak` was given.
        command: `demo` or `stress` with the options of its own, where that drew the data; else empty.
    """

    dataset: str
    split: str | None = None
    subset: str | None = None
    model: str = "vit_t"
    device: str = "cpu"
    variants: Mapping[str, str | None] = field(default_factory=dict)
    prompts: tuple[str, ...] = ()
    water: tuple[int, ...] | None = None
    ignore: tuple[int, ...] = ()
    exif: str | None = None
    stretch: str | None = None
    config: str | None = None
    keep_embeddings: bool = False
    allow_leak: bool = False
    command: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `asdict` gave; raises ValueError that names the key where it is none."""
        _expect(content, dict, "request")
        _known(content, (one.name for one in fields(cls)), "request")
        text, none = str, type(None)
        for name in ("dataset", "model", "device"):
            _expect(content.get(name), text, f"request.{name}")
        for name in ("split", "subset", "exif", "stretch", "config"):
            _expect(content.get(name), (text, none), f"request.{name}")
        for name in ("keep_embeddings", "allow_leak"):
            _expect(content.get(name), bool, f"request.{name}")
        _expect(content.get("variants"), dict, "request.variants")
        for name, source in content["variants"].items():
            _expect(source, (text, none), f"request.variants.{name}")
        _expect_list(content.get("prompts"), text, "request.prompts")
        _expect_list(content.get("ignore"), int, "request.ignore")
        water = content.get("water")
        if water is not None:
            _expect_list(water, int, "request.water")
        _expect_list(content.get("command", []), text, "request.command")
        lists = {"prompts": tuple(content["prompts"]), "ignore": tuple(content["ignore"])}
        lists["command"] = tuple(content.get("command", []))
        return cls(**{**content, **lists, "water": None if water is None else tuple(water)})


@dataclass(frozen=True)
class RunInfo:
    """What was run, with what, on what machine, and how long it took: the content of `run.json`.

    Attributes:
        name: the run's.
        created: when it was begun, UTC, ISO 8601.
        dataset: its `name`, `fingerprint`, `n_samples` that were asked for, and whether it is `synthetic`,
            that is, drawn by floodeval.
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
        group: the runs that one command made have one; None for a single run.
        inference: with what masks were predicted.
        request: what was asked for; None in runs of schema 1.
        findings: what is doubtful about the run as a whole, by key: `CONTRADICTED`.
        schema: 2; 1 where it was read from an older run.
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
    group: str | None = None
    inference: Inference = Inference()
    request: RequestRecord | None = None
    findings: tuple[str, ...] = ()
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

    @property
    def is_synthetic(self) -> bool:
        """Whether the photographs were drawn by floodeval; older runs tell by the data set's name."""
        return bool(self.dataset.get("synthetic", False))

    def to_json(self) -> str:
        """The text of `run.json`."""
        content = {one.name: getattr(self, one.name) for one in fields(self)}
        content |= {
            "schema": SCHEMA,
            "variants": [one.to_json() for one in self.variants],
            "prompts": [prompt.to_json() for prompt in self.prompts],
            "label_agreement": None if self.label_agreement is None else asdict(self.label_agreement),
            "labels": self.labels.to_json(),
            "photographs": self.photographs.to_json(),
            "inference": asdict(self.inference),
            "request": None if self.request is None else asdict(self.request),
        }
        return json.dumps({key: content[key] for key in _ORDER}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the text of `run.json`; raises ValueError that names the key where it is not one."""
        content = json.loads(text)
        _expect(content, dict, "run.json")
        if content.get("schema") not in SCHEMAS:
            read = " and ".join(map(str, SCHEMAS))
            raise ValueError(f"schema is {content.get('schema')!r}; this floodeval reads {read}")
        if content["schema"] == 1:
            content = _of_schema_1(content)
        _known(content, _ORDER, "run.json")
        _check_parts(content)
        return cls(
            **content | {key: _read(read, content, key) for key, read in _PARTS.items() if key in content}
        )


_ORDER = (
    *("schema", "name", "group", "created", "dataset", "labels", "photographs", "split", "variants"),
    *("prompts", "metrics", "inference", "environment", "timings", "resources", "leaks", "flagged"),
    *("label_agreement", "findings", "request"),
)  # in which a person reads them


def _of_schema_1(content: dict[str, Any]) -> dict[str, Any]:
    """The same in schema 2, as far as it is known; `schema` stays 1."""
    dataset: Any = content.get("dataset")
    metrics: Any = content.get("metrics")
    _expect(dataset, dict, "dataset")
    _expect(metrics, dict, "metrics")
    settings = dict(metrics)
    embeddings = settings.pop("embeddings", Inference.embeddings)
    return {
        **content,
        "dataset": {**dataset, "synthetic": dataset.get("name") in DRAWN_NAMES},
        "metrics": settings,
        "inference": {**asdict(Inference()), "embeddings": embeddings},
        "resources": _without_process_memory(content),
    }


def _without_process_memory(content: dict[str, Any]) -> Any:
    """The resources of a run on a CPU without the peak memory, which was the whole process's."""
    resources, environment = content.get("resources", {}), content.get("environment", {})
    on_cpu = isinstance(environment, dict) and environment.get("device") == "cpu"
    if not on_cpu or not isinstance(resources, dict):
        return resources
    return {
        name: {**part, "peak_memory_mb": {}} if isinstance(part, dict) else part
        for name, part in resources.items()
    }


def _check_parts(content: dict[str, Any]) -> None:
    """Raise ValueError where a part that is kept as it is, is not what its readers rely on."""
    for key in ("name", "created"):
        _expect(content.get(key), str, key)
    _named("run", content["name"], "name")
    _expect(content.get("group"), (str, type(None)), "group")
    _expect(content.get("dataset"), dict, "dataset")
    for key in ("name", "fingerprint"):
        _expect(content["dataset"].get(key), str, f"dataset.{key}")
    _expect(content["dataset"].get("synthetic", False), bool, "dataset.synthetic")
    _expect(content.get("split"), (dict, type(None)), "split")
    _expect_texts((content["split"] or {}).get("repaired", {}), "split.repaired")
    _expect(content.get("metrics"), dict, "metrics")
    _expect(
        content["metrics"].get("failure_threshold"), (int, float, type(None)), "metrics.failure_threshold"
    )
    for key in ("environment", "timings", "resources", "leaks", "flagged"):
        _expect(content.get(key, {}), dict, key)
    for name, part in content.get("resources", {}).items():
        _expect(part, dict, f"resources.{name}")
    for key in ("leaks", "flagged"):
        for name, ids in content.get(key, {}).items():
            _expect_list(ids, str, f"{key}.{name}")


def _variants(content: Any) -> tuple[Variant, ...]:
    _expect_list(content, dict, "variants")
    if not content:
        raise ValueError("variants is empty")
    return tuple(Variant.from_json(one, f"variants[{number}]") for number, one in enumerate(content))


def _prompts(content: Any) -> tuple[PromptSpec, ...]:
    _expect_list(content, dict, "prompts")
    if not content:
        raise ValueError("prompts is empty")
    for number, prompt in enumerate(content):
        _expect(prompt.get("spec"), str, f"prompts[{number}].spec")
    return tuple(parse_prompt(prompt["spec"]) for prompt in content)


def _inference(content: Any) -> Inference:
    _expect_texts(content, "inference")
    _known(content, (one.name for one in fields(Inference)), "inference")
    return Inference(**content)


def _findings(content: Any) -> tuple[str, ...]:
    _expect_list(content, str, "findings")
    return tuple(content)


_PARTS: dict[str, Callable[[Any], Any]] = {
    "variants": _variants,
    "prompts": _prompts,
    "label_agreement": lambda content: None if content is None else Spread.from_json(content),
    "labels": LabelScheme.from_json,
    "photographs": PhotographReading.from_json,
    "inference": _inference,
    "request": lambda content: None if content is None else RequestRecord.from_json(content),
    "findings": _findings,
}


def _read(read: Callable[[Any], Any], content: dict[str, Any], key: str) -> Any:
    """A part of `run.json` as what it stands for; raises ValueError that names the key where it is none."""
    try:
        return read(content[key])
    except (KeyError, TypeError, ValueError, AttributeError, FloodevalError) as error:
        why = str(error)
        raise ValueError(why if why.startswith(key) else f"{key} cannot be read: {why}") from None


def _named(what: str, name: str, key: str) -> None:
    try:
        check_name(what, name)
    except FloodevalError as error:
        raise ValueError(f"{key}: {error}") from None


def _expect(value: Any, kind: type | tuple[type, ...], key: str) -> None:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{key} is {value!r}; expected {_KINDS[kind]}")


def _expect_list(value: Any, kind: type, key: str) -> None:
    if not isinstance(value, list) or not all(type(one) is kind for one in value):
        raise ValueError(f"{key} is {value!r}; expected a list, each {_KINDS[kind]}")


def _expect_texts(value: Any, key: str) -> None:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError(f"{key} is {value!r}; expected an object of text")


def _known(content: dict[str, Any], keys: Iterator[str] | tuple[str, ...], part: str) -> None:
    unknown = sorted(set(content) - set(keys))
    if unknown:
        raise ValueError(f"{part} has the unknown key {unknown[0]!r}")


_KINDS: dict[type | tuple[type, ...], str] = {
    str: "text",
    (str, type(None)): "text or null",
    int: "a whole number",
    bool: "true or false",
    (int, float, type(None)): "a number or null",
    dict: "an object",
    (dict, type(None)): "an object or null",
}
