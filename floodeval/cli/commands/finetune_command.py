"""`floodeval finetune`: fine-tune a model on the training subset of a split."""

import argparse
import sys
from pathlib import Path

from floodeval.cli.inputs import read_dataset
from floodeval.cli.options import DONE, Once, add_dataset, add_device, natural, positive
from floodeval.cli.terminal import TerminalProgress
from floodeval.datasets.splits import own_split, read_split
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.training.config import preset
from floodeval.training.finetune import finetune

CHANGED = (
    "epochs",
    "learning_rate",
    "encoder_learning_rate",
    "seed",
    "things",
    "retention_weight",
    "lora_rank",
)  # options that change a value of the preset


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_dataset(parser)
    parser.add_argument(
        "--split",
        type=Path,
        metavar="FILE",
        help="split to use, made with `floodeval split` (default: the folders train and val of the data set)",
    )
    parser.add_argument("--name", required=True, help="name of the model in results/models")
    parser.add_argument(
        "--preset",
        help="decoder: train the mask decoder (minutes); encoder: also the image encoder (hours on a CPU); "
        "retain: also the later half of the image encoder, with the pretrained model's answers on dry land "
        "as further targets (hours); study: the protocol of the published study; plain: the decoder, without "
        "augmentation; segmenter: a plain segmentation network instead of a SAM, which takes no prompt "
        "(default: decoder, and segmenter with --model segmenter)",
    )
    parser.add_argument(
        "--model",
        action=Once,
        help="model to train: vit_t, vit_b, vit_l or vit_h; or segmenter, a plain segmentation network on "
        "the image encoder of vit_t, as a reference (default: vit_t, and with --init that of the model)",
    )
    parser.add_argument(
        "--init",
        metavar="MODEL",
        help="model of results/models to start from, also an imported one, or its blend with the published "
        "weights, as in my-model@0.5 (default: the published weights)",
    )
    parser.add_argument(
        "--things",
        type=natural,
        metavar="N",
        help="things on dry land per view, at which the pretrained model's answers to a point and a box are "
        "to be retained; 0: none (default: that of the preset)",
    )
    parser.add_argument(
        "--retention-weight",
        type=float,
        help="weight of the loss at these things, next to that of water (default: that of the preset, 1)",
    )
    parser.add_argument(
        "--lora-rank",
        type=natural,
        metavar="N",
        help="rank of low-rank updates that are trained instead of the image encoder's own weights, and "
        "merged into them; 0: none (default: that of the preset)",
    )
    parser.add_argument("--epochs", type=positive, help="number of epochs (default: that of the preset)")
    parser.add_argument(
        "--learning-rate", type=float, help="peak learning rate of the decoder (default: that of the preset)"
    )
    parser.add_argument(
        "--encoder-learning-rate",
        type=float,
        help="peak learning rate of the encoder (default: that of the preset)",
    )
    parser.add_argument(
        "--seed", type=natural, help="seed of the sample order, the augmentation and the prompts (default: 0)"
    )
    add_device(parser)
    parser.add_argument(
        "--tensorboard",
        action="store_true",
        help="also write the history for TensorBoard (needs the extra train)",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing model")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    given = {name: getattr(options, name) for name in CHANGED if getattr(options, name) is not None}
    if options.model:
        given["model_type"] = options.model
    config = preset(options.preset or (SEGMENTER if options.model == SEGMENTER else "decoder"), **given)
    dataset = read_dataset(options)
    split = read_split(options.split, dataset) if options.split else own_split(dataset)
    if split is None:
        raise FloodevalError(saying("splits.no_own", name=dataset.name))
    with TerminalProgress() as progress:
        training = finetune(
            dataset,
            split,
            options.name,
            config,
            init=_start(options),
            device=options.device,
            force=options.force,
            tensorboard=options.tensorboard,
            progress=progress,
        )
    for skipped in training.skipped:
        print(f"skipped {skipped.id} ({skipped.stage}): {skipped.reason}", file=sys.stderr)
    print(f"{training.folder}: {training.summary}")
    return DONE


def _start(options: argparse.Namespace) -> str | None:
    """The model to start from, in front of it the model type where one is stated."""
    return f"{options.model}:{options.init}" if options.init is not None and options.model else options.init
