"""Training that starts from another model: its weights, its origin, and the photographs that it has seen."""

import json
from dataclasses import replace

import pytest
import torch

from floodeval.cli import main
from floodeval.datasets.dataset import digest_of
from floodeval.datasets.splits import write_split
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.sam.checkpoints import read_tensors
from floodeval.sam.conversion import import_checkpoint
from floodeval.sam.loading import Model, load_source
from floodeval.sam.registry import kept_weights, published
from floodeval.sam.sources import parse_source
from floodeval.training.config import TrainingConfig
from floodeval.training.finetune import finetune
from tests.support.checkpoints import TINY, equal, random_sam
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.training import split

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("coarse")]

QUICK = TrainingConfig(
    model_type=TINY, epochs=1, learning_rate=1e-3, batch=1, prompts=("full",), validation_prompts=("full",)
)
STILL = replace(QUICK, learning_rate=1e-12)  # changes no tensor that half precision can show


def load(name: str) -> Model:
    return load_source(parse_source(name, "vit_t"))


def config_of(made) -> dict:
    return json.loads((made.folder / "config.json").read_text())


def seen(dataset, names: str) -> set[str]:
    return {digest_of(dataset[name].photograph) for name in names}


@pytest.fixture
def first(tiny_type, dataset, results):
    """A model that was trained here from the published weights, on a, and chosen by b."""
    return finetune(dataset, split(train="a", validation="b"), "first", QUICK)


@pytest.fixture
def imported(tiny_type, dataset, results, tmp_path):
    """A model of another program, `theirs`, and its weights."""
    sam = random_sam(TINY, seed=1)
    torch.save(sam.state_dict(), tmp_path / "theirs.pth")
    import_checkpoint(str(tmp_path / "theirs.pth"), "theirs")
    return sam


def test_training_starts_from_the_weights_of_a_model_that_was_trained_here(first, dataset):
    second = finetune(dataset, split(train="c", validation="d"), "second", STILL, init="first")
    before, after = load("first"), load("second")
    assert before.sha256 != load(TINY).sha256
    for name, tensor in before.sam.state_dict().items():
        assert torch.allclose(after.sam.state_dict()[name], tensor, rtol=1e-3, atol=1e-6)
    assert after.encoder_sha256 == before.encoder_sha256
    assert after.provenance.base_sha256 == published(TINY).sha256
    stored = read_tensors(second.folder / "checkpoint.safetensors")[0]
    assert not any(name.startswith("image_encoder.") for name in stored)
    assert "with the weights of first -> " in second.summary


def test_a_model_has_seen_the_photographs_of_the_model_that_it_started_from(first, dataset):
    second = finetune(dataset, split(train="c", validation="d"), "second", QUICK, init="first")
    model = load("second")
    assert model.provenance.seen == seen(dataset, "abcd")
    assert not model.has_unknown_training
    origin = config_of(second)["origin"]
    assert (origin["model"], origin["sha256"]) == ("first", load("first").sha256)
    assert origin["trained_on"] == load("first").provenance.trained_on
    assert "origin" not in config_of(first)
    with pytest.raises(FloodevalError, match=r"'second' was fine-tuned on 4 of the 5 samples"):
        evaluate(dataset, "r", {"second": "second"}, ["full"])


def test_an_imported_model_gives_a_checkpoint_that_needs_no_published_weights(
    imported, tiny_architecture, dataset
):
    made = finetune(dataset, split(train="a", validation="b"), "mine", QUICK, init="theirs")
    kept_weights(tiny_architecture).unlink()
    theirs, mine = load("theirs"), load("mine")
    assert mine.model_type == TINY
    assert mine.encoder_sha256 == theirs.encoder_sha256
    assert mine.sha256 != theirs.sha256
    trained, state = mine.sam.state_dict(), imported.state_dict()
    changed = [one.numel() for name, one in state.items() if not torch.equal(one, trained[name])]
    assert mine.trained_parameters == sum(changed) > 0
    frozen = [name for name in state if not name.startswith("mask_decoder.")]
    assert equal({name: trained[name] for name in frozen}, {name: state[name] for name in frozen})
    assert config_of(made)["origin"] == {"model": "theirs", "sha256": theirs.sha256, "trained_on": "unknown"}
    assert config_of(made)["model_type"] == TINY


