"""The grammar of `--variant NAME=SOURCE`: what a source of masks is, read without loading anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.registry import MODELS, published
from floodeval.storage.paths import find_checkpoint, known_models, locate

PUBLISHED, FINETUNED = "pretrained", "finetuned"  # sources that depend on the default model type
UNKNOWN_TRAINING = "unknown"  # what is recorded where nobody knows what a model was trained on
PREPROCESSINGS = ("sam", "medsam", "unit")
LATER = ("masks", "python", "route")  # prefixes of sources that are reserved
OPTIONS = ("size", "preprocessing")


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
    """

    default_type: str
    checkpoint: Path | None = None
    model_type: str | None = None
    stated: StatedInput = StatedInput()


def split_variant(text: str) -> tuple[str, str | None]:
    """Split `NAME=SOURCE` at its first `=`; a bare NAME that is itself a source is both.

    A bare NAME that is neither a model type nor a model stands for the published weights (None).
    """
    name, equals, source = text.partition("=")
    if equals:
        return name, source or None
    return name, name if name in (*MODELS, FINETUNED, *known_models()) else None


def parse_source(text: str | Path | None, default_type: str) -> ModelSource:
    """Read a source: `pretrained`, a model type, a model of `results/models`, a path, or `TYPE:PATH`.

    `?size=256&preprocessing=medsam` may follow. An existing path is always taken as a path.

    Args:
        text: the source; None for the published weights of the default model type.
        default_type: the model type of sources that state and reveal none.

    Raises:
        FloodevalError: there is no such model or file, or the source is of a kind that is not available.
    """
    published(default_type)
    if text is None or str(text) == PUBLISHED:
        return ModelSource(default_type, model_type=default_type)
    place, stated = _without_options(str(text))
    if Path(place).exists():
        return ModelSource(default_type, find_checkpoint(place), stated=stated)
    prefix, colon, rest = place.partition(":")
    if colon and prefix in LATER:
        raise FloodevalError(saying("checkpoints.later", source=text, prefix=prefix))
    if colon and prefix in MODELS:
        return ModelSource(default_type, find_checkpoint(rest), prefix, stated)
    if place in MODELS:
        return ModelSource(default_type, model_type=place, stated=stated)
    if place == FINETUNED and place not in known_models():
        return ModelSource(default_type, find_checkpoint(finetuned_name(default_type)), stated=stated)
    name, at, _ = place.rpartition("@")
    if at and locate("models", name).exists() and not locate("models", place).exists():
        raise FloodevalError(saying("checkpoints.no_blend", source=text))
    return ModelSource(default_type, find_checkpoint(place), stated=stated)


def stated_input(recorded: Mapping[str, Any] | None) -> StatedInput:
    """What to state about a model so that its input is as a run recorded it; None: as published."""
    if recorded is None:
        return StatedInput()
    size = int(recorded["image_size"])
    if recorded["scaling"] == "minmax":
        return StatedInput(size, "medsam")
    return StatedInput(size, "unit" if recorded["mean"] == [0.0, 0.0, 0.0] else None)


def options_of(text: str | Path | None) -> StatedInput:
    """What the options at the end of a source state; raises as `parse_source`."""
    return StatedInput() if text is None else _without_options(str(text))[1]


def finetuned_name(model_type: str) -> str:
    """The bundled fine-tuning of a model type."""
    return f"flood-area-{model_type}"


def _without_options(text: str) -> tuple[str, StatedInput]:
    """A source without its options, and what they state."""
    place, mark, query = text.rpartition("?")
    if not mark or Path(text).exists():
        return text, StatedInput()
    given = parse_qsl(query, keep_blank_values=True)
    options = dict(given)
    unknown = [name for name in options if name not in OPTIONS]
    if unknown or len(options) != len(given) or not given:
        known = ", ".join(OPTIONS)
        raise FloodevalError(saying("checkpoints.option", source=text, option=query, known=known))
    return place, StatedInput(_image_size(options, text), _preprocessing(options, text))


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
