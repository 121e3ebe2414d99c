"""`dataset.toml` for layouts that the table does not have: globs, classes, colors, bands and subsets."""

import unicodedata

import numpy as np
import pytest

from floodeval import LabelScheme, ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair, read_sample_photograph
from floodeval.datasets.label_check import check_labels
from floodeval.errors import FloodevalError
from tests.support.laid_out import HEIGHT, INSIDE, WIDTH, colors, labelme, mask, photograph, text, tiff

FILES = '[files]\nimages = "photos/**/{stem}.jpg"\nmasks = "gt/{stem}_seg.png"\n'


def declared(folder, content):
    text(folder / "dataset.toml", content)
    dataset = load_dataset(folder)
    check_labels(dataset)
    return dataset


@pytest.fixture
def folder(tmp_path):
    photograph(tmp_path / "photos" / "a.jpg")
    photograph(tmp_path / "photos" / "north" / "b.jpg", seed=1)
    photograph(tmp_path / "photos" / "notes.png", seed=2)
    for name in ("a", "b"):
        mask(tmp_path / "gt" / f"{name}_seg.png")
    return tmp_path


def test_globs_pair_by_the_stem(folder):
    dataset = declared(folder, FILES)
    assert [sample.id for sample in dataset.samples] == ["a", "north/b"]
    assert all((read_pair(sample).truth == INSIDE).all() for sample in dataset.samples)
    assert dataset.skipped == ()


def test_globs_with_folders_on_both_sides_pair_by_path(tmp_path):
    for place in ("x", "y"):
        photograph(tmp_path / "rgb" / place / "1.jpg", seed=ord(place))
        mask(tmp_path / "truth" / place / "1.png")
    dataset = declared(tmp_path, '[files]\nimages = "rgb/**/{stem}.jpg"\nmasks = "truth/**/{stem}.png"\n')
    assert [sample.id for sample in dataset.samples] == ["x/1", "y/1"]
    with pytest.raises(
        FloodevalError, match=r"x/1 and y/1 have the same mask truth/1\.png; put the masks in"
    ):
        mask(tmp_path / "truth" / "1.png")
        declared(tmp_path, '[files]\nimages = "rgb/**/{stem}.jpg"\nmasks = "truth/{stem}.png"\n')


def test_the_split_in_a_glob_and_the_split_table(folder):
    dataset = declared(folder, FILES + '[split]\ntrain = ["photos/north/"]\ntest = "photos/*.jpg"\n')
    assert dataset.listing.subset_of == {"north/b": "train", "a": "test"}
    with pytest.raises(FloodevalError, match=r"no photograph is in split\.test"):
        declared(folder, FILES + '[split]\ntest = "south"\n')
    with pytest.raises(FloodevalError, match="a is in the subsets train and test"):
        declared(folder, FILES + '[split]\ntrain = "photos/**"\ntest = "photos/*.jpg"\n')


def test_a_split_token_names_the_subset(tmp_path):
    for part in ("train", "val"):
        photograph(tmp_path / f"{part}-rgb" / f"{part}1.jpg", seed=len(part))
        mask(tmp_path / f"{part}-gt" / f"{part}1.png")
    content = '[files]\nimages = "{split}-rgb/{stem}.jpg"\nmasks = "{split}-gt/{stem}.png"\n'
    assert declared(tmp_path, content).listing.subset_of == {"train1": "train", "val1": "validation"}


@pytest.mark.parametrize("water", ['["flood"]', "[7]"])
def test_classes_choose_water_by_name_or_value(folder, water):
    for name in ("a", "b"):
        mask(folder / "gt" / f"{name}_seg.png", 7, 2)
    labels = f'[labels]\nwater = {water}\nignore = ["cloud"]\nclasses = {{land = 0, cloud = 2, flood = 7}}\n'
    dataset = declared(folder, FILES + labels)
    assert dataset.reading.labels == LabelScheme((7,), (2,))
    pair = read_pair(dataset["a"])
    assert (pair.truth == INSIDE).all()
    assert (pair.ignored == ~INSIDE).all()


