"""The cost of variants: time per photograph, parameters, memory, and the time of fine-tuning."""

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
    """The cost of a fine-tuning: its checkpoint in MiB, and its training in seconds and epochs."""

    checkpoint_mb: float
    seconds: float
    epochs: int


def cost_table(run: Run) -> pd.DataFrame:
    """The cost of every variant and prompt next to its mean IoU.

    Returns:
        One row per prompt and variant with the columns `COLUMNS`: the mean IoU over n images; median
        milliseconds per photograph for encoding (shared by all prompts and by variants with the same image
        encoder; missing where embeddings were kept) and for decoding; the parameters of the model, and how
        many of them fine-tuning changed; peak memory in MiB on a graphics card, missing on a CPU; and the
        checkpoint's size in MiB, seconds and epochs of fine-tuning where the model's folder is available.
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
    """Seconds per photograph of the stages that all variants share: measuring, writing, and the total."""
    n = run.metrics["id"].nunique()
    return {
        stage: run.info.timings[stage] / n
        for stage in ("metrics_s", "write_s", "wall_s")
        if stage in run.info.timings
    }


def training_cost(variant: Variant) -> TrainingCost | None:
    """The cost of fine-tuning a variant, from its model's folder; None where that is missing."""
    if variant.checkpoint is None:
        return None
    try:
        folder = model_folder(variant.checkpoint)
        history = pd.read_csv(folder / "history.csv")
        size = (folder / CHECKPOINT).stat().st_size
        return TrainingCost(size / 2**20, float(history["seconds"].sum()), int(history["epoch"].max()))
    except (FloodevalError, OSError, ValueError, KeyError):
        return None
