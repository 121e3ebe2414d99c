"""Predictions: the evaluation's own masks, written with their outlines; wrong input is refused at once."""

import json

import numpy as np
import pytest
from PIL import Image

from floodeval import predict
from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.reference_masks import read_mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.predictor import Predictor
from floodeval.evaluation.sam_variants import load_sams
from floodeval.sam.marks import Marks
from floodeval.sam.sources import ModelSource
from tests.support.commands import refused
from tests.support.datasets import make_pairs
from tests.support.outlines import filled

ALONE = {"pretrained": None}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["none.jpg"], "none.jpg: no such file"),
        (["{a}", "--prompt", "circle"], "prompt 'circle' cannot be read; expected full, box="),
        (["{a}", "--prompt", "points=48,1"], "outside a.png, which is 48 × 32 px"),
        (["{a}", "--prompt", "box=5,5,5,9"], "outside a.png, which is 48 × 32 px"),
        (["{a}", "{a}"], "2 photographs have the name 'a'"),
        (["{a}", "--variant", "x=none"], "no checkpoint 'none'"),
        (["{a}", "--variant", "x=python:a.b:c"], "is a folder of masks or a plugin; expected a model"),
        (["{a}", "--variant", "../x"], "is not a valid name of a variant"),
        (["{a}", "--variant", "x", "--variant", "x"], "given twice"),
        (["{a}", "--variant", "x", "--model", "vit_x"], "unknown model 'vit_x'"),
        (["{text}"], "not a readable image"),
        ([], "required: IMAGE"),
    ],
)
def test_wrong_input_is_said_in_one_line_and_nothing_is_written(
    results, pair_folder, tmp_path, capsys, arguments, complaint
):
    text = tmp_path / "notes.jpg"
    text.write_text("not a picture")
    given = [one.format(a=pair_folder / "images" / "a.png", text=text) for one in arguments]
    if "--variant" not in given:
        given += ["--variant", "pretrained"]
    out = tmp_path / "out"
    assert complaint in refused(["predict", *given, "--out", str(out)], capsys)
    assert not out.exists()


def test_no_photograph_at_all_is_refused():
    with pytest.raises(FloodevalError, match="no photograph"):
        predict([], ALONE)


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_a_prediction_is_the_mask_of_the_evaluation(results, pair_folder):
    run = evaluate(load_dataset(pair_folder), "r", ALONE, ["box", "full"])
    photograph = pair_folder / "images" / "a.png"
    for spec, marks in (("full", "full"), ("box", "box=0,0,24,32")):
        (found,) = predict([photograph], ALONE, marks)
        np.testing.assert_array_equal(found.mask, run.mask("pretrained", spec, "a"))
        rows = run.metrics[(run.metrics["id"] == "a") & (run.metrics["prompt"] == spec)]
        assert found.score == pytest.approx(float(rows["score"].iloc[0]), abs=1e-6)
        assert found.png is None and found.outline is None


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_the_command_writes_mask_and_outline_at_the_photographs_own_size(results, tmp_path, capsys):
    folder = make_pairs(tmp_path / "odd", ["a", "b"], size=(61, 37))
    turned = Image.open(folder / "images" / "b.png")
    exif = turned.getexif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    turned.save(folder / "images" / "b.jpg", exif=exif)
    images = [str(folder / "images" / name) for name in ("a.png", "b.jpg")]
    marks = ["--prompt", "box=2,2,30,30+points=9,9;30,30,0"]
    assert main(["predict", *images, "--variant", "pretrained", *marks, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and said[0].startswith("a.png pretrained: water on ")
    for stem, shape in (("a", (37, 61)), ("b", (61, 37))):
        mask = read_mask(tmp_path / "out" / "pretrained" / f"{stem}.png")
        outline = json.loads((tmp_path / "out" / "pretrained" / f"{stem}.geojson").read_text())
        assert mask.shape == shape
        assert outline["prompt"] == marks[1] and outline["variant"] == "pretrained"
        rings = [ring for one in outline["features"] for ring in one["geometry"]["coordinates"]]
        np.testing.assert_array_equal(filled(rings, shape), mask)


@pytest.mark.slow
@pytest.mark.weights
def test_a_photograph_is_encoded_once_for_all_variants_and_prompts(results, monkeypatch):
    first, second = load_sams({"a": ModelSource("vit_t"), "b": ModelSource("vit_t")})
    assert first.encoder is second.encoder
    assert first.model.sam.image_encoder is second.model.sam.image_encoder
    predictor, calls = Predictor([first, second]), []
    real = first.encoder.encode
    monkeypatch.setattr(first.encoder, "encode", lambda picture: calls.append(1) or real(picture))
    embeddings = predictor.encode(np.zeros((40, 50, 3), np.uint8))
    for marks in (Marks(), Marks(clicks=((5, 5, True),)), Marks(box=(1, 1, 20, 20))):
        answers = predictor.decode(embeddings, marks)
        assert list(answers) == ["a", "b"] and answers["a"].mask.shape == (40, 50)
    assert len(calls) == 1
