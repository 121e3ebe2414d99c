"""The domain model of a fine-tuned SAM, fitted to the photographs that it was trained on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from floodeval.datasets.dataset import Dataset, read_sample_photograph
from floodeval.datasets.listing import Sample
from floodeval.datasets.splits import Split
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say, saying
from floodeval.progress import Progress, Step, silent
from floodeval.sam.domain import DOMAIN_FILE, FEWEST_TRAINING, DomainModel
from floodeval.sam.feature_distribution import Floats
from floodeval.sam.inference import Encoder
from floodeval.sam.loading import Model, load_model
from floodeval.sam.photograph_features import pooled_features


def fit_domain(
    dataset: Dataset, split: Split, model_type: str, device: str = "cpu", progress: Progress = silent
) -> DomainModel:
    """Fit a domain model to the training subset of a split, and calibrate it on the validation subset.

    Photographs that cannot be read are left out. The reference masks are not read.

    Args:
        dataset: the data set.
        split: its split.
        model_type: of the fine-tuned model; the features are of the pretrained encoder of that type.
        device: a torch device.
        progress: called with each photograph.

    Raises:
        FloodevalError: there are too few training photographs, or the pretrained weights are not available.
    """
    subsets = {name: _members(dataset, split, name) for name in ("train", "validation")}
    if len(subsets["train"]) < FEWEST_TRAINING:  # before the encoder is loaded
        raise FloodevalError(saying("domain.too_few", n=len(subsets["train"]), least=FEWEST_TRAINING))
    model = load_model(model_type, device=device, progress=progress)
    total = sum(map(len, subsets.values()))
    training = measured_features(subsets["train"], model, progress, total=total)
    validation = measured_features(
        subsets["validation"], model, progress, done=len(subsets["train"]), total=total
    )
    return DomainModel.fit(training, validation, model.encoder_sha256)


def measured_features(
    samples: Sequence[Sample],
    model: Model,
    progress: Progress = silent,
    *,
    done: int = 0,
    total: int | None = None,
) -> Floats:
    """The features of photographs, N x D; those that cannot be read are left out.

    Args:
        samples: the photographs.
        model: the pretrained model.
        progress: called with each photograph.
        done: number of photographs that were measured before, for the progress.
        total: number of all; None for these alone.
    """
    encoder, found = Encoder(model.sam, model.preprocessing), []
    for number, sample in enumerate(samples, start=done + 1):
        try:
            found.append(pooled_features(encoder.encode(read_sample_photograph(sample))))
        except FloodevalError as error:
            progress(Step(0, 0, "measuring", note=say("domain.unreadable", id=sample.id, why=error)))
        progress(Step(number, len(samples) if total is None else total, "measuring", "photographs"))
    return np.stack(found) if found else np.empty((0, 1))


def add_domain(
    folder: Path,
    dataset: Dataset,
    split: Split,
    model_type: str,
    device: str = "cpu",
    progress: Progress = silent,
) -> Path | None:
    """Write the domain model of a model that was just trained; without one, `progress` has the reason.

    Whatever goes wrong here, the model itself is kept.

    Args:
        folder: of the model.
        dataset: as for `fit_domain`, also the next arguments.
        split: its split.
        model_type: of the model.
        device: a torch device.
        progress: called with each photograph, and with a note where no domain model can be made.

    Returns:
        The file, or None.
    """
    path = folder / DOMAIN_FILE
    try:
        fit_domain(dataset, split, model_type, device, progress).write(path)
    except Exception as error:
        why = " ".join(str(error).split()) or type(error).__name__
        progress(Step(0, 0, "measuring", note=say("domain.not_made", model=folder.name, why=why)))
        return None
    return path


def _members(dataset: Dataset, split: Split, subset: str) -> list[Sample]:
    wanted = split.ids(subset)
    return [sample for sample in dataset.samples if sample.id in wanted]
