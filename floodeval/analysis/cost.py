"""What the gain costs: time per photograph and stage, parameters, memory, and the fine-tuning's own time."""

from dataclasses import dataclass

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.storage.paths import CHECKPOINT, model_folder

COLUMNS = (
    "variant",
    "prompt",
    "iou",
    "n",
    "encode_ms",
    "decode_ms",
    "parameters",
    "trained_parameters",
    "peak_memory_mb",
    "checkpoint_mb",
    "training_s",
    "epochs",
)


@dataclass(frozen=True)
class TrainingCost:
    """What a fine-tuning took: `checkpoint_mb` on disk, seconds and epochs of training."""

    checkpoint_mb: float
    seconds: float
    epochs: int


def cost_table(run: Run) -> pd.DataFrame:
    """Put the cost of every variant and prompt beside its mean IoU.

    Returns:
        One row per prompt and variant with the columns `COLUMNS`: the mean IoU over n images; median
        milliseconds per photograph of encoding (shared by the variants with one image encoder and by all
        prompts; missing where embeddings were kept) and of decoding; parameters of the model, and how many of
        them fine-tuning changed; peak memory in MiB on a graphics card, missing on a CPU; and of the
        fine-tuning the checkpoint's size, seconds and epochs, where its model's folder is at hand.
    """
    trainings = {variant.name: training_cost(variant) for variant in run.info.variants}
    rows = []
    for (prompt, variant), group in run.metrics.groupby(["prompt", "variant"], sort=False):
        resources = run.info.resources.get(str(variant), {})
        training = trainings.get(str(variant))
        rows.append(
            {
                "variant": variant,
                "prompt": prompt,
                "iou": group["iou"].mean(),
                "n": int(group["iou"].notna().sum()),
                "encode_ms": group["encode_ms"].median(),
                "decode_ms": group["decode_ms"].median(),
                "parameters": resources.get("parameters"),
                "trained_parameters": resources.get("trained_parameters"),
                "peak_memory_mb": resources.get("peak_memory_mb", {}).get(prompt),
                "checkpoint_mb": training.checkpoint_mb if training else None,
                "training_s": training.seconds if training else None,
                "epochs": training.epochs if training else None,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def shared_stages(run: Run) -> dict[str, float]:
    """Seconds per photograph of the stages that all variants share: measuring, writing, and in all."""
    n = run.metrics["id"].nunique()
    return {
        stage: run.info.timings[stage] / n
        for stage in ("metrics_s", "write_s", "wall_s")
        if stage in run.info.timings
    }


def training_cost(variant: Variant) -> TrainingCost | None:
    """What fine-tuning that variant took, by its model's folder; None where it is not at hand."""
    if variant.checkpoint is None:
        return None
    try:
        folder = model_folder(variant.checkpoint)
        history = pd.read_csv(folder / "history.csv")
        size = (folder / CHECKPOINT).stat().st_size
        return TrainingCost(size / 2**20, float(history["seconds"].sum()), int(history["epoch"].max()))
    except (FloodevalError, OSError, ValueError, KeyError):
        return None
