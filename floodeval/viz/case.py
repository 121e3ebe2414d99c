"""One sample at the size at which it is shown: photograph, truth, predictions, and where they differ."""

from dataclasses import dataclass, field
from pathlib import Path

from floodeval.datasets.layouts import Sample
from floodeval.i18n.catalog import Saying
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt
from floodeval.viz.material import Material, read_material
from floodeval.viz.overlay import Split, split
from floodeval.viz.palette import Rgb
from floodeval.viz.thumbnails import LONGEST_PX, Coverage, Size, averaged, coverage_at, shrunk_size


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
