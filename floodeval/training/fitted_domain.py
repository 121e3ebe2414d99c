"""The domain model of a fine-tuned SAM, fitted to the photographs that it was trained on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from floodeval.datasets.dataset import Dataset, dataset_places, load_dataset, read_sample_photograph
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.listing import Sample
from floodeval.datasets.splits import Split, read_split
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say, saying
from floodeval.progress import Progress, Step, silent
from floodeval.sam.checkpoint_headers import FORMAT, is_segmenter, read_metadata
from floodeval.sam.checkpoints import read_provenance
from floodeval.sam.domain import DOMAIN_FILE, FEWEST_TRAINING, DomainModel
from floodeval.sam.feature_distribution import Floats
from floodeval.sam.inference import Encoder
from floodeval.sam.loading import Model, load_model
from floodeval.sam.photograph_features import pooled_features
from floodeval.storage.locks import hold
from floodeval.storage.paths import CHECKPOINT, find_checkpoint, is_packaged, model_folder
from floodeval.storage.typed_json import convert_json, parse_json


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


def make_domain(
    name: str,
    *,
    dataset: str | Path | None = None,
    device: str = "cpu",
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Make the domain model of a model under `results/models`; returns its file.

    Args:
        name: of the model, which `finetune` made.
        dataset: the data set that it was trained on, by path or by name; None to look for it by the name that
            the model records.
        device: a torch device.
        force: replace an existing domain model.
        progress: called with each photograph.

    Raises:
        FloodevalError: there is no such model, it has a domain model, its training photographs are not known
            or not on this machine, or as `fit_domain`.
    """
    folder = model_folder(name)
    checkpoint = find_checkpoint(folder if folder.is_dir() else name)
    path = folder / DOMAIN_FILE
    if is_segmenter(checkpoint):
        raise FloodevalError(saying("domain.segmenter", model=name))
    if is_packaged(folder) or (path.exists() and not force):
        raise FloodevalError(saying("domain.exists", path=path))
    metadata = read_metadata(checkpoint) if checkpoint.name == CHECKPOINT else {}
    provenance = read_provenance(metadata)
    if metadata.get("format") != FORMAT or not provenance.dataset:
        raise FloodevalError(saying("domain.unknown_training", model=name))
    if not (folder / "split.csv").is_file():
        raise FloodevalError(saying("domain.no_split", path=folder / "split.csv"))
    found = _training_set(folder, dataset, provenance.dataset, provenance.dataset_fingerprint)
    split = read_split(folder / "split.csv", found)
    with hold(folder, f"model {name}"):
        fit_domain(split.repaired(found), split, provenance.model_type, device, progress).write(path)
    return path


def _members(dataset: Dataset, split: Split, subset: str) -> list[Sample]:
    wanted = split.ids(subset)
    return [sample for sample in dataset.samples if sample.id in wanted]


def _training_set(folder: Path, given: str | Path | None, name: str, fingerprint: str) -> Dataset:
    """The data set with a fingerprint: the given one, or one of that name."""
    places = [Path(given)] if given and Path(given).is_dir() else []
    places += [place / (str(given) if given else name) for place in dataset_places()]
    reading = _reading(folder)
    found = [load_dataset(place, reading=reading) for place in places if place.is_dir()]
    for dataset in found:
        if dataset.fingerprint == fingerprint:
            return dataset
    if found:
        raise FloodevalError(saying("domain.other_photographs", folder=found[0].folder, model=folder.name))
    raise FloodevalError(saying("domain.no_photographs", dataset=given or name, model=folder.name))


def _reading(folder: Path) -> Reading | None:
    """How the training read photographs, from the model's `config.json`; None where it does not say."""
    try:
        content = parse_json((folder / "config.json").read_text(encoding="utf-8"))
        photographs = convert_json(content["photographs"], PhotographReading)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Reading(photographs=photographs)
