"""Labels: a declared scheme for the whole data set, never a guess per file."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval import LabelScheme, load_dataset
from floodeval.cli import main
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import read_pair, read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.image_files import turned
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.reference_masks import read_reference
from floodeval.datasets.scenes import Link, Scenes
from floodeval.datasets.splits import read_split, write_split
from floodeval.datasets.splitting import split_dataset
from floodeval.datasets.traits import describe
from floodeval.errors import FloodevalError

HEIGHT, WIDTH = 30, 40
PLACES = np.zeros((HEIGHT, WIDTH), int)  # 0 land, 1 water, 2 something else
PLACES[:, :20] = 1
PLACES[10:15] = 2
LAND, WATER, OTHER = (place == PLACES for place in range(3))

VOC = [0, 0, 0, 128, 0, 0, *[0] * (253 * 3), 224, 224, 192]
GRAYS = [level for value in range(256) for level in (value, value, value)]


def drawn(values, dtype=np.uint8):
    """The places with these values for land, water and something else."""
    return np.array(values)[PLACES].astype(dtype)


def save(folder, *masks, photographs=True):
    """Write a data set: masks are arrays, or functions that write a file and return its path."""
    for place in ("images", "masks"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for number, mask in enumerate(masks):
        path = folder / "masks" / f"{number}.png"
        if isinstance(mask, np.ndarray):
            Image.fromarray(mask).save(path)
        else:
            mask(path)
        noise = np.random.default_rng(number).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{number}.png")
    return folder


def png(*values, dtype=np.uint8):
    return lambda path: Image.fromarray(drawn(values, dtype)).save(path)


def tiff(*values, dtype=np.uint8, nodata=None):
    tags = [] if nodata is None else [(42113, "s", 0, str(nodata), True)]
    return lambda path: tifffile.imwrite(path.with_suffix(".tif"), drawn(values, dtype), extratags=tags)


def palette(*values, colors=VOC):
    def write(path: Path) -> None:
        image = Image.frombytes("P", (WIDTH, HEIGHT), drawn(values).tobytes())
        image.putpalette(colors)
        image.save(path)

    return write


def jpeg(*values, quality=90):
    return lambda path: Image.fromarray(drawn(values)).save(path.with_suffix(".jpg"), quality=quality)


def refusal(dataset):
    with pytest.raises(FloodevalError) as refused:
        check_labels(dataset)
    assert "\n" not in str(refused.value)
    return str(refused.value)


IGNORED_BAND = {
    "png": (png(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "tiff": (tiff(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "geotiff with nodata": (tiff(0, 1, 255, nodata=255), "0, 1, 255", (1,), (255,)),
    "palette in colors": (palette(0, 1, 255), "0, 1, 255", (1,), (255,)),
    "palette of grays": (palette(0, 1, 255, colors=GRAYS), "0, 1, 255", (1,), (255,)),
    "other id": (png(0, 5, 255), "0, 5, 255", (5,), (255,)),
    "int8": (tiff(0, 1, -1, dtype=np.int8), "-1, 0, 1", (1,), (-1,)),
    "int16": (tiff(0, 1, -1, dtype=np.int16), "-1, 0, 1", (1,), (-1,)),
    "int32": (tiff(0, 1, -1, dtype=np.int32), "-1, 0, 1", (1,), (-1,)),
    "int64": (tiff(0, 1, -1, dtype=np.int64), "-1, 0, 1", (1,), (-1,)),
    "float32": (tiff(0, 1, 255, dtype=np.float32), "0, 1, 255", (1,), (255,)),
    "float64": (tiff(0, 1, -1, dtype=np.float64), "-1, 0, 1", (1,), (-1,)),
    "uint16": (png(0, 1, 65535, dtype=np.uint16), "0, 1, 65535", (1,), (65535,)),
    "uint16 tiff": (tiff(0, 1, 65535, dtype=np.uint16), "0, 1, 65535", (1,), (65535,)),
    "uint32": (tiff(0, 1, 65535, dtype=np.uint32), "0, 1, 65535", (1,), (65535,)),
}


@pytest.mark.parametrize("encoding", IGNORED_BAND)
def test_class_ids_with_an_ignored_value_are_refused_with_the_options_that_declare_them(tmp_path, encoding):
    mask, values, water, ignore = IGNORED_BAND[encoding]
    said = f"values {values} look like class ids; declare them with water={water} and ignore={ignore}"
    folder = save(tmp_path / "floods", mask)
    assert said in refusal(load_dataset(folder))
    with pytest.raises(FloodevalError, match="look like class ids"):
        read_truth(load_dataset(folder).samples[0])


@pytest.mark.parametrize("encoding", IGNORED_BAND)
def test_class_ids_are_read_as_declared(tmp_path, encoding):
    mask, _, water, ignore = IGNORED_BAND[encoding]
    dataset = load_dataset(save(tmp_path / "floods", mask), ReadingOptions(labels=LabelScheme(water, ignore)))
    check_labels(dataset)
    truth = read_truth(dataset.samples[0])
    assert np.array_equal(truth.water, WATER)
    assert np.array_equal(truth.ignored, OTHER)
    pair = read_pair(dataset.samples[0])
    assert np.array_equal(pair.truth, WATER)
    assert np.array_equal(pair.ignored, OTHER)


def test_a_data_set_of_which_only_some_files_have_an_ignored_value_is_refused_as_a_whole(tmp_path):
    folder = save(tmp_path / "floods", png(0, 255, 255), png(0, 1, 255), png(0, 1, 1))
    said = refusal(load_dataset(folder))
    assert (
        "values 0, 1, 255 look like class ids; declare them with water=(1,) and ignore=(255,) (2 of 3" in said
    )


def test_one_scheme_reads_files_with_and_without_an_ignored_value(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 1), png(0, 1, 255))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    first, second = (read_truth(sample) for sample in dataset.samples)
    assert np.array_equal(first.water, WATER | OTHER)
    assert not first.ignored.any()
    assert np.array_equal(second.water, WATER)


def test_an_uncertain_gray_is_refused_until_it_is_declared(tmp_path):
    folder = save(tmp_path / "floods", png(0, 255, 128), png(0, 255, 255))
    said = refusal(load_dataset(folder))
    assert "values 0, 128, 255 look like class ids; declare them with water=(255,) and ignore=(128,)" in said
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (128,))))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)
    assert np.array_equal(read_truth(dataset.samples[0]).ignored, OTHER)


@pytest.mark.parametrize("gray", [2, 64, 100, 127, 128, 129, 200, 254])
@pytest.mark.parametrize("extent", [(slice(12, 15), slice(4, 30)), (slice(2, 6), slice(33, 37))])
def test_a_band_or_a_spot_of_any_gray_is_refused(tmp_path, gray, extent):
    values = drawn((0, 255, 255))
    values[extent] = gray
    assert "look like class ids" in refusal(load_dataset(save(tmp_path / "floods", values)))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_smooth_edges_of_a_drawn_mask_need_no_declaration_and_are_cut_in_the_middle(tmp_path, scale):
    fine = np.zeros((300 * scale, 400 * scale), np.uint8)
    cv2.ellipse(fine, (180 * scale, 140 * scale), (120 * scale, 70 * scale), 20, 0, 360, 255, -1)
    values = cv2.resize(fine, (400, 300), interpolation=cv2.INTER_AREA)
    assert len(np.unique(values)) > 2
    dataset = load_dataset(save(tmp_path / "floods", values))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, values > 127)


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_black_and_white_mask_in_jpeg_needs_no_declaration(tmp_path, quality):
    dataset = load_dataset(save(tmp_path / "floods", jpeg(0, 255, 255, quality=quality)))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER | OTHER)


def test_jpeg_masks_are_read_by_the_nearest_declared_value_or_refused_where_detail_is_lost(tmp_path):
    folder = save(tmp_path / "floods", jpeg(0, 255, 128))
    refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (128,)))).samples[0])
    assert np.mean(truth.water != WATER) < 0.01
    assert np.mean(truth.ignored != OTHER) < 0.01
    ids = save(tmp_path / "ids", jpeg(0, 1, 255, quality=98))
    assert "save the mask as PNG" in refusal(
        load_dataset(ids, ReadingOptions(labels=LabelScheme((1,), (255,))))
    )


def test_a_thin_water_of_class_1_within_ignored_pixels_is_no_smooth_edge(tmp_path):
    values = np.zeros((HEIGHT, WIDTH), np.uint8)
    values[:, 12:14], values[:, 14:] = 1, 255
    dataset = load_dataset(save(tmp_path, values))
    assert "values 0, 1, 255 look like class ids; declare them with water=(1,) and ignore=(255,)" in refusal(
        dataset
    )


def written(suffix, **options):
    """Land, water and another place in a file of that format."""
    return lambda path: Image.fromarray(drawn([0, 1, 255])).save(path.with_suffix(suffix), **options)


def test_a_lossless_webp_is_read_by_its_exact_values(tmp_path):
    folder = save(tmp_path, written(".webp", lossless=True, exact=True))
    sample = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,)))).samples[0]
    assert (read_truth(sample).water == WATER).all() and (read_truth(sample).ignored == OTHER).all()


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".tif", {"compression": "jpeg"}),
        (".jp2", {"irreversible": True, "quality_mode": "dB", "quality_layers": [45]}),
        (".webp", {"quality": 90}),
    ],
)
def test_every_format_that_loses_detail_is_read_by_the_nearest_value(tmp_path, suffix, options):
    def write(path):
        Image.fromarray(drawn([0, 255, 0])).save(path.with_suffix(suffix), **options)

    sample = load_dataset(save(tmp_path, write), ReadingOptions(labels=LabelScheme((255,)))).samples[0]
    assert (read_truth(sample).water == WATER).mean() > 0.99
    ids = load_dataset(
        save(tmp_path / "ids", written(suffix, **options)), ReadingOptions(labels=LabelScheme((1,), (255,)))
    )
    assert "cannot be distinguished in a lossy format" in refusal(ids)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float64])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_masks_own_orientation_tag_is_applied_or_ignored_whatever_its_type(tmp_path, dtype, orientation):
    values = np.random.default_rng(orientation).integers(0, 2, (5, 7)).astype(dtype)
    tag = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "mask.tif", values, extratags=tag)
    stored = read_reference(tmp_path / "mask.tif", LabelScheme((1,)), upright=False)
    assert (stored.water == (values == 1)).all()
    displayed = read_reference(tmp_path / "mask.tif", LabelScheme((1,)), upright=True)
    assert (displayed.water == turned(values == 1, orientation)).all()


def test_class_ids_spread_over_gray_are_refused_until_they_are_declared(tmp_path):
    folder = save(tmp_path / "floods", png(0, 85, 170), png(0, 170, 255))
    said = refusal(load_dataset(folder))
    assert "values 0, 85, 170, 255 look like class ids" in said
    assert "water=..." in said
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((170,), (255,))))
    check_labels(dataset)
    first, second = (read_truth(sample) for sample in dataset.samples)
    assert np.array_equal(first.water, OTHER)
    assert np.array_equal(second.water, WATER)
    assert np.array_equal(second.ignored, OTHER)


@pytest.mark.parametrize(
    "mask", [png(0, 1, 1), tiff(0, 1, 1, dtype=np.int32), palette(0, 1, 1), tiff(0, 1, 1, dtype=np.float32)]
)
def test_a_mask_of_zeros_and_ones_is_read_with_the_option_that_its_refusal_gives(tmp_path, mask):
    folder = save(tmp_path / "floods", mask)
    assert "values 0, 1 look like class ids; declare them with water=(1,)" in refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((1,)))).samples[0])
    assert np.array_equal(truth.water, WATER | OTHER)
    assert truth.ignored is None


def test_inverted_masks_are_read_with_water_0(tmp_path):
    inverted = (png(255, 0, 0), palette(1, 0, 0, colors=[0] * 768), jpeg(255, 0, 0))
    for number, mask in enumerate(inverted):
        folder = save(tmp_path / f"floods-{number}", mask)
        dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((0,))))
        check_labels(dataset)
        assert np.array_equal(read_truth(dataset.samples[0]).water, WATER | OTHER)


def test_a_palette_that_is_drawn_all_black_is_refused(tmp_path):
    folder = save(tmp_path / "floods", palette(1, 0, 0, colors=[0] * 768))
    assert "values 0, 1 look like class ids; declare them with water=(" in refusal(load_dataset(folder))


def test_a_black_and_white_palette_is_read_by_its_colors_until_its_indices_are_declared(tmp_path):
    white_first = [255, 255, 255, 0, 0, 0]
    folder = save(tmp_path / "floods", palette(1, 0, 0, colors=white_first))
    assert np.array_equal(read_truth(load_dataset(folder).samples[0]).water, WATER | OTHER)
    declared = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,))))
    assert np.array_equal(read_truth(declared.samples[0]).water, LAND)


@pytest.mark.parametrize("declared", [1, 255])
def test_the_white_of_a_mask_of_one_bit_is_1_or_255_as_declared(tmp_path, declared):
    folder = save(tmp_path / "floods", lambda path: Image.fromarray(WATER).save(path))
    assert np.array_equal(read_truth(load_dataset(folder).samples[0]).water, WATER)
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((declared,))))
    check_labels(dataset)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)


def test_the_audit_warns_where_water_covers_most_of_nearly_every_mask(tmp_path):
    masks = []
    for number in range(6):
        values = np.full((HEIGHT, WIDTH), 255, np.uint8)
        values[:, : 5 + number] = 0  # the water, drawn in black
        masks.append(values)
    folder = save(tmp_path / "inverted", *masks)
    (issue,) = (issue for issue in audit(folder).issues if issue.kind == "inverted_labels")
    assert issue.ids == ()
    assert "100% of the masks" in issue.detail
    assert "water=..." in issue.suggestion
    right = save(tmp_path / "right", *(255 - values for values in masks))
    assert not audit(right).of_kind("inverted_labels")


@pytest.mark.real
@pytest.mark.parametrize("name", ["flood-area", "floods-ground", "water-satellite", "objects"])
def test_real_data_sets_need_no_declaration_and_only_their_inverse_is_called_inverted(name, real_dataset):
    from floodeval.datasets.audit.label_issues import HALF, MEAN_WATER, MOST_OF_MASKS

    dataset = load_dataset(real_dataset.folder.parent / name)
    check_labels(dataset)
    shares = np.array([read_truth(sample).water_share for sample in dataset.samples])
    for water, is_inverted in ((shares, False), (1 - shares, True)):
        assert ((water > HALF).mean() >= MOST_OF_MASKS and water.mean() >= MEAN_WATER) == is_inverted


@pytest.mark.parametrize(
    ("mask", "missing", "option"),
    [
        (png(0, 1, 255), "255", "ignore=(255,)"),
        (tiff(0, 1, -1, dtype=np.int16), "-1", "ignore=(-1,)"),
        (tiff(0, 1, 65535, dtype=np.uint16), "65535", "ignore=(65535,)"),
        (tiff(0, 1, 7, nodata=7), "7", "ignore=(7,)"),
    ],
)
def test_values_that_may_mean_no_label_must_be_named_where_water_is_declared(tmp_path, mask, missing, option):
    folder = save(tmp_path / "floods", mask)
    said = refusal(load_dataset(folder, ReadingOptions(labels=LabelScheme((1,)))))
    assert f"values {missing} may mean that a pixel has no label" in said
    assert option in said


def test_other_values_than_those_declared_are_land_and_are_told(tmp_path):
    folder = save(tmp_path / "floods", png(0, 3, 7))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((3,))))
    (note,) = check_labels(dataset).notes
    assert "values 7 count as land (17% of the pixels)" in str(note)
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)


def test_a_value_for_water_that_no_mask_has_is_refused(tmp_path):
    said = refusal(
        load_dataset(save(tmp_path / "floods", png(0, 2, 3)), ReadingOptions(labels=LabelScheme((1,))))
    )
    assert "no mask has the water value 1; the masks have 0, 2, 3" in said


def test_a_geotiff_with_nodata_in_its_masks_is_refused_until_that_is_named(tmp_path):
    folder = save(tmp_path / "floods", tiff(0, 255, 255, nodata=0))
    assert "water=(255,) and ignore=(0,)" in refusal(load_dataset(folder))
    truth = read_truth(load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (0,)))).samples[0])
    assert np.array_equal(truth.ignored, LAND)


@pytest.mark.parametrize(
    ("water", "ignore", "said"),
    [((), (), "no value of water"), (None, (255,), r"give water=\.\.\. too"), ((1,), (1,), "both water and")],
)
def test_a_scheme_that_contradicts_itself_is_refused(water, ignore, said):
    with pytest.raises(FloodevalError, match=said):
        LabelScheme(water, ignore)


CONFIG = """
[labels]
water = [1]
ignore = [255]

