"""The predicted masks that a run was begun with, so that it is resumed with the same ones."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.evaluation.mask_folders import MaskFolderVariant
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.variant_record import MASKS
from floodeval.evaluation.variants import LoadedVariant
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import write_text
from floodeval.storage.typed_json import convert_json, parse_json

BEGUN_MASKS = "mask_digests.json"  # in the folder of a run that is being written

Digests = dict[str, dict[str, str]]


def begin_masks(folder: Path, loaded: Sequence[LoadedVariant]) -> None:
    """Write the digests of the masks that are used; where they were written before, compare them first.

    A sample whose mask was missing or could not be used when the run was begun may have one by now.

    Raises:
        FloodevalError: a mask that was used is another one, or cannot be used any more.
    """
    path = folder / BEGUN_MASKS
    folders = [one for one in loaded if isinstance(one, MaskFolderVariant)]
    if not folders:
        return
    present = {one.name: {sample_id: one.digests[sample_id] for sample_id in one.files} for one in folders}
    for variant, digests in _read(path).items():
        for sample_id, digest in digests.items():
            if present.get(variant, {}).get(sample_id) != digest:
                raise FloodevalError(saying("masks.other_mask", id=sample_id, variant=variant, run=folder))
    write_text(path, json.dumps(present) + "\n")


def with_present_masks(begun: RunInfo, info: RunInfo) -> RunInfo:
    """A begun run's content with the present digests of its folders of masks, which `begin_masks` checks."""
    present = {one.name: one for one in info.variants if one.source == MASKS}
    variants = tuple(
        replace(one, sha256=present[one.name].sha256, file_sha256=present[one.name].file_sha256)
        if one.source == MASKS and one.name in present
        else one
        for one in begun.variants
    )
    return replace(begun, variants=variants)


def _read(path: Path) -> Digests:
    try:
        return convert_json(parse_json(path.read_text(encoding="utf-8")), Digests)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("masks.broken_digests", path=path, why=error)) from None
