"""An evaluation: all variants on the same samples with the same prompts, to a run that can be resumed."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.data.samples import Dataset, Sample, Skipped
from floodeval.data.splits import Split, scenes_of
from floodeval.errors import FloodevalError
from floodeval.evaluation.environment import environment
from floodeval.evaluation.journal import Entry, Journal
from floodeval.evaluation.pipeline import LoadedVariant, Pipeline
from floodeval.evaluation.run import (
    COLUMNS,
    SKIPPED_COLUMNS,
    Run,
    RunInfo,
    Variant,
    load_run,
    write_tables,
)
from floodeval.files import write_text
from floodeval.metrics.boundary import BOUNDARY_WIDTH, NSD_TOLERANCE
from floodeval.metrics.masks import EMPTY_POLICY
from floodeval.metrics.overlap import FAILURE_THRESHOLD
from floodeval.results import CHECKPOINT, check_name, find_checkpoint, run_folder
from floodeval.sam.embeddings import EmbeddingStore
from floodeval.sam.inference import Encoder
from floodeval.sam.models import load_model
from floodeval.sam.prompts import PromptSpec, folder_name, parse_prompt

DEFAULT_PROMPTS = ("box", "point", "full")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request:
    """What to evaluate: the checkpoints by variant name (None: as published), prompts and samples."""

    name: str
    variants: Mapping[str, Path | None]
    prompts: Sequence[PromptSpec]
    model_type: str = "vit_t"
    split: Split | None = None
    subset: str | None = None
    device: str = "cpu"
    keep_embeddings: bool = False


def evaluate(
    dataset: Dataset,
    name: str,
    variants: Mapping[str, str | Path | None] | None = None,
    prompts: Sequence[str] = DEFAULT_PROMPTS,
    *,
    model_type: str = "vit_t",
    split: Split | None = None,
    subset: str | None = None,
    device: str = "cpu",
    keep_embeddings: bool = False,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> Run:
    """Evaluate variants x prompts x samples into `results/runs/<name>`, and return the run.

    An evaluation that was stopped goes on where it stood; a finished one is returned as it is.

    Args:
        dataset: from `load_dataset`.
        name: the run's name, one folder.
        variants: checkpoint by variant name, None for the published weights; the first is the baseline.
            By default `pretrained` and the landed fine-tuning of that model type.
        prompts: specs such as `box` or `points:n=5`.
        model_type: vit_t, vit_b, vit_l or vit_h.
        split: a split of the data set; without it every sample is evaluated.
        subset: train, validation or test: evaluate that part of the split alone.
        device: a torch device.
        keep_embeddings: use the embeddings in the cache, and keep those that it lacks (2 MiB a photograph,
            in half precision: the next checkpoint or prompt costs a decoding only).
        force: start over where a run of that name exists.
        progress: is told how many samples are done, and of how many.

    Raises:
        FloodevalError: a name, variant, prompt or split is wrong, or the run exists and was made otherwise.
    """
    folder, specs = run_folder(name), _distinct([parse_prompt(prompt) for prompt in prompts])
    checkpoints = _checkpoints(variants, model_type)
    request = Request(name, checkpoints, specs, model_type, split, subset, device, keep_embeddings)
    samples = _chosen(dataset, request)
    began = time.perf_counter()
    loaded = _load_variants(request)
    info = _describe(dataset, request, samples, loaded)
    if force and (folder / "run.json").is_file():  # not before the request is known to be good
        shutil.rmtree(folder)
    begun = _begin(folder, info)
    if (folder / "metrics.parquet").is_file():
        return load_run(folder)
    load_s = time.perf_counter() - began
    entries = _work(folder, request, loaded, samples, progress)
    unpaired = [skipped for skipped in dataset.skipped if _is_wanted(skipped.id, request)]
    _conclude(folder, begun, unpaired, entries, {"load_s": load_s, "wall_s": load_s})
    return load_run(folder)


def check_request(
    name: str, variants: Mapping[str, str | Path | None] | None, prompts: Sequence[str], model_type: str
) -> None:
    """Raise FloodevalError where `evaluate` would refuse a name, a variant's checkpoint or a prompt."""
    run_folder(name)
    _checkpoints(variants, model_type)
    _distinct([parse_prompt(prompt) for prompt in prompts])