[photographs]
exif = "ignore"
"""


def test_dataset_toml_declares_the_scheme_once_and_arguments_override_it(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(CONFIG)
    dataset = load_dataset(folder)
    assert dataset.reading.labels == LabelScheme((1,), (255,))
    assert dataset.reading.photographs.exif == "ignore"
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)
    other = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (1,)), exif="apply"))
    assert np.array_equal(read_truth(other.samples[0]).water, OTHER)
    assert other.reading.photographs.exif == "apply"


def test_a_config_elsewhere_takes_the_place_of_the_one_in_the_folder(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(CONFIG)
    (tmp_path / "mine.toml").write_text("labels = { water = [255], ignore = [1] }")
    dataset = load_dataset(folder, ReadingOptions(config=tmp_path / "mine.toml"))
    assert dataset.reading.labels == LabelScheme((255,), (1,))
    assert dataset.reading.photographs.exif == "apply"
    with pytest.raises(FloodevalError, match="no such file"):
        load_dataset(folder, ReadingOptions(config=tmp_path / "absent.toml"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[labels]\nwater = [1]\nignored = [255]", "unknown entry 'labels.ignored'"),
        ("[label]\nwater = [1]", "unknown entry 'label'"),
        ("[labels]\nwater = 1", "'labels.water'"),
        ("[labels]\nwater = [1.5]", "'labels.water'"),
        ("[labels]\nwater = [true]", "'labels.water'"),
        ("[labels]\nignore = [255]", r"\[labels\] has no water"),
        ('[photographs]\nexif = "turn"', "'photographs.exif'"),
        ('[photographs]\nstretch = "max"', "'photographs.stretch'"),
        ("[photographs]\nbands = [3, 2]", "'photographs.bands'"),
        ("[labels\n", "is not valid TOML"),
    ],
)
def test_a_config_that_says_something_else_is_refused_by_name(tmp_path, content, said):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(content)
    with pytest.raises(FloodevalError, match=said) as refused:
        load_dataset(folder)
    assert "dataset.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "--name", "r", "--variant", "pretrained"],
        ["finetune", "--name", "m", "--split", "split.csv"],
        ["split", "--out", "other.csv"],
        ["audit"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_that_reads_masks_refuses_undeclared_ones_alike(
    tmp_path, monkeypatch, results, capsys, command
):
    monkeypatch.chdir(tmp_path)
    folder = save(tmp_path / "floods", png(0, 1, 255), png(0, 1, 1))
    (tmp_path / "split.csv").write_text("id,scene,split\n0,0,train\n1,1,validation\n")
    assert main([command[0], str(folder), *command[1:]]) == 2
    assert "--water 1 and --ignore 255" in capsys.readouterr().err


def test_split_and_audit_take_the_scheme_from_options_and_complete_it_from_the_config(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    folder = save(tmp_path / "floods", *[png(0, 1, -1 % 256), png(0, 1, 1)] * 3)
    assert main(["audit", str(folder), "--water", "1", "--ignore=-1,255"]) == 0
    assert "0 flagged pairs" in " ".join(capsys.readouterr().out.split())
    (folder / "dataset.toml").write_text("[labels]\nwater = [1]\n")
    assert main(["split", str(folder), "--out", "split.csv"]) == 2
    assert "255 may mean" in capsys.readouterr().err
    assert main(["split", str(folder), "--out", "split.csv", "--ignore", "255"]) == 0


@pytest.mark.parametrize("ids", ["one", "1,", "1.5", ""])
def test_values_that_are_none_are_refused_by_the_option(tmp_path, ids, capsys):
    with pytest.raises(SystemExit) as left:
        main(["audit", str(tmp_path), f"--water={ids}"])
    assert left.value.code == 2
    assert "is not a list of values" in capsys.readouterr().err


def test_a_split_remembers_its_scheme_and_refuses_another(tmp_path):
    folder = save(tmp_path / "floods", *[png(0, 1, 255)] * 4)
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    write_split(split_dataset(dataset), tmp_path / "split.csv")
    assert read_split(tmp_path / "split.csv", dataset).record.labels == {"water": [1], "ignore": [255]}
    other = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (1,))))
    with pytest.raises(FloodevalError, match="another label scheme"):
        read_split(tmp_path / "split.csv", other)


def test_the_audit_and_the_water_share_leave_ignored_pixels_out(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    assert read_truth(dataset.samples[0]).water_share == 0.5  # 500 of 1000 pixels that count
    found = audit(folder, reading=dataset.reading)
    assert found.summary["water_share"]["mean"] == 0.5
    full = save(tmp_path / "full", png(1, 1, 255))
    reading = load_dataset(full, ReadingOptions(labels=LabelScheme((1,), (255,)))).reading
    assert [issue.kind for issue in audit(full, reading=reading).issues] == ["full_mask"]


def test_label_agreement_leaves_out_what_either_label_ignores(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255), png(0, 1, 1), png(255, 1, 0))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    identity = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    links = tuple(Link(a, b, "same bytes", identity, 9, 1.0) for a, b in (("0", "1"), ("1", "2")))
    first, second = label_agreement(dataset, Scenes(links)).pairs
    assert first.iou == 1.0  # where they differ, the first is ignored
    assert second.iou == pytest.approx(500 / 700)  # both count on 500 of water and 200 of another opinion


def test_traits_leave_ignored_pixels_out():
    photograph = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    photograph[:, 30:] = 0  # a border without picture
    water, ignored = np.zeros((2, HEIGHT, WIDTH), bool)
    water[:, :10], ignored[:, 30:] = True, True
    traits = describe(photograph, water, ignored)
    assert traits.water_share == pytest.approx(1 / 3)
    assert traits.contrast == pytest.approx(0, abs=1e-5)
    assert traits.shadow_share == 0
    assert traits.haze == pytest.approx(100 / 255)
    assert describe(photograph, water).shoreline == pytest.approx(traits.shoreline)
    beside = np.zeros_like(water)
    beside[:, 10:] = True
    assert describe(photograph, water, beside).shoreline == 0  # water that ends where nobody labeled


def test_options_that_are_repeated_add_up(tmp_path, capsys):
    folder = save(tmp_path / "floods", png(0, 1, 2))
    assert main(["audit", str(folder), "--water", "1", "--water", "2"]) == 0
    assert "count as land" not in capsys.readouterr().out
    assert main(["audit", str(folder), "--water", "1"]) == 0
    assert "values 2 count as land" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("labels", ["water = []", "water = [1]\nignore = [1]"])
def test_a_scheme_in_a_config_that_is_none_is_refused_with_the_file(tmp_path, labels):
    folder = save(tmp_path, png(0, 1, 2))
    (folder / "dataset.toml").write_text(f"[labels]\n{labels}\n")
    with pytest.raises(FloodevalError, match=r"dataset\.toml: "):
        load_dataset(folder)
