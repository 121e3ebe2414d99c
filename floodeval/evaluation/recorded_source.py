"""The source of a variant, from what a run recorded of it: as a model to load, and as a command names it."""

from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.evaluation.variant_record import SAM, Variant
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoint_headers import SEGMENTER, needs_published, read_metadata
from floodeval.sam.registry import MODELS
from floodeval.sam.sources import ModelSource, RoutedSource, SegmenterSource, stated_input
from floodeval.storage.paths import CHECKPOINT, model_folder

SEGMENTER_BASE = "vit_t"  # whose published image encoder every segmenter is built on


def has_model(variant: Variant) -> bool:
    """Whether a variant is a model that floodeval can load; False for plugins and folders of masks."""
    return variant.model_type == SEGMENTER or (variant.source == SAM and variant.model_type in MODELS)


def recorded_checkpoint(variant: Variant) -> Path | None:
    """A variant's checkpoint in the results folders; None if there is none.

    Raises:
        FloodevalError: its name would lead outside of them.
    """
    if variant.checkpoint is None:
        return None
    place = model_folder(variant.checkpoint)
    return next((path for path in (place / CHECKPOINT, place) if path.is_file()), None)


def recorded_source(variant: Variant) -> ModelSource | RoutedSource | SegmenterSource:
    """The source of a variant whose checkpoint, if it has one, is in the results folders.

    Raises:
        FloodevalError: as `recorded_checkpoint`, or it has no model.
        FileNotFoundError: its checkpoint is not there.
    """
    if not has_model(variant):
        raise FloodevalError(saying("checkpoints.variant_no_model", variant=variant.name))
    path = recorded_checkpoint(variant)
    if variant.checkpoint is not None and path is None:
        raise FileNotFoundError(variant.checkpoint)
    if variant.model_type == SEGMENTER:
        assert path is not None  # no segmenter is published
        return SegmenterSource(path)
    stated = stated_input(variant.preprocessing)
    model = ModelSource(variant.model_type, path, variant.model_type, stated, variant.alpha)
    return model if variant.route is None else RoutedSource(model, variant.route)


def published_part(variant: Variant) -> str | None:
    """The model type whose published weights a variant needs; None if it is complete by itself.

    Raises:
        FloodevalError: its checkpoint cannot be read.
    """
    if variant.model_type == SEGMENTER:
        return SEGMENTER_BASE
    path = recorded_checkpoint(variant)
    mixes = variant.alpha is not None or variant.route is not None
    return variant.model_type if path is None or mixes or needs_published(read_metadata(path)) else None


def source_text(variant: Variant) -> str:
    """A variant's source as `--variant NAME=SOURCE` takes it; the model type for published weights."""
    text = variant.checkpoint or variant.model_type
    if variant.alpha is not None:
        text += f"@{variant.alpha:g}"
    return text if variant.route is None else f"route:{text}?percentile={variant.route:g}"
