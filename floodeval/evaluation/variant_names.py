"""The names of variants that people read: those that a run states, else what each variant is.

A variant keeps its short name, such as `finetuned`, in files, tables, URLs and commands. What is shown is the
name that was stated with `--display-name`, else a description in the current language, such as `Fine-tuned
SAM (vit_t)`. Equal names are distinguished by the model's name, else by the short name.
"""

from collections.abc import Iterable

from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.variant_record import PLUGIN, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.checkpoint_headers import SEGMENTER


def variant_titles(info: RunInfo) -> dict[str, str]:
    """The names that people read, by the variants' short names; no two are equal."""
    return titles_of(info.variants)


def titles_of(variants: Iterable[Variant]) -> dict[str, str]:
    """The same for some variants; their short names differ."""
    by_title: dict[str, list[Variant]] = {}
    known = list(variants)
    for one in known:
        by_title.setdefault(one.display_name or described(one), []).append(one)
    titles = {
        name: shown for title, same in by_title.items() for name, shown in _told_apart(title, same).items()
    }
    return {one.name: titles[one.name] for one in known}


def described(variant: Variant) -> str:
    """What a variant is: `Pretrained SAM (vit_t)`, `Plain network`, `Masks of unet`."""
    if variant.masks is not None:
        return say("variants.title_masks", folder=variant.masks.folder)
    if (variant.source, variant.model_type) == (PLUGIN, SEGMENTER):
        return say("variants.title_segmenter")
    if variant.plugin is not None:
        return say("variants.title_plugin", factory=variant.plugin.factory.rpartition(":")[2])
    if variant.route is not None:
        return say("variants.title_route", model_type=variant.model_type)
    if variant.alpha is not None:
        share = formats.percent(variant.alpha)
        return say("variants.title_blend", model_type=variant.model_type, share=share)
    if variant.checkpoint is None:
        return say("variants.title_pretrained", model_type=variant.model_type)
    if variant.has_unknown_training:
        return say("variants.title_checkpoint", model_type=variant.model_type, file=variant.checkpoint)
    return say("variants.title_finetuned", model_type=variant.model_type)


def _told_apart(title: str, same: list[Variant]) -> dict[str, str]:
    """The variants of one title by short name, with something of each one's own where there are several."""
    if len(same) == 1:
        return {same[0].name: title}
    models = {one.checkpoint for one in same}
    has_own_model = len(models) == len(same) and None not in models
    return {one.name: f"{title}, {one.checkpoint if has_own_model else _own_part(one)}" for one in same}


def _own_part(variant: Variant) -> str:
    """The short name, or only what it says after the name of a variant of two sides: `box`."""
    _, opening, rest = variant.name.partition(" (")
    return rest.removesuffix(")") if opening and variant.name.endswith(")") else variant.name
