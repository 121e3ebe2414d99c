"""Blends of two models of one architecture: their weights interpolated tensor by tensor.

A blend of a fine-tuned model with the weights that it started from often keeps most of what fine-tuning
gained, and loses less of the rest (WiSE-FT; Wortsman et al., "Robust fine-tuning of zero-shot models",
CVPR 2022). Where the two parts of a model forget differently, one of them can be blended alone.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING
from floodeval.sam.checkpoints import ENCODER, Provenance, StateDict, read_tensors, write_checkpoint
from floodeval.sam.domain import DOMAIN_FILE, domain_path
from floodeval.sam.loading import Model, blended_state, load_source
from floodeval.sam.registry import published
from floodeval.sam.sources import PUBLISHED, parse_alpha, parse_model
from floodeval.sam.weights import obtain_weights
from floodeval.storage.atomic import write_bytes, write_text
from floodeval.storage.locks import hold
from floodeval.storage.paths import CHECKPOINT, check_name, is_packaged, model_folder, writable_model_folder

WHOLE, ENCODER_ALONE, DECODER_ALONE = "all", "encoder", "decoder"
PARTS = (WHOLE, ENCODER_ALONE, DECODER_ALONE)


def blend_models(
    source: str,
    alphas: Sequence[float],
    name: str,
    *,
    other: str | None = None,
    part: str = WHOLE,
    default_type: str = "vit_t",
    force: bool = False,
    progress: Progress = silent,
) -> list[Path]:
    """Blend a model with the published weights of its type, or with another model; returns the new folders.

    Args:
        source: the model, as `parse_model` takes it.
        alphas: the shares of the model, 0 to 1; the rest is the other model's.
        name: of the new model; of several, each is `NAME-ALPHA`, such as `mine-0.25`.
        other: the model to blend it with, as `parse_model` takes it; None for the published weights.
        part: what is blended: `all`, the image `encoder`, or the `decoder` with the prompt encoder; the rest
            stays that of the model.
        default_type: model type of sources that state and reveal none.
        force: replace models of these names.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: a share is not between 0 and 1, a model exists, a source cannot be loaded, or the two
            are not of one architecture and preprocessing.
    """
    names = _names(name, alphas)
    for one in names:
        _refuse_existing(one, force)
    model = load_source(parse_model(source, default_type), progress=progress)
    rest = load_source(parse_model(other or model.model_type, model.model_type), progress=progress)
    start = {key: tensor.clone() for key, tensor in rest.sam.state_dict().items()}
    base = read_tensors(obtain_weights(model.model_type, progress=progress).path)[0]
    titles = (source, other or PUBLISHED)
    folders = []
    for alpha, one in zip(alphas, names, strict=True):
        blend = blended_state(start, model.sam.state_dict(), alpha, titles, _inputs(rest, model))
        state = _with_part(blend, model.sam.state_dict(), part)
        with hold(folder := writable_model_folder(one), f"model {one}"):
            _refuse_existing(one, force)
            _write(folder, state, base, _provenance(model, rest, titles, alpha, part))
            _copy_domain(parse_model(source, default_type).checkpoint, folder)
        folders.append(folder)
    return folders


def _with_part(blend: StateDict, model: StateDict, part: str) -> StateDict:
    """The model's tensors, those of one part or all of them replaced by the blend's."""
    if part == WHOLE:
        return blend
    chosen = part == ENCODER_ALONE
    return {
        name: blend[name] if name.startswith(ENCODER) == chosen else tensor for name, tensor in model.items()
    }


def _copy_domain(checkpoint: Path | None, folder: Path) -> None:
    """Give the blend the domain model of the fine-tuned model, whose training photographs are its own."""
    path = domain_path(checkpoint)
    if path is not None:
        write_bytes(folder / DOMAIN_FILE, path.read_bytes())


def parse_alphas(text: str) -> tuple[float, ...]:
    """Read shares separated by commas, such as `0.25,0.5`; raises FloodevalError where one is none."""
    return tuple(parse_alpha(part.strip()) for part in text.split(","))


def _names(name: str, alphas: Sequence[float]) -> list[str]:
    if wrong := [alpha for alpha in alphas if not 0 <= alpha <= 1]:  # also NaN
        raise FloodevalError(saying("blends.alpha", given=str(wrong[0])))
    if len(set(alphas)) < len(alphas) or not alphas:
        raise FloodevalError(saying("blends.alphas", given=", ".join(f"{alpha:g}" for alpha in alphas)))
    check_name("model", name)
    return [name] if len(alphas) == 1 else [f"{name}-{alpha:g}" for alpha in alphas]


def _refuse_existing(name: str, force: bool) -> None:
    folder = model_folder(name)
    if not force and (is_packaged(folder) or folder.exists()):
        raise FloodevalError(saying("checkpoints.exists", path=folder))


def _inputs(rest: Model, model: Model) -> bool:
    """Whether both models expect photographs prepared in the same way."""
    return rest.preprocessing == model.preprocessing and rest.model_type == model.model_type


def _provenance(model: Model, rest: Model, titles: tuple[str, str], alpha: float, part: str) -> Provenance:
    """That of the blended model; its photographs include those of the model that it is blended with."""
    own = model.provenance or Provenance(model.model_type, "", "", "", "", "")
    other = rest.provenance
    unknown = model.has_unknown_training or rest.has_unknown_training
    blend = {"model": titles[0], "with": titles[1], "alpha": alpha}
    blend |= {} if part == WHOLE else {"part": part}
    return replace(
        own,
        base_sha256=published(model.model_type).sha256,
        config=json.dumps({"blend": blend}),
        photographs=" ".join(sorted(own.seen | (other.seen if other else frozenset()))),
        init=own.init or (titles[1] if other or rest.origin else ""),
        init_sha256=own.init_sha256 or (rest.sha256 if other or rest.origin else ""),
        init_training=UNKNOWN_TRAINING if unknown else "",
    )


def _write(folder: Path, state: StateDict, base: StateDict, provenance: Provenance) -> None:
    described = {
        "model_type": provenance.model_type,
        **json.loads(provenance.config),
        "base_sha256": provenance.base_sha256,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    shutil.rmtree(folder, ignore_errors=True)
    write_text(folder / "config.json", json.dumps(described, indent=2) + "\n")
    write_checkpoint(folder / CHECKPOINT, state, base, provenance)  # last: without it, a folder is no model
