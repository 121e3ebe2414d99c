"""Views with what the pretrained model answers on them, for a training that retains."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoints import read_tensors, write_tensors
from floodeval.sam.inference import Embedding
from floodeval.sam.land_prompts import LARGEST, land_points
from floodeval.sam.loading import Model
from floodeval.sam.prompts import generator
from floodeval.training.augmentation import Augmentation, Share
from floodeval.training.config import TrainingConfig
from floodeval.training.encoder_stages import StagedEncoder
from floodeval.training.examples import WATER, Example, Picture, Views, autocast, resized, views_cache
from floodeval.training.lessons import LARGEST_IN_CROP, Lesson, Teacher

SMALLEST_CROP, LARGEST_CROP = 0.15, 0.6  # share of each side that a strong crop keeps
VALIDATION_THINGS = 4  # per view, at which retention is measured
LAYOUT = "2"  # of a kept view; another number where views are made or kept in another way


@dataclass(frozen=True)
class TaughtView:
    """A view, computed as far as no trained weight is involved.

    Attributes:
        stem: what the first stages of the image encoder make of it.
        share: H x W, share of water in each pixel (255: all).
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        lesson: what the pretrained model shows of it.
    """

    stem: torch.Tensor
    share: Share
    ignored: np.ndarray[tuple[int, int], np.dtype[np.bool_]] | None
    lesson: Lesson


class TaughtViews:
    """Random views of photographs, each with a lesson; gradients reach the trained part of the encoder.

    Views are kept on disk where each photograph has a fixed number of them (about 9 MB each for vit_t): they
    depend on no trained weight and on no seed, so that later epochs and other trainings use them again.
    """

    def __init__(
        self,
        pictures: Sequence[Picture],
        student: StagedEncoder,
        teacher: Teacher,
        augmentation: Augmentation,
        precision: str,
        *,
        n_things: int,
        n_views: int = 0,
        crops: bool = False,
        seed: int = 0,
    ) -> None:
        """Lay out the views; none is computed before it is asked for.

        Args:
            pictures: the photographs.
            student: the trained encoder; where its first stages are the teacher's, they are computed once.
            teacher: the pretrained model.
            augmentation: of the views.
            precision: float32 or bfloat16.
            n_things: the largest number of things on dry land per view.
            n_views: number of views of each photograph, the first of them without augmentation; 0: a new one
                for every draw, and none is kept.
            crops: whether the views are strong crops around dry land, from which water is not learned.
            seed: of new views, and of the order of kept ones.
        """
        self.pictures, self.student, self.teacher = pictures, student, teacher
        self.augmentation = replace(augmentation, zoom=0.0, shrink=0.0) if crops else augmentation
        self.precision = getattr(torch, precision)
        self.n_things, self.n_views, self.crops, self.seed = n_things, n_views, crops, seed
        self.cache = views_cache()
        own = student.stem_sha256
        self.shares_stem = own == teacher.encoder.stem_sha256
        made: tuple[object, ...] = (
            LAYOUT,
            teacher.sha256,
            student.cut,
            self.augmentation,
            precision,
            n_things,
            crops,
        )
        made = made if self.shares_stem else (*made, own)
        self.folder = self.cache.folder / f"taught-{hashlib.sha256(repr(made).encode()).hexdigest()[:16]}"
        self.keys = [_key(picture) for picture in pictures] if n_views else []

    def __len__(self) -> int:
        return len(self.pictures)

    def example(self, index: int, draw: str) -> Example:
        """The view of a photograph for a draw, encoded with the present weights."""
        view = self._kept(index, self._number(index, draw)) if self.n_views else self._fresh(index, draw)
        size = (view.share.shape[0], view.share.shape[1])
        with autocast(self.student.sam, self.precision):
            stem = view.stem.float() if view.stem.dtype == torch.float16 else view.stem
            features = self.student.rest(stem)
        embedding = Embedding(features.float(), size, size)
        return Example(
            self.pictures[index].id, embedding, view.share, view.ignored, view.lesson, not self.crops
        )

    def _number(self, index: int, draw: str) -> int:
        """Which of the kept views a draw gives: epochs take one after the other, from a random one on."""
        first = int(generator(self.seed, f"first view {self.pictures[index].id}").integers(self.n_views))
        return (first + int(draw)) % self.n_views if draw.isdigit() else 0

    def _fresh(self, index: int, draw: str) -> TaughtView:
        return self._made(index, generator(self.seed, f"view {draw}:{self.pictures[index].id}"))

    def _kept(self, index: int, number: int) -> TaughtView:
        """Read a kept view, or make and keep it; a damaged file counts as none."""
        path = self.folder / f"{self.keys[index]}-{number}.safetensors"
        try:
            view = _from_tensors(read_tensors(path)[0])
        except (FloodevalError, KeyError):
            view = self._made(index, generator(0, f"view {number}:{self.pictures[index].id}"), number == 0)
            return self._keep(path, view)
        self.cache.used(path)
        return view

    def _keep(self, path: Path, view: TaughtView) -> TaughtView:
        tensors = {field.name: getattr(view.lesson, field.name) for field in fields(Lesson)}
        tensors["stem"] = view.stem.half() if view.stem.dtype == torch.float32 else view.stem
        tensors["share"] = torch.from_numpy(view.share)
        if view.ignored is not None:
            tensors["ignored"] = torch.from_numpy(view.ignored)
        write_tensors(path, {name: one.contiguous().cpu() for name, one in tensors.items()}, {})
        self.cache.added(path)
        return _from_tensors(tensors)

    def _made(self, index: int, rng: np.random.Generator, plain: bool = False) -> TaughtView:
        """Draw a view and let the teacher answer on it."""
        picture = strong_crop(self.pictures[index], rng) if self.crops else self.pictures[index]
        change = Augmentation() if plain else self.augmentation
        view = change.view(picture.photograph, picture.share, picture.ignored, rng)
        photograph, share, ignored = resized(*view)
        truth = share > WATER
        largest = LARGEST_IN_CROP if self.crops else LARGEST
        with torch.no_grad(), autocast(self.student.sam, self.precision):
            stem = self.student.stem(photograph)
            taught = stem if self.shares_stem else self.teacher.encoder.stem(photograph)
            lesson = self.teacher.lesson(taught, truth, ignored, self.n_things, rng, largest=largest)
        return TaughtView(stem, share, ignored, lesson)


def taught_views(
    pictures: Mapping[str, Sequence[Picture]], model: Model, published: Model, config: TrainingConfig
) -> tuple[Views, Views]:
    """The views of a training that retains, and those of its validation.

    The first stages of a trained encoder become those of the published one, in place, unless the recipe keeps
    those that training starts from.

    Args:
        pictures: of the subsets `train` and `validation`.
        model: the trained model.
        published: the published model of its type, the teacher.
        config: the recipe.

    Raises:
        FloodevalError: the trained model takes photographs that are prepared in another way.
    """
    if model.preprocessing != published.preprocessing:
        raise FloodevalError(saying("checkpoints.retains_input"))
    student, taught = (_cut(one, model, published, config) for one in (model, published))
    if config.frozen_weights == "published":
        student.share_stem(taught)
    teacher = Teacher(taught, published.sha256)
    n_views = config.views if config.views > 1 or not config.trains_encoder else 0

    def views(subset: str, crops: bool) -> TaughtViews:
        training = subset == "train"
        return TaughtViews(
            pictures[subset],
            student,
            teacher,
            config.augmentation if training else Augmentation(),
            config.precision,
            n_things=config.things if training else VALIDATION_THINGS,
            n_views=n_views if training else 1,
            crops=crops,
            seed=config.seed,
        )

    cropped = (views("train", True),) if config.crops else ()
    train = JoinedViews((views("train", False), *cropped))
    return train, JoinedViews((views("validation", False), views("validation", True)))


def _cut(one: Model, model: Model, published: Model, config: TrainingConfig) -> StagedEncoder:
    """Cut an encoder where the trained one's published part ends."""
    if not config.trains_encoder and model.encoder_key == published.encoder_key:
        return StagedEncoder.uncut(one.sam)
    return StagedEncoder(one.sam, config.frozen_encoder if config.trains_encoder else 0.0)


