"""Routing: which weights answer for a photograph, what a run keeps of it, and what it costs."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from floodeval.datasets.images import read_photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.predict import predict
from floodeval.evaluation.predictor import Predictor, load_answering
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.domain import DOMAIN_FILE, read_domain
from floodeval.sam.inference import Encoder
from floodeval.sam.registry import published
from floodeval.sam.sources import ModelSource, RoutedSource, parse_source
from tests.support.domains import domain_model
from tests.support.quick_runs import ask, quick  # noqa: F401

pytestmark = [pytest.mark.weights]
VARIANTS = {"pretrained": None, "tuned": "mine", "routed": "route:mine"}


@pytest.fixture
def mine(quick, small_vit_t, monkeypatch):  # noqa: F811
    """A model with other weights than the published ones, and the path of its domain model."""
    folder, state = quick / "models" / "mine", small_vit_t.sam.state_dict()
    origin = Provenance("vit_t", published("vit_t").sha256, "d", "f", "s", "{}")
    write_checkpoint(folder / "checkpoint.safetensors", state, state, origin)
    other = copy.deepcopy(small_vit_t.sam)
    with torch.no_grad():
        other.mask_decoder.mask_tokens.weight += 0.3
    tuned = replace(small_vit_t, sam=other, encoder_sha256="0" * 64)
    monkeypatch.setattr(
        "floodeval.evaluation.sam_variants.load_source",
        lambda source, *_: replace(tuned) if source.checkpoint else small_vit_t,
    )
    return folder / DOMAIN_FILE


def masks(run, variant):
    return [run.mask(variant, prompt, name) for prompt in ("box", "full") for name in ("a", "b")]


@pytest.mark.parametrize(("shift", "answers"), [(0.0, "tuned"), (9.0, "pretrained")])
def test_unlike_photographs_go_to_the_pretrained_weights(mine, pair_folder, small_vit_t, shift, answers):
    model = domain_model(small_vit_t.encoder_sha256, shift)
    replace(model, calibration=model.calibration * (1 if shift else 100)).write(mine)
    run = ask(pair_folder, variants=VARIANTS)
    assert all(np.array_equal(*two) for two in zip(masks(run, "routed"), masks(run, answers), strict=True))
    assert any((a != b).any() for a, b in zip(masks(run, "tuned"), masks(run, "pretrained"), strict=True))
    table = run.table("domain")
    decided = table[table["variant"] == "routed"]["routed_to"].tolist()
    assert decided == ["finetuned" if answers == "tuned" else "pretrained"] * 2
    assert table[table["variant"] == "tuned"]["routed_to"].isna().all()
    (variant,) = [one for one in run.info.variants if one.name == "routed"]
    assert variant.route == 95 and variant.checkpoint == "mine"
    times = run.metrics.groupby("variant")["encode_ms"].sum()
    if answers == "tuned":  # which is decided by another encoding
        assert times["routed"] == pytest.approx(times["tuned"] + times["pretrained"])
    ask(pair_folder, variants=VARIANTS)  # the finished run is what is asked for
    with pytest.raises(FloodevalError, match="exists with other variants"):
        ask(pair_folder, variants=VARIANTS | {"routed": "route:mine?percentile=99"})


def test_encodings_are_shared_and_the_decision_is_kept_without_the_domain_check(
    mine, pair_folder, small_vit_t, monkeypatch
):
    domain_model(small_vit_t.encoder_sha256).write(mine)
    calls, encode = [], Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, one: calls.append(one.shape) or encode(self, one))
    run = ask(pair_folder, variants=VARIANTS, check_domain=False)
    assert sum(shape != (64, 64, 3) for shape in calls) == 2 * 2
    assert set(run.table("domain")["variant"]) == {"routed"}


def test_a_source_that_cannot_be_routed_is_refused(mine, small_vit_t):
    with pytest.raises(
        FloodevalError, match="mine has no domain model; make it with `floodeval domain mine`"
    ):
        parse_source("route:mine", "vit_t")
    domain_model(small_vit_t.encoder_sha256).write(mine)
    source = parse_source("route:mine@0.5?percentile=99.5", "vit_t")
    assert isinstance(source, RoutedSource) and source.percentile == 99.5
    assert isinstance(source.model, ModelSource) and source.model.alpha == 0.5
    assert read_domain(mine).n == 30


@pytest.mark.parametrize(("shift", "answers"), [(0.0, "tuned"), (9.0, "pretrained")])
def test_single_photographs_are_answered_by_the_model_that_is_routed_to(
    mine, pair_folder, small_vit_t, shift, answers
):
    model = domain_model(small_vit_t.encoder_sha256, shift)
    replace(model, calibration=model.calibration * (1 if shift else 100)).write(mine)
    photograph = pair_folder / "images" / "a.png"
    found = {one.variant: one for one in predict([photograph], VARIANTS, "box=2,2,30,20")}
    assert list(found) == list(VARIANTS)
    assert np.array_equal(found["routed"].mask, found[answers].mask)
    assert found["routed"].score == found[answers].score
    predictor = Predictor(load_answering({"routed": parse_source("route:mine", "vit_t")}))
    routes = predictor.routes(predictor.encode(read_photograph(photograph)))
    assert routes == {"routed": "finetuned" if answers == "tuned" else "pretrained"}
