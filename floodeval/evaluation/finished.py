"""Finished runs that are asked for again: whether they are what is asked for."""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from floodeval import __version__
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.inventory import file_sha256, truth_sha256
from floodeval.datasets.layouts import Sample
from floodeval.datasets.scenes.store import kept_file
from floodeval.errors import FloodevalError
from floodeval.evaluation.plan import Plan, checkpoint_name, source_sha256
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import RunInfo
from floodeval.i18n.catalog import Parameter
from floodeval.storage.atomic import write_text
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder

# Stamps of finished runs in the cache: which requests they answer, and size and times of their files.

Stat = tuple[int, int, int] | None
"""Size in bytes, when the content and when the file was changed last (ns); None where there is no such file.

The second time tells where the first was set back after a change, and where a link leads elsewhere.
"""


@dataclass(frozen=True)
class Stamp:
    """The requests that a finished run answers, by `key_of`, and the files that it depends on."""

    requests: tuple[str, ...] = ()
    files: Mapping[str, Stat] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Path) -> "Stamp":
        """Read the stamp of the run in that folder; an empty one where there is none to be trusted."""
        try:
            content = json.loads(_path(run).read_text(encoding="utf-8"))
            stats = {
                str(path): one and (int(one[0]), int(one[1]), int(one[2]))
                for path, one in content["files"].items()
            }
            return cls(tuple(map(str, content["requests"])), stats)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    def changed(self) -> set[Path]:
        """The files that are not what they were."""
        return {Path(path) for path, known in self.files.items() if stat_of(Path(path)) != known}

    def answers(self, key: str) -> bool:
        """Whether the run answers a request, and all its files are what they were."""
        return key in self.requests and not self.changed()


def stats_of(files: Iterable[Path]) -> dict[str, Stat]:
    """Size and times of files and folders, by absolute path; of a link, those of what it leads to."""
    return {str(path.absolute()): stat_of(path) for path in files}


def write_stamp(run: Path, key: str, stats: Mapping[str, Stat]) -> None:
    """Note that the run answers a request; a cache that cannot be written costs time only.

    Args:
        run: the folder of the run.
        key: of the request, by `key_of`.
        stats: of the files and folders that the run depends on, from before they were read.
    """
    before = Stamp.of(run)
    requests = dict.fromkeys([*(before.requests if before.files == stats else ()), key])
    content = {"requests": list(requests), "files": dict(stats)}
    with suppress(FloodevalError, OSError):
        write_text(_path(run), json.dumps(content, indent=1) + "\n")
        BoundedCache("finished").added(_path(run))


def key_of(run: Path, options: str, dataset: str | Path) -> str:
    """What a stamp keeps of a request.

    Args:
        run: the folder of the run.
        options: all that is asked for, as text; its relative paths are of the working folder.
        dataset: the data set, by path or by name.
    """
    places = Path(), Path(os.environ.get("FLOODEVAL_DATA", "")), Path("data")
    found = [str((place / dataset).resolve()) for place in places if (place / dataset).is_dir()]
    asked = (__version__, str(run.resolve()), options, str(dataset), found, str(Path.cwd()))
    return hashlib.sha256(repr(asked).encode(errors="surrogateescape")).hexdigest()


def stat_of(path: Path) -> Stat:
    """Size and times of a file or folder."""
    try:
        found = path.stat()
    except OSError:
        return None
    size = found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size, found.st_mtime_ns, found.st_ctime_ns


def _path(run: Path) -> Path:
    name = hashlib.sha256(str(run.resolve()).encode()).hexdigest()[:32]
    return cache_folder() / "finished" / f"{name}.json"


# Finished runs that are asked for again: whether they are what is asked for.

COMPARED = ("dataset", "split", "variants", "prompts", "metrics", "inference", "labels", "photographs")


class OtherRunError(FloodevalError):
    """A run of that name asks for something else; `differing` names the parts of `run.json` that do."""

    def __init__(self, folder: Path, differing: Sequence[str]) -> None:
        super().__init__(
            f"run {folder} exists with other {', '.join(differing)}; choose another name, or replace it with "
            f"{Parameter('force')}"
        )
        self.differing = tuple(differing)


