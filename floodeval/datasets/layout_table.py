"""The table of layouts: where photographs and masks are, how masks are stored, and their classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from floodeval.datasets.classes import NO_CLASSES, Classes, numbered
from floodeval.datasets.label_scheme import NOTHING_STATED, StatedLabels

MaskFormat = Literal["pictures", "table", "coco", "labelme", "yolo"]
ClassFile = Literal["", "labelmap", "yaml", "semantic yaml", "nnunet", "class table"]

SUFFIXES = ("_mask", "_masks", "_lab", "_label", "_labels", "_gt")
"""What the name of a mask may have behind that of its photograph."""


@dataclass(frozen=True)
class Layout:
    """A way to arrange a data set.

    Attributes:
        name: of the layout, as `dataset.toml` may name it.
        places: patterns of photographs and of their masks (see `file_patterns`); the first that finds pairs.
        expected: the same in short, for people.
        masks: how masks are stored.
        suffixes: what the name of a mask may have behind that of its photograph.
        must_have_suffix: whether a mask without such a suffix is a photograph.
        class_file: the kind of file that names the classes.
        classes: where the layout itself fixes them.
        labels: what values mean, where the layout fixes it.
        bands: which bands, counted from 0, are red, green and blue.
        stretch: how values become 8 bits.
        subset_lists: folder with a text file of names for each subset.
        folder_name: a part of the path that has to have this in it, as evidence.
        before: layouts that it goes before, as it is a special case of them.
        is_last: whether it is considered only where no other layout fits.
    """

    name: str
    places: Sequence[tuple[str, str]]
    expected: str
    masks: MaskFormat = "pictures"
    suffixes: Sequence[str] = ()
    must_have_suffix: bool = False
    class_file: ClassFile = ""
    classes: Classes = NO_CLASSES
    labels: StatedLabels = NOTHING_STATED
    bands: tuple[int, ...] | None = None
    stretch: str | None = None
    subset_lists: str = ""
    folder_name: str = ""
    before: Sequence[str] = ()
    is_last: bool = False


FOLDERS = ("{above}{photographs}/**/{stem}.*", "{above}{masks}/**/{stem}.*")
DRONE_FOLDERS = ("{above}{split}-org-img/**/{stem}.*", "{above}{split}-label-img/**/{stem}.*")

FLOODNET = Classes(
    numbered(
        (
            "background",
            "building-flooded",
            "building-non-flooded",
            "road-flooded",
            "road-non-flooded",
            "water",
            "tree",
            "vehicle",
            "pool",
            "grass",
        )
    ),
    colors={
        (0, 0, 0): 0,
        (255, 0, 0): 1,
        (180, 120, 120): 2,
        (160, 150, 20): 3,
        (140, 140, 140): 4,
        (61, 230, 250): 5,
        (0, 82, 255): 6,
        (255, 0, 245): 7,
        (255, 235, 0): 8,
        (4, 250, 7): 9,
    },
    source="FloodNet",
)
RESCUENET = Classes(
    numbered(
        (
            "background",
            "water",
            "building-no-damage",
            "building-minor-damage",
            "building-major-damage",
            "building-total-destruction",
            "vehicle",
            "road-clear",
            "road-blocked",
            "tree",
            "pool",
        )
    ),
    colors={
        (0, 0, 0): 0,
        (61, 230, 250): 1,
        (180, 120, 120): 2,
        (235, 255, 7): 3,
        (255, 184, 6): 4,
        (255, 0, 0): 5,
        (255, 0, 245): 6,
        (140, 140, 140): 7,
        (160, 150, 20): 8,
        (4, 250, 7): 9,
        (255, 235, 0): 10,
    },
    source="RescueNet",
)
LOVEDA = Classes(
    numbered(("no-data", "background", "building", "road", "water", "barren", "forest", "agriculture")),
    ignore=(0,),
    source="LoveDA",
)
HAND_LABELS = StatedLabels(water=(1,), ignore=(-1,))  # of Sen1Floods11
PERCENTILES = "percentiles"

LAYOUTS = (
    Layout(
        "Kaggle",
        [("Image/**/{stem}.*", "Mask/**/{stem}.*")],
        "Image/, Mask/ and metadata.csv (columns Image and Mask)",
        masks="table",
        before=("folders",),
    ),
    Layout(
        "Ultralytics semantic",
        [FOLDERS],
        "images/, masks/ and a YAML file with masks_dir and names",
        suffixes=SUFFIXES,
        class_file="semantic yaml",
        before=("folders",),
    ),
    Layout("folders", [FOLDERS], "images/ and masks/", suffixes=SUFFIXES),
    Layout(
        "Pascal VOC",
        [("{above}JPEGImages/**/{stem}.*", "{above}SegmentationClass/**/{stem}.*")],
        "JPEGImages/, SegmentationClass/ and labelmap.txt",
        class_file="labelmap",
        subset_lists="ImageSets/Segmentation",
    ),
    Layout(
        "RescueNet",
        [DRONE_FOLDERS],
        "train-org-img/ and train-label-img/ in a folder with RescueNet in its name",
        suffixes=("_lab",),
        classes=RESCUENET,
        folder_name="rescuenet",
        before=("FloodNet",),
    ),
    Layout(
        "FloodNet",
        [DRONE_FOLDERS],
        "train-org-img/ and train-label-img/",
        suffixes=("_lab",),
        classes=FLOODNET,
    ),
    Layout(
        "LoveDA",
        [("{above}images_png/**/{stem}.*", "{above}masks_png/**/{stem}.*")],
        "Train/Urban/images_png/ and Train/Urban/masks_png/",
        classes=LOVEDA,
    ),
    Layout(
        "nnU-Net",
        [("{above}images{split}/**/{stem}_0000.*", "{above}labels{split}/**/{stem}.*")],
        "imagesTr/, labelsTr/ and dataset.json",
        class_file="nnunet",
    ),
    *(
        Layout(
            f"Sen1Floods11 {sensor}",
            [
                (f"{{above}}{sensor}Hand/{{stem}}_{sensor}Hand.*", "{above}LabelHand/{stem}_LabelHand.*"),
                (f"{{above}}{{stem}}_{sensor}Hand.*", "{above}{stem}_LabelHand.*"),
            ],
            f"{sensor}Hand/ and LabelHand/",
            labels=HAND_LABELS,
            bands=bands,
            stretch=PERCENTILES,
        )
        for sensor, bands in (("S2", (3, 2, 1)), ("S1", (0,)))  # B4, B3, B2; VV
    ),
    Layout("COCO", [], "photographs and a COCO JSON file, such as _annotations.coco.json", masks="coco"),
    Layout(
        "LabelMe",
        [
            ("{above}{photographs}/**/{stem}.*", "{above}{masks}/**/{stem}.json"),
            ("**/{stem}.*", "**/{stem}.json"),
        ],
        "photographs, each with a LabelMe JSON file of the same name",
        masks="labelme",
    ),
    Layout(
        "YOLO",
        [("{above}{photographs}/**/{stem}.*", "{above}labels/**/{stem}.txt")],
        "images/, labels/ with a text file of polygons for each photograph, and data.yaml",
        masks="yolo",
        class_file="yaml",
    ),
    Layout(
        "pictures side by side",
        [("**/{stem}.*", "**/{stem}.*")],
        "photographs, each with a mask of the same name and _mask, _lab, _label or _gt in the same folder",
        suffixes=SUFFIXES,
        must_have_suffix=True,
        class_file="class table",
        is_last=True,
    ),
)


def layout_named(name: str) -> Layout | None:
    """The layout of that name, in any capitalization; None where there is none."""
    return next((one for one in LAYOUTS if one.name.casefold() == name.casefold()), None)


KAGGLE = LAYOUTS[0]
