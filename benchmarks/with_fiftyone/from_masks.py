"""FiftyOne from the masks to the ten images where the fine-tuned model lost most, scored by FiftyOne.

python from_masks.py RUN DATASET PROMPT
"""

import sys
from pathlib import Path

import fiftyone as fo
import numpy as np
from PIL import Image

run, data, prompt = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
variants, targets = ("pretrained", "finetuned"), {0: "dry", 255: "water"}
dataset = fo.Dataset("flood", persistent=True)
samples = []
for path in sorted((run / "masks" / variants[0] / prompt).glob("*.png")):
    truth = np.array(Image.open(data / "Mask" / path.name).convert("L"))
    sample = fo.Sample(filepath=str(data / "Image" / f"{path.stem}.jpg"))
    sample["truth"] = fo.Segmentation(mask=np.where(truth > 127, 255, 0).astype(np.uint8))
    for variant in variants:
        sample[variant] = fo.Segmentation(mask_path=str(run / "masks" / variant / prompt / path.name))
    samples.append(sample)
dataset.add_samples(samples)
dataset.default_mask_targets = targets
dataset.app_config.active_fields = fo.ActiveFields(paths=["truth", *variants])
dataset.save()
iou = {}
for variant in variants:
    key = f"{variant}_eval"
    dataset.evaluate_segmentations(variant, gt_field="truth", eval_key=key, mask_targets=targets)
    p, r = (np.array(dataset.values(f"{key}_{name}")) for name in ("precision", "recall"))
    iou[variant] = p * r / np.maximum(p + r - p * r, 1e-12)
    dataset.set_values(f"{variant}_iou", iou[variant].tolist())
dataset.set_values("iou_gap", (iou["finetuned"] - iou["pretrained"]).tolist())
session = fo.launch_app(view=dataset.sort_by("iou_gap")[:10])
session.wait(-1)
