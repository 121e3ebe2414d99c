"""How fast an evaluation is, beside the loop that one would write with `SamPredictor`.

Two variants x three prompts on drawn scenes. The loop encodes every photograph for every variant with
MobileSAM's encoder as published (batch normalization unfolded); floodeval encodes it once. The two take
turns in one process, so that the machine's mood hits both; medians and ratios are printed.

    python benchmarks/bench_evaluation.py [--scenes 6] [--rounds 3]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from floodeval.datasets.dataset import Dataset, load_dataset, read_pair
from floodeval.datasets.digests import digests_of
from floodeval.datasets.images import Mask
from floodeval.evaluation.pipeline import Pipeline
from floodeval.evaluation.sam_variants import SamVariant
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.architecture import SamPredictor, TinyVitEncoder
from floodeval.sam.inference import EmbeddingStore, Encoder
from floodeval.sam.loading import load_model
from floodeval.sam.prompts import make_prompt, parse_prompt
from floodeval.sam.sources import ModelSource
from floodeval.synthetic.demo import demo_scenes, draw_dataset

PROMPTS = ("box", "point", "full")


def main() -> None:
    """Draw the scenes, time both ways in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scenes", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        draw_dataset(Path(folder) / "drawn", demo_scenes(options.scenes))
        dataset = load_dataset(Path(folder) / "drawn")
        photograph = read_pair(dataset.samples[0]).photograph
        ours, usual = _variants(Path(folder)), _usual_predictors()
        prompts, digests = [parse_prompt(p) for p in PROMPTS], digests_of(dataset.samples)
        pipeline = Pipeline(Path(folder), ours, prompts, _scenes(dataset), {}, digests)
        stages: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "encode one photograph, s": (
                lambda: usual[0].set_image(photograph),
                lambda: ours[0].encoder.encode(photograph),
            ),
            f"evaluate {options.scenes} scenes, s": (
                lambda: _usual_loop(usual, dataset),
                lambda: list(pipeline.run(dataset.samples)),
            ),
        }
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, median of {options.rounds}\n")
        print("| stage | SamPredictor loop | floodeval | ratio |\n| --- | --- | --- | --- |")
        for stage, (theirs, mine) in stages.items():
            print(_row(stage, theirs, mine, options.rounds))


def _row(stage: str, theirs: Callable[[], object], mine: Callable[[], object], rounds: int) -> str:
    pairs = [(_seconds(theirs), _seconds(mine)) for _ in range(rounds + 1)][1:]  # the first warms up
    usual, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return f"| {stage} | {usual:.2f} | {ours:.2f} | {ratio:.1f}x |"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _variants(folder: Path) -> list[SamVariant]:
    first = load_model("vit_t")
    second = load_model("vit_t")
    second.sam.image_encoder = first.sam.image_encoder
    encoder, store = Encoder(first.sam), EmbeddingStore("none", folder / "no-embeddings")
    source = ModelSource("vit_t")
    return [SamVariant(name, source, model, encoder, store) for name, model in (("a", first), ("b", second))]


def _usual_predictors() -> list[SamPredictor]:
    """Two SamPredictors as one would build them: each its own encoder, unfolded, with fused attention."""
    predictors = []
    for _ in range(2):
        sam = load_model("vit_t").sam
        sam.image_encoder = TinyVitEncoder(fused=False).eval()
        for module in sam.image_encoder.modules():
            if hasattr(module, "fused_attn"):
                module.fused_attn = True
        predictors.append(SamPredictor(sam))
    return predictors


def _usual_loop(predictors: list[SamPredictor], dataset: Dataset) -> list[object]:
    rows: list[object] = []
    for sample in dataset.samples:
        pair = read_pair(sample)
        for predictor in predictors:
            predictor.set_image(pair.photograph)
            rows += [_usual_row(predictor, pair.truth, sample.id, spec) for spec in PROMPTS]
    return rows


def _usual_row(predictor: SamPredictor, truth: Mask, sample_id: str, spec: str) -> object:
    prompt = make_prompt(parse_prompt(spec), truth, sample_id)
    if prompt is None:
        return None
    masks, _, _ = predictor.predict(prompt.points, prompt.labels, prompt.box, multimask_output=False)
    return overlap(count(truth, masks[0]))


def _scenes(dataset: Dataset) -> dict[str, str]:
    return {sample.id: sample.id for sample in dataset.samples}


if __name__ == "__main__":
    main()
