"""Finished runs that are asked for again: whether they are what is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from floodeval.datasets.dataset import Dataset, read_truth
from floodeval.datasets.digests import file_sha256, truth_sha256
from floodeval.datasets.layouts import Sample
from floodeval.datasets.scenes.store import kept_file
from floodeval.errors import FloodevalError
from floodeval.evaluation.request import Request
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.sources import checkpoint_name, source_sha256
from floodeval.evaluation.stamps import Stamp, Stat, key_of, stats_of, write_stamp
from floodeval.i18n.catalog import Parameter

COMPARED = ("dataset", "split", "variants", "prompts", "metrics", "inference", "labels", "photographs")


class OtherRunError(FloodevalError):
    """A run of that name asks for something else; `differing` names the parts of `run.json` that do."""

    def __init__(self, folder: Path, differing: Sequence[str]) -> None:
        super().__init__(
            f"run {folder} exists with other {', '.join(differing)}; choose another name, or replace it with "
            f"{Parameter('force')}"
        )
        self.differing = tuple(differing)


def watch(dataset: Dataset, request: Request) -> dict[str, Stat]:
    """Size and times of the files that a run is made from, to be taken before they are read."""
    return stats_of(_sources(dataset, request))


def stamp(folder: Path, dataset: Dataset, request: Request, sources: Mapping[str, Stat]) -> None:
    """Note in the cache that the run in `folder` is what is asked for, and the files that it depends on.

    Args:
        folder: of the finished run.
        dataset: the data set, its masks repaired.
        request: what is asked for.
        sources: from `watch`, before the sources were read: what changed since then is noticed.
    """
    write_stamp(folder, _key(folder, dataset, request), stats_of(_made(folder, dataset)) | dict(sources))


def confirm(run: Run, dataset: Dataset, request: Request, *, verify: bool) -> None:
    """Check that a finished run is what is asked for.

    Args:
        run: the finished run.
        dataset: the data set, its masks repaired.
        request: what is asked for.
        verify: hash the photographs and references of all samples, rather than of those whose files' size
            or time differs from when the run was stamped.

    Raises:
        OtherRunError: it was made of something else.
        FloodevalError: a photograph or a reference mask is not the one that was evaluated.
    """
    stamped = Stamp.of(run.folder)
    if not verify and stamped.answers(_key(run.folder, dataset, request)):
        return
    sources, samples = watch(dataset, request), request.samples(dataset)
    refuse_other(run.folder, run.info, request.settings(dataset, samples) | _variants(run.info, request))
    touched = None if verify else stamped.changed()
    _check_digests(run, [one for one in samples if touched is None or _paths(one) & touched])
    stamp(run.folder, dataset, request, sources)


def refuse_other(folder: Path, info: RunInfo, wanted: Mapping[str, Any]) -> None:
    """Refuse a run that was made of something else than what is wanted, by fields of `RunInfo`.

    Raises:
        OtherRunError: a field differs.
    """
    differing = [key for key in COMPARED if key in wanted and getattr(info, key) != wanted[key]]
    if differing:
        raise OtherRunError(folder, differing)


def _variants(info: RunInfo, request: Request) -> dict[str, Any]:
    """What a run would say of its variants if the files that are asked for are those it was made with."""
    if any(one.file_sha256 is None for one in info.variants):  # of schema 1: the tensors have to tell
        from floodeval.evaluation.variants import described, load_variants

        loaded = load_variants(request.variants, request.model_type, request.device)
        found = (described(one, request.variants[one.name]) for one in loaded)
        return {"variants": tuple(replace(one, file_sha256=None) for one in found)}
    asked = [
        (name, request.model_type, checkpoint_name(path), source_sha256(request.model_type, path))
        for name, path in request.variants.items()
    ]
    known = [(one.name, one.model_type, one.checkpoint, one.file_sha256) for one in info.variants]
    return {"variants": info.variants if asked == known else None}


def _check_digests(run: Run, samples: Iterable[Sample]) -> None:
    wanted = list(samples)
    if not wanted or not (run.folder / "samples.parquet").is_file():
        return
    known = run.table("samples").set_index("id")
    for sample in wanted:
        if sample.id not in known.index:  # it was skipped
            continue
        row, truth = known.loc[sample.id], read_truth(sample)
        for path, digest, kept in (
            (sample.photograph, file_sha256(sample.photograph), row["photograph_sha256"]),
            (sample.mask, truth_sha256(truth.water, truth.ignored), row["truth_sha256"]),
        ):
            if digest != kept:
                raise FloodevalError(
                    f"{path} is not the file that run {run.folder} was made from; bring it back, or evaluate "
                    f"again with {Parameter('force')}"
                )


def _sources(dataset: Dataset, request: Request) -> list[Path]:
    """Every file and folder that a run is made from; whether a data set got more files, its folders tell."""
    of_samples = [path for sample in dataset.samples for path in _paths(sample)]
    root = dataset.folder.absolute()
    folders = {parent for path in of_samples for parent in path.parents if parent.is_relative_to(root)}
    named = [root / name for name in ("metadata.csv", "dataset.toml", "synthetic.json")]
    split = request.given.split
    named += [split, split.with_suffix(".record.json")] if split else []
    named += [request.given.config] if request.given.config else []
    named += [path for path in request.variants.values() if path]
    return [*named, root, *sorted(folders), *of_samples]


def _made(folder: Path, dataset: Dataset) -> list[Path]:
    """The run's own files that the command shows, and what would add to them."""
    made = [folder / name for name in ("run.json", "metrics.parquet", "metrics.csv", "skipped.csv")]
    if not (scenes := kept_file(dataset)).exists():  # once it does, labels can be compared
        made.append(scenes)
    return made


def _paths(sample: Sample) -> set[Path]:
    return {path.absolute() for path in (sample.photograph, sample.mask)}


def _key(folder: Path, dataset: Dataset, request: Request) -> str:
    """What a stamp keeps: the command's own options, or what Python asked for."""
    asked = repr((request.record(dataset), dataset.reading, request.split and request.split.sha256))
    return key_of(folder, request.given.options or asked, request.given.dataset or dataset.folder)
