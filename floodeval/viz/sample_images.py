"""The photograph, reference mask and predicted masks of one sample, as read from disk."""

from dataclasses import dataclass, field
from pathlib import Path

from floodeval.datasets.dataset import read_sample_reduced, read_truth
from floodeval.datasets.image_files import Enough
from floodeval.datasets.images import Mask
from floodeval.datasets.layouts import Sample
from floodeval.datasets.reference_masks import Truth, read_mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.i18n.catalog import Saying, saying
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import Rgb


@dataclass(frozen=True)
class SampleImages:
    """One sample with one prompt, at full size.

    Attributes:
        id: of the sample.
        size: height and width of the photograph, or of the first mask; `truth`, `ignored` and all masks in
            `predicted` have it.
        photograph: H x W x 3; smaller where less was asked for; None where it could not be read.
        truth: the reference mask; None where it could not be read.
        predicted: masks by variant.
        problems: one sentence for each file that could not be read.
        ignored: the pixels that count nowhere; None where all count.
    """

    id: str
    size: tuple[int, int]
    photograph: Rgb | None = None
    truth: Mask | None = None
    predicted: dict[str, Mask] = field(default_factory=dict)
    problems: tuple[Saying, ...] = ()
    ignored: Mask | None = None

    def counted(self, mask: Mask) -> Mask:
        """A mask without the pixels that count nowhere."""
        return mask if self.ignored is None else mask & ~self.ignored


def _whole(height: int, width: int) -> tuple[int, int]:
    return height, width


def read_sample_images(
    folder: Path,
    sample_id: str,
    prompt: PromptSpec,
    variants: list[str],
    sample: Sample | None,
    enough: Enough = _whole,
) -> SampleImages:
    """Read a sample's photograph, its reference mask and the masks of a run; no mask is resized to fit.

    Args:
        folder: the run's folder.
        sample_id: as in the run's table.
        prompt: of the masks.
        variants: of the masks, A first and B second.
        sample: the photograph and its reference mask; None where they are not on this machine.
        enough: how many pixels of the photograph are enough, from its height and width; by default all.
    """
    problems: list[Saying] = []
    pair = _read_pair(sample, enough, problems) if sample else None
    masks = _read_masks(folder, sample_id, prompt, variants, problems)
    size = _common_size(pair[1].water if pair else None, masks, problems)
    return SampleImages(
        id=sample_id,
        size=size,
        photograph=pair[0] if pair else None,
        truth=pair[1].water if pair else None,
        predicted={name: mask for name, mask in masks.items() if mask.shape == size},
        problems=tuple(problems),
        ignored=pair[1].ignored if pair else None,
    )


def _read_pair(sample: Sample, enough: Enough, problems: list[Saying]) -> tuple[Rgb, Truth] | None:
    try:
        photograph, size = read_sample_reduced(sample, enough)
        truth = read_truth(sample)
    except FloodevalError as error:
        problems.append(error.args[0])
        return None
    if size != truth.water.shape:
        sizes = {"size": _by(size), "mask_size": _by(truth.water.shape)}
        names = {"photograph": sample.photograph.name, "mask": sample.mask.name}
        problems.append(saying("images.other_size", **names, **sizes))
        return None
    return photograph, truth


def _read_masks(
    folder: Path, sample_id: str, prompt: PromptSpec, variants: list[str], problems: list[Saying]
) -> dict[str, Mask]:
    masks = {}
    for name in variants:
        try:
            masks[name] = read_mask(mask_path(folder, name, prompt.spec, sample_id))
        except FloodevalError as error:
            problems.append(error.args[0])
    return masks


def _common_size(truth: Mask | None, masks: dict[str, Mask], problems: list[Saying]) -> tuple[int, int]:
    """The size of the reference mask, or of the first mask; a mask of another size is a problem."""
    shapes = [truth.shape] if truth is not None else [mask.shape for mask in masks.values()]
    if not shapes:
        return 1, 1
    height, width = shapes[0]
    for name, mask in masks.items():
        if mask.shape != (height, width):
            sizes = {"found": _by(mask.shape), "size": _by((height, width))}
            problems.append(saying("images.other_prediction", variant=name, **sizes))
    return height, width


def _by(shape: tuple[int, ...]) -> str:
    """A height and width as width x height."""
    return f"{shape[1]}x{shape[0]}"
