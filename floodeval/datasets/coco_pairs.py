"""The photographs that the COCO files of a data set annotate, wherever they are in its folder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath

from floodeval.datasets.annotations import refusal
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.coco_annotations import is_coco, read_coco
from floodeval.datasets.file_patterns import SUBSET_OF, place_of
from floodeval.datasets.listing import Gap, Pairs, Sample, may_be_picture
from floodeval.datasets.mask_sources import MaskSource
from floodeval.datasets.path_pairs import first_subsets
from floodeval.datasets.sample_names import normal, printable, shown
from floodeval.i18n.catalog import saying

MOST_JSON = 200  # files that are looked into for COCO's lists

Pictures = Mapping[str, Sequence[str]]
"""The paths of pictures below the data set's folder, by the name of the file in Unicode NFC."""


def pair_by_coco(folder: Path, files: Sequence[str]) -> tuple[Pairs, Classes, tuple[Path, ...]]:
    """Pair the photographs of a data set with their annotations in COCO files.

    Returns:
        The pairs, the classes of all COCO files, and these files.

    Raises:
        FloodevalError: a COCO file is broken (see `read_coco`) or its classes are not those of another one;
            a name leads out of the data set, or several photographs have it.
    """
    pictures = [path for path in files if may_be_picture(path)]
    found = _coco_files(folder, files, pictures)
    if not found:
        return Pairs((), (), {}, {}), NO_CLASSES, ()
    by_name = defaultdict(list)
    for picture in pictures:
        by_name[normal(picture.rpartition("/")[2])].append(picture)
    classes, samples, gaps, subsets = NO_CLASSES, list[Sample](), list[Gap](), list[tuple[str, str]]()
    for path in found:
        own, annotations = read_coco(folder / path)
        classes = _merged(folder / path, classes, own)
        for name, annotation in annotations.items():
            picture = _picture_of(folder / path, path, name, by_name)
            if not picture:
                reason = saying("annotations.no_photograph", path=shown(folder / path), file=printable(name))
                gaps.append(Gap(PurePosixPath(name).stem, "missing_photograph", reason))
                continue
            sample_id, subset = place_of(picture)
            photograph = folder / picture
            coding = replace(annotation, photograph=photograph)
            samples.append(Sample(sample_id, photograph, folder / path, coding=coding))
            subsets.append((sample_id, subset or _subset_in(path)))
    photographs = _photographs(folder, pictures, samples)
    gaps += _not_annotated(photographs, samples)
    masks: dict[MaskSource, str] = {sample.source: sample.id for sample in samples}
    pairs = Pairs(samples, gaps, photographs, masks, first_subsets(subsets))
    return pairs, classes, tuple(folder / path for path in found)


def _not_annotated(photographs: Mapping[Path, str], samples: Sequence[Sample]) -> list[Gap]:
    """Photographs next to annotated ones that no COCO file lists."""
    listed = {sample.photograph for sample in samples}
    left = {path: sample_id for path, sample_id in photographs.items() if path not in listed}
    return [
        Gap(sample_id, "missing_mask", saying("layouts.not_annotated", file=shown(path)))
        for path, sample_id in left.items()
    ]


def _coco_files(folder: Path, files: Sequence[str], pictures: Sequence[str]) -> list[str]:
    """The COCO files among JSON files that are not named after a picture, as LabelMe's are."""
    stems = {path.rpartition(".")[0] for path in pictures}
    texts = [
        path for path in files if path.lower().endswith(".json") and path.rpartition(".")[0] not in stems
    ]
    return [path for path in texts[:MOST_JSON] if is_coco(folder / path)]


def _photographs(folder: Path, pictures: Sequence[str], samples: Sequence[Sample]) -> dict[Path, str]:
    """Every picture in a folder that has an annotated photograph, with its id."""
    places = {sample.photograph.parent for sample in samples}
    paths = ((folder / picture, picture) for picture in pictures)
    return {path: place_of(picture)[0] for path, picture in paths if path.parent in places}


def _merged(path: Path, classes: Classes, own: Classes) -> Classes:
    """The classes of several COCO files, which have to agree."""
    for name, values in own.values.items():
        taken = [other for other, theirs in classes.values.items() if {*theirs} & {*values} and other != name]
        if classes.values.get(name, values) != values or taken:
            raise refusal(path, "annotations.other_classes", label=name, source=classes.source)
    return Classes({**classes.values, **own.values}, source=classes.source or own.source)


def _picture_of(path: Path, below: str, name: str, by_name: Pictures) -> str:
    """The photograph of a name in a COCO file: of several, the one nearest to the file; empty for none.

    A name with `..` is a path from the folder of the COCO file, any other one the end of a path.

    Raises:
        FloodevalError: the name leads out of the data set, or several photographs are as near.
    """
    wanted = PurePosixPath(normal(name.replace("\\", "/")))
    is_relative = ".." in wanted.parts  # to the COCO file
    if is_relative:
        wanted = PurePosixPath(normpath(PurePosixPath(normal(below)).parent / wanted))
    parts = wanted.parts
    if not parts or ".." in parts or parts[0] == "/" or ":" in parts[0]:
        raise refusal(path, "annotations.leads_out", file=name)
    ends = str(wanted) if is_relative else f"/{wanted}"
    found = [one for one in by_name.get(parts[-1], ()) if _ends(one, ends)]
    if len(found) > 1:
        own, subset = PurePosixPath(below).parent, _subset_in(below) or place_of(below)[1]
        here = [one for one in found if PurePosixPath(one).parent == own]
        found = here or [one for one in found if subset and place_of(one)[1] == subset] or found
    if len(found) > 1:
        names = {"a": printable(found[0]), "b": printable(found[1])}
        raise refusal(path, "annotations.several_photographs", file=name, **names)
    return found[0] if found else ""


def _ends(picture: str, wanted: str) -> bool:
    """Whether a path below the data set's folder is the one that is wanted, or ends with it after a `/`."""
    path = normal(picture)
    return f"/{path}".endswith(wanted) if wanted.startswith("/") else path == wanted


def _subset_in(path: str) -> str:
    """The subset that the name of a COCO file means, such as `instances_train2017.json`; empty for none."""
    stem = PurePosixPath(path).stem.casefold()
    words = "".join(sign if sign.isalpha() else " " for sign in stem).split()
    return next((SUBSET_OF[word] for word in words if len(word) > 2 and word in SUBSET_OF), "")
