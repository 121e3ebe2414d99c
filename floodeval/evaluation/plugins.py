"""Plugins: models of any kind as variants, behind a protocol of two methods and a list of prompts.

They are loaded from the command line and from Python only. A run, a URL or a form that names one never
imports it.
"""

import importlib
import importlib.util
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.digests import file_sha256
from floodeval.datasets.images import Mask, Photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import DeclaredTraining
from floodeval.evaluation.sample_rows import Decoded
from floodeval.evaluation.variant_record import PLUGIN, PluginRecord, Variant
from floodeval.evaluation.variants import Encoded, ForeignCodeError, ReadSample
from floodeval.i18n.catalog import Saying, saying
from floodeval.sam.prompts import NO_PROMPT, Prompt, PromptSpec
from floodeval.sam.sources import PluginSource

CAPABILITIES = ("box", "point", "points", "full", NO_PROMPT)  # the kinds of prompt that a plugin may take
METHODS = ("encode", "predict")


class Plugin(Protocol):
    """What the factory of a plugin returns.

    Attributes:
        prompts: the kinds of prompt that it takes, of `CAPABILITIES`; `none` gives it the photograph alone.
    """

    prompts: Collection[str]

    def encode(self, image: Photograph) -> Any:
        """Do what all prompts share, once per photograph.

        Args:
            image: H x W x 3, RGB, 8 bits; a copy, which may be changed.

        Returns:
            Anything; it is passed to `predict` as `state`.
        """

    def predict(self, state: Any, prompt: Prompt) -> tuple[npt.NDArray[np.bool_], float | None]:
        """Predict the water for one prompt.

        Args:
            state: from `encode`.
            prompt: in pixels of the photograph: `box`, or `points` with `labels`; all None for `none`.

        Returns:
            H x W booleans, true where water is, at the photograph's own size; and the model's own estimate of
            the mask's IoU, or None.
        """


@dataclass(frozen=True)
class PluginVariant:
    """A plugin as a variant.

    Attributes:
        name: the variant's.
        source: the factory that made the plugin.
        plugin: what it made.
        declared: what the model was trained on, where a person knows.
        lacking: nothing, since a model can be asked about any photograph.
        seen: nothing, since its training photographs are not known by their digests.
    """

    name: str
    source: PluginSource
    plugin: Plugin
    declared: DeclaredTraining | None = None
    lacking: Mapping[str, object] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()

    @property
    def prompt_kinds(self) -> Collection[str]:
        """The kinds of prompt that the plugin lists."""
        return tuple(self.plugin.prompts)

    @property
    def encoder_id(self) -> int:
        """Shared with no other variant."""
        return id(self.plugin)

    @property
    def has_unknown_training(self) -> bool:
        """Whether nobody declared what the model was trained on."""
        return self.declared is None

    @property
    def resources(self) -> dict[str, Any]:
        """The protocol does not ask for the number of parameters."""
        return {"parameters": None, "trained_parameters": None}

    def declaring(self, declared: DeclaredTraining | None) -> "PluginVariant":
        """The same plugin with what its model was trained on."""
        return replace(self, declared=declared)

    def encode(self, read: ReadSample) -> Encoded:
        """Call the plugin's `encode`; raises ForeignCodeError where that raises."""
        photograph, began = read.pair.photograph.copy(), time.perf_counter()
        try:
            state = self.plugin.encode(photograph)
        except (Exception, SystemExit) as error:
            raise ForeignCodeError(_raised(self.name, "encode", error)) from error
        return Encoded(state, 1000 * (time.perf_counter() - began))

    def decode(self, spec: PromptSpec, read: ReadSample, encoded: Encoded) -> Decoded:
        """Call the plugin's `predict`.

        Raises:
            ForeignCodeError: it raises.
            FloodevalError: it returns something other than a mask of the photograph's size and a score.
        """
        began = time.perf_counter()
        try:
            answer = self.plugin.predict(encoded.state, read.prompts[spec.spec])
            mask, score = _parts(answer)
        except (Exception, SystemExit) as error:
            raise ForeignCodeError(_raised(self.name, "predict", error)) from error
        took_ms = 1000 * (time.perf_counter() - began)
        checked = _checked_mask(self.name, mask, read.pair.truth.shape)
        return Decoded(
            self.name, spec.spec, checked, _checked_score(self.name, score), encoded.took_ms, took_ms
        )

    def described(self, dataset: Dataset) -> Variant:
        """The variant as `run.json` names it."""
        trained_on = None if self.declared is None else self.declared.trained_on(dataset)
        digest = module_sha256(self.source)
        record = PluginRecord(self.source.name, tuple(self.prompt_kinds))
        return Variant(self.name, "", None, digest, "", trained_on, PLUGIN, file_sha256=digest, plugin=record)


