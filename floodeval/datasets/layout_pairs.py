"""The reader of layouts: the pairs and the classes that a layout of the table finds in a folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from floodeval.datasets.annotations import refusal
from floodeval.datasets.classes import NO_CLASSES, Classes
from floodeval.datasets.coco_pairs import pair_by_coco
from floodeval.datasets.dataset_config import CONFIG
from floodeval.datasets.dataset_toml import DatasetConfig
from floodeval.datasets.file_patterns import SUBSET_OF, FilePattern, Match, place_of
from floodeval.datasets.layout_classes import CLASS_LISTS, NO_NAMED_CLASSES, NamedClasses, named_classes
from floodeval.datasets.layout_table import Layout, MaskFormat
from floodeval.datasets.listing import Pairs, may_be_picture
from floodeval.datasets.mask_sources import MaskSource, Palette
from floodeval.datasets.metadata_table import TABLE, has_table, pair_by_table
from floodeval.datasets.path_pairs import first_subsets, pair_by_path
from floodeval.datasets.sample_names import normal, printable
from floodeval.datasets.text_annotations import read_labelme, read_yolo
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

TEXT_MASKS: Mapping[str, MaskFormat] = {".json": "labelme", ".txt": "yolo"}


@dataclass(frozen=True)
class LaidOut:
    """What a layout finds in a folder.

    Attributes:
        layout: of the table, or as `dataset.toml` declares it.
        pairs: photographs and masks.
        classes: those that the layout or a file of the data set declares.
        declared_in: the files that declare pairs or classes.
    """

    layout: Layout
    pairs: Pairs
    classes: Classes = NO_CLASSES
    declared_in: tuple[Path, ...] = ()


def lay_out(layout: Layout, folder: Path, files: Sequence[str]) -> LaidOut:
    """Find the pairs and classes of a layout in a folder.

    Args:
        layout: of the table.
        folder: of the data set.
        files: the paths of its files, from `files_below`.

    Raises:
        FloodevalError: a file of this layout is broken, or the layout does not determine which mask a
            photograph has.
    """
    if layout.masks == "table":
        pairs = pair_by_table(folder) if is_by_table(folder) else NOTHING
        return LaidOut(layout, pairs, declared_in=(folder / TABLE,))
    if layout.folder_name and not _has_in_path(folder, files, layout.folder_name):
        return LaidOut(layout, NOTHING)
    if layout.masks == "coco":
        pairs, classes, declared_in = pair_by_coco(folder, files)
        return LaidOut(layout, pairs, classes, declared_in)
    return _by_places(layout, folder, files)


NOTHING = Pairs((), (), {}, {})


def _by_places(layout: Layout, folder: Path, files: Sequence[str]) -> LaidOut:
    """The pairs at the places of a layout, with their masks as the layout stores them."""
    named = NO_NAMED_CLASSES
    if layout.class_file == "semantic yaml":  # which names the folder of masks
        named = named_classes(layout, folder, files)
        if not named.declared_in:
            return LaidOut(layout, NOTHING)
    if layout.class_file == "nnunet":
        _refuse_channels(folder, files)
    pairs = _first_with_pairs(layout, folder, files, named.masks_folder)
    if not pairs.samples:
        return LaidOut(layout, pairs)
    named = named or named_classes(layout, folder, files)
    if layout.masks != "pictures":
        return _by_text(layout, pairs, named)
    if layout.subset_lists:
        listed = _listed_subsets(folder, files, layout.subset_lists)
        pairs = replace(pairs, subset_of=listed or pairs.subset_of)
    return LaidOut(layout, with_palette(pairs, named.classes), named.classes, named.declared_in)


def is_by_table(folder: Path) -> bool:
    """Whether `metadata.csv` pairs the files; next to `images/` and `masks/` alone it does not."""
    by_path = (folder / "images").is_dir() and (folder / "masks").is_dir()
    return has_table(folder) and not (by_path and not (folder / "Image").is_dir())


def _has_in_path(folder: Path, files: Sequence[str], name: str) -> bool:
    """Whether the data set's folder or one in it has a name with this word, whatever separates letters."""
    folders = {path.rpartition("/")[0] for path in files}
    parts = {folder.name, *(part for one in folders for part in one.split("/"))}
    return any(name in "".join(sign for sign in part.casefold() if sign.isalnum()) for part in parts)