def default_variants(model_type: str) -> dict[str, str | Path | None]:
    """The published model against the landed fine-tuning of it, `results/models/flood-area-<model_type>`."""
    return {"pretrained": None, "finetuned": f"flood-area-{model_type}"}


def _checkpoints(variants: Mapping[str, str | Path | None] | None, model_type: str) -> dict[str, Path | None]:
    chosen = default_variants(model_type) if variants is None else variants
    if not chosen:
        raise FloodevalError(
            "no variant to evaluate; give --variant pretrained, or --variant NAME=CHECKPOINT"
        )
    return {
        check_name("variant", name): None if checkpoint is None else find_checkpoint(checkpoint)
        for name, checkpoint in chosen.items()
    }


def _distinct(prompts: Sequence[PromptSpec]) -> list[PromptSpec]:
    """Drop repeated prompts, and refuse none at all."""
    if not prompts:
        raise FloodevalError("no prompt to evaluate with; give --prompt box, point, points:n=5 or full")
    return list({folder_name(prompt.spec): prompt for prompt in prompts}.values())


def _chosen(dataset: Dataset, request: Request) -> list[Sample]:
    if request.split is None:
        if request.subset:
            raise FloodevalError(f"--subset {request.subset} needs --split; make one with `floodeval split`")
        return list(dataset.samples)
    if request.subset:
        request.split.ids(request.subset)  # refuses a subset that there is not
    samples = [sample for sample in dataset.samples if _is_wanted(sample.id, request)]
    if not samples:
        raise FloodevalError(f"no sample of {request.split.name} '{request.subset}' is in {dataset.name}")
    return samples


def _is_wanted(sample_id: str, request: Request) -> bool:
    """Whether the split, where there is one, asks for that sample."""
    if request.split is None:
        return True
    dealt = request.split.column("split").get(sample_id)
    return dealt is not None and request.subset in (None, dealt)


def _load_variants(request: Request) -> list[LoadedVariant]:
    """Load every model; those with the same image encoder share it and its work."""
    loaded: list[LoadedVariant] = []
    for name, checkpoint in request.variants.items():
        model = load_model(request.model_type, checkpoint, request.device)
        for other in loaded:
            if other.model.encoder_sha256 == model.encoder_sha256:
                model.sam.image_encoder = other.model.sam.image_encoder
                encoder = other.encoder
                break
        else:
            encoder = Encoder(model.sam)
            encoder.encode(np.zeros((64, 64, 3), np.uint8))  # the first call is slow and would be timed
        loaded.append(LoadedVariant(name, model, encoder, EmbeddingStore(model.encoder_sha256)))
    return loaded


def _describe(
    dataset: Dataset, request: Request, samples: Sequence[Sample], loaded: Sequence[LoadedVariant]
) -> RunInfo:
    split = request.split
    return RunInfo(
        name=request.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        dataset={"name": dataset.name, "fingerprint": dataset.fingerprint, "n_samples": len(samples)},
        split={"name": split.name, "sha256": split.sha256, "subset": request.subset} if split else None,
        variants=tuple(_variant(one, request.variants[one.name]) for one in loaded),
        prompts=tuple(request.prompts),
        metrics={
            "failure_threshold": FAILURE_THRESHOLD,
            "nsd_tolerance_px": f"{1024 * NSD_TOLERANCE:g} at 1024 pixels on the longer side, in proportion",
            "boundary_width": f"{BOUNDARY_WIDTH:g} of the diagonal",
            "mask_threshold": loaded[0].model.sam.mask_threshold,
            "empty_policy": EMPTY_POLICY,
            "embeddings": "float16, kept" if request.keep_embeddings else "float32",
        },
        environment=environment(request.device),
    )


