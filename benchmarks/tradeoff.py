"""Candidates for the bundled model, evaluated in domain and out of domain, and the rule that chooses one.

    python -m benchmarks.tradeoff halves
    python -m benchmarks.tradeoff select NAME=SOURCE...
    python -m benchmarks.tradeoff test NAME=SOURCE...

`select` evaluates every candidate on the validation subset of flood-area and on the first half of each of the
other sets: of their samples sorted by id, rounded down, with the other photographs of the same scenes. `test`
uses the test subset and the rest of the other sets, which are looked at once. `halves` writes the splits of
the other sets, `benchmarks/halves/SET.csv`, for `floodeval evaluate --split SET=FILE`. Each candidate and set
is a run of its own, so that a command that is repeated with more candidates evaluates only these. The rule:

1. On objects, the mean IoU is at least 95% of the pretrained model's, with a box and with a point.
2. On floods-ground and water-satellite, it is with each prompt at least that of the better of the pretrained
   model and the specialist, minus 0.01.
3. Among the candidates that keep 1 and 2, the one with the highest validation IoU, averaged over the prompts.
   If none does, the one whose largest shortfall is smallest.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from floodeval.cli.terminal import TerminalProgress
from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.splits import Split, read_split, write_split
from floodeval.evaluation.evaluate import evaluate

HALVES = Path(__file__).parent / "halves"
SPLIT = Path("results/models/flood-area-vit_t/split.csv")
HOME, OBJECTS = "flood-area", "objects"
PROMPTS = {
    HOME: ("box", "point", "full"),
    "floods-ground": ("box", "point", "full"),
    "water-satellite": ("box", "point", "full"),
    OBJECTS: ("box", "point"),
}
SUBSETS = {"select": "validation", "test": "test"}
PRETRAINED, SPECIALIST = "pretrained", "specialist"
KEPT_OF_OBJECTS, TOLERANCE = 0.95, 0.01
Scores = Mapping[tuple[str, str], float]  # mean IoU by data set and prompt


def main() -> None:
    """Evaluate the candidates, print their scores, and name the chosen one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("stage", choices=[HALVES.name, *SUBSETS])
    parser.add_argument("candidates", nargs="*", metavar="NAME=SOURCE")
    options = parser.parse_args()
    if options.stage == HALVES.name:
        for name in PROMPTS:
            if name != HOME:
                write_split(halves(load_dataset(name)), HALVES / f"{name}.csv")
        return
    sources = {PRETRAINED: PRETRAINED} | dict(text.split("=", 1) for text in options.candidates)
    scores = {name: _scores(options.stage, name, source) for name, source in sources.items()}
    print("\n".join(_table(scores)))
    if options.stage == "select" and SPECIALIST in scores:
        print(f"\nchosen: {chosen(scores)}")


def shortfall(of: Scores, pretrained: Scores, specialist: Scores) -> float:
    """By how much a candidate fails rules 1 and 2 at worst; 0 or below if it keeps them."""
    objects = [KEPT_OF_OBJECTS - of[OBJECTS, p] / pretrained[OBJECTS, p] for p in PROMPTS[OBJECTS]]
    others = [
        max(pretrained[key], specialist[key]) - TOLERANCE - of[key]
        for key in of
        if key[0] not in (HOME, OBJECTS)
    ]
    return max(objects + others)


def chosen(scores: Mapping[str, Scores]) -> str:
    """The candidate that the rule chooses; the pretrained model and the specialist are none."""
    short = {
        name: shortfall(of, scores[PRETRAINED], scores[SPECIALIST])
        for name, of in scores.items()
        if name not in (PRETRAINED, SPECIALIST)
    }
    keeping = [name for name, by in short.items() if by <= 0]
    return (
        max(keeping, key=lambda name: home(scores[name])) if keeping else min(short, key=lambda n: short[n])
    )


def home(of: Scores) -> float:
    """Mean IoU in domain, over the prompts."""
    return sum(of[HOME, prompt] for prompt in PROMPTS[HOME]) / len(PROMPTS[HOME])


def halves(dataset: Dataset) -> Split:
    """A split with the first half of the samples, sorted by id, and their scenes as validation, else test."""
    ids = sorted(sample.id for sample in dataset.samples)
    with TerminalProgress() as progress:
        scene_of = kept_scenes(dataset, progress).scene_of(ids)
    seen = {scene_of[one] for one in ids[: len(ids) // 2]}
    rows = [(one, scene_of[one], "validation" if scene_of[one] in seen else "test") for one in ids]
    return Split("halves", pd.DataFrame(rows, columns=["id", "scene", "split"]))


def _scores(stage: str, name: str, source: str) -> Scores:
    found: dict[tuple[str, str], float] = {}
    for data, prompts in PROMPTS.items():
        dataset = load_dataset(data)
        split = read_split(SPLIT if data == HOME else HALVES / f"{data}.csv", dataset)
        with TerminalProgress() as progress:
            run = evaluate(
                dataset,
                f"{stage}-{name}-{data}",
                {name: source},
                prompts,
                split=split,
                subset=SUBSETS[stage],
                allow_leak=stage == "select",  # the kept epochs were chosen by the validation photographs
                progress=progress,
            )
        means = run.metrics.groupby("prompt")["iou"].mean()
        found |= {(data, prompt): float(means[prompt]) for prompt in prompts}
    return found


def _table(scores: Mapping[str, Scores]) -> Iterator[str]:
    """Markdown: a row per candidate, per data set the mean IoU with each prompt."""
    heads = (f"{data}: {' / '.join(prompts)}" for data, prompts in PROMPTS.items())
    yield f"| mean IoU | {' | '.join(heads)} |"
    yield f"| --- |{' --- |' * len(PROMPTS)}"
    for name, of in scores.items():
        cells = (" / ".join(f"{of[data, prompt]:.3f}" for prompt in PROMPTS[data]) for data in PROMPTS)
        yield f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
