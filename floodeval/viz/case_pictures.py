"""What a run's folder and the data set hold on one sample, read once; what cannot be read is named."""

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
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt
from floodeval.viz.overlays import Split, split
from floodeval.viz.style import Rgb
from floodeval.viz.thumbnails import LONGEST_PX, Coverage, Size, averaged, coverage_at, shrunk_size

# What a run's folder and the data set hold on one sample, read once; what cannot be read is named.


@dataclass(frozen=True)
class Material:
    """One sample with one prompt as it lies on disk.

    `size` is height and width of the photograph, or of the first mask; `truth`, `ignored` (None where every
    pixel counts) and every mask in `predicted` (by variant) have it. `photograph` has it too, or fewer pixels
    where fewer were asked for. `problems` says in one line each what could not be read.
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


def read_material(
    folder: Path,
    sample_id: str,
    prompt: PromptSpec,
    variants: list[str],
    sample: Sample | None,
    enough: Enough = _whole,
) -> Material:
    """Read a sample's photograph, its truth and the masks of a run; nothing is ever resized to fit.

    Args:
        folder: the run's folder.
        sample_id: as in the run's table.
        prompt: which prompt's masks.
        variants: whose masks, A first and B second.
        sample: the photograph and its truth; None where they are not on this machine.
        enough: of the photograph; the whole unless given.
    """
    problems: list[Saying] = []
    pair = _read_pair(sample, enough, problems) if sample else None
    masks = _read_masks(folder, sample_id, prompt, variants, problems)
    size = _common_size(pair[1].water if pair else None, masks, problems)
    return Material(
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
    """The truth's size, or the first mask's; a mask of another size is named."""
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
    """A height and width as people write a size."""
    return f"{shape[1]}x{shape[0]}"


# One sample at the size at which it is shown: photograph, truth, predictions, and where they differ.


@dataclass(frozen=True)
class Case:
    """One sample with one prompt, shrunk for the screen.

    `size` is the photograph's own height and width, `shown` the pictures'. `photograph`, `truth`, `prompt`
    and `errors` are there only where the photograph could be read. `errors` maps a variant to the truth
    against its mask, `against` is the first variant's mask against the second's. What is `ignored` counts
    nowhere and is in none of the masks; None where every pixel counts. `problems` says in one line each what
    could not be read.
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
    problems: tuple[Saying, ...] = ()
    ignored: Coverage | None = None

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
    material = read_material(folder, sample_id, prompt, variants, sample)
    return case_of_material(material, variants, shrunk_size(*material.size, longest), prompt)


def case_of_material(
    material: Material,
    variants: list[str],
    size: Size,
    prompt: PromptSpec | None = None,
    against: bool = True,
) -> Case:
    """Shrink what was read to a size; without `prompt`, or `against`, the case has none to draw."""
    truth = material.truth
    masks = {name: material.counted(mask) for name, mask in material.predicted.items()}
    shown = {name: coverage_at(mask, size) for name, mask in masks.items()}
    true = None if truth is None else coverage_at(truth, size)
    first, second = (*variants, "", "")[:2]
    return Case(
        id=material.id,
        size=material.size,
        shown=size,
        photograph=None if material.photograph is None else averaged(material.photograph, size),
        truth=true,
        prompt=make_prompt(prompt, truth, material.id) if prompt and truth is not None else None,
        predicted=shown,
        errors={}
        if truth is None or true is None
        else {name: split(truth, mask, true, shown[name]) for name, mask in masks.items()},
        against=split(masks[first], masks[second], shown[first], shown[second])
        if against and first in masks and second in masks
        else None,
        problems=material.problems,
        ignored=None if material.ignored is None else coverage_at(material.ignored, size),
    )
