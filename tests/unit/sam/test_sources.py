"""The grammar of `--variant NAME=SOURCE`, form by form."""

import sys
from pathlib import Path

import pytest
import torch

from floodeval.cli.inputs import read_variants
from floodeval.errors import FloodevalError
from floodeval.sam.domain import DOMAIN_FILE
from floodeval.sam.sources import (
    MaskFolderSource,
    ModelSource,
    PluginSource,
    StatedInput,
    parse_model,
    parse_source,
    split_variant,
)
from floodeval.storage.paths import CHECKPOINT


@pytest.fixture(autouse=True)
def models(results, tmp_path, monkeypatch) -> Path:
    """Two models under `results/models`; the working folder is another one."""
    for name in ("mine", "flood-area-vit_t"):
        (results / "models" / name).mkdir(parents=True)
        (results / "models" / name / CHECKPOINT).write_bytes(b"weights")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    torch.save({}, "my.pth")
    return results / "models"


@pytest.mark.parametrize("model_type", ["vit_t", "vit_b", "vit_l", "vit_h"])
def test_a_model_type_is_the_published_model(model_type):
    assert parse_source(model_type, "vit_t") == ModelSource("vit_t", model_type=model_type)


@pytest.mark.parametrize("text", [None, "pretrained"])
def test_pretrained_is_the_published_model_of_the_default_type(text):
    assert parse_source(text, "vit_b") == ModelSource("vit_b", model_type="vit_b")


def test_finetuned_is_the_bundled_model_of_the_default_type(models):
    found = parse_source("finetuned", "vit_t")
    assert found == ModelSource("vit_t", models / "flood-area-vit_t" / CHECKPOINT)


def test_a_models_name_is_its_checkpoint(models):
    assert parse_source("mine", "vit_t") == ModelSource("vit_t", models / "mine" / CHECKPOINT)


@pytest.mark.parametrize("text", ["my.pth", "./my.pth"])
def test_a_file_is_a_path(text):
    assert parse_source(text, "vit_t") == ModelSource("vit_t", Path(text))


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
def test_a_hugging_face_folder_is_its_weights(file):
    Path("saved").mkdir()
    (Path("saved") / file).write_bytes(b"weights")
    assert parse_source("saved", "vit_t").checkpoint == Path("saved") / file


def test_a_type_in_front_of_a_path_or_name_is_stated(models):
    assert parse_source("vit_b:my.pth", "vit_t") == ModelSource("vit_t", Path("my.pth"), "vit_b")
    assert parse_source("vit_b:mine", "vit_t").checkpoint == models / "mine" / CHECKPOINT


def test_an_existing_path_wins_over_every_other_reading():
    for name in ("vit_b:my.pth", "vit_h", "mine", "masks:x", "mine@0.5", "odd?size=256"):
        Path(name).write_bytes(b"weights")
        assert parse_source(name, "vit_t") == ModelSource("vit_t", Path(name))


def test_a_folder_that_holds_masks_is_a_folder_of_masks():
    for name in ("a.png", "b.tif", "north/c.npy", "d.npz", "e.JPG"):
        folder = Path("preds", name.replace("/", "-"))
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(b"mask")
        assert parse_source(str(folder), "vit_t") == MaskFolderSource(folder)
        assert parse_source(f"masks:{folder}", "vit_t") == MaskFolderSource(folder)


def test_options_of_masks_say_what_their_values_mean():
    Path("preds").mkdir()
    Path("preds/a.png").write_bytes(b"mask")
    assert parse_source("preds?threshold=0.25", "vit_t") == MaskFolderSource(Path("preds"), threshold=0.25)
    assert parse_source("masks:preds?water=5,1,5", "vit_t") == MaskFolderSource(Path("preds"), water=(1, 5))


def test_a_folder_of_a_model_stays_a_model(models):
    (models / "mine" / "preview.png").write_bytes(b"picture")
    assert parse_source(str(models / "mine"), "vit_t").checkpoint == models / "mine" / CHECKPOINT


def test_a_folder_of_both_or_neither_is_refused_by_name():
    Path("both").mkdir()
    for name in ("model.safetensors", "a.png"):
        Path("both", name).write_bytes(b"content")
    with pytest.raises(FloodevalError, match=r"both a checkpoint .* and masks; .* as masks:both"):
        parse_source("both", "vit_t")
    assert parse_source("masks:both", "vit_t") == MaskFolderSource(Path("both"))
    assert parse_source("both/model.safetensors", "vit_t").checkpoint == Path("both/model.safetensors")
    Path("neither").mkdir()
    with pytest.raises(FloodevalError, match="neither a checkpoint nor masks"):
        parse_source("neither", "vit_t")