def test_colors_are_the_classes(folder):
    for name in ("a", "b"):
        colors(folder / "gt" / f"{name}_seg.png", (0, 0, 255), (0, 128, 0))
    labels = '[labels]\nwater = ["lake"]\ncolors = {forest = "#008000", lake = [0, 0, 255]}\n'
    dataset = declared(folder, FILES + labels)
    assert dataset.listing.classes.values == {"forest": (0,), "lake": (1,)}
    assert (read_pair(dataset["a"]).truth == INSIDE).all()
    with pytest.raises(FloodevalError, match=r"the color \(0, 0, 255\) is not declared in dataset\.toml"):
        read_pair(declared(folder, FILES + '[labels]\nwater = [0]\ncolors = {forest = "#008000"}\n')["a"])


def test_bands_of_many_with_the_stretch(tmp_path):
    bands = np.random.default_rng(0).integers(100, 3000, (HEIGHT, WIDTH, 12)).astype(np.uint16)
    tiff(tmp_path / "s2" / "1.tif", bands)
    mask(tmp_path / "water" / "1.png")
    content = '[files]\nimages = "s2/{stem}.tif"\nmasks = "water/{stem}.png"\n'
    content += '[photographs]\nbands = [3, 2, 1]\nstretch = "percentiles"\n'
    chosen = bands[..., [3, 2, 1]]
    low, high = np.percentile(chosen.reshape(-1, 3).astype(float), (2, 98), axis=0)
    expected = np.clip((chosen - low) / (high - low), 0, 1) * 255
    dataset = declared(tmp_path, content)
    assert np.abs(read_sample_photograph(dataset["1"]) - expected).max() <= 0.51


def test_masks_in_annotation_files_by_their_glob(tmp_path):
    photograph(tmp_path / "p" / "a.jpg")
    text(tmp_path / "q" / "a_x.json", labelme())
    dataset = declared(tmp_path, '[files]\nimages = "p/{stem}.jpg"\nmasks = "q/{stem}_x.json"\n')
    assert (read_pair(dataset["a"]).truth == INSIDE).all()


def test_the_file_may_be_elsewhere(folder, tmp_path_factory):
    config = text(tmp_path_factory.mktemp("other") / "my.toml", FILES)
    dataset = load_dataset(folder, ReadingOptions(config=config))
    assert [sample.id for sample in dataset.samples] == ["a", "north/b"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[filse]\n", "unknown entry 'filse'; expected labels, photographs, files, split"),
        ('[files]\nimage = "x"\n', "unknown entry 'files.image'; expected layout, images, masks"),
        ('[files]\nimages = "../x/{stem}.jpg"\nmasks = "gt/{stem}.png"\n', "leads out of the folder"),
        ('[files]\nimages = "/x/{stem}.jpg"\nmasks = "gt/{stem}.png"\n', "leads out of the folder"),
        ('[files]\nimages = "C:/x/{stem}.jpg"\nmasks = "gt/{stem}.png"\n', "leads out of the folder"),
        ('[files]\nimages = "photos/a.jpg"\nmasks = "gt/{stem}.png"\n', "unexpected value of 'files.images'"),
        ('[files]\nimages = "**/**/{stem}.jpg"\nmasks = "gt/{stem}.png"\n', "unexpected value of"),
        ('[files]\nimages = "photos/{stem}.jpg"\n', "give images and masks, or layout alone"),
        ('[files]\nlayout = "Cityscapes"\n', "unknown layout 'Cityscapes'; expected one of Kaggle"),
        (FILES.replace("gt/", "gone/"), "no file fits files.masks = 'gone/{stem}_seg.png'"),
        (FILES + '[split]\nholdout = "photos"\n', "unknown entry 'split.holdout'"),
        (FILES + '[split]\ntest = "../photos"\n', "leads out of the folder"),
        (FILES + "[split]\ntest = 3\n", "unexpected value of 'split.test'"),
        (FILES + "[labels]\nclasses = {water = 1.5}\n", "unexpected value of 'labels.classes'"),
        (FILES + '[labels]\ncolors = {water = "blue"}\n', "unexpected value of 'labels.colors'"),
        (FILES + "[labels]\ncolors = {water = [0, 0, 256]}\n", "unexpected value of 'labels.colors'"),
        (FILES + '[labels]\nclasses = ["a"]\ncolors = {b = "#000000"}\n', "labels.colors has 'b'"),
        (FILES + '[labels]\ncolors = {a = "#000000", b = "#000000"}\n', "two classes have the same color"),
        (FILES + '[labels]\nwater = ["sea"]\nclasses = ["land", "lake"]\n', "has no class 'sea'"),
        (FILES + '[labels]\nclasses = ["land", "lake"]\n', "nothing says which classes are water"),
        ("[labels]\nignore = [1]\n", "has no water"),
        ("[labels]\nwater = [1.5]\n", "unexpected value of 'labels.water'"),
        ("[labels]\nwater = [1]\nignore = [1]\n", "is both water and ignored"),
    ],
)
def test_a_wrong_declaration_is_refused_in_one_line(folder, content, complaint):
    with pytest.raises(FloodevalError) as refused:
        declared(folder, content)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_link_that_a_glob_follows_out_of_the_folder_is_not_read(folder, tmp_path_factory):
    outside = photograph(tmp_path_factory.mktemp("elsewhere") / "secret.jpg")
    (folder / "photos" / "c.jpg").symlink_to(outside)
    mask(folder / "gt" / "c_seg.png")
    dataset = declared(folder, FILES)
    assert [sample.id for sample in dataset.samples] == ["a", "north/b"]
    assert "outside the data set's folder" in dataset.skipped[0].reason


