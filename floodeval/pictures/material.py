"""What a run's folder and the data set hold on one sample, read once; what cannot be read is named."""

from dataclasses import dataclass, field
from pathlib import Path

from floodeval.data.rasters import MAX_PIXELS, Mask, read_mask, read_reduced
from floodeval.data.samples import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.pictures.palette import Rgb
from floodeval.sam.prompts import PromptSpec


@dataclass(frozen=True)
class Material:
    """One sample with one prompt as it lies on disk.

    `size` is height and width of the photograph, or of the first mask; `truth` and every mask in `predicted`
    (by variant) have it. `photograph` has it too, or fewer pixels where fewer were asked for. `problems` says
    in one line each what could not be read.
    """

    id: str
    size: tuple[int, int]
    photograph: Rgb | None = None
    truth: Mask | None = None
    predicted: dict[str, Mask] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_material(
    folder: Path,
    sample_id: str,
    prompt: PromptSpec,
    variants: list[str],
    sample: Sample | None,
    n_pixels: int = MAX_PIXELS,
) -> Material:
    """Read a sample's photograph, its truth and the masks of a run; nothing is ever resized to fit.

    Args:
        folder: the run's folder.
        sample_id: as in the run's table.
        prompt: which prompt's masks.
        variants: whose masks, A first and B second.
        sample: the photograph and its truth; None where they are not on this machine.
        n_pixels: how many of the photograph will do.
    """
    problems: list[str] = []
    pair = _read_pair(sample, n_pixels, problems) if sample else None
    masks = _read_masks(folder, sample_id, prompt, variants, problems)
    size = _common_size(pair[1] if pair else None, masks, problems)
    return Material(
        id=sample_id,
        size=size,
        photograph=pair[0] if pair else None,
        truth=pair[1] if pair else None,
        predicted={name: mask for name, mask in masks.items() if mask.shape == size},
        problems=tuple(problems),
    )


def _read_pair(sample: Sample, n_pixels: int, problems: list[str]) -> tuple[Rgb, Mask] | None:
    try:
        (photograph, size), truth = read_reduced(sample.photograph, n_pixels), read_mask(sample.mask)
    except FloodevalError as error:
        problems.append(str(error))
        return None
    if size != truth.shape:
        found, wanted = (f"{width}x{height}" for height, width in (truth.shape, size))
        problems.append(
            f"{sample.photograph.name} is {wanted} and its mask {sample.mask.name} is {found}; "
            "pair the photograph with its own mask"
        )
        return None
    return photograph, truth


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


def _common_size(truth: Mask | None, masks: dict[str, Mask], problems: list[str]) -> tuple[int, int]:
    """The truth's size, or the first mask's; a mask of another size is named."""
    shapes = [truth.shape] if truth is not None else [mask.shape for mask in masks.values()]
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