def test_a_plugin_is_named_and_not_imported():
    found = parse_source("python:package.module:Factory", "vit_t")
    assert found == PluginSource("package.module", "Factory")
    assert "package" not in sys.modules


def test_where_only_a_sam_will_do_other_sources_are_refused(results):
    Path("preds").mkdir()
    (results / "models" / "mine" / DOMAIN_FILE).write_bytes(b"domain")
    for text in ("masks:preds", "python:package:make", "route:mine"):
        with pytest.raises(FloodevalError, match="a plugin or a route; expected a SAM"):
            parse_model(text, "vit_t")


def test_options_follow_the_source():
    found = parse_source("vit_b:my.pth?size=256&preprocessing=medsam", "vit_t")
    assert found == ModelSource("vit_t", Path("my.pth"), "vit_b", StatedInput(256, "medsam"))
    assert parse_source("vit_t?size=512", "vit_t").stated == StatedInput(512)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nothing", "no checkpoint 'nothing'"),
        ("vit_b:nothing.pth", "no checkpoint 'nothing.pth'"),
        ("vit_x:my.pth", "no checkpoint 'vit_x:my.pth'"),
        ("route:vit_t", "cannot be routed; expected a fine-tuned SAM after route:, got 'vit_t'"),
        ("route:vit_t?percentile=100", "'100' is not a percentile; expected a number above 0 and below 100"),
        ("route:vit_t?size=256", "size"),
        ("nothing@0.5", "no checkpoint 'nothing'"),
        ("my.pth?threshold=0.5", "has the options 'threshold=0.5'; expected each of size, preprocessing"),
        ("my.pth?size=256&size=512", "at most once"),
        ("my.pth?", "has the options ''"),
        ("masks:absent", "no folder of masks 'absent'"),
        ("masks:my.pth", "no folder of masks 'my.pth'"),
        ("masks:", "no folder of masks ''"),
        ("masks:.?size=256", "has the options 'size=256'; expected each of threshold, water"),
        ("masks:.?threshold=0.5&water=1", "masks hold probabilities or class ids, not both"),
        ("masks:.?threshold=1.5", "has threshold=1.5; expected a probability between 0 and 1"),
        ("masks:.?threshold=nan", "has threshold=nan; expected a probability"),
        ("masks:.?water=a", "has water=a; expected class ids"),
        ("masks:.?water=", "has water=; expected class ids"),
        ("python:package.module", "is not a plugin; expected python:PACKAGE.MODULE:FACTORY"),
        ("python:package/module:make", "is not a plugin"),
        ("python:package:make?size=256", "is not a plugin"),
        ("my.pth?size=100", "has size=100; expected the side"),
        ("my.pth?size=99999999", "a multiple of 16 from 64 to 4096"),
        ("my.pth?preprocessing=imagenet", "expected one of sam, medsam, unit"),
    ],
)
def test_what_is_no_source_is_refused_in_one_line(text, complaint):
    with pytest.raises(FloodevalError, match=complaint) as error:
        parse_source(text, "vit_t")
    assert "\n" not in str(error.value)


def test_an_unknown_default_type_is_refused():
    with pytest.raises(FloodevalError, match="unknown model 'vit_x'"):
        parse_source("my.pth", "vit_x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=my.pth", ("a", "my.pth")),
        ("a=b=c.pth", ("a", "b=c.pth")),
        ("vit_b", ("vit_b", "vit_b")),
        ("mine", ("mine", "mine")),
        ("pretrained", ("pretrained", None)),
        ("finetuned", ("finetuned", "finetuned")),
        ("other", ("other", None)),
    ],
)
def test_a_variant_is_split_at_its_first_equals_sign(text, expected):
    assert split_variant(text) == expected


def test_a_variant_without_a_source_or_a_name_is_refused_and_not_taken_as_published(tmp_path):
    (tmp_path / "here" / "preds").mkdir()
    (tmp_path / "here" / "my.pth").touch()
    with pytest.raises(FloodevalError, match="'mine=' has no source; expected NAME=SOURCE"):
        split_variant("mine=")
    for path in ("preds", "my.pth"):
        with pytest.raises(FloodevalError, match=f"is a path without a name; .* mine={path}$"):
            split_variant(path)
    with pytest.raises(FloodevalError, match=r"'vit_b:' has no path; expected TYPE:PATH"):
        parse_source("vit_b:", "vit_t")


def test_variants_of_several_model_types_are_read_from_the_command_line():
    read = read_variants(["small=vit_t", "big=vit_b", "mine=my.pth"])
    assert read == {"small": "vit_t", "big": "vit_b", "mine": "my.pth"}
