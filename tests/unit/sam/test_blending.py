"""Blends: the weights between two models, as a source on the fly and as a model of its own."""

import json

import numpy as np
import pytest
import torch

from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.sam.blending import blend_models, parse_alphas
from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.domain import DOMAIN_FILE
from floodeval.sam.inference import Encoder
from floodeval.sam.loading import load_source
from floodeval.sam.registry import published
from floodeval.sam.sources import parse_model
from tests.support.checkpoints import PHOTOGRAPH, TINY, equal, random_sam, tensors_of
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.domains import domain_model

pytestmark = pytest.mark.heavy


def save_tuned(results, name, base, seed, photographs="a b"):
    """Save a model whose decoder was changed, as `finetune` does; returns its tensors."""
    folder = results / "models" / name
    state = base | {
        key: one.half().float()
        for key, one in random_sam(TINY, seed).state_dict().items()
        if key.startswith("mask_decoder.")
    }
    provenance = Provenance(TINY, published(TINY).sha256, "floods", "f" * 64, "5" * 64, "{}", photographs)
    write_checkpoint(folder / "checkpoint.safetensors", state, base, provenance)
    return state


@pytest.fixture
def base(tiny_type):
    """The tensors of the published model."""
    return tensors_of(tiny_type)


@pytest.fixture
def tuned(results, base):
    """The tensors of the model `mine`."""
    return save_tuned(results, "mine", base, seed=1)


def load(text):
    return load_source(parse_model(text, TINY))


def test_every_tensor_is_between_those_of_the_two_models(base, tuned):
    found = load("mine@0.25").sam.state_dict()
    for name, one in found.items():
        np.testing.assert_allclose(one, 0.75 * base[name] + 0.25 * tuned[name], atol=1e-6)


def test_the_ends_are_the_two_models_bit_for_bit(base, tuned):
    assert equal(load("mine@0").sam.state_dict(), base)
    assert equal(load("mine@1").sam.state_dict(), tuned)
    assert load("mine@0").encoder_key == load(TINY).encoder_key  # so that they share its work


def test_a_blend_remembers_the_photographs_that_the_model_was_trained_on(tuned):
    found = load("mine@0.5")
    assert found.provenance is not None
    assert found.provenance.seen == {"a", "b"}


@pytest.mark.parametrize("alpha", ["1.5", "-0.1", "nan", "", "half", "1e-1", "٠.٥"])
def test_a_share_outside_of_0_to_1_is_refused(tuned, alpha):
    with pytest.raises(FloodevalError, match=r"is not between 0 and 1; expected a number such as 0\.5"):
        parse_model(f"mine@{alpha}", TINY)
    with pytest.raises(FloodevalError, match="is not between 0 and 1"):
        parse_alphas(f"0.5,{alpha}")


@pytest.mark.parametrize("text", ["pretrained@0.5", f"{TINY}@0.5", "mine@0.5@0.5"])
def test_only_a_fine_tuned_model_is_blended_with_the_published_weights(tuned, text):
    with pytest.raises(FloodevalError, match="expected a fine-tuned model before the @"):
        parse_model(text, TINY)


def test_a_model_whose_name_has_an_at_sign_in_its_path_is_found_first(tuned, results, tmp_path):
    (tmp_path / "mine@0.5").mkdir()
    content = (results / "models" / "mine" / "checkpoint.safetensors").read_bytes()
    (tmp_path / "mine@0.5" / "checkpoint.safetensors").write_bytes(content)
    assert parse_model(str(tmp_path / "mine@0.5"), TINY).alpha is None
    assert parse_model(f"{tmp_path / 'mine@0.5'}@0.25", TINY).alpha == 0.25


def test_a_blended_model_is_saved_with_its_origin(base, tuned, results):
    (folder,) = blend_models("mine", [0.25], "quarter")
    found = load("quarter")
    for name, one in found.sam.state_dict().items():
        np.testing.assert_allclose(one, 0.75 * base[name] + 0.25 * tuned[name], atol=2e-3)  # half precision
    assert found.provenance is not None
    assert found.provenance.seen == {"a", "b"}
    assert found.provenance.trained_on["dataset"] == "floods"
    config = json.loads((folder / "config.json").read_text())
    assert config["blend"] == {"model": "mine", "with": "pretrained", "alpha": 0.25}
    assert config["model_type"] == TINY


def test_several_shares_make_several_models(tuned, results, capsys):
    assert main(["blend", "mine", "--alpha", "0.25,0.5", "--name", "mix", "--model", TINY]) == 0
    assert [line.rpartition("/")[2] for line in capsys.readouterr().out.split()[1::2]] == [
        "mix-0.25",
        "mix-0.5",
    ]
    assert main(["blend", "mine", "--alpha", "0.5,0.75", "--name", "mix", "--model", TINY]) == 2
    assert "mix-0.5 exists; choose another name, or replace it with --force" in capsys.readouterr().err
    assert not (results / "models" / "mix-0.75").exists()