def declared_pairs(folder: Path, files: Sequence[str], declared: DatasetConfig) -> LaidOut:
    """Pair the files that the globs of `dataset.toml` name; masks in `.json` are LabelMe's, in `.txt` YOLO's.

    Raises:
        FloodevalError: a glob names no file, two photographs share a mask, or an annotation is broken.
    """
    images, masks = FilePattern(declared.images), FilePattern(declared.masks)
    photographs = [one for path in files if (one := images.match(path))]
    found = [one for path in files if (one := masks.match(path))]
    for entry, glob, matches in (("images", images, photographs), ("masks", masks, found)):
        if not matches:
            raise FloodevalError(
                saying("layouts.no_such_files", path=declared.path, entry=entry, glob=glob.text)
            )
    photographs, found = _apart(declared, photographs, found, images.n_literal - masks.n_literal)
    by_stem = images.has_folders != masks.has_folders
    pairs = pair_by_path(folder, photographs, found, by_stem=by_stem)
    layout = Layout(CONFIG, (), "", masks=TEXT_MASKS.get(PurePosixPath(declared.masks).suffix, "pictures"))
    if layout.masks == "pictures" or not pairs.samples:
        return LaidOut(layout, pairs)
    return _by_text(layout, pairs, NamedClasses(declared.classes))


def _apart(
    declared: DatasetConfig, photographs: Sequence[Match], masks: Sequence[Match], difference: int
) -> tuple[list[Match], list[Match]]:
    """Photographs and masks, where a file that fits both globs belongs to the more specific of them.

    Args:
        declared: what `dataset.toml` says.
        photographs: files that fit the glob of photographs.
        masks: files that fit the glob of masks.
        difference: how many more characters of the former stand for themselves.

    Raises:
        FloodevalError: a file fits both, and neither is more specific.
    """
    both = {one.path for one in photographs} & {one.path for one in masks}
    if both and not difference:
        raise FloodevalError(saying("layouts.both_globs", path=declared.path, file=printable(min(both))))
    others = [one for one in masks if difference < 0 or one.path not in both]
    return [one for one in photographs if difference > 0 or one.path not in both], others


def _refuse_channels(folder: Path, files: Iterable[str]) -> None:
    """Refuse nnU-Net's channels in files of their own: three of them are no photograph yet.

    Raises:
        FloodevalError: names the first file of a second channel.
    """
    second = FilePattern("{above}images{split}/**/{stem}_0001.*", ignores_case=True)
    found = next((path for path in files if second.match(path)), "")
    if found:
        raise FloodevalError(saying("layouts.channels", name=printable(folder.name), file=printable(found)))


def _first_with_pairs(layout: Layout, folder: Path, files: Sequence[str], masks_folder: str) -> Pairs:
    """The pairs of the first places of a layout that have some; else the first that have any file."""
    found = [_pairs_at(layout, folder, files, place, masks_folder) for place in layout.places]
    return next(
        (pairs for pairs in found if pairs.samples),
        next((pairs for pairs in found if pairs.photographs and pairs.masks), found[0]),
    )


def _pairs_at(
    layout: Layout, folder: Path, files: Sequence[str], place: tuple[str, str], masks_folder: str
) -> Pairs:
    photograph, mask = (
        FilePattern(pattern.replace("{masks}", masks_folder) if masks_folder else pattern, ignores_case=True)
        for pattern in place
    )
    pictures = [path for path in files if may_be_picture(path)]
    masks = [one for path in (pictures if layout.masks == "pictures" else files) if (one := mask.match(path))]
    photographs = [one for path in pictures if (one := photograph.match(path))]
    if layout.must_have_suffix:
        ends = tuple(layout.suffixes)
        masks = [one for one in masks if one.stem.lower().endswith(ends)]
        photographs = [one for one in photographs if not one.stem.lower().endswith(ends)]
    if layout.masks == "yolo":
        masks = [one for one in masks if one.path.rpartition("/")[2].casefold() not in CLASS_LISTS]
    if layout.masks != "pictures" and not masks:
        return Pairs((), (), {folder / one.path: one.id for one in photographs[:1]}, {})
    for entry, pattern, matches in (("images", place[0], photographs), ("masks", place[1], masks)):
        if "{photographs}" in pattern or "{masks}" in pattern:
            _refuse_several_folders(folder, entry, matches)
    if "{above}" not in place[0]:  # files of any folder: only those with a partner belong to the layout
        return _with_own_ids(
            _only_pairs(pair_by_path(folder, photographs, masks, layout.suffixes), layout), folder
        )
    return pair_by_path(folder, photographs, masks, layout.suffixes)


