"""The grammar of `--variant NAME=SOURCE`: what a source of masks is, read without loading anything."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoint_headers import is_segmenter
from floodeval.sam.domain import UNLIKE, domain_path
from floodeval.sam.prompts import NO_PROMPT, PROMPT_KINDS
from floodeval.sam.registry import MODELS, published
from floodeval.storage.paths import CHECKPOINT, WEIGHT_FILES, find_checkpoint, known_models, locate

PUBLISHED, FINETUNED = "pretrained", "finetuned"  # sources that depend on the default model type
PREPROCESSINGS = ("sam", "medsam", "unit")
MASKS_PREFIX, PLUGIN_PREFIX, ROUTE_PREFIX = ("masks", "python", "route")  # of what is no single SAM
ROUTE_OPTIONS = ("percentile",)
MODEL_OPTIONS = ("size", "preprocessing")
MASK_OPTIONS = ("threshold", "water")
MASK_SUFFIXES = (".png", ".tif", ".tiff", ".npy", ".npz", ".jpg", ".jpeg")
_BLEND = re.compile(r"(?P<model>.+)@(?P<alpha>[^@:/\\\\]*)", re.DOTALL)
_FACTORY = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<factory>[A-Za-z_]\w*)")


@dataclass(frozen=True)
class StatedInput:
    """What a person states about the input of a model, where its file does not say so.

    Attributes:
        image_size: side of the square input, in pixels; None: as the file says, or as published.
        preprocessing: one of `PREPROCESSINGS`; None likewise.
    """

    image_size: int | None = None
    preprocessing: str | None = None


@dataclass(frozen=True)
class ModelSource:
    """A SAM as a person names it.

    Attributes:
        default_type: the model type of a checkpoint that does not reveal its own.
        checkpoint: the file; None: the published weights.
        model_type: where it was stated, as in `vit_b:my.pth`; None: as the file says.
        stated: what was stated about its input.
        alpha: for a blend, the share of the checkpoint, 0 to 1; the rest is that of the published weights.
    """

    prompt_kinds: ClassVar[tuple[str, ...]] = tuple(kind for kind in PROMPT_KINDS if kind != NO_PROMPT)

    default_type: str
    checkpoint: Path | None = None
    model_type: str | None = None
    stated: StatedInput = StatedInput()
    alpha: float | None = None


@dataclass(frozen=True)
class MaskFolderSource:
    """A folder of masks that another program made, as a person names it.

    Attributes:
        folder: that holds one mask per sample.
        water: the values that mean water, where masks hold class ids.
        threshold: the probability above which a pixel is water, where masks hold probabilities, 0 to 1.
    """

    prompt_kinds: ClassVar[tuple[str, ...]] = (NO_PROMPT,)

    folder: Path
    water: tuple[int, ...] | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class PluginSource:
    """A model behind the plugin protocol: the factory `factory` of the Python module `module`."""

    module: str
    factory: str

    @property
    def name(self) -> str:
        """Module and factory as a person writes them: `package.module:factory`."""
        return f"{self.module}:{self.factory}"


@dataclass(frozen=True)
class SegmenterSource:
    """A plain segmentation network that was trained here, as a person names it."""

    prompt_kinds: ClassVar[tuple[str, ...]] = (NO_PROMPT,)

    checkpoint: Path


@dataclass(frozen=True)
class RoutedSource:
    """A fine-tuned SAM for photographs like its training photographs; the others go to the pretrained model.

    Attributes:
        model: the fine-tuned SAM, next to whose checkpoint is a domain model.
        percentile: from which on a photograph goes to the pretrained model, above 0 and below 100.
    """

    prompt_kinds: ClassVar[tuple[str, ...]] = ModelSource.prompt_kinds

    model: ModelSource
    percentile: float = UNLIKE

    @property
    def checkpoint(self) -> Path | None:
        """The fine-tuned SAM's file."""
        return self.model.checkpoint


VariantSource = ModelSource | MaskFolderSource | PluginSource | SegmenterSource | RoutedSource


def split_variant(text: str) -> tuple[str, str | None]:
    """Split `NAME=SOURCE` at its first `=`; a bare NAME that is itself a source is both.

    A bare NAME that is neither a model type nor a model stands for the published weights (None).

    Raises:
        FloodevalError: nothing follows the `=`, or a bare NAME is a path, which lacks the variant's name.
    """
    name, equals, source = text.partition("=")
    if equals and not source:
        raise FloodevalError(saying("checkpoints.no_source", variant=text))
    if equals:
        return name, source
    if name in (*MODELS, FINETUNED, *known_models()):
        return name, name
    if name != PUBLISHED and Path(name).exists():
        raise FloodevalError(saying("checkpoints.no_variant_name", path=name))
    return name, None