def _variant(loaded: LoadedVariant, checkpoint: Path | None) -> Variant:
    model, provenance = loaded.model, loaded.model.provenance
    named = None
    if checkpoint:
        named = checkpoint.parent.name if checkpoint.name == CHECKPOINT else checkpoint.name
    trained_on = provenance.trained_on if provenance else None
    return Variant(loaded.name, model.model_type, named, model.sha256, model.encoder_sha256, trained_on)


def _begin(folder: Path, info: RunInfo) -> RunInfo:
    """Write `run.json`, or go on with the one that is there if it asks for the same."""
    path = folder / "run.json"
    if not path.is_file():
        write_text(path, info.to_json())
        return info
    try:
        begun = RunInfo.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloodevalError(f"{path} cannot be read ({error}); start over with --force") from None
    ours = asdict(info)
    differing = [
        key
        for key in ("dataset", "split", "variants", "prompts", "metrics")
        if ours[key] != asdict(begun)[key]
    ]
    if differing:
        raise FloodevalError(
            f"run {folder} exists with other {', '.join(differing)}; choose another --name, or --force to "
            "replace it"
        )
    return begun


def _work(
    folder: Path,
    request: Request,
    loaded: Sequence[LoadedVariant],
    samples: Sequence[Sample],
    progress: Progress,
) -> list[Entry]:
    """Evaluate the samples that the journal does not hold yet, and return the entries of all."""
    for torn in folder.rglob(".*.partial*"):  # left by a process that was killed while it wrote
        torn.unlink()
    journal = Journal(folder / "journal.jsonl")
    done = {entry.id: entry for entry in journal.read()}
    splits = request.split.column("split") if request.split else {}
    scenes = scenes_of(samples) | (request.split.column("scene") if request.split else {})
    pipeline = Pipeline(folder, loaded, request.prompts, scenes, splits, request.keep_embeddings)
    progress(len(done), len(samples))
    began = time.perf_counter()
    for entry in pipeline.run(sample for sample in samples if sample.id not in done):
        entry.seconds["wall_s"] = time.perf_counter() - began
        began = time.perf_counter()
        journal.append(entry)
        done[entry.id] = entry
        progress(len(done), len(samples))
    return [done[sample.id] for sample in samples]


def _conclude(
    folder: Path,
    info: RunInfo,
    unpaired: Sequence[Skipped],
    entries: Sequence[Entry],
    timings: dict[str, float],
) -> None:
    """Write the tables and the timings, then drop the journal."""
    skipped = [asdict(one) for one in unpaired] + [one for entry in entries for one in entry.skipped]
    for stage in ("encode_s", "decode_s", "metrics_s", "write_s", "wall_s"):
        timings[stage] = timings.get(stage, 0.0) + sum(entry.seconds.get(stage, 0.0) for entry in entries)
    metrics = pd.DataFrame([row for entry in entries for row in entry.rows], columns=list(COLUMNS))
    if metrics.empty:
        why = skipped[0]["reason"] if skipped else "no samples"
        raise FloodevalError(f"not one sample of {info.dataset['name']} could be evaluated (first: {why})")
    write_text(folder / "run.json", replace(info, timings=timings).to_json())
    write_tables(folder, _typed(metrics), pd.DataFrame(skipped, columns=list(SKIPPED_COLUMNS)))
    Journal(folder / "journal.jsonl").remove()


def _typed(metrics: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers also where every value of a column is missing."""
    words = ("id", "scene", "split", "variant", "prompt")
    numbers = {name: "float64" for name in COLUMNS if name not in words}
    whole = dict.fromkeys(("width", "height", "tp", "fp", "fn", "tn"), "int64")
    return metrics.astype(numbers | whole | dict.fromkeys(words, "str"))