def watch(plan: Plan) -> dict[str, Stat]:
    """Size and times of the files that a run is made from, to be taken before they are read."""
    return stats_of(_sources(plan))


def stamp(folder: Path, plan: Plan, sources: Mapping[str, Stat]) -> None:
    """Note in the cache that the run in `folder` is what is asked for, and the files that it depends on.

    Args:
        folder: of the finished run.
        plan: what is asked for.
        sources: from `watch`, before the sources were read: what changed since then is noticed.
    """
    write_stamp(folder, _key(folder, plan), stats_of(_made(folder, plan)) | dict(sources))


def confirm(run: Run, plan: Plan, *, verify: bool) -> None:
    """Check that a finished run is what is asked for.

    Args:
        run: the finished run.
        plan: what is asked for.
        verify: hash the photographs and references of all samples, rather than of those whose files' size
            or time differs from when the run was stamped.

    Raises:
        OtherRunError: it was made of something else.
        FloodevalError: a photograph or a reference mask is not the one that was evaluated.
    """
    stamped = Stamp.of(run.folder)
    if not verify and stamped.answers(_key(run.folder, plan)):
        return
    sources = watch(plan)
    refuse_other(run.folder, run.info, plan.settings() | _variants(run.info, plan))
    changed = None if verify else stamped.changed()
    samples = plan.selected.samples
    _check_digests(run, [one for one in samples if changed is None or _paths(one) & changed])
    stamp(run.folder, plan, sources)


def refuse_other(folder: Path, info: RunInfo, wanted: Mapping[str, Any]) -> None:
    """Refuse a run that was made of something else than what is wanted, by fields of `RunInfo`.

    Raises:
        OtherRunError: a field differs.
    """
    differing = [key for key in COMPARED if key in wanted and getattr(info, key) != wanted[key]]
    if differing:
        raise OtherRunError(folder, differing)


def _variants(info: RunInfo, plan: Plan) -> dict[str, Any]:
    """What a run would say of its variants if the files that are asked for are those it was made with."""
    if any(one.file_sha256 is None for one in info.variants):  # of schema 1: the tensors have to tell
        from floodeval.evaluation.variants import described, load_variants

        loaded = load_variants(plan.variants, plan.model_type, plan.device)
        found = (described(one, plan.variants[one.name]) for one in loaded)
        return {"variants": tuple(replace(one, file_sha256=None) for one in found)}
    asked = [
        (name, plan.model_type, checkpoint_name(path), source_sha256(plan.model_type, path))
        for name, path in plan.variants.items()
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


def _sources(plan: Plan) -> list[Path]:
    """Every file and folder that a run is made from; whether a data set got more files, its folders tell."""
    dataset = plan.selected.dataset
    of_samples = [path for sample in dataset.samples for path in _paths(sample)]
    root = dataset.folder.absolute()
    folders = {parent for path in of_samples for parent in path.parents if parent.is_relative_to(root)}
    named = [root / name for name in ("metadata.csv", "dataset.toml", "synthetic.json")]
    split = plan.given.split
    named += [split, split.with_suffix(".record.json")] if split else []
    named += [plan.given.config] if plan.given.config else []
    named += [path for path in plan.variants.values() if path]
    return [*named, root, *sorted(folders), *of_samples]


def _made(folder: Path, plan: Plan) -> list[Path]:
    """The run's own files that the command shows, and what would add to them."""
    made = [folder / name for name in ("run.json", "metrics.parquet", "metrics.csv", "skipped.csv")]
    if not (scenes := kept_file(plan.selected.dataset)).exists():  # once it does, labels can be compared
        made.append(scenes)
    return made


def _paths(sample: Sample) -> set[Path]:
    return {path.absolute() for path in (sample.photograph, sample.mask)}


def _key(folder: Path, plan: Plan) -> str:
    """What a stamp keeps: the command's own options, or what Python asked for."""
    selected = plan.selected
    asked = repr((plan.record(), selected.dataset.reading, selected.split and selected.split.sha256))
    return key_of(folder, plan.given.options or asked, plan.given.dataset or selected.dataset.folder)
