"""The pictures of the cases, drawn one case at a time and kept on disk while the formats are written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self, TypeAlias

from PIL import Image

from floodeval.analysis.run_findings import RunFindings
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.listing import Sample
from floodeval.i18n.catalog import say, speaking_of_synthetic_scenes
from floodeval.progress import Progress, Step, silent
from floodeval.viz.case_pictures import (
    Case,
    against_panel,
    error_panel,
    mask_panel,
    photograph_panel,
    read_case,
    truth_panel,
)
from floodeval.viz.style import Rgb, Style
from floodeval.viz.thumbnails import jpeg, small_png

LONGEST_PX = 560  # a third of an A4 page at 240 points an inch
QUALITY = 72
OPACITY = 0.55  # of the colors over a photograph
Panel: TypeAlias = tuple[str, Rgb | None, str]  # a picture's name, the picture, and its caption


@dataclass(frozen=True)
class CaseFigure:
    """A picture in a file, with its caption; `ratio` is of its width to its height."""

    path: Path
    caption: str
    ratio: float

    @property
    def media_type(self) -> str:
        """What the file holds."""
        return "image/jpeg" if self.path.suffix == ".jpg" else "image/png"


@dataclass(frozen=True)
class DrawnCase:
    """The pictures of one case, in rows; `problems` says in one line each what could not be read."""

    rows: tuple[tuple[CaseFigure, ...], ...]
    problems: tuple[str, ...]


class CaseImages:
    """Draws a case when its pictures are first needed; deletes their folder at the end."""

    def __init__(
        self,
        findings: RunFindings,
        ids: Sequence[str],
        styles: Mapping[str, Style],
        dataset: Dataset | None,
        progress: Progress = silent,
        logo: bytes | None = None,
    ) -> None:
        """Draw nothing yet.

        Args:
            findings: the run, A, B and the prompt of the masks.
            ids: the cases that can be drawn.
            styles: how A and B are drawn.
            dataset: the photographs and reference masks; None leaves them out.
            progress: called with the number of cases drawn.
            logo: a PNG file for the first page.
        """
        self.findings, self.ids, self.styles = findings, tuple(ids), styles
        self.dataset, self.progress = dataset, progress
        self._folder = TemporaryDirectory(prefix="floodeval-report-")
        self._drawn: dict[str, DrawnCase] = {}
        self._example: DrawnCase | None = None
        self.logo = self._keep_logo(logo) if logo else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._folder.cleanup()

    def of(self, sample_id: str) -> DrawnCase:
        """The pictures of a case."""
        if sample_id not in self._drawn:
            with speaking_of_synthetic_scenes(self.findings.run.info.is_synthetic):
                self._drawn[sample_id] = self._draw(sample_id)
            self.progress(Step(len(self._drawn), len(self.ids), "drawing", "cases"))
        return self._drawn[sample_id]

    def example(self, sample_id: str) -> DrawnCase:
        """The pictures of the first page: the photograph with both masks; else only the masks."""
        if self._example is None:
            with speaking_of_synthetic_scenes(self.findings.run.info.is_synthetic):
                case = self._read(sample_id)
                self._example = self._kept("example", self._rows(case)[:1], case)
        return self._example

    def _draw(self, sample_id: str) -> DrawnCase:
        case = self._read(sample_id)
        stem = f"{self.ids.index(sample_id) + 1:03d}-{hashlib.sha256(sample_id.encode()).hexdigest()[:8]}"
        return self._kept(stem, self._rows(case), case)

    def _read(self, sample_id: str) -> Case:
        findings = self.findings
        names = [findings.a, findings.b]
        masks = {name: findings.run.masks_of(name, findings.prompt.spec) for name in names}
        return read_case(masks, sample_id, self._sample(sample_id), longest=LONGEST_PX)

    def _kept(self, stem: str, rows: Sequence[Sequence[Panel]], case: Case) -> DrawnCase:
        """The pictures in rows, written to files; those that do not exist are left out."""
        kept = tuple(
            tuple(
                self._keep(f"{stem}-{name}", picture, caption, case)
                for name, picture, caption in row
                if picture is not None
            )
            for row in rows
        )
        return DrawnCase(tuple(row for row in kept if row), tuple(map(str, case.problems)))

    def _sample(self, sample_id: str) -> Sample | None:
        try:
            return self.dataset[sample_id] if self.dataset else None
        except KeyError:
            return None

    def _rows(self, case: Case) -> list[list[Panel]]:
        """Photograph and masks of A and B, then reference mask and errors of A and B; else only masks."""
        a, b = self.findings.a, self.findings.b
        styles = self.styles
        opacity = 1.0 if case.photograph is None else OPACITY
        masks = {
            letter: (
                f"mask-{letter}",
                mask_panel(case, name, styles[name], opacity),
                say("report.figure_mask", name=styles[name].label),
            )
            for letter, name in (("a", a), ("b", b))
        }
        if case.photograph is None:
            against = against_panel(case, styles[a], styles[b], opacity)
            return [[masks["a"], masks["b"], ("a-against-b", against, say("report.figure_against"))]]
        errors = {
            letter: (
                f"errors-{letter}",
                error_panel(case, name, opacity),
                say("report.figure_errors", name=styles[name].label),
            )
            for letter, name in (("a", a), ("b", b))
        }
        truth = ("truth", truth_panel(case, opacity), say("report.figure_truth"))
        return [
            [*self._photographs(case), masks["a"], masks["b"]],
            [truth, errors["a"], errors["b"]],
        ]

    def _photographs(self, case: Case) -> list[Panel]:
        """The photograph with the prompt; once for each side where their prompts differ."""
        findings = self.findings
        if not findings.has_two_prompts:
            prompted = say("report.figure_prompted" if case.prompts else "report.figure_photograph")
            return [("photograph", photograph_panel(case, findings.a), prompted)]
        return [
            (
                f"photograph-{letter}",
                photograph_panel(case, name),
                say("report.figure_prompt_of", name=self.styles[name].label),
            )
            for letter, name in (("a", findings.a), ("b", findings.b))
        ]

    def _keep_logo(self, content: bytes) -> CaseFigure:
        path = Path(self._folder.name) / "logo.png"
        path.write_bytes(content)
        with Image.open(path) as image:
            return CaseFigure(path, say("report.logo"), image.width / image.height)

    def _keep(self, stem: str, picture: Rgb, caption: str, case: Case) -> CaseFigure:
        flat = case.photograph is None
        path = Path(self._folder.name) / f"{stem}{'.png' if flat else '.jpg'}"
        path.write_bytes(small_png(picture) if flat else jpeg(picture, QUALITY))
        return CaseFigure(path, caption, picture.shape[1] / picture.shape[0])
