"""What was tried in training, side by side: run an experiment, or print the table of those that were run.

    python benchmarks/experiments.py run NAME... [--dataset flood-area] [--split FILE] [--seeds 0 1 2]
    python benchmarks/experiments.py table

Every experiment is a recipe with one thing changed, trained into `try-<name>-s<seed>` under `results/models`
($FLOODEVAL_RESULTS names another folder). One that was stopped goes on; a finished one is left as it is. The
table reads the models' `config.json` and `history.csv`; validation alone is looked at.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from floodeval.analysis.trainings import read_training
from floodeval.cli.terminal import TerminalProgress
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.splits import read_split
from floodeval.errors import FloodevalError
from floodeval.storage.paths import model_folder, results_folder
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig, preset
from floodeval.training.finetune import finetune
from floodeval.training.recorder import STATE

PREFIX = "try-"
FLIPS = Augmentation(mirror=0.5)
WIDE = Augmentation(
    mirror=0.5,
    rotation_deg=10,
    zoom=0.5,
    shrink=0.6,
    brightness=0.3,
    contrast=0.3,
    saturation=0.4,
    hue=0.05,
)
WATER_ALONE: dict[str, object] = {"things": 0, "crops": 0, "embedding_weight": 0.0, "views": 1}
DECODER_ALONE: dict[str, object] = {
    "encoder_learning_rate": 0.0,
    "frozen_encoder": 0.0,
    "embedding_weight": 0.0,
}
NO_CLICKS = tuple(spec for spec in preset("decoder").prompts if not spec.startswith("clicks"))

SHORT = preset(
    "retain",
    epochs=2,
    batch=2,
    encoder_learning_rate=2e-4,
    retention_weight=0.5,
    things=1,
    views=2,
    frozen_weights="start",
)

EXPERIMENTS: dict[str, tuple[str, TrainingConfig]] = {
    "plain": ("the plain recipe", preset("plain")),
    "study": ("the study's own protocol", preset("study")),
    "decoder": ("the decoder preset", preset("decoder")),
    "decoder-no-views": ("decoder preset without augmentation", preset("decoder", views=1)),
    "decoder-flips": ("decoder preset, mirrored views only", preset("decoder", augmentation=FLIPS, views=2)),
    "decoder-no-ema": ("decoder preset without the weights' average", preset("decoder", ema=0.0)),
    "decoder-focal": ("decoder preset with SAM's focal + Dice loss", preset("decoder", loss="focal+dice")),
    "decoder-lovasz": ("decoder preset with BCE + Lovász loss", preset("decoder", loss="bce+lovasz")),
    "decoder-1024": ("decoder preset, mask loss on 1024 x 1024", preset("decoder", loss_side=1024)),
    "decoder-boxes": ("decoder preset with boxes only", preset("decoder", prompts=("box:jitter=20",))),
    "decoder-no-clicks": ("decoder preset without correction clicks", preset("decoder", prompts=NO_CLICKS)),
    "encoder": ("the encoder preset", preset("encoder")),
    "encoder-slow": (
        "encoder preset, a third of the encoder's learning rate",
        preset("encoder", encoder_learning_rate=3e-5),
    ),
    "encoder-fast": (
        "encoder preset, three times the encoder's learning rate",
        preset("encoder", encoder_learning_rate=3e-4),
    ),
    "retain": ("the retain preset", preset("retain")),
    "retain-water": ("retain preset without retention", preset("retain", **WATER_ALONE)),
    "retain-no-embedding": (
        "retain preset without embedding distillation",
        preset("retain", embedding_weight=0.0),
    ),
    "retain-no-crops": ("retain preset without strong crops", preset("retain", crops=0)),
    "retain-no-multimask": ("retain preset, mask token 0 alone", preset("retain", retain_multimask=False)),
    "retain-strong": (
        "retain preset, three times the weight of retention",
        preset("retain", retention_weight=3.0),
    ),
    "retain-start": ("retain preset, pulled to the starting weights", preset("retain", start_weight=1.0)),
    "retain-whole": ("retain preset, the whole encoder trained", preset("retain", frozen_encoder=0.0)),
    "retain-lora": (
        "retain preset, low-rank updates of the encoder",
        preset("retain", lora_rank=16, encoder_learning_rate=1e-3),
    ),
    "retain-decoder": ("retain preset, decoder alone", preset("retain", **DECODER_ALONE)),
    "retain-blend": ("retain preset from the specialist's blend at 0.5", preset("retain")),
    "retain-blend-own": (
        "the same, first half of the encoder from the blend as well",
        preset("retain", frozen_weights="start"),
    ),
    "retain-blend-fast": (
        "the same, three times the encoder's learning rate, half the weight of retention",
        preset("retain", encoder_learning_rate=3e-4, retention_weight=0.5),
    ),
    "retain-short": (
        "from the blend at 0.6 with its first half, one thing, half the weight of retention, twice the "
        "encoder's learning rate, steps of 2 views, 2 epochs",
        SHORT,
    ),
    "retain-wide": (
        "retain-short from where that ended, half of the views shrunk by up to 60%, more color",
        replace(SHORT, epochs=3, views=3, augmentation=WIDE),
    ),
}
BLENDS = ("retain-blend", "retain-blend-own", "retain-blend-fast")
STARTS = dict.fromkeys(BLENDS, "flood-area-vit_t@0.5")  # the others start from the published weights
STARTS |= {"retain-short": "flood-area-vit_t@0.6", "retain-wide": "flood-area-retain"}


def main() -> None:
    """Run experiments or print their table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    verbs = parser.add_subparsers(dest="verb", required=True)
    runs = verbs.add_parser("run")
    runs.add_argument("names", nargs="+", choices=EXPERIMENTS, metavar="NAME")
    runs.add_argument("--dataset", default="flood-area")
    runs.add_argument("--split", type=Path, default=Path("results/models/flood-area-vit_t/split.csv"))
    runs.add_argument("--seeds", type=int, nargs="+", default=[0])
    runs.add_argument("--epochs", type=int, help="number of epochs (default: that of the recipe)")
    verbs.add_parser("table")
    options = parser.parse_args()
    if options.verb == "table":
        print("\n".join(_table()))
        return
    for seed in options.seeds:
        for name in options.names:
            _run(name, seed, options.dataset, options.split, options.epochs)


