"""A segmenter is trained: what learns, what is measured and chosen, and how a stopped training goes on."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from floodeval.datasets.dataset import digest_of
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.progress import Step
from floodeval.sam.checkpoints import read_tensors
from floodeval.sam.inference import Embedding
from floodeval.sam.segmenter import Segmenter, segmenter_on
from floodeval.sam.segmenter_checkpoints import load_segmenter
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import preset
from floodeval.training.examples import Example, Picture
from floodeval.training.finetune import finetune
from floodeval.training.losses import bce_dice_loss
from floodeval.training.segmenter_trainer import Frames, SegmenterTrainer, compared
from tests.support.commands import refused
from tests.support.segmenters import with_tiny_encoder
from tests.support.training import Shown, split

QUICK = preset("segmenter", epochs=2, batch=2, learning_rate=1e-3, ema=0.5, precision="float32")
TIMES = ["seconds", "peak_memory_mb"]


@pytest.fixture
def base(monkeypatch):
    return with_tiny_encoder(monkeypatch)


@pytest.fixture
def network(base) -> Segmenter:
    return segmenter_on(base)


def example(network: Segmenter, ignored: np.ndarray | None = None, name: str = "a") -> Example:
    """A view of 1024 x 512 whose left half is water and bright."""
    water = np.zeros((512, 1024), bool)
    water[:, :512] = True
    frame = network.frame(np.repeat(np.where(water, 220, 40).astype(np.uint8)[..., None], 3, axis=2))
    return Example(name, Embedding(frame, water.shape, water.shape), water.astype(np.uint8) * 255, ignored)


def test_only_the_decoder_and_the_later_stages_learn(network, base):
    trainer = SegmenterTrainer(network, QUICK, 1)
    trainer.train(Shown([example(network)]), 1)
    changed = {
        name
        for name, one in network.state_dict().items()
        if name in base and not torch.equal(one, base[name])
    }
    assert {name.removeprefix("image_encoder.").rsplit(".", 1)[0] for name in changed} == {
        "body.stages.2",
        "body.stages.3",
        "neck",
    }


def test_without_a_rate_for_the_encoder_only_the_decoder_learns(network, base):
    trainer = SegmenterTrainer(network, replace(QUICK, encoder_learning_rate=0.0), 1)
    trainer.train(Shown([example(network)]), 1)
    assert all(torch.equal(network.state_dict()[name], one) for name, one in base.items())


def test_training_lowers_the_loss_and_validates_the_average(network):
    trainer = SegmenterTrainer(network, replace(QUICK, epochs=8), 1)
    views = Shown([example(network)])
    before = trainer.validate(views)
    for epoch in range(1, 9):
        trainer.train(views, epoch)
    after = trainer.validate(views)
    assert after["loss"] < before["loss"] and after["iou"] > 0.9
    assert after["dice"] == pytest.approx(2 * after["iou"] / (1 + after["iou"]))
    assert after["iou_none"] == after["iou"]
    with trainer.average.applied(), torch.no_grad():
        logits = network(views.examples[0].embedding.features)[0, 0, :128]
    truth = views.examples[0].target() > 0.5
    iou = ((logits > 0) & truth).sum() / ((logits > 0) | truth).sum()
    assert after["iou"] == pytest.approx(iou.item())


@pytest.mark.parametrize("side", [256, 512])
def test_the_loss_is_over_the_cells_that_count(network, side):
    ignored = np.zeros((512, 1024), bool)
    ignored[:, 256:] = True
    logits = torch.randn((1, 1, 128, 256), generator=torch.Generator().manual_seed(0))
    inside, target = compared(logits, example(network, ignored), side)
    assert inside.shape == target.shape == (side // 2 * side // 4,)
    assert (target == 1).all()
    if side == 256:
        assert torch.equal(inside, logits[0, 0, :, :64].flatten())
    assert bce_dice_loss(inside, target) > 0


def test_the_padding_of_a_frame_does_not_count():
    """A photograph of 1024 x 500 has 125 rows of cells; its frame has 128."""
    share = np.full((500, 1024), 255, np.uint8)
    shown = Example("a", Embedding(torch.zeros(1), share.shape, share.shape), share)
    logits = torch.ones((1, 1, 128, 256))
    logits[..., 125:, :] = torch.nan
    inside, target = compared(logits, shown, 256)
    assert inside.shape == target.shape == (125, 256) and not inside.isnan().any()


def test_a_view_with_ignored_pixels_only_teaches_nothing(network):
    state = {name: one.clone() for name, one in network.state_dict().items()}
    blank = example(network, np.ones((512, 1024), bool))
    trainer = SegmenterTrainer(network, replace(QUICK, weight_decay=0.0), 2)
    assert trainer.train(Shown([blank, blank]), 1) == {}
    assert all(torch.equal(one, state[name]) for name, one in network.state_dict().items())
    with pytest.raises(
        FloodevalError, match="no photograph of the validation subset has a pixel that counts"
    ):
        trainer.validate(Shown([blank]))


def test_a_loss_that_is_not_finite_ends_the_training_with_the_remedy(network):
    trainer = SegmenterTrainer(network, QUICK, 1)
    with torch.no_grad():
        network.decoder.logits.bias.fill_(torch.nan)
    with pytest.raises(FloodevalError, match=r"the loss is nan in epoch 1: .* lower learning_rate"):
        trainer.train(Shown([example(network)]), 1)


def test_views_depend_on_the_draw_alone_and_are_augmented(network):
    rng = np.random.default_rng(0)
    picture = Picture(
        "a", rng.integers(0, 255, (64, 96, 3), dtype=np.uint8), np.full((64, 96), 255, np.uint8)
    )
    frames = Frames([picture], network, Augmentation(brightness=0.3), seed=1)
    first, same, other = (frames.example(0, draw).embedding.features for draw in ("1", "1", "2"))
    assert first.shape == (1, 3, 688, 1024)  # 683 rows, padded to whole cells
    assert torch.equal(first, same) and not torch.equal(first, other)


@pytest.mark.heavy
def test_training_keeps_the_best_checkpoint_with_its_provenance(dataset, results, base):
    dataset["secret"].photograph.write_bytes(b"reading this would fail")
    steps = []
    dealt = split(train="a b c", validation="d", test="secret")
    made = finetune(dataset, dealt, "plain", QUICK, progress=steps.append)
    history = made.history
    assert list(history["epoch"]) == [0, 1, 2]
    assert {"train_loss", "val_loss", "val_iou", "val_dice", "learning_rate", *TIMES} <= set(history)
    assert history["val_iou"].iloc[made.best_epoch] == history["val_iou"].iloc[1:].max()
    assert "with an untrained decoder" in made.summary
    config = json.loads((made.folder / "config.json").read_text())
    assert (config["model_type"], config["best_epoch"]) == ("segmenter", made.best_epoch)
    loaded = load_segmenter(made.folder / "checkpoint.safetensors")
    assert loaded.provenance.seen == {digest_of(dataset[name].photograph) for name in "abcd"}
    assert loaded.provenance.trained_on["fingerprint"] == dataset.fingerprint
    kept = read_tensors(made.folder / "checkpoint.safetensors")[0]
    assert not any("patch_embed" in name or "stages.0" in name or "stages.1" in name for name in kept)
    assert not (made.folder / "training.pt").exists()
    assert (steps[-1].done, steps[-1].total) == (6, 6)


@pytest.mark.heavy
@pytest.mark.parametrize("stop_at", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_training_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    dataset, results, base, monkeypatch, stop_at
):
    monkeypatch.setattr("floodeval.training.recorder.SAVE_EVERY_S", 0)
    dealt, config = split(train="a b", validation="d"), replace(QUICK, batch=1)
    whole = finetune(dataset, dealt, "whole", config)

    def stop(step: Step) -> None:
        if step.what == "training" and step.done > stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "stopped", config, progress=stop)
    resumed = finetune(dataset, dealt, "stopped", config)
    pd.testing.assert_frame_equal(
        resumed.history.drop(columns=TIMES), whole.history.drop(columns=TIMES), rtol=1e-4
    )
    tensors = [read_tensors(made.folder / "checkpoint.safetensors")[0] for made in (whole, resumed)]
    assert tensors[0].keys() == tensors[1].keys()
    assert all(np.allclose(tensors[0][name], tensors[1][name], atol=1e-3) for name in tensors[0])


@pytest.mark.heavy
def test_a_trained_segmenter_is_a_variant_by_its_name(dataset, results, base, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    dealt = split(train="a b c", validation="d", test="secret")
    finetune(dataset, dealt, "plain", replace(QUICK, epochs=1))
    with pytest.raises(FloodevalError, match="'plain' was fine-tuned on 4 of the 5 samples"):
        evaluate(dataset, "leaky", {"plain": "plain"})
    run = evaluate(dataset, "r", {"plain": "plain"}, split=dealt, subset="test")
    assert list(run.metrics["id"]) == ["secret"]
    assert run.info.prompt_specs == ["none"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--model", "segmenter", "--preset", "encoder"],
            "preset 'encoder' cannot train the model type segmenter",
        ),
        (
            ["--model", "vit_t", "--preset", "segmenter"],
            "preset 'segmenter' cannot train the model type vit_t",
        ),
        (["--model", "segmenter", "--init", "mine"], "leave out --init"),
        (["--model", "segmenters"], "unknown model 'segmenters'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(dataset, results, tmp_path, capsys, options, complaint):
    (tmp_path / "split.csv").write_text(
        "id,scene,split\na,1,train\nb,2,train\nc,3,validation\nd,4,test\nsecret,5,test\n"
    )
    command = [
        "finetune",
        str(dataset.folder),
        "--split",
        str(tmp_path / "split.csv"),
        "--name",
        "m",
        *options,
    ]
    assert complaint in refused(command, capsys)
    assert not (results / "models" / "m").exists()
