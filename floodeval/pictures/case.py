"""One sample at the size at which it is shown: photograph, truth, predictions, and where they differ."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from floodeval.data.rasters import Mask, read_mask, read_reduced
from floodeval.data.samples import Pair, Sample, read_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.pictures.overlay import Split, split
from floodeval.pictures.palette import Rgb
from floodeval.pictures.shrink import LONGEST_PX, Coverage, coverage, shrink_photograph, shrunk_size
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt


@dataclass(frozen=True)
class Case:
    """One sample with one prompt, shrunk for the screen.

    `size` is the photograph's own height and width, `shown` the pictures'. `photograph`, `truth`, `prompt`
    and `errors` are there only where the photograph could be read. `errors` maps a variant to the truth
    against its mask, `against` is the first variant's mask against the second's. `problems` says in one
    line each what could not be read.
    """

    id: str
    size: tuple[int, int]
    shown: tuple[int, int]
    photograph: Rgb | None = None
    truth: Coverage | None = None
    prompt: Prompt | None = None
    predicted: dict[str, Coverage] = field(default_factory=dict)
    errors: dict[str, Split] = field(default_factory=dict)
    against: Split | None = None
    problems: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """Shown pixels per pixel of the photograph."""
        return self.shown[1] / self.size[1]


def read_case(
    folder: Path,
    sample_id: str,
    prompt: PromptSpec,
    variants: list[str],
    sample: Sample | None,
    longest: int = LONGEST_PX,
) -> Case:
    """Read what a run's folder and, where it is on this machine, the data set hold on one sample.

    Args:
        folder: the run's folder.
        sample_id: as in the run's table.
        prompt: which prompt's masks, and what to draw.
        variants: whose masks, A first and B second.
        sample: the photograph and its truth; None where they are not on this machine.
        longest: of the pictures' sides, in pixels.

    Returns:
        The case; what could not be read is absent from it and named in `problems`.
    """
    problems: list[str] = []
    pair = _read_pair(sample, problems)
    masks = _read_masks(folder, sample_id, prompt, variants, problems)
    size = _common_size(pair, masks, problems)
    drop = [name for name, mask in masks.items() if mask.shape != size]
    masks = {name: mask for name, mask in masks.items() if name not in drop}
    two = [masks[name] for name in variants[:2] if name in masks]
    return Case(
        id=sample_id,
        size=size,
        shown=shrunk_size(*size, longest),
        photograph=shrink_photograph(pair.photograph, longest) if pair else None,
        truth=coverage(pair.truth, longest) if pair else None,
        prompt=make_prompt(prompt, pair.truth, sample_id) if pair else None,
        predicted={name: coverage(mask, longest) for name, mask in masks.items()},
        errors={name: split(pair.truth, mask, longest) for name, mask in masks.items()} if pair else {},
        against=split(two[0], two[1], longest) if len(two) == 2 else None,
        problems=tuple(problems),
    )


def read_errors(
    folder: Path, sample_id: str, prompt: PromptSpec, variants: list[str], sample: Sample | None, longest: int
) -> Case:
    """Read the photograph and the variants' errors alone: what a small picture needs, twice as fast.

    Takes what `read_case` takes. A sample of which anything is absent or broken is read as `read_case` does.
    """
    whole = partial(read_case, folder, sample_id, prompt, variants, sample, longest)
    if sample is None:
        return whole()
    try:
        truth = read_mask(sample.mask)
        masks = {name: read_mask(mask_path(folder, name, prompt.spec, sample_id)) for name in variants}
        height, width = shown = shrunk_size(truth.shape[0], truth.shape[1], longest)
        photograph, size = read_reduced(sample.photograph, height * width)
    except FloodevalError:
        return whole()
    if {size, *(mask.shape for mask in masks.values())} != {truth.shape}:
        return whole()
    small = np.asarray(cv2.resize(photograph, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    errors = {name: split(truth, mask, longest) for name, mask in masks.items()}
    return Case(sample_id, size, shown, photograph=small, errors=errors)


def _read_pair(sample: Sample | None, problems: list[str]) -> Pair | None:
    if sample is None:
        return None
    try:
        return read_pair(sample)
    except FloodevalError as error:
        problems.append(str(error))
        return None


def _read_masks(
    folder: Path, sample_id: str, prompt: PromptSpec, variants: list[str], problems: list[str]
) -> dict[str, Mask]:
    masks = {}
    for name in variants:
        try:
            masks[name] = read_mask(mask_path(folder, name, prompt.spec, sample_id))
        except FloodevalError as error:
            problems.append(str(error))
    return masks


def _common_size(pair: Pair | None, masks: dict[str, Mask], problems: list[str]) -> tuple[int, int]:
    """The photograph's size, or the first mask's; a mask of another size is named, never resized."""
    shapes = [pair.truth.shape] if pair else [mask.shape for mask in masks.values()]
    if not shapes:
        return 1, 1
    height, width = shapes[0]
    for name, mask in masks.items():
        if mask.shape != (height, width):
            found = f"{mask.shape[1]}x{mask.shape[0]}"
            problems.append(
                f"the mask of {name} is {found} and not {width}x{height}; evaluate this sample again"
            )
    return height, width