def _only_pairs(pairs: Pairs, layout: Layout) -> Pairs:
    """The pairs of a layout whose photographs may be anywhere, without other files that are there."""
    if layout.must_have_suffix:
        return pairs
    paired = {sample.mask for sample in pairs.samples}
    gaps = [gap for gap in pairs.gaps if gap.kind != "missing_photograph" and gap.kind != "unpaired_folder"]
    masks = {mask: name for mask, name in pairs.masks.items() if mask.path in paired}
    return replace(pairs, gaps=gaps, masks=masks)


def _with_own_ids(pairs: Pairs, folder: Path) -> Pairs:
    """The pairs with the ids that photographs anywhere in a data set have."""
    places = {path: place_of(path.relative_to(folder).as_posix()) for path in pairs.photographs}
    renamed = {path: sample_id for path, (sample_id, _) in places.items()}
    samples = [replace(one, id=renamed[one.photograph]) for one in pairs.samples]
    subset_of = first_subsets(places[one.photograph] for one in samples)
    return replace(pairs, samples=samples, photographs=renamed, subset_of=subset_of)


def _refuse_several_folders(folder: Path, entry: str, matches: Iterable[Match]) -> None:
    """Refuse two folders side by side that both may hold the masks, or the photographs.

    Raises:
        FloodevalError: names the two folders, and the entry of `dataset.toml` that decides.
    """
    folders: dict[str, str] = {}
    for one in sorted({match.folder for match in matches}):
        first = folders.setdefault(one.rpartition("/")[0], one)
        if first != one:
            names = {"a": printable(f"{first}/"), "b": printable(f"{one}/")}
            raise FloodevalError(
                saying("layouts.several_folders", name=printable(folder.name), entry=entry, **names)
            )


def with_palette(pairs: Pairs, classes: Classes) -> Pairs:
    """The pairs with masks whose colors stand for classes, where classes have colors."""
    if not classes.colors:
        return pairs
    palette = Palette(tuple(classes.colors.items()), classes.source)
    samples = [replace(one, coding=palette) for one in pairs.samples]
    masks = {replace(mask, coding=palette): name for mask, name in pairs.masks.items()}
    return replace(pairs, samples=samples, masks=masks)


def _by_text(layout: Layout, pairs: Pairs, named: NamedClasses) -> LaidOut:
    """The pairs with their masks drawn from annotation files, one for each photograph."""
    root = {sample.mask: sample.photograph for sample in pairs.samples}
    if layout.masks == "labelme":
        classes, annotations = read_labelme(root)
    else:
        classes, annotations = read_yolo(root, named.classes)
    samples = [replace(one, coding=annotations[one.mask]) for one in pairs.samples]
    masks = {MaskSource(mask.path, annotations.get(mask.path)): name for mask, name in pairs.masks.items()}
    return LaidOut(layout, replace(pairs, samples=samples, masks=masks), classes, named.declared_in)


def _listed_subsets(folder: Path, files: Sequence[str], place: str) -> dict[str, str]:
    """The subset of each id that a text file `train.txt`, `val.txt` or `test.txt` of a folder lists.

    Raises:
        FloodevalError: a file cannot be read, or two files list one id.
    """
    subset_of: dict[str, str] = {}
    for path in files:
        pure = PurePosixPath(path)
        subset = SUBSET_OF.get(pure.stem.casefold(), "")
        is_list = pure.suffix.lower() == ".txt" and str(pure.parent).casefold().endswith(place.casefold())
        for name in _lines(folder / path) if subset and is_list else ():
            if (other := subset_of.setdefault(name, subset)) != subset:
                names = {"id": name, "a": other, "b": subset}
                raise refusal(folder / path, "layouts.listed_twice", **names)
    return subset_of


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise refusal(path, "annotations.broken", format="ImageSets", why=str(error)) from None
    return [normal(line.strip()) for line in lines if line.strip()]
