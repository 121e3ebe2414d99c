"""Try it: one photograph, its masks and marks, and what the page says when something is missing."""

import base64
import re
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from floodeval.dashboard.pages.try_it.downloads import predict_command
from floodeval.datasets.dataset import digest_of, load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.recorded_source import recorded_checkpoint
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.sam.domain import PhotographDistance
from floodeval.sam.marks import Marks
from floodeval.sam.registry import published
from tests.support.node import complaint_of
from tests.support.pages import open_page, panes, says
from tests.support.try_it import EMPTY, mark, picture, upload
from tests.support.try_it import models as models
from tests.support.try_it import no_photograph_of_another_test as no_photograph_of_another_test
from tests.support.wording import holds, said


@pytest.fixture
def no_weights(dashboard_files, tmp_path, monkeypatch):
    """A cache of its own: another test may have fetched weights into the one that all share."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_weights")
def test_without_weights_the_page_says_how_to_fetch_them_and_that_a_checkpoint_is_absent():
    page = open_page("Try it", run="two")
    assert not page.exception and panes(page) is None
    assert "floodeval weights vit_t" in page.info[0].value
    place = re.compile(r"\S*finetuned\.safetensors\S*")
    known = {"variant": "`finetuned`", "name": "`finetuned.safetensors`", "command": "`floodeval weights`"}
    assert holds(page.warning[-1].value, "try_it.not_imported", place=place, **known)
    assert page.button(key="fetch/vit_t").label == say("try_it.fetch")


@pytest.mark.usefixtures("no_weights")
def test_weights_that_cannot_be_fetched_are_said_in_one_line(monkeypatch):
    def unreachable(model_type):
        raise FloodevalError(f"{model_type} cannot be reached; connect to a network")

    monkeypatch.setattr("floodeval.sam.weights.obtain_weights", unreachable)
    page = open_page("Try it", run="two")
    page.button(key="fetch/vit_t").click().run()
    assert not page.exception
    assert "connect to a network" in page.warning[-1].value


def test_a_checkpoint_is_looked_for_under_the_models_alone(results, tmp_path):
    (tmp_path / "secret").write_text("")
    for name in ("../../secret", "/etc/passwd", "a/b"):
        with pytest.raises(FloodevalError, match=said("files.no_name").pattern):
            recorded_checkpoint(Variant("b", "vit_t", name, "0", "0"))
    assert recorded_checkpoint(Variant("b", "vit_t", "mine", "0", "0")) is None
    place = results / "models" / "mine" / "checkpoint.safetensors"
    place.parent.mkdir(parents=True)
    place.write_text("")
    assert recorded_checkpoint(Variant("b", "vit_t", "mine", "0", "0")) == place


def test_a_photograph_of_the_data_set_shows_both_masks_their_scores_and_the_difference(models):
    page = open_page("Try it", run="two", id="i2")
    assert not page.exception and not page.error
    message = panes(page)
    assert message["full"][0] == 72 and message["editor"]["outline"]
    sets = {one["key"]: one["panes"] for one in message["sets"]}
    assert sets["mask"] == ["photograph", "mask:pretrained", "mask:finetuned"]  # side by side
    assert sets["errors"] == ["photograph", "errors:pretrained", "errors:finetuned"]
    assert sets["against"] == ["photograph", "against"]
    _, first, second, *_, between = message["layers"]
    assert [first["title"], second["title"]] == ["pretrained (A)", "finetuned (B)"]
    notes = [entry["text"] for entry in second["key_entries"]]
    assert said("try_it.iou", iou=re.compile(r"0\.\d+")).match(notes[0])
    assert said("try_it.gap", gap=re.compile(r"[+−±]0\.\d+")).match(notes[1])
    assert notes[3] == say("try_it.score", score="0.600")
    assert len(between["styles"]) == 3
    assert between["key_entries"][-1]["text"] == say("try_it.agreement", iou="0.879")
    assert models.last.told == [EMPTY]


def test_the_mask_in_the_panes_is_the_models_own_pixel_by_pixel(models):
    page = open_page("Try it", run="two", id="i1")
    message = panes(page)
    bits = np.frombuffer(zlib.decompress(base64.b64decode(message["bits"])), np.uint8).reshape(96, 60)
    shown = np.array(message["layers"][1]["classes"])[bits]
    wanted = np.zeros((96, 60), np.uint8)
    wanted[5:20, 5:20] = 1
    np.testing.assert_array_equal(shown, wanted)


def test_the_browser_takes_what_it_is_given(models):
    page = open_page("Try it", run="two", id="i2")
    assert complaint_of(panes(page)) is None
    mark(page, panes(page)["photograph"]["id"], box=[10, 10, 30, 40], clicks=[[3, 4, True]])
    assert complaint_of(panes(page)) is None


def test_marks_reach_the_models_and_the_picture_is_not_sent_again(models):
    page = open_page("Try it", run="two", id="i2")
    first = panes(page)["photograph"]
    assert first["url"] and first["outline"].startswith("M")
    mark(page, first["id"], box=[10, 10, 30, 40], clicks=[[3, 4, True], [5, 6, False]])
    assert models.last.told == [Marks((10, 10, 30, 40), ((3, 4, True), (5, 6, False)))]
    again = panes(page)
    assert again["photograph"]["url"] is None and again["photograph"]["outline"] is None
    assert again["editor"]["marks"] == {"box": [10, 10, 30, 40], "clicks": [[3, 4, True], [5, 6, False]]}
    assert not models.last.encoded  # it was, by the models of the first run
    assert "points=3,4;5,6,0" in page.code[0].value


def test_marks_of_another_photograph_and_nonsense_are_not_used(models):
    page = open_page("Try it", run="two", id="i2")
    mark(page, "another", box=[1, 1, 9, 9], clicks=[])
    assert models.last.told == [EMPTY]
    mark(page, panes(page)["photograph"]["id"], box="x", clicks={"a": None})
    assert not page.exception and models.last.told == [EMPTY]


def test_marks_are_there_again_after_another_photograph(models):
    page = open_page("Try it", run="two", id="i2")
    mark(page, panes(page)["photograph"]["id"], box=[1, 1, 9, 9], clicks=[])
    page.multiselect(key="try_ids").select("i3").run()
    assert models.last.told == [EMPTY] and page.query_params["id"] == "i3"
    page.multiselect(key="try_ids").unselect("i3").run()
    assert page.query_params["id"] == "i2"
    assert models.last.told == [Marks((1, 1, 9, 9))]


def test_one_variant_has_no_difference(models):
    page = open_page("Try it", run="one")
    assert not page.exception
    keys = [layer["key"] for layer in panes(page)["layers"]]
    assert "mask:pretrained" in keys and "against" not in keys


def test_of_three_variants_the_chosen_two_answer_a_first(models):
    page = open_page("Try it", run="three", a="other_one", b="pretrained")
    titles = [layer["title"] for layer in panes(page)["layers"]]
    assert titles[1:3] == ["other_one (A)", "pretrained (B)"]
    assert models.last.names == ["other_one", "pretrained"]


def test_the_runs_own_prompt_can_be_marked(models):
    page = open_page("Try it", run="two", id="i2", prompt="box")
    x0, y0, x1, y1 = panes(page)["editor"]["run_marks"]["box"]
    assert 0 <= x0 < x1 <= 72 and 0 <= y0 < y1 <= 72
    assert panes(page)["words"]["as_run"] == say("try_it.as_run", prompt="box")


def test_a_variant_that_was_trained_on_the_photograph_is_named_loudly(models, dashboard_files):
    dataset = load_dataset(dashboard_files / "data" / "pools")
    models.seen = {digest_of(dataset["i2"].photograph): ["finetuned"]}
    page = open_page("Try it", run="two", id="i2")
    assert page.error[0].value == say("try_it.trained_on", variant="`finetuned`")
    assert not open_page("Try it", run="two", id="i3").error


def test_an_upload_is_tried_and_not_kept_on_disk(models, dashboard_files):
    before = sorted(dashboard_files.rglob("*"))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    page = upload(open_page("Try it", run="two"), "<i>mine</i>.jpg", picture("JPEG", exif=exif))
    assert not page.exception and not page.error
    message = panes(page)
    assert message["full"] == [17, 31]
    assert message["editor"]["outline"] is None and message["editor"]["run_marks"] is None
    assert says(page, "try_it.private")
    assert sorted(dashboard_files.rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "complaint", "values"),
    [
        (b"", "images.empty", {}),
        (b"not a picture", "images.no_picture", {}),
        (b"\x89PNG\r\n\x1a\n broken", "images.no_picture", {}),
        (picture()[:-40], "images.broken", {}),
        (picture(size=(8000, 7501)), "images.large", {"most": 60}),
    ],
)
def test_a_broken_or_huge_upload_is_refused_in_one_line(models, content, complaint, values):
    page = upload(open_page("Try it", run="two"), "mine.png", content)
    assert not page.exception and panes(page) is None
    assert holds(page.error[0].value, complaint, path=re.compile(r"\S*mine\S*"), **values)
    assert "\n" not in page.error[0].value


def test_without_the_runs_photographs_one_can_be_brought(models):
    page = open_page("Try it", run="gone")
    assert holds(page.info[0].value, "try_it.no_photographs") and panes(page) is None
    page.file_uploader(key="try_upload").set_value([("a.png", picture(), "image/png")]).run()
    assert panes(page)["full"][0] == 31


def test_a_photograph_unlike_the_training_photographs_is_warned_of(models):
    models.far |= {"pretrained": PhotographDistance(20.0, 94.0), "finetuned": PhotographDistance(40.0, 99.97)}
    page = open_page("Try it", run="two")
    (warning,) = [one.value for one in page.warning if "unlike the training photographs" in one.value]
    assert "`finetuned`" in warning and "very unlike" in warning and "> 99.9" in warning


def test_the_page_speaks_spanish(models):
    page = open_page("Try it", run="two", lang="es")
    with speaking("es"):
        clear, mask = say("try_it.clear"), say("try_it.mask")
    assert panes(page)["words"]["clear"] == clear != say("try_it.clear")
    assert mask in [button.label for button in page.get("download_button")]


def test_mask_and_outline_can_be_taken_along(models):
    page = open_page("Try it", run="three")
    names = [button.proto.label for button in page.get("download_button")]
    assert names == [say("try_it.archive"), *[say("try_it.mask"), say("try_it.outline")] * 2]


def test_the_command_makes_the_same_masks(dashboard_files):
    variants = load_run(dashboard_files / "results" / "runs" / "two").info.variants
    command = predict_command("my photo.jpg", variants, Marks(clicks=((3, 4, True),)))
    assert command == (
        "floodeval predict 'my photo.jpg' --variant pretrained --variant finetuned=finetuned.safetensors "
        "--prompt points=3,4 --out masks"
    )


def test_the_page_without_a_model_needs_no_torch():
    code = "import sys, floodeval.dashboard.pages.try_it.page; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.weights
def test_real_variants_answer_and_other_weights_than_the_runs_are_said(dashboard_files, monkeypatch, vit_t):
    from floodeval.sam.weights import obtain_weights

    cache = dashboard_files / "with-weights"
    kept = cache / "floodeval" / "weights" / f"vit_t-{published('vit_t').sha256[:8]}.safetensors"
    weights = obtain_weights("vit_t").path
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        kept.symlink_to(weights)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    page = open_page("Try it", run="one", id="i2")
    assert not page.exception
    assert holds(page.warning[0].value, "try_it.other_weights")
    assert holds(page.warning[0].value, "try_it.other_weights_of", variant="`pretrained`")
    assert panes(page)["layers"][1]["title"] == "pretrained"
