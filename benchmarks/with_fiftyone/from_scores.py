"""FiftyOne from the run's table to the ten images where the fine-tuned model lost most, scored by floodeval.

python from_scores.py RUN DATASET PROMPT
"""

import sys
from pathlib import Path

import fiftyone as fo
import numpy as np
import pandas as pd
from PIL import Image

run, data, prompt = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
variants = ("pretrained", "finetuned")
table = pd.read_csv(run / "metrics.csv", dtype={"id": str})
iou = table[table["prompt"] == prompt].pivot(index="id", columns="variant", values="iou")
samples = []
for name, row in iou.iterrows():
    truth = np.array(Image.open(data / "Mask" / f"{name}.png").convert("L"))
    sample = fo.Sample(filepath=str(data / "Image" / f"{name}.jpg"))
    sample["iou_gap"] = row["finetuned"] - row["pretrained"]
    sample["truth"] = fo.Segmentation(mask=np.where(truth > 127, 255, 0).astype(np.uint8))
    for variant in variants:
        sample[f"{variant}_iou"] = row[variant]
        sample[variant] = fo.Segmentation(mask_path=str(run / "masks" / variant / prompt / f"{name}.png"))
    samples.append(sample)
dataset = fo.Dataset("flood", persistent=True)
dataset.add_samples(samples)
dataset.default_mask_targets = {0: "dry", 255: "water"}
dataset.app_config.active_fields = fo.ActiveFields(paths=["truth", *variants])
dataset.save()
session = fo.launch_app(view=dataset.sort_by("iou_gap")[:10])
session.wait(-1)
