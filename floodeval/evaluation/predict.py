"""Masks of single photographs: the variants asked with a prompt that a person gives."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.images import Mask, encode_mask, read_header, read_photograph
from floodeval.datasets.outlines import geojson
from floodeval.errors import FloodevalError
from floodeval.evaluation.domain_check import load_domain_check
from floodeval.evaluation.plan import checked_models
from floodeval.evaluation.predictor import Predictor, load_answering
from floodeval.progress import Progress, silent
from floodeval.sam.domain import PhotographDistance
from floodeval.sam.inference import Prediction
from floodeval.sam.marks import Marks
from floodeval.storage.atomic import write_bytes, write_text


@dataclass(frozen=True)
class Predicted:
    """A variant's mask of a photograph, H x W, SAM's IoU estimate, and where it was written.

    `score` is NaN for a segmenter, which estimates no IoU. `domain` says how far the photograph is from the
    variant's training photographs; None where the variant has no domain model.
    """

    image: Path
    variant: str
    mask: Mask
    score: float
    png: Path | None = None
    outline: Path | None = None
    domain: PhotographDistance | None = None

    @property
    def water_share(self) -> float:
        """How much of the photograph the mask calls water, 0 to 1."""
        return float(np.mean(self.mask))


def predict(
    images: Iterable[str | Path],
    variants: Mapping[str, str | Path | None] | None = None,
    prompt: str | Marks = "full",
    *,
    out: str | Path | None = None,
    model_type: str = "vit_t",
    device: str = "cpu",
    photographs: PhotographReading | None = None,
    progress: Progress = silent,
) -> Iterator[Predicted]:
    """Predict the water in photographs, and optionally write the masks and their outlines.

    Wrong arguments are refused before a model is loaded. The photographs are then read and predicted one by
    one, as the iterator advances.

    Args:
        images: files of photographs.
        variants: source by variant name, as `evaluate` takes them; None for the published weights. By default
            `pretrained` and the bundled fine-tuned model of that type. Blends, routes and segmenters are
            possible; folders of masks and plugins are not. A segmenter's mask does not depend on the prompt.
        prompt: marks in every photograph's own pixels: `full`, `box=x0,y0,x1,y1`, `points=x,y;x,y,0` (0 marks
            land), or a box and points joined by `+`.
        out: folder for `<variant>/<image>.png`, 0 and 255 at the photograph's own size, and
            `<variant>/<image>.geojson`, outlines in pixel coordinates; None writes nothing.
        model_type: of variants whose source does not state or reveal it: vit_t, vit_b, vit_l or vit_h.
        device: a torch device.
        photographs: how they are read, such as a run's `info.photographs`; by default, decided for each
            photograph separately.
        progress: called with the steps of a download of published weights.

    Returns:
        One prediction per photograph and variant, in order.

    Raises:
        FloodevalError: a photograph, variant, checkpoint or prompt is wrong.
    """
    paths = [Path(image) for image in images]
    marks = Marks.parse(prompt) if isinstance(prompt, str) else prompt
    sources = checked_models(variants, model_type)
    _check(paths, marks, photographs)
    loaded = load_answering(sources, device, progress=progress)
    predictor = Predictor(loaded, load_domain_check(loaded, device, progress=progress))
    return _predicted(predictor, paths, marks, None if out is None else Path(out), photographs)


def outline_of(answer: Prediction, image: str, variant: str, marks: Marks) -> str:
    """A prediction's outlines as GeoJSON in pixel coordinates, with what it was made from."""
    known = {} if math.isnan(answer.score) else {"predicted_iou": round(answer.score, 4)}
    return geojson(answer.mask, image=image, variant=variant, prompt=str(marks), **known)


def _check(paths: Sequence[Path], marks: Marks, photographs: PhotographReading | None) -> None:
    """Refuse what can be told from file names and headers alone."""
    if not paths:
        raise FloodevalError("no photographs to predict; give at least one image file")
    stem, times = Counter(path.stem for path in paths).most_common(1)[0]
    if times > 1:
        raise FloodevalError(
            f"{times} photographs have the name '{stem}', so their masks would be one file; "
            "predict them into different folders"
        )
    for path in paths:
        header = read_header(path, photographs.exif if photographs else "apply")
        marks.check((header.height, header.width), path.name)


def _predicted(
    predictor: Predictor,
    paths: Sequence[Path],
    marks: Marks,
    out: Path | None,
    photographs: PhotographReading | None,
) -> Iterator[Predicted]:
    for path in paths:
        photograph = read_photograph(path, photographs)
        encodings = predictor.encode(photograph)
        answers = predictor.decode(encodings, marks)
        distances = predictor.distances(photograph, encodings)
        for name, answer in answers.items():
            png, outline = _write(out, path, name, answer, marks) if out else (None, None)
            far = distances.get(name)
            yield Predicted(path, name, answer.mask, answer.score, png, outline, far)


def _write(out: Path, image: Path, variant: str, answer: Prediction, marks: Marks) -> tuple[Path, Path]:
    png, outline = out / variant / f"{image.stem}.png", out / variant / f"{image.stem}.geojson"
    write_bytes(png, encode_mask(answer.mask))
    write_text(outline, outline_of(answer, image.name, variant, marks))
    return png, outline