@dataclass(frozen=True)
class JoinedViews:
    """Several sources of views, one after the other."""

    parts: tuple[Views, ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def example(self, index: int, draw: str) -> Example:
        """The view of a photograph of one of the parts."""
        for part in self.parts:
            if index < len(part):
                return part.example(index, draw)
            index -= len(part)
        raise IndexError(index)


def strong_crop(picture: Picture, rng: np.random.Generator) -> Picture:
    """A part of a photograph around a random place on dry land, so that the things in it appear large.

    Of each side `SMALLEST_CROP` to `LARGEST_CROP` is kept, small shares as often as large ones on a
    logarithmic scale. A photograph without land is returned as it is.
    """
    found = land_points(picture.share > WATER, picture.ignored, 1, rng)
    if not found:
        return picture
    kept = math.exp(rng.uniform(math.log(SMALLEST_CROP), math.log(LARGEST_CROP)))
    rows, columns = (
        _around(middle, length, kept)
        for middle, length in zip(reversed(found[0]), picture.share.shape, strict=True)
    )
    ignored = None if picture.ignored is None else picture.ignored[rows, columns]
    return Picture(picture.id, picture.photograph[rows, columns], picture.share[rows, columns], ignored)


def _around(middle: int, length: int, kept: float) -> slice:
    """The part of a side of so many pixels around a pixel, within the side."""
    part = max(1, round(kept * length))
    start = min(max(0, middle - part // 2), length - part)
    return slice(start, start + part)


def _key(picture: Picture) -> str:
    key = hashlib.sha256(repr((picture.id, picture.photograph.shape)).encode())
    key.update(np.ascontiguousarray(picture.photograph).data)
    key.update(np.ascontiguousarray(picture.share).data)
    if picture.ignored is not None:
        key.update(b"ignored" + picture.ignored.tobytes())
    return key.hexdigest()[:32]


def _from_tensors(tensors: dict[str, torch.Tensor]) -> TaughtView:
    lesson = Lesson(**{field.name: tensors[field.name] for field in fields(Lesson)})
    ignored = tensors["ignored"].numpy() if "ignored" in tensors else None
    return TaughtView(tensors["stem"], tensors["share"].numpy(), ignored, lesson)