def parse_source(text: str | Path | None, default_type: str) -> VariantSource:
    """Read a source: a SAM, a folder of masks, or a plugin.

    - a SAM: `pretrained`, a model type, a model of `results/models`, a path, or `TYPE:PATH`;
      `?size=256&preprocessing=medsam` may follow
    - a segmenter that was trained here: a model of `results/models`, or a path
    - a blend of a SAM with the published weights: the SAM, then `@` and its share, as in `my-model@0.5`
    - a folder of masks: its path, or `masks:PATH`; `?threshold=0.5` or `?water=1,2` may follow
    - a fine-tuned SAM with a domain model, for photographs like its training photographs, and the pretrained
      model for the others: `route:MODEL`; `?percentile=99` may follow
    - a plugin: `python:PACKAGE.MODULE:FACTORY`; nothing is imported here

    An existing path is always taken as a path.

    Args:
        text: the source; None for the published weights of the default model type.
        default_type: the model type of SAMs that state and reveal none.

    Raises:
        FloodevalError: there is no such model, file or folder; a folder holds both a checkpoint and masks;
            the share of a blend is not a number from 0 to 1; or the source's kind is not available.
    """
    published(default_type)
    if text is None or str(text) == PUBLISHED:
        return ModelSource(default_type, model_type=default_type)
    place, query = _without_options(str(text))
    if Path(place).exists():
        if _holds_masks_only(Path(place)):
            return _mask_source(place, query, str(text))
        return _of_checkpoint(
            find_checkpoint(place), default_type, _stated_input(query, str(text)), str(text)
        )
    prefix, colon, rest = place.partition(":")
    if colon and prefix == MASKS_PREFIX:
        return _mask_source(rest, query, str(text))
    if colon and prefix == PLUGIN_PREFIX:
        return _plugin_source(rest, query, str(text))
    if colon and prefix == ROUTE_PREFIX:
        return _routed_source(rest, query, default_type, str(text))
    if (blend := _BLEND.fullmatch(place)) and not locate("models", place).exists():
        return _blend(blend, default_type, _stated_input(query, str(text)), str(text))
    return _named_model(place, default_type, _stated_input(query, str(text)), str(text))


def parse_model(text: str | Path | None, default_type: str) -> ModelSource:
    """Read the source of a SAM, where nothing else will do.

    Raises:
        FloodevalError: as `parse_source`, or the source is none of a SAM.
    """
    source = parse_source(text, default_type)
    if isinstance(source, SegmenterSource):
        raise FloodevalError(saying("checkpoints.segmenter_no_sam", source=text))
    if not isinstance(source, ModelSource):
        raise FloodevalError(saying("checkpoints.no_sam_source", source=text))
    return source


def _of_checkpoint(
    checkpoint: Path, default_type: str, stated: StatedInput, text: str, model_type: str | None = None
) -> ModelSource | SegmenterSource:
    """The source that a checkpoint is; its own metadata says whether it is a segmenter."""
    if not is_segmenter(checkpoint):
        return ModelSource(default_type, checkpoint, model_type, stated)
    if model_type is not None or stated != StatedInput():
        raise FloodevalError(saying("checkpoints.segmenter_options", source=text))
    return SegmenterSource(checkpoint)


def _named_model(
    place: str, default_type: str, stated: StatedInput, text: str
) -> ModelSource | SegmenterSource:
    """A SAM or a segmenter that is not named by an existing path."""
    prefix, colon, rest = place.partition(":")
    if colon and prefix in MODELS:
        if not rest:
            raise FloodevalError(saying("checkpoints.no_path", source=text))
        return _of_checkpoint(find_checkpoint(rest), default_type, stated, text, prefix)
    if place in MODELS:
        return ModelSource(default_type, model_type=place, stated=stated)
    if place == FINETUNED and place not in known_models():
        return ModelSource(default_type, find_checkpoint(finetuned_name(default_type)), stated=stated)
    return _of_checkpoint(find_checkpoint(place), default_type, stated, text)


def _blend(found: re.Match[str], default_type: str, stated: StatedInput, text: str) -> ModelSource:
    """A SAM blended with the published weights of its type."""
    source = parse_source(found["model"], default_type)
    if not isinstance(source, ModelSource) or source.alpha is not None or source.checkpoint is None:
        raise FloodevalError(saying("blends.no_model", source=text, model=found["model"]))
    return replace(source, stated=stated, alpha=parse_alpha(found["alpha"]))


def parse_alpha(text: str) -> float:
    """Read the share of a checkpoint in a blend.

    Raises:
        FloodevalError: it is not a number from 0 to 1.
    """
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", text, re.ASCII) or not 0 <= float(text) <= 1:
        raise FloodevalError(saying("blends.alpha", given=text))
    return float(text)


def _holds_masks_only(folder: Path) -> bool:
    """Whether an existing path is a folder of masks; False for a file or a folder with a checkpoint.

    Raises:
        FloodevalError: the folder holds both, or neither.
    """
    if not folder.is_dir() or (folder / CHECKPOINT).is_file():  # which no folder of masks holds
        return False
    weights = next((name for name in WEIGHT_FILES if (folder / name).is_file()), None)
    holds_masks = _holds_masks(folder)
    if weights and holds_masks:
        raise FloodevalError(saying("checkpoints.both", folder=folder, file=folder / weights))
    if not weights and not holds_masks:
        raise FloodevalError(saying("checkpoints.neither", folder=folder, expected=", ".join(WEIGHT_FILES)))
    return holds_masks


