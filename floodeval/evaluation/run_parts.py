"""The parts of a run's record: data set, split, settings, inference, and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from floodeval.evaluation.variant_record import Variant as Variant

KEPT = "float16, kept"  # embeddings that go by way of the cache


class DatasetPart(TypedDict):
    """The data set: its `name`, `fingerprint`, the `n_samples` that were asked for, and if it is drawn.

    `class_name` is the class that its masks call water where that is another one, and `display_name` is what
    people read instead of `name`.
    """

    name: str
    fingerprint: str
    n_samples: NotRequired[int]
    synthetic: NotRequired[bool]
    class_name: NotRequired[str]
    display_name: NotRequired[str]


class SplitPart(TypedDict, total=False):
    """The split, its digest and the subset of it; where its record is known, what that says."""

    name: str
    sha256: str
    subset: str | None
    seed: int | None
    excluded: dict[str, list[str]]
    repaired: dict[str, str]


class MetricsPart(TypedDict, total=False):
    """How masks were measured."""

    failure_threshold: float | None
    nsd_tolerance_px: str
    boundary_width: str
    mask_threshold: float
    empty_policy: str


@dataclass(frozen=True)
class Group:
    """The runs that one command made, one for each data set.

    Attributes:
        name: of the group.
        runs: their names, in the order of the data sets.
        in_domain: the name of the run on the data set that the fine-tuned variants were made for.
    """

    name: str
    runs: tuple[str, ...]
    in_domain: str


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
class FidelityRecord:
    """How prompt fidelity was measured: `spec` of the prompts on dry land, such as `land:n=5`."""

    spec: str


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
        prompts: specs in canonical form, that of prompts on dry land last.
        water: the values of `--water`; None for black and white masks.
        ignore: the values of `--ignore`.
        exif: `apply` or `ignore` where that was stated, by an option or the data set; None where nobody did.
        stretch: `percentiles` or `none`, in the same way.
        config: path of the data set's configuration as it was given.
        keep_embeddings: whether `--keep-embeddings` was given.
        allow_leak: whether `--allow-leak` was given.
        command: `demo` or `stress` with the options of its own, where that drew the data; else empty.
        trained_on: files with the ids that checkpoints were trained on, as they were given.
        no_domain: whether `--no-domain` was given.
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
    trained_on: tuple[str, ...] = ()
    no_domain: bool = False