def test_globs_match_accents_however_they_are_written(tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "inundación") for form in ("NFC", "NFD"))
    photograph(tmp_path / decomposed / "north" / f"{decomposed}.jpg")
    mask(tmp_path / "gt" / "north" / f"{composed}.png")
    split = f'[split]\ntest = "{composed}/north"\n'
    files = f'[files]\nimages = "{composed}/**/{{stem}}.jpg"\nmasks = "gt/**/{{stem}}.png"\n'
    dataset = declared(tmp_path, files + split)
    assert dataset.listing.subset_of == {f"north/{composed}": "test"}
    assert (read_pair(dataset[f"north/{composed}"]).truth == INSIDE).all()
    mask(tmp_path / "gt" / "south" / "c.png")
    assert [one.id for one in declared(tmp_path, files).skipped] == ["south/"]


@pytest.mark.parametrize(("images", "masks"), [("{stem}.*", "{stem}_seg.png"), ("{stem}.jpg", "{stem}*.*")])
def test_a_file_that_fits_both_globs_belongs_to_the_more_specific(tmp_path, images, masks):
    photograph(tmp_path / "all" / "a.jpg")
    mask(tmp_path / "all" / ("a_seg.png" if "seg" in masks else "a.png"))
    dataset = declared(tmp_path, f'[files]\nimages = "all/{images}"\nmasks = "all/{masks}"\n')
    assert dataset.skipped == ()
    assert (read_pair(dataset["a"]).truth == INSIDE).all()


def test_a_file_that_fits_both_globs_equally_is_refused(tmp_path):
    photograph(tmp_path / "all" / "a.jpg")
    mask(tmp_path / "all" / "a.png")
    with pytest.raises(FloodevalError, match=r"all/a.jpg fits both files.images and files.masks; change the"):
        declared(tmp_path, '[files]\nimages = "all/{stem}.*"\nmasks = "all/{stem}.*"\n')


def test_a_declared_layout_that_the_files_do_not_have_is_refused_with_what_it_expects(folder):
    expected = r"do not have the layout COCO; expected photographs and a COCO JSON file"
    with pytest.raises(FloodevalError, match=expected):
        declared(folder, '[files]\nlayout = "coco"\n')


@pytest.mark.parametrize("stretch", ["percentiles", "none"])
def test_bands_that_no_photograph_has_are_refused(tmp_path, stretch):
    values = np.random.default_rng(0).integers(200, 4000, (HEIGHT, WIDTH, 12)).astype(np.uint16)
    tiff(tmp_path / "images" / "a.tif", values)
    mask(tmp_path / "masks" / "a.png")
    content = f'[photographs]\nbands = [3, 2, 14]\nstretch = "{stretch}"\n'
    with pytest.raises(FloodevalError, match=r"a.tif has 12 bands, too few for bands = \[3, 2, 14\]; "):
        declared(tmp_path, content)
    tiff(tmp_path / "images" / "b.tif", np.repeat(values, 2, axis=2))
    mask(tmp_path / "masks" / "b.png")
    dataset = declared(tmp_path, content)
    assert read_pair(dataset["b"]).photograph.shape == (HEIGHT, WIDTH, 3)
    with pytest.raises(FloodevalError, match=r"a.tif has 12 bands, too few"):
        read_pair(dataset["a"])