def test_what_an_imported_model_was_trained_on_stays_unknown(imported, dataset, capsys):
    finetune(dataset, split(train="a", validation="b"), "mine", QUICK, init="theirs")
    finetune(dataset, split(train="c", validation="d"), "later", QUICK, init="mine")
    assert load("later").has_unknown_training
    assert load("later").provenance.seen == seen(dataset, "abcd")
    run = evaluate(dataset, "r", {"later": "later"}, ["full"], allow_leak=True)
    assert run.info.untraceable == ["later"]
    assert set(run.info.leaks["later"]) >= set("abcd")
    assert load_run("r").info == run.info
    trained_on = run.info.variants[0].trained_on
    assert (trained_on["init"], trained_on["init_training"]) == ("mine", "unknown")
    declared = {"later": ["secret"]}
    run = evaluate(dataset, "s", {"later": "later"}, ["full"], allow_leak=True, trained_on=declared)
    assert run.info.untraceable == []
    assert set(run.info.leaks["later"]) == {"a", "b", "c", "d", "secret"}


def test_the_preprocessing_of_an_imported_model_is_kept(tiny_type, dataset, results, tmp_path):
    torch.save(random_sam(TINY, seed=1).state_dict(), tmp_path / "c.pth")
    import_checkpoint(f"{tmp_path / 'c.pth'}?preprocessing=unit", "theirs")
    finetune(dataset, split(train="a", validation="b"), "mine", STILL, init="theirs")
    assert load("mine").preprocessing == load("theirs").preprocessing
    assert load("mine").preprocessing.std == (255, 255, 255)


def test_validation_photographs_that_the_model_has_seen_are_reported(first, dataset):
    steps = []
    dealt = split(train="c", validation="a d")
    finetune(dataset, dealt, "second", QUICK, init="first", progress=steps.append)
    notes = [step.note for step in steps if "validation photographs" in step.note]
    assert len(notes) == 1
    assert notes[0].startswith("first was already trained on or chosen by 1 of the 2 validation photographs")


def test_a_stopped_training_is_not_continued_from_another_model(first, dataset, results):
    def stop(step):
        if step.what == "training" and step.total:
            raise KeyboardInterrupt

    dealt = split(train="c", validation="d")
    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "second", QUICK, init="first", progress=stop)
    with pytest.raises(FloodevalError, match="unfinished training with another model to start from"):
        finetune(dataset, dealt, "second", QUICK)
    assert finetune(dataset, dealt, "second", QUICK, init="first").best_epoch == 1


@pytest.mark.parametrize("name", ["absent", "../first", "absent@0.5", ""])
def test_a_model_to_start_from_that_is_absent_is_refused(first, dataset, name):
    with pytest.raises(FloodevalError, match="not a model of results/models") as refused:
        finetune(dataset, split(train="c", validation="d"), "second", QUICK, init=name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first@2", "not between 0 and 1"),
        ("first@-0.1", "not between 0 and 1"),
        ("first@half", "not between 0 and 1"),
        ("first@", "not between 0 and 1"),
        ("first@0.5@0.5", "expected a fine-tuned model before the @"),
    ],
)
def test_a_blend_to_start_from_needs_a_model_and_a_share_of_it(first, dataset, name, expected):
    with pytest.raises(FloodevalError, match=expected) as refused:
        finetune(dataset, split(train="c", validation="d"), "second", QUICK, init=name)
    assert "\n" not in str(refused.value)


def test_a_model_cannot_start_from_itself(first, dataset):
    with pytest.raises(FloodevalError, match="cannot start from itself"):
        finetune(dataset, split(train="c", validation="d"), "first", QUICK, init="first", force=True)
    assert load("first")


@pytest.mark.parametrize(("size", "options"), [(256, ""), (1024, "?preprocessing=medsam")])
def test_models_whose_photographs_training_cannot_prepare_are_refused(
    tiny_type, dataset, results, tmp_path, size, options
):
    torch.save(random_sam(TINY, seed=1, image_size=size).state_dict(), tmp_path / "c.pth")
    import_checkpoint(f"{tmp_path / 'c.pth'}{options}", "theirs")
    with pytest.raises(FloodevalError, match="prepared in another way than for 1024-pixel inputs"):
        finetune(dataset, split(train="a", validation="b"), "mine", QUICK, init="theirs")


def test_the_command_starts_from_a_model_of_its_own_type(first, dataset, tmp_path, capsys):
    write_split(split(train="c", validation="d", test="a"), tmp_path / "split.csv")
    command = ["finetune", str(dataset.folder), "--split", str(tmp_path / "split.csv"), "--epochs", "1"]
    command += ["--preset", "plain", "--init", "first", "--name", "second"]
    assert main([*command, "--model", "vit_b"]) == 2
    assert "was fine-tuned from vit_x, not vit_b" in capsys.readouterr().err
    assert main(command) == 0
    assert "with the weights of first" in " ".join(capsys.readouterr().out.split())
    assert load("second").provenance.init == "first"