def _holds_masks(folder: Path) -> bool:
    """Whether a folder or one of its subfolders holds a file that may be a mask."""
    return any(name.lower().endswith(MASK_SUFFIXES) for _, _, names in os.walk(folder) for name in names)


def _mask_source(place: str, query: Mapping[str, str], text: str) -> MaskFolderSource:
    if not place or not Path(place).is_dir():
        raise FloodevalError(saying("masks.no_folder", folder=place))
    options = _known_options(query, MASK_OPTIONS, "?threshold=0.5", text)
    if len(options) > 1:
        raise FloodevalError(saying("masks.both_options", source=text))
    return MaskFolderSource(Path(place), _water(options, text), _threshold(options, text))


def _water(options: Mapping[str, str], text: str) -> tuple[int, ...] | None:
    given = options.get("water")
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(,[0-9]{1,9})*", given, re.ASCII):
        raise FloodevalError(saying("masks.water_option", source=text, given=given))
    return tuple(sorted({int(value) for value in given.split(",")}))


def _threshold(options: Mapping[str, str], text: str) -> float | None:
    given = options.get("threshold")
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", given, re.ASCII) or not 0 < float(given) < 1:
        raise FloodevalError(saying("masks.threshold_option", source=text, given=given))
    return float(given)


def _routed_source(place: str, query: Mapping[str, str], default_type: str, text: str) -> RoutedSource:
    given = _known_options(query, ROUTE_OPTIONS, "?percentile=99", text).get("percentile", f"{UNLIKE:g}")
    if not re.fullmatch(r"[0-9]*\.?[0-9]+", given, re.ASCII) or not 0 < float(given) < 100:
        raise FloodevalError(saying("domain.route_percentile", source=text, given=given))
    model = parse_source(place, default_type)
    if not isinstance(model, ModelSource) or model.checkpoint is None:
        raise FloodevalError(saying("domain.route_no_model", source=text, model=place))
    if domain_path(model.checkpoint) is None:
        raise FloodevalError(saying("domain.none", model=place.partition("@")[0]))
    return RoutedSource(model, float(given))


def _plugin_source(place: str, query: Mapping[str, str], text: str) -> PluginSource:
    found = _FACTORY.fullmatch(place)
    if found is None or query:
        raise FloodevalError(saying("plugins.no_source", source=text))
    return PluginSource(found["module"], found["factory"])


def stated_input(recorded: Mapping[str, Any] | None) -> StatedInput:
    """What to state about a model so that its input is as a run recorded it; None: as published."""
    if recorded is None:
        return StatedInput()
    size = int(recorded["image_size"])
    if recorded["scaling"] == "minmax":
        return StatedInput(size, "medsam")
    return StatedInput(size, "unit" if recorded["mean"] == [0.0, 0.0, 0.0] else None)


def options_of(text: str | Path | None) -> StatedInput:
    """What the options at the end of a SAM's source state; raises as `parse_source`."""
    return StatedInput() if text is None else _stated_input(_without_options(str(text))[1], str(text))


def finetuned_name(model_type: str) -> str:
    """The bundled fine-tuning of a model type."""
    return f"flood-area-{model_type}"


def _without_options(text: str) -> tuple[str, dict[str, str]]:
    """A source without its options, and these by name."""
    place, mark, query = text.rpartition("?")
    if not mark or Path(text).exists():
        return text, {}
    given = parse_qsl(query, keep_blank_values=True)
    options = dict(given)
    if len(options) != len(given) or not given:
        known = ", ".join((*MODEL_OPTIONS, *MASK_OPTIONS, *ROUTE_OPTIONS))
        example = "?size=256"
        raise FloodevalError(
            saying("checkpoints.option", source=text, option=query, known=known, example=example)
        )
    return place, options


def _known_options(
    options: Mapping[str, str], known: tuple[str, ...], example: str, text: str
) -> Mapping[str, str]:
    """The options; raises FloodevalError where one is not known."""
    if any(name not in known for name in options):
        query = text.rpartition("?")[2]
        named = {"known": ", ".join(known), "example": example}
        raise FloodevalError(saying("checkpoints.option", source=text, option=query, **named))
    return options


def _stated_input(query: Mapping[str, str], text: str) -> StatedInput:
    options = _known_options(query, MODEL_OPTIONS, "?size=256", text)
    return StatedInput(_image_size(options, text), _preprocessing(options, text))


def _image_size(options: Mapping[str, str], text: str) -> int | None:
    given = options.get("size")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and 64 <= int(given) <= 4096 and int(given) % 16 == 0):
        raise FloodevalError(saying("checkpoints.size", source=text, size=given))
    return int(given)


def _preprocessing(options: Mapping[str, str], text: str) -> str | None:
    given = options.get("preprocessing")
    if given is not None and given not in PREPROCESSINGS:
        known = ", ".join(PREPROCESSINGS)
        raise FloodevalError(saying("checkpoints.preprocessing", source=text, given=given, known=known))
    return given
