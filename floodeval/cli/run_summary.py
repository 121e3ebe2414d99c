"""A run in a few lines, as soon as it is evaluated or when it is asked for again.

Nothing here imports torch or pandas: a finished run is shown in less than a second.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from rich.table import Table

from floodeval.cli.terminal import console, show_line
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import CONTRADICTED, LOSSY_MASKS, NO_WATER, RunInfo
from floodeval.evaluation.stamps import Stamp, key_of
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted
from floodeval.storage.paths import run_folder

FINDINGS = {
    CONTRADICTED: "WARNING: on most photographs, every variant agrees better with the inverted labels than "
    "with the labels as given; if water and land are swapped in the masks, give the water "
    "value with --water",
    LOSSY_MASKS: "WARNING: a folder of masks holds JPEGs or the like, which change values along edges; save "
    "masks as PNG",
    NO_WATER: "WARNING: a folder of masks has no water in any photograph; check its values, and the class "
    "ids or the threshold after its '?'",
}


def show_if_finished(name: str, options: str, dataset: str) -> int | None:
    """Print a finished run if it answers this request and its files are unchanged; no file is read for that.

    Args:
        name: of the run.
        options: all options of the command as text.
        dataset: the data set, by path or by name.

    Returns:
        How many samples were skipped; None if the run has to be evaluated or its files checked.

    Raises:
        FloodevalError: a file of the run cannot be read.
    """
    folder = run_folder(name)
    if not (folder / "metrics.parquet").is_file():
        return None
    if not Stamp.of(folder).answers(key_of(folder, options, dataset)):
        return None
    return show_finished(folder)


def show_group_if_finished(name: str, options: str, datasets: Sequence[str]) -> int | None:
    """Print the finished runs of a group as `show_if_finished` does one.

    Args:
        name: of the group.
        options: all options of the command as text.
        datasets: by path or by name.
    """
    folders = {place: run_folder(f"{name}-{Path(place).absolute().name}") for place in datasets}
    for place, folder in folders.items():
        if not (folder / "metrics.parquet").is_file():
            return None
        if not Stamp.of(folder).answers(key_of(folder, options, place)):
            return None
    return show_group(list(folders.values()))


def show_group(folders: Sequence[Path]) -> int:
    """Print the mean IoUs of a group's runs in one table, then their notes; returns how many were skipped.

    Raises:
        FloodevalError: a file of a run cannot be read.
    """
    shown = Table(title="IoU, mean over images; n: images, scenes: of these", title_justify="left")
    for heading in ("data set", "class", "variant", "prompt", "iou", "n", "scenes"):
        shown.add_column(heading, justify="right" if heading in ("iou", "n", "scenes") else "left")
    runs = [(folder, *_read(folder)) for folder in folders]
    for folder, info, _ in runs:
        is_home = info.group is not None and info.group.in_domain == folder.name
        title = f"{info.dataset['name']} (in domain)" if is_home else info.dataset["name"]
        for (variant, prompt), rows in _by_variant(folder / "metrics.csv").items():
            mean = formats.score(fmean(row.iou for row in rows)) if rows else formats.NO_VALUE
            counts = formats.count(len(rows)), formats.count(len({row.scene for row in rows}))
            shown.add_row(title, info.class_name, variant, prompt, mean, *counts)
    console.print(shown)
    for folder, info, n_skipped in runs:
        show_line(f"{info.dataset['name']}:")
        show_notes(info, folder, n_skipped)
    return sum(n_skipped for _, _, n_skipped in runs)


def show_finished(folder: Path) -> int:
    """Print that a run is finished, its mean IoUs and its notes; returns how many samples were skipped.

    Raises:
        FloodevalError: a file of the run cannot be read.
    """
    info, n_skipped = _read(folder)
    show_line(f"run {info.name} is finished; --verify checks its files, --force evaluates it again")
    shown = Table(title="IoU of water, mean over images", title_justify="left")
    for heading in ("prompt", "variant", "iou", "n"):
        shown.add_column(heading, justify="right" if heading in ("iou", "n") else "left")
    for (variant, prompt), rows in _by_variant(folder / "metrics.csv").items():
        mean = formats.score(fmean(row.iou for row in rows)) if rows else ""
        shown.add_row(prompt, variant, mean, formats.count(len(rows)))
    console.print(shown)
    show_line(f"`floodeval compare {info.name}` shows all metrics and the verdict")
    show_notes(info, folder, n_skipped)
    return n_skipped


def _read(folder: Path) -> tuple[RunInfo, int]:
    """The record of a run, and how many samples were skipped; its table of metrics is checked."""
    try:
        info = RunInfo.from_json((folder / "run.json").read_text(encoding="utf-8"))
        _by_variant(folder / "metrics.csv")
        return info, len({row["id"] for row in _rows(folder / "skipped.csv")})
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise FloodevalError(
            f"run {folder} cannot be read ({error}); evaluate it again with --force"
        ) from None


def show_notes(info: RunInfo, folder: Path, n_skipped: int) -> None:
    """Print what is doubtful about a run, what was skipped, and how to look at it."""
    for finding in info.findings:
        show_line(FINDINGS.get(finding, f"WARNING: {finding}"))
    if info.flagged:
        kinds = Counter(kind for kinds in info.flagged.values() for kind in kinds)
        named = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
        n_samples = info.dataset.get("n_samples", "?")
        show_line(
            f"the audit questions the reference masks of {len(info.flagged)} of {n_samples} photographs "
            f"({named})"
        )
    for variant, ids in info.leaks.items():
        show_line(
            f"LEAK: '{variant}' was fine-tuned on {len(ids)} of these samples; its scores may be too high"
        )
    for variant in info.untraceable:
        show_line(
            f"'{variant}': training data unknown: leaks can't be checked (--trained-on names a split or ids)"
        )
    for one in info.variants:
        if one.base is not None:
            show_line(f"'{one.name}': {one.checkpoint} on the published weights of {one.base}")
    show_line(f"run: {folder}; open it with `floodeval dashboard`")
    if n_skipped:
        show_line(f"skipped {counted(n_skipped, 'sample')}; {folder / 'skipped.csv'} lists the reasons")


def show_photograph_reading(photographs: PhotographReading) -> None:
    """Print what was done to values, bands and orientation; nothing where photographs are as stored."""
    for line in photograph_lines(photographs):
        show_line(f"photographs: {line}")


def photograph_lines(photographs: PhotographReading) -> Iterator[str]:
    """What was done to values, bands and orientation."""
    if photographs.bands == FIRST_THREE:
        yield "bands 0, 1, 2 are read as red, green, blue; the other bands (not transparency) are dropped"
    elif photographs.bands is not None:
        chosen = ", ".join(map(str, photographs.bands))
        yield f"bands {chosen} are read as {'red, green, blue' if len(photographs.bands) == 3 else 'gray'}"
    if photographs.stretch is not None:
        ends = ", ".join(
            formats.interval(low, high, formats.significant) for low, high in photographs.stretch
        )
        yield f"values are stretched to 0 to 255 by percentiles of the data set ({ends})"
    if photographs.exif == "ignore":
        yield "orientation tags are ignored"


class _Scored(NamedTuple):
    """The IoU of a sample, and its scene."""

    iou: float
    scene: str


def _by_variant(path: Path) -> dict[tuple[str, str], list[_Scored]]:
    """The samples with an IoU by variant and prompt; raises ValueError or KeyError for a broken table."""
    found: dict[tuple[str, str], list[_Scored]] = defaultdict(list)
    for row in _rows(path):
        of_variant = found[row["variant"], row["prompt"]]
        if row["iou"]:
            of_variant.append(_Scored(float(row["iou"]), row["scene"]))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
