"""One sample at the size at which it is shown: photograph, masks, and where they differ."""

from dataclasses import dataclass, field
from pathlib import Path

from floodeval.datasets.layouts import Sample
from floodeval.i18n.catalog import Saying
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt
from floodeval.viz.overlays import Overlap, overlap_of
from floodeval.viz.sample_images import SampleImages, read_sample_images
from floodeval.viz.style import Rgb
from floodeval.viz.thumbnails import LONGEST_PX, Coverage, Size, averaged, coverage_at, shrunk_size


@dataclass(frozen=True)
class Case:
    """One sample with one prompt, shrunk for the screen.

    Attributes:
        id: of the sample.
        size: the photograph's own height and width.
        shown: height and width of all pictures here.
        photograph: None where it could not be read, as for `truth` and `prompt`.
        truth: the reference mask.
        prompt: in the photograph's own pixels.
        predicted: masks by variant.
        errors: by variant, the overlap of the reference mask (first) and its mask (second).
        against: the overlap of the first variant's mask and the second's.
        problems: one sentence for each file that could not be read.
        ignored: pixels that count nowhere and are in none of the masks; None where all count.
    """

    id: str
    size: tuple[int, int]
    shown: tuple[int, int]
    photograph: Rgb | None = None
    truth: Coverage | None = None
    prompt: Prompt | None = None
    predicted: dict[str, Coverage] = field(default_factory=dict)
    errors: dict[str, Overlap] = field(default_factory=dict)
    against: Overlap | None = None
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
    """Read one sample of a run, and its photograph where it is on this machine.

    Args:
        folder: the run's folder.
        sample_id: as in the run's table.
        prompt: of the masks, and the one to draw.
        variants: of the masks, A first and B second.
        sample: the photograph and its reference mask; None where they are not on this machine.
        longest: of the pictures' sides, in pixels.

    Returns:
        The case; what could not be read is missing from it and named in `problems`.
    """
    images = read_sample_images(folder, sample_id, prompt, variants, sample)
    return case_from_images(images, variants, shrunk_size(*images.size, longest), prompt)


def case_from_images(
    images: SampleImages,
    variants: list[str],
    size: Size,
    prompt: PromptSpec | None = None,
    against: bool = True,
) -> Case:
    """Shrink a sample to a size.

    Args:
        images: of the sample.
        variants: A first and B second.
        size: height and width, in pixels.
        prompt: to make from the reference mask; None for a case without a prompt.
        against: whether to compare the masks of A and B.
    """
    truth = images.truth
    masks = {name: images.counted(mask) for name, mask in images.predicted.items()}
    shown = {name: coverage_at(mask, size) for name, mask in masks.items()}
    shown_truth = None if truth is None else coverage_at(truth, size)
    errors = {}
    if truth is not None and shown_truth is not None:
        errors = {name: overlap_of(truth, mask, shown_truth, shown[name]) for name, mask in masks.items()}
    a, b = (*variants, "", "")[:2]
    both_known = against and a in masks and b in masks
    return Case(
        id=images.id,
        size=images.size,
        shown=size,
        photograph=None if images.photograph is None else averaged(images.photograph, size),
        truth=shown_truth,
        prompt=make_prompt(prompt, truth, images.id) if prompt and truth is not None else None,
        predicted=shown,
        errors=errors,
        against=overlap_of(masks[a], masks[b], shown[a], shown[b]) if both_known else None,
        problems=images.problems,
        ignored=None if images.ignored is None else coverage_at(images.ignored, size),
    )