def test_a_saved_blend_has_the_domain_model_of_the_fine_tuned_model(tuned, results):
    domain_model("e" * 64).write(results / "models" / "mine" / DOMAIN_FILE)
    (folder,) = blend_models("mine", [0.5], "half", default_type=TINY)
    assert (folder / DOMAIN_FILE).read_bytes() == (results / "models" / "mine" / DOMAIN_FILE).read_bytes()


def test_two_fine_tuned_models_are_blended_and_both_trainings_are_remembered(base, tuned, results):
    other = save_tuned(results, "theirs", base, seed=2, photographs="b c")
    blend_models("mine", [0.2], "both", other="theirs")
    found = load("both")
    for name, one in found.sam.state_dict().items():
        np.testing.assert_allclose(one, 0.8 * other[name] + 0.2 * tuned[name], atol=2e-3)
    assert found.provenance is not None
    assert found.provenance.seen == {"a", "b", "c"}
    assert found.provenance.init == "theirs"


@pytest.mark.parametrize(("part", "blended"), [("encoder", "image_encoder."), ("decoder", "mask_decoder.")])
def test_one_part_is_blended_and_the_other_is_that_of_the_model(base, tuned, results, part, blended):
    whole = random_sam(TINY, 5).state_dict()
    theirs = {name: one.half().float() for name, one in whole.items() if one.is_floating_point()}
    folder = results / "models" / "theirs"
    provenance = Provenance(TINY, published(TINY).sha256, "floods", "f" * 64, "5" * 64, "{}", "b c")
    write_checkpoint(folder / "checkpoint.safetensors", base | theirs, base, provenance)
    options = ["--alpha", "0.25", "--with", "theirs", "--part", part, "--name", "part", "--model", TINY]
    assert main(["blend", "mine", *options]) == 0
    for name, one in load("part").sam.state_dict().items():
        expected = (
            0.75 * (base | theirs)[name] + 0.25 * tuned[name] if name.startswith(blended) else tuned[name]
        )
        if not name.startswith("prompt_encoder."):
            np.testing.assert_allclose(one, expected, atol=2e-3)
    config = json.loads((results / "models" / "part" / "config.json").read_text())
    assert config["blend"] == {"model": "mine", "with": "theirs", "alpha": 0.25, "part": part}


def test_unknown_training_stays_unknown(base, results, tmp_path):
    torch.save(random_sam(TINY, 3).state_dict(), tmp_path / "foreign.pth")
    blend_models(str(tmp_path / "foreign.pth"), [0.5], "half", default_type=TINY)
    found = load("half")
    assert found.has_unknown_training
    assert found.provenance is not None
    assert found.provenance.init_training == UNKNOWN_TRAINING
    assert load(f"{tmp_path / 'foreign.pth'}@0.5").has_unknown_training


def test_models_of_different_input_are_refused(tuned, tmp_path):
    torch.save(random_sam(TINY, 4, image_size=256).state_dict(), tmp_path / "small.pth")
    with pytest.raises(FloodevalError, match="cannot be blended: their tensors or the preparation"):
        blend_models(str(tmp_path / "small.pth"), [0.5], "half", default_type=TINY)
    with pytest.raises(FloodevalError, match="cannot be blended"):
        load(f"{tmp_path / 'small.pth'}@0.5")
    with pytest.raises(FloodevalError, match="cannot be blended"):
        blend_models(f"{tmp_path / 'small.pth'}", [0.5], "half", other="mine", default_type=TINY)


@pytest.mark.parametrize(("alphas", "named"), [([], "''"), ([0.5, 0.5], "'0.5, 0.5'")])
def test_shares_are_one_or_more_and_differ(tuned, alphas, named):
    with pytest.raises(FloodevalError, match=f"expected one or more different shares.*got {named}"):
        blend_models("mine", alphas, "mix")


@pytest.mark.weights
def test_a_model_that_has_run_uses_its_new_weights():
    """TinyViT keeps attention biases once it has run; weights that are loaded later must replace them."""
    first, second = load_source(parse_model("vit_t", "vit_t")), load_source(parse_model("finetuned", "vit_t"))
    expected = Encoder(second.sam).encode(PHOTOGRAPH).features
    Encoder(first.sam).encode(PHOTOGRAPH)
    blend = load_source(parse_model("finetuned@1", "vit_t"))
    torch.testing.assert_close(Encoder(blend.sam).encode(PHOTOGRAPH).features, expected)