def _run(name: str, seed: int, dataset_name: str, split_file: Path, epochs: int | None) -> None:
    folder = model_folder(f"{PREFIX}{name}-s{seed}")
    if (folder / "config.json").is_file() and not (folder / STATE).is_file():
        return
    dataset = load_dataset(dataset_name)
    recipe = EXPERIMENTS[name][1]
    config = replace(recipe, seed=seed, epochs=epochs or recipe.epochs)
    try:
        with TerminalProgress() as progress:
            split = read_split(split_file, dataset)
            made = finetune(dataset, split, folder.name, config, init=STARTS.get(name), progress=progress)
    except FloodevalError as error:
        print(f"{folder.name}: {error}", flush=True)
    else:
        print(f"{folder.name}: {made.summary}", flush=True)


def _table() -> Iterator[str]:
    """Markdown: one row per experiment, averaged over its seeds."""
    yield "| experiment | seeds | val IoU | box | point | full | best epoch | epochs | minutes | retention |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for name, (title, _) in EXPERIMENTS.items():
        folders = sorted((results_folder() / "models").glob(f"{PREFIX}{name}-s[0-9]*"))
        runs = [run for run in map(_best, folders) if run is not None]
        if runs:
            table = pd.DataFrame(runs)
            shown = [f"{table[key].mean():.3f}" for key in ("iou", "iou_box", "iou_point", "iou_full")]
            spread = f" ± {table['iou'].std():.3f}" if len(table) > 1 else ""
            ends = ", ".join(str(epoch) for epoch in table["best_epoch"])
            retention = table["retention"].mean()
            kept = f"{retention:.3f}" if retention == retention else "-"
            rest = (ends, f"{table['epochs'].mean():.0f}", f"{table['minutes'].mean():.0f}", kept)
            cells = (f"`{name}`: {title}", len(table), shown[0] + spread, *shown[1:], *rest)
            yield f"| {' | '.join(map(str, cells))} |"


def _best(folder: Path) -> dict[str, float] | None:
    """The chosen epoch's validation IoU, and what the training took; None where it has not finished."""
    if (folder / STATE).is_file() or not (folder / "config.json").is_file():
        return None
    training = read_training(folder.name)
    best, history = training.best_epoch, training.history
    row = history[history["epoch"] == best].to_dict("records")[0]
    found = {key: float(row[f"val_{key}"]) for key in ("iou", "iou_box", "iou_point", "iou_full")}
    minutes = float(history["seconds"].sum()) / 60
    found["retention"] = float(row.get("val_retention", float("nan")))
    return found | {"best_epoch": best, "epochs": int(history["epoch"].max()), "minutes": minutes}


if __name__ == "__main__":
    main()
