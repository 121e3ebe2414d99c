"""What could be done to a model's answers without training: mirrored averaging, small bodies and holes away.

The last row is the truth itself at the resolution in which SAM answers: no answer can be finer.

    python benchmarks/answers.py MODEL... [--dataset flood-area] [--subset validation]

MODEL is a fine-tuned model's name or folder; its split lies with it. Of several trainings on one split the
mean of their weights answers. Mean IoU of water on the encoder's frame, on the validation subset: what helps
is chosen there, like everything else.
"""

import argparse
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.datasets.dataset import Pair, load_dataset, read_pair
from floodeval.datasets.images import Mask
from floodeval.datasets.splits import read_split
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.architecture import Sam
from floodeval.sam.clicks import on_frame
from floodeval.sam.inference import Embedding, Encoder, decode_logits
from floodeval.sam.loading import load_model
from floodeval.sam.prompts import Prompt, make_prompt, parse_prompt
from floodeval.storage.paths import find_checkpoint

PROMPTS = ("box", "point", "full")
SMALL = 0.005  # of the frame
FRAME = 1024  # pixels of each side of SAM's frame
Logits = npt.NDArray[np.float32]


def main() -> None:
    """Measure every way on every photograph and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--dataset", default="flood-area")
    parser.add_argument("--subset", default="validation", choices=("train", "validation"))
    options = parser.parse_args()
    checkpoints = [find_checkpoint(model) for model in options.models]
    if len({(checkpoint.parent / "split.csv").read_bytes() for checkpoint in checkpoints}) > 1:
        parser.error("the models were trained on different splits; give models of one split")
    dataset = load_dataset(options.dataset)
    split = read_split(checkpoints[0].parent / "split.csv", dataset)
    wanted = split.ids(options.subset)
    sam = _mean_of([load_model("vit_t", checkpoint).sam for checkpoint in checkpoints])
    found: dict[str, list[list[float]]] = {}
    for sample in split.repaired(dataset).samples:
        if sample.id in wanted:
            for way, ious in _measure(sam, read_pair(sample), sample.id).items():
                found.setdefault(way, []).append(ious)
    print(f"| answer | {' | '.join(PROMPTS)} |\n| --- | {'--- | ' * len(PROMPTS)}")
    for way, rows in found.items():
        print(f"| {way} | {' | '.join(f'{mean:.3f}' for mean in np.mean(rows, axis=0))} |")


def _mean_of(sams: list[Sam]) -> Sam:
    """A SAM with the mean of their weights ("model soup", Wortsman et al. 2022)."""
    states = [sam.state_dict() for sam in sams]
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}
    sams[0].load_state_dict(mean)
    return sams[0]


def _measure(sam: Sam, pair: Pair, name: str) -> dict[str, list[float]]:
    """The IoU of every way with every prompt."""
    photograph, truth = pair.photograph, pair.truth
    encoder = Encoder(sam)
    straight, mirrored = encoder.encode(photograph), encoder.encode(np.ascontiguousarray(photograph[:, ::-1]))
    wanted = on_frame(truth, straight.input_size)
    found: dict[str, list[float]] = {}
    for spec in PROMPTS:
        prompt = make_prompt(parse_prompt(spec), truth, name)
        assert prompt is not None
        logits = _logits(sam, straight, prompt)
        other = _logits(sam, mirrored, _mirrored(prompt, truth.shape[1]))[:, ::-1]
        answers = {"as it is": logits > 0, "mirrored views averaged": logits + other > 0}
        answers |= {way: change(answers["as it is"]) for way, change in CLEANINGS.items()}
        answers["the truth at the logits' resolution"] = _through_logits(wanted)
        for way, answer in answers.items():
            found.setdefault(way, []).append(float(overlap(count(wanted, answer)).iou or 0.0))
    return found


@torch.inference_mode()
def _logits(sam: Sam, embedding: Embedding, prompt: Prompt) -> Logits:
    return _grown(decode_logits(sam, embedding, prompt)[0], embedding.input_size)


def _grown(logits: torch.Tensor, size: tuple[int, int]) -> Logits:
    """Logits (1 x 1 x 256 x 256) at the frame's resolution, cut to the photograph."""
    grown = torch.nn.functional.interpolate(logits, scale_factor=4, mode="bilinear")
    return np.asarray(grown[0, 0, : size[0], : size[1]].numpy(), np.float32)


def _through_logits(truth: Mask) -> Mask:
    """The truth as SAM could answer it at best: averaged to the logits' grid, and grown again."""
    height, width = truth.shape
    frame = torch.zeros(1, 1, FRAME, FRAME)
    frame[0, 0, :height, :width] = torch.from_numpy(truth)
    return _grown(torch.nn.functional.avg_pool2d(frame, 4) - 0.5, truth.shape) > 0


def _mirrored(prompt: Prompt, width: int) -> Prompt:
    box, points = prompt.box, prompt.points
    if box is not None:
        box = np.array([width - box[2], box[1], width - box[0], box[3]], np.float32)
    if points is not None:
        points = np.column_stack([width - 1 - points[:, 0], points[:, 1]]).astype(np.float32)
    return Prompt(box, points, prompt.labels)


def _without_small(mask: Mask) -> Mask:
    """Drop bodies under SMALL of the frame, unless nothing would be left."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = [i for i in range(1, n) if stats[i, cv2.CC_STAT_AREA] >= SMALL * mask.size]
    return np.isin(labels, large) if large else mask


def _filled(mask: Mask) -> Mask:
    return ~_without_small(~mask) if mask.any() and not mask.all() else mask


CLEANINGS: dict[str, Callable[[Mask], Mask]] = {
    f"bodies under {SMALL:.1%} dropped": _without_small,
    f"holes under {SMALL:.1%} filled": _filled,
}


if __name__ == "__main__":
    main()
