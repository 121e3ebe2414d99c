"""What the pipeline asks of a variant, whatever is behind it: a SAM, a folder of masks or a plugin."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from floodeval.datasets.dataset import Dataset, Pair, Skipped
from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.sample_rows import Decoded
from floodeval.sam.prompts import Prompt, PromptSpec


class LostDeviceError(FloodevalError):
    """The device that a model runs on cannot be used any more: the evaluation ends, no sample is to blame."""


class ForeignCodeError(FloodevalError):
    """Code that is not floodeval's own raised an error: the sample is skipped, and the error is logged."""


@dataclass(frozen=True)
class ReadSample:
    """A sample read from disk, with its prompts by spec, and the prompts that it does not allow."""

    sample: Sample
    pair: Pair
    prompts: dict[str, Prompt] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class Encoded:
    """What a variant made of a photograph before any prompt.

    Attributes:
        state: for the variant itself, and for those with the same `encoder_id`.
        took_ms: milliseconds that this took; None where it was kept or is not known.
        peak_mb: peak memory of a graphics card in MiB; None without one.
    """

    state: Any
    took_ms: float | None = None
    peak_mb: float | None = None


class LoadedVariant(Protocol):
    """A variant with all that it needs loaded."""

    @property
    def name(self) -> str:
        """The variant's name in the run."""

    @property
    def prompt_kinds(self) -> Collection[str]:
        """The kinds of prompt that it takes; `none` where it takes a photograph without any."""

    @property
    def encoder_id(self) -> Hashable:
        """Equal for variants that share an `Encoded`."""

    @property
    def lacking(self) -> Mapping[str, object]:
        """The samples that it is known to have no mask for, by id, each with the reason in one line."""

    @property
    def seen(self) -> frozenset[str]:
        """The digests of the photographs that it was trained on or chosen by, as far as they are known."""

    @property
    def has_unknown_training(self) -> bool:
        """Whether it comes from another program, and nobody declared what it was trained on."""

    @property
    def resources(self) -> dict[str, Any]:
        """Its `parameters` and `trained_parameters`; None where they are not known."""

    def declaring(self, declared: DeclaredTraining | None) -> "LoadedVariant":
        """The same variant with what it was trained on, as a person declares it."""

    def encode(self, read: ReadSample) -> Encoded:
        """Do what all prompts share."""

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """Predict the mask for one prompt of the sample, H x W at the photograph's own size."""

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it; a declaration lists samples of the data set."""


@runtime_checkable
class SharingVariant(Protocol):
    """A variant that can use what the encoders of other variants made of a photograph."""

    def encode_from(self, read: ReadSample, encoded: Mapping[Hashable, Encoded]) -> Encoded:
        """Do what all prompts share; `encoded` is by `encoder_id`."""
