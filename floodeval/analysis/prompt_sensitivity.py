"""How scores and masks change when only the prompt changes: more clicks, other clicks, less exact boxes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from floodeval.analysis.statistics import ANY, GAPS_OF_SHARES, SHARES, scene_intervals
from floodeval.analysis.verdicts import find
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.images import Mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.prompts import PromptSpec

OPTIONS = {"points": "n", "box": "jitter"}  # the option that varies, by the kind of prompt
CURVE_COLUMNS = (
    "variant",
    "value",
    "mean",
    "low",
    "high",
    "n",
    "n_seeds",
    "seed_low",
    "seed_high",
    "seed_range",
    "change",
    "change_low",
    "change_high",
    "verdict",
)


@dataclass(frozen=True)
class Family:
    """Prompts of one kind that differ only in one option and in the seed.

    `option` is `n` (clicks) or `jitter` (pixels); `values` maps each value, in ascending order, to the specs
    of its prompts, one per seed.
    """

    kind: str
    option: str
    values: dict[float, tuple[str, ...]]

    @property
    def varies(self) -> bool:
        """Whether the family has at least two values, or two seeds of one value."""
        return len(self.values) > 1 or any(len(specs) > 1 for specs in self.values.values())


def families(prompts: Sequence[PromptSpec]) -> list[Family]:
    """The families of prompts in which something varies; prompts with `multimask` are left out.

    Examples:
        >>> from floodeval.sam.prompts import parse_prompt
        >>> families([parse_prompt("points:n=1"), parse_prompt("points:n=5"), parse_prompt("box")])
        [Family(kind='points', option='n', values={1.0: ('points:n=1',), 5.0: ('points:n=5',)})]
    """
    found = []
    for kind, option in OPTIONS.items():
        values: dict[float, list[str]] = {}
        for prompt in prompts:
            if prompt.kind == kind and not prompt.multimask:
                values.setdefault(float(getattr(prompt, option) or 0), []).append(prompt.spec)
        family = Family(kind, option, {value: tuple(values[value]) for value in sorted(values)})
        if family.varies:
            found.append(family)
    return found


def sensitivity(metrics: pd.DataFrame, family: Family, metric: str = "iou") -> pd.DataFrame:
    """A metric over the values of a family, per variant.

    Args:
        metrics: rows of a run's table.
        family: one of `families`.
        metric: a column of the table.

    Returns:
        One row per variant and value with the columns `CURVE_COLUMNS`. A photograph's score is its mean over
        the seeds; `mean` is over the n photographs that have a value with every seed, `low` and `high` its
        95% interval over scenes. `seed_low` and `seed_high` are the lowest and highest mean of one seed, and
        `seed_range` is the mean over photographs of the highest minus the lowest score between seeds (missing
        with one seed). `change` is the mean of the score minus the score with the variant's least value on
        the same photographs, with its interval; `verdict`, missing for the least value, judges the change,
        corrected for the number of the variant's other values.
    """
    scenes = metrics.drop_duplicates("id").set_index("id")["scene"]
    rows: list[tuple[object, ...]] = []
    for variant in dict.fromkeys(metrics["variant"]):
        mine = metrics[metrics["variant"] == variant].drop_duplicates(["id", "prompt"])
        wide = mine.pivot(index="id", columns="prompt", values=metric).astype("float64")
        known = {value: wide.reindex(columns=list(of)).dropna() for value, of in family.values.items()}
        known = {value: scores for value, scores in known.items() if len(scores)}
        changes = _changes(known, scenes, metric)
        for value, scores in known.items():
            rows.append((variant, value, *_point(scores, scenes, metric), *changes[value]))
    table = pd.DataFrame(rows, columns=list(CURVE_COLUMNS))
    words = ("variant", "n", "n_seeds", "verdict")
    return table.astype({name: "float64" for name in CURVE_COLUMNS if name not in words})


def mask_agreement(run: Run, variant: str, prompts: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
    """How similar a variant's masks are when only the prompt differs.

    Args:
        run: a finished evaluation; its masks are read.
        variant: the variant of the masks.
        prompts: two or more specs.
        ids: the photographs.

    Returns:
        One row per pair of prompts with the columns first, second, iou (mean IoU of the two masks over the
        photographs where either contains water; missing without such photographs) and n. Photographs whose
        masks cannot be read are left out. Pixels that the label scheme ignores do not count, unless the data
        set is missing: then `attrs["counts_ignored"]` is true.
    """
    ignored, counts_ignored = _ignored(run)
    ious: dict[tuple[str, str], list[float]] = {pair: [] for pair in combinations(prompts, 2)}
    for sample_id in ids:
        try:
            masks = {spec: run.mask(variant, spec, sample_id) for spec in prompts}
            left_out = ignored(sample_id)
        except FloodevalError:
            continue
        for first, second in ious:
            shapes = {mask.shape for mask in (masks[first], masks[second], left_out) if mask is not None}
            if len(shapes) > 1:
                continue
            iou = overlap(count(masks[first], masks[second], ignored=left_out)).iou
            if iou is not None:
                ious[first, second].append(iou)
    rows = [(*pair, sum(of) / len(of) if of else None, len(of)) for pair, of in ious.items()]
    table = pd.DataFrame(rows, columns=["first", "second", "iou", "n"]).astype({"iou": "float64"})
    table.attrs["counts_ignored"] = counts_ignored
    return table


def _ignored(run: Run) -> tuple[Callable[[str], Mask | None], bool]:
    """The ignored pixels of a photograph by id, and whether they count because the data set is missing."""
    if not run.info.labels.ignore:
        return lambda sample_id: None, False
    try:
        dataset = run.dataset()
    except FloodevalError:
        return lambda sample_id: None, True
    return lambda sample_id: read_truth(dataset[sample_id]).ignored, False


def _point(known: pd.DataFrame, scenes: pd.Series, metric: str) -> tuple[object, ...]:
    """Mean, low, high, n, n_seeds, seed_low, seed_high, seed_range of photographs (rows) by seeds."""
    means = known.mean(axis=1)
    limits = (0.0, math.inf) if metric in LOWER_IS_BETTER else SHARES
    interval = scene_intervals(means.to_frame("score"), scenes.reindex(known.index), limits)["score"]
    of_seed = known.mean()
    several = known.shape[1] > 1
    around = float((known.max(axis=1) - known.min(axis=1)).mean()) if several else None
    seeds = (float(of_seed.min()), float(of_seed.max()), around)
    return (float(means.mean()), interval.low, interval.high, len(known), known.shape[1], *seeds)


def _changes(
    known: dict[float, pd.DataFrame], scenes: pd.Series, metric: str
) -> dict[float, tuple[object, ...]]:
    """Per value: the mean change from the first value's scores, its interval, and the verdict on it."""
    if not known:
        return {}
    first, *others = known
    base, lengths = known[first].mean(axis=1), metric in LOWER_IS_BETTER
    wide = pd.DataFrame({str(value): known[value].mean(axis=1) - base for value in others}).dropna(how="all")
    of = scenes.reindex(wide.index)
    found = find(wide, of, ANY if lengths else GAPS_OF_SHARES, lower_is_better=lengths) if others else {}
    changes: dict[float, tuple[object, ...]] = {first: (0.0, 0.0, 0.0, None)}
    for value in others:
        finding = found[str(value)]
        ends = (finding.interval.low, finding.interval.high)
        changes[value] = (wide[str(value)].mean(), *ends, finding.verdict.word)
    return changes