def load_plugin(name: str, source: PluginSource) -> PluginVariant:
    """Import the module of a plugin and call its factory.

    The working folder is looked in after Python's own path.

    Args:
        name: of the variant.
        source: module and factory.

    Raises:
        FloodevalError: the module cannot be imported, it has no such factory, this raises, or what it returns
            lacks a method or lists no known prompts.
    """
    _find_in_working_folder()
    try:
        module = importlib.import_module(source.module)
    except (Exception, SystemExit) as error:
        raise FloodevalError(saying("plugins.no_import", source=source.name, why=_why(error))) from None
    factory = getattr(module, source.factory, None)
    if not callable(factory):
        raise FloodevalError(saying("plugins.no_factory", module=source.module, factory=source.factory))
    try:
        plugin = factory()
    except (Exception, SystemExit) as error:
        raise FloodevalError(saying("plugins.factory_raised", source=source.name, why=_why(error))) from None
    missing = next((method for method in METHODS if not callable(getattr(plugin, method, None))), None)
    if missing is not None:
        raise FloodevalError(saying("plugins.no_method", source=source.name, method=missing))
    _check_prompts(source, getattr(plugin, "prompts", None))
    return PluginVariant(name, source, plugin)


def module_file(source: PluginSource) -> Path | None:
    """The Python file of a plugin's module; None where there is none. The module itself is not imported."""
    _find_in_working_folder()
    try:
        spec = importlib.util.find_spec(source.module)
    except (Exception, SystemExit):
        return None
    path = Path(spec.origin) if spec is not None and spec.origin else None
    return path if path is not None and path.is_file() else None


def module_sha256(source: PluginSource) -> str:
    """The SHA-256 of the Python file of a plugin's module; empty where it has none."""
    path = module_file(source)
    return "" if path is None else file_sha256(path)


def _find_in_working_folder() -> None:
    """Let modules in the working folder be found, after all others, also those just written."""
    importlib.invalidate_caches()
    folder = str(Path.cwd())
    if folder not in sys.path and "" not in sys.path:
        sys.path.append(folder)


def _check_prompts(source: PluginSource, prompts: Any) -> None:
    known = ", ".join(CAPABILITIES)
    if isinstance(prompts, str) or not isinstance(prompts, Collection) or not prompts:
        raise FloodevalError(saying("plugins.no_prompts", source=source.name, known=known))
    for prompt in prompts:
        if prompt not in CAPABILITIES:
            raise FloodevalError(
                saying("plugins.unknown_prompt", source=source.name, prompt=prompt, known=known)
            )


def _parts(answer: Any) -> tuple[npt.NDArray[Any], Any]:
    """The mask and the score of what `predict` returned; raises where it is no pair."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise TypeError(f"predict returned {type(answer).__name__}; expected a tuple of mask and score")
    return np.asarray(answer[0]), answer[1]


def _checked_mask(variant: str, mask: npt.NDArray[Any], size: tuple[int, ...]) -> Mask:
    if mask.shape != size:
        found, wanted = (" x ".join(map(str, shape)) or "0" for shape in (mask.shape, size))
        raise FloodevalError(saying("plugins.shape", variant=variant, shape=found, wanted=wanted))
    if mask.dtype != np.bool_:
        key = "plugins.no_booleans"
        if mask.dtype.kind == "f" and np.isnan(mask).any():
            key = "plugins.nan_mask"
        raise FloodevalError(saying(key, variant=variant, kind=mask.dtype))
    return mask.copy()  # the plugin may fill the same array again


def _checked_score(variant: str, score: Any) -> float | None:
    if score is None:
        return None
    try:
        number = float(score)
    except (TypeError, ValueError, RuntimeError):
        number = float("nan")
    if not np.isfinite(number):
        raise FloodevalError(saying("plugins.score", variant=variant))
    return number


def _raised(variant: str, method: str, error: BaseException) -> Saying:
    return saying("plugins.raised", variant=variant, method=method, why=_why(error))


def _why(error: BaseException) -> str:
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
