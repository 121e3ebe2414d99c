"""Prompt fidelity: a model that ignores its prompt is exposed, and the pretrained one is not."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.fidelity_table import KEPT_PHOTOGRAPHS, LONGEST_PX, answer_picture, fidelity_table
from floodeval.evaluation.finished import OtherRunError
from floodeval.evaluation.prompt_fidelity import FORMS, ComparedSam, PromptFidelity, load_fidelity
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_tables import ANSWER_PICTURES, OPTIONAL
from floodeval.evaluation.variants import Encoded, ReadSample
from floodeval.sam.inference import Embedding, Prediction
from floodeval.sam.land_prompts import Answer, Thing, land_points
from floodeval.sam.land_spec import LandSpec
from floodeval.sam.loading import Model
from floodeval.sam.preprocessing import AS_PUBLISHED
from floodeval.viz.answer_pictures import kept_answers
from tests.support.datasets import make_pairs
from tests.support.training import untrained_sam

SIDE = 256  # of the photograph and of the grid of answers, so that a pixel is a cell
WATER = np.s_[:, 128:]
HOUSES = [(4, 4, 124, 60), (4, 64, 124, 124), (4, 132, 124, 188), (4, 196, 124, 252)]  # x0, y0, x1, y1
MEASURES = ["agreement", "water_share", "sameness"]


def answer(sam: str, x: float, y: float, scale: int) -> torch.Tensor:
    """Logits for a prompt at x, y of the grid: `water` ignores it, `nothing` is empty."""
    logits = torch.full((SIDE // scale, SIDE // scale), -5.0)
    if sam == "water":
        logits[WATER] = 5.0
    for x0, y0, x1, y1 in HOUSES if sam == "houses" else []:
        if x0 <= x < x1 and y0 <= y < y1:
            logits[y0 // scale : y1 // scale, x0 // scale : x1 // scale] = 5.0
    return logits


def decode(sam, embedding, prompts):
    """Instead of the mask decoder: all four tokens alike, and sure of any answer that is not empty."""
    middles = [one.points[0] if one.box is None else one.box.reshape(2, 2).mean(axis=0) for one in prompts]
    scale = 1024 // embedding.input_size[0]
    logits = torch.stack([answer(sam, *middle, scale).expand(4, -1, -1) for middle in middles])
    return logits, 0.9 * (logits.amax(dim=(2, 3)) > 0)


@pytest.fixture(autouse=True)
def made_decoder(request, monkeypatch):
    if "tiny_sams" not in request.fixturenames:
        monkeypatch.setattr("floodeval.sam.land_prompts.decode_tokens", decode)
        monkeypatch.setattr("floodeval.evaluation.prompt_fidelity.decode_tokens", decode)


def sam(name: str, kind: str, frame: int = 1024) -> SimpleNamespace:
    """A variant whose model answers as `answer` says."""
    embedding = Embedding(torch.zeros(1, 1, 1, 1), (SIDE, SIDE), (frame, frame))
    return SimpleNamespace(
        name=name,
        model=SimpleNamespace(sam=kind, sha256=kind, model_type="vit_t"),
        encoder_id=frame,
        device="cpu",
        encode=lambda read: Encoded(embedding),
    )


PRETRAINED = sam("pretrained", "houses")


def measured(*variants: SimpleNamespace, ignored=None, sample_id="a", n=4) -> pd.DataFrame:
    truth = np.zeros((SIDE, SIDE), bool)
    truth[WATER] = True
    pair = SimpleNamespace(truth=truth, ignored=ignored, photograph=None)
    read = ReadSample(SimpleNamespace(id=sample_id), pair)
    fidelity = PromptFidelity(LandSpec(n), tuple(ComparedSam(one, PRETRAINED) for one in variants))
    return pd.DataFrame(fidelity.rows(read, {}))


def test_a_model_that_ignores_its_prompt_is_exposed_and_the_pretrained_one_is_not():
    table = measured(PRETRAINED, sam("special", "water"))
    means = table.groupby("variant")[MEASURES].mean()
    assert means.loc["pretrained"].tolist() == [1, 0, 0]
    assert means.loc["special"].tolist() == [0, 1, 1]
    assert len(table) == 2 * 4 * 2 and set(table["form"]) == {"point", "box"}
    boxes = table.loc[table["form"] == "box", ["x0", "y0", "x1", "y1"]]
    assert {tuple(one) for one in boxes.to_numpy()} == set(HOUSES)


def test_the_things_depend_on_the_photograph_alone():
    several, alone = measured(PRETRAINED, sam("special", "water")), measured(sam("special", "water"))
    assert several[several["variant"] == "special"].to_dict("records") == alone.to_dict("records")
    other = measured(sam("special", "water"), sample_id="b")
    assert other[["x", "y"]].to_numpy().tolist() != alone[["x", "y"]].to_numpy().tolist()


def test_what_is_not_defined_is_missing():
    empty = measured(sam("empty", "nothing"))
    assert empty["water_share"].isna().all() and (empty["agreement"] == 0).all()
    assert (empty["sameness"] == 1).all()  # nothing, whatever is asked for
    assert measured(sam("special", "water"), n=1)["sameness"].isna().all()
    everything = np.zeros((SIDE, SIDE), bool)
    everything[WATER] = True
    assert measured(sam("special", "water"), ignored=everything)["water_share"].isna().all()


def test_a_photograph_without_land_has_no_rows():
    dry = np.zeros((SIDE, SIDE), bool)
    dry[:, :128] = True
    assert measured(PRETRAINED, ignored=dry).empty


def test_a_model_of_smaller_images_is_compared_on_the_same_cells():
    table = measured(sam("small", "houses", frame=512))
    assert (table["agreement"] > 0.9).all()


def test_a_pretrained_variant_is_the_reference_and_else_it_is_loaded_once(monkeypatch):
    loads = []

    def load(sources, device, **options):
        loads.append(sources)
        return [replace_source(PRETRAINED, None)]

    def replace_source(one, checkpoint):
        model = SimpleNamespace(**vars(one.model), preprocessing=AS_PUBLISHED)
        source = SimpleNamespace(checkpoint=checkpoint)
        return SimpleNamespace(**vars(one) | {"model": model, "source": source, "keep_embeddings": False})

    monkeypatch.setattr("floodeval.evaluation.prompt_fidelity.SamVariant", SimpleNamespace)
    monkeypatch.setattr("floodeval.evaluation.prompt_fidelity.load_sams", load)
    special, published = replace_source(sam("s", "water"), "s.pth"), replace_source(PRETRAINED, None)
    found = load_fidelity(LandSpec(), [special, published], {})
    assert [one.pretrained for one in found.compared] == [published, published] and not loads
    assert [one.is_pretrained for one in found.compared] == [False, True]
    references = {}
    for _ in "ab":
        load_fidelity(LandSpec(), [special, special], references)
    assert len(loads) == 1 and list(references) == ["vit_t"]


def test_pictures_stay_on_the_worst_photographs_and_are_read_back():
    rows = []
    for number in range(KEPT_PHOTOGRAPHS + 3):
        table = measured(sam("special", "water"), sample_id=f"p{number:02d}")
        table["agreement"] = number / 100
        rows += table.assign(scene="s", split="").to_dict("records")
    table = fidelity_table(rows)
    kept = table.dropna(subset=["answer"])
    assert list(kept["id"]) == [f"p{number:02d}" for number in range(KEPT_PHOTOGRAPHS)]
    assert kept["answer"].map(len).max() < 400
    shown = kept_answers(table, "p00", "special")
    assert shown.second.shape == (LONGEST_PX, LONGEST_PX)
    assert shown.second[:, 64:].all() and not shown.second[:, :64].any()
    assert not (shown.first & shown.second).any() and shown.first.any()


def test_a_wide_answer_keeps_its_proportions_and_no_rows_make_a_typed_table():
    rows = [{"id": "a", "variant": "v", "thing": 1, "form": "box", "agreement": 0.1}]
    rows[0] |= dict.fromkeys(ANSWER_PICTURES, answer_picture(np.ones((30, 256), bool)))
    rows[0] |= dict.fromkeys(("x", "y", "x0", "y0", "x1", "y1"), 1.0)
    assert kept_answers(fidelity_table(rows), "a", "v").first.shape == (15, 128)
    empty = fidelity_table([])
    assert list(empty) == list(OPTIONAL["fidelity"])
    assert (empty[MEASURES].dtypes == "float64").all()


@pytest.fixture(scope="module")
def untrained():
    return untrained_sam()


@pytest.fixture
def tiny_sams(results, untrained, monkeypatch):
    """A model that takes no time, and things at random places on land."""

    def load(source, device="cpu", progress=None):
        return Model(untrained, "vit_t", "published", "encoder")

    def predict(sam, embedding, prompt, multimask):
        return Prediction(np.ones(embedding.size, bool), 0.9)

    def things(sam, embedding, truth, ignored, n, rng):
        mask = np.zeros((171, SIDE), bool)  # the cells of 48 x 32 pixels
        made = []
        for point in land_points(truth, ignored, n, rng):
            mask = np.roll(mask | (rng.uniform(size=mask.shape) > 0.5), 1)
            answers = [Answer(torch.zeros(4, 1, 1), torch.zeros(4), mask) for _ in FORMS]
            made.append(Thing(point, np.array([1, 2, 3, 4], np.float32), 0.9, *answers))
        return made

    monkeypatch.setattr("floodeval.evaluation.sam_variants.load_source", load)
    monkeypatch.setattr("floodeval.evaluation.prompt_fidelity.find_things", things)
    monkeypatch.setattr("floodeval.evaluation.sam_variants.decode", predict)
    return results


class Killed(BaseException):
    """Stands for the end of the process."""


def kill_after_one(step):
    if step.what == "evaluating" and step.done == 1:
        raise Killed


def test_a_resumed_run_has_the_table_of_an_uninterrupted_one_and_no_scores_of_it(tiny_sams, tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a", "b"]))
    prompts = ["full", "land:n=2"]
    with pytest.raises(Killed):
        evaluate(dataset, "killed", {"pretrained": None}, prompts, progress=kill_after_one)
    with pytest.raises(OtherRunError, match="fidelity"):
        evaluate(dataset, "killed", {"pretrained": None}, ["full", "land:n=3"])
    resumed = evaluate(dataset, "killed", {"pretrained": None}, prompts)
    whole = evaluate(dataset, "whole", {"pretrained": None}, prompts)
    pd.testing.assert_frame_equal(resumed.table("fidelity"), whole.table("fidelity"), check_exact=True)
    assert len(whole.table("fidelity")) == 2 * 2 * 2
    assert (whole.table("fidelity")["agreement"] == 1).all()
    assert set(whole.metrics["prompt"]) == {"full"} and whole.info.prompt_specs == ["full"]
    assert whole.info.request.prompts == ("full", "land:n=2")
    assert whole.info.fidelity.spec == "land:n=2" and "fidelity_s" in whole.info.timings
    assert evaluate(dataset, "whole", {"pretrained": None}, prompts).folder == whole.folder  # is finished
    with pytest.raises(OtherRunError, match="fidelity"):
        evaluate(dataset, "whole", {"pretrained": None}, ["full"])


def test_where_it_fails_the_scores_stay_and_the_reason_is_listed(tiny_sams, pair_folder, monkeypatch):
    def fail(*given):
        raise RuntimeError("out of patience")

    monkeypatch.setattr("floodeval.evaluation.prompt_fidelity.find_things", fail)
    run = evaluate(load_dataset(pair_folder), "r", {"pretrained": None}, ["full", "land"])
    assert len(run.metrics) == 2
    assert set(run.skipped["stage"]) == {"fidelity"} and run.skipped["reason"].str.contains("patience").all()
    assert run.table("fidelity").empty


def test_without_a_sam_it_is_refused(results, pair_folder):
    masks = {"unet": str(pair_folder / "masks")}
    with pytest.raises(FloodevalError, match="none of the variants is a SAM"):
        evaluate(load_dataset(pair_folder), "r", masks, ["full", "land:n=5"])


def test_runs_without_it_are_read_and_wrong_records_refused(tiny_sams, pair_folder):
    run = evaluate(load_dataset(pair_folder), "r", {"pretrained": None}, ["full"])
    text = (run.folder / "run.json").read_text()
    assert RunInfo.from_json(text.replace('  "fidelity": null,\n', "")).fidelity is None
    assert load_run("r").info.fidelity is None and not (run.folder / "fidelity.parquet").exists()
    for spec in ("box", "land:n=99"):
        with pytest.raises(ValueError, match=r"fidelity\.spec"):
            RunInfo.from_json(text.replace('"fidelity": null', f'"fidelity": {{"spec": "{spec}"}}'))
