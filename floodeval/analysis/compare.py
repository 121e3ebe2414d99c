"""B compared with A over a run: the gap of every metric with interval and tests, wins, and outcomes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from floodeval.analysis.baseline_findings import baseline_findings
from floodeval.analysis.comparison import PRIMARY, ComparedSide, Comparison, MetricComparison
from floodeval.analysis.pairing import OUTCOMES, averages, paired, prompts_in_common
from floodeval.analysis.statistics import scene_intervals
from floodeval.analysis.verdicts import Finding, holm, judge, rank_biserial, sign_flip_p
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import ComparedSides, pair_sides
from floodeval.evaluation.run import Run
from floodeval.evaluation.sides import Side, open_sides, prompts_of
from floodeval.i18n import formats
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.metrics.overlap import FAILURE_THRESHOLD


def compare(run: Run, prompt: str | None = None) -> list[Comparison]:
    """Compare every pair of a run's variants, for one prompt or for each, where both have that prompt.

    Without a prompt, two variants that have one prompt each are also compared where it is not the same one,
    such as a SAM with `full` and a folder of masks with `none`.

    Raises:
        FloodevalError: fewer than two variants, an unknown prompt, two variants with different samples, or no
            two variants that can be compared.
    """
    names = run.info.variant_names
    if len(names) < 2:
        raise FloodevalError(
            f"run {run.folder} has one variant, '{names[0]}'; evaluate at least two to compare them"
        )
    if prompt is not None and prompt not in run.info.prompt_specs:
        raise FloodevalError(
            f"run {run.folder} has no prompt '{prompt}'; expected one of {', '.join(run.info.prompt_specs)}"
        )
    found = comparisons_within(run, prompt)
    if not found and not run.metrics.empty:
        with_prompt = f" with the prompt '{prompt}'" if prompt else ""
        sides = "".join(f", or two sides, such as {a.name} and {b.name}" for a, b in sides_apart(run)[:1])
        raise FloodevalError(
            f"run {run.folder} has no two variants to compare{with_prompt} ({prompts_by_variant(run)}); "
            f"expected two variants that have a prompt in common{sides}"
        )
    return found


def comparisons_within(run: Run, prompt: str | None = None) -> list[Comparison]:
    """As `compare`, but nothing where no two variants can be compared."""
    common = {pair: prompts_in_common(run.metrics, pair) for pair in combinations(run.info.variant_names, 2)}
    found = [
        _with_baselines(compare_both(run, run.metrics, a, b, spec), run)
        for spec in run.info.prompt_specs
        if prompt in (None, spec)
        for (a, b), specs in common.items()
        if spec in specs
    ]
    apart = [pair for pair, specs in common.items() if not specs and prompt is None]
    return found + [comparison_of(pair_sides(*sides)) for pair in apart if (sides := _only_sides(run, pair))]


def _only_sides(run: Run, variants: tuple[str, str]) -> tuple[Side, Side] | None:
    """The sides of two variants that have one prompt each; None where one has more."""
    a, b = (prompts_of(run, name) for name in variants)
    if len(a) != 1 or len(b) != 1:
        return None
    return Side(run, variants[0], a[0]), Side(run, variants[1], b[0])


def sides_apart(run: Run) -> list[tuple[Side, Side]]:
    """Every two variants that `compare` leaves out: no prompt in common, and more than one to choose from.

    A side has the variant's first prompt. Variants without any row are left out.
    """
    pairs = combinations([name for name in run.info.variant_names if prompts_of(run, name)], 2)
    return [
        (Side(run, a, prompts_of(run, a)[0]), Side(run, b, prompts_of(run, b)[0]))
        for a, b in pairs
        if not prompts_in_common(run.metrics, (a, b)) and _only_sides(run, (a, b)) is None
    ]


def prompts_by_variant(run: Run) -> str:
    """In one line, with which prompts each variant of a run has masks."""
    prompts = {name: prompts_in_common(run.metrics, [name]) for name in run.info.variant_names}
    return "; ".join(f"{name}: {', '.join(specs) or formats.NO_VALUE}" for name, specs in prompts.items())


def compare_sides(a: str, b: str, prompt: str | None = None) -> list[Comparison]:
    """Compare two sides of any runs, variants and prompts, over the samples that they share.

    Args:
        a: the baseline, as `RUN[:VARIANT[:PROMPT]]`.
        b: the candidate.
        prompt: of the sides that name none.

    Returns:
        One comparison; where both sides leave the prompt out, one for each prompt that both have.

    Raises:
        FloodevalError: a side does not exist, more than one could be meant, or the two share no sample.
    """
    return [comparison_of(pair_sides(*sides)) for sides in open_sides(a, b, prompt)]


def comparison_of(sides: ComparedSides) -> Comparison:
    """Compare two sides that were brought into one run."""
    found = compare_both(sides.run, sides.run.metrics, sides.a, sides.b, sides.prompt.spec)
    shared = sides.shared
    found = replace(found, only_a=shared.only_a, only_b=shared.only_b, other_reference=shared.other_reference)
    return _with_baselines(found, sides.run)


def _with_baselines(found: Comparison, run: Run) -> Comparison:
    """A comparison with what trivial baselines score on its photographs, with the prompts of both sides."""
    given = [side.prompt for side in (found.side_a, found.side_b) if side is not None]
    compared = run.metrics["variant"].isin([found.a, found.b]) & (run.metrics["prompt"] == found.prompt)
    return replace(found, baselines=baseline_findings(run, given, set(run.metrics.loc[compared, "id"])))


def compare_both(run: Run, metrics: pd.DataFrame, a: str, b: str, prompt: str) -> Comparison:
    """Compare A and B over rows of a run's table, and again without the flagged samples.

    Raises:
        FloodevalError: see `paired`.
    """
    name, threshold = run.info.name, run.info.failure_threshold
    whole = compare_pair(metrics, a, b, prompt, run=name, threshold=threshold)
    whole = replace(whole, side_a=_side(run, a, prompt), side_b=_side(run, b, prompt))
    is_flagged = metrics["id"].isin(list(run.info.flagged))
    flagged = tuple(metrics.loc[is_flagged & (metrics["prompt"] == prompt), "id"].unique())
    if not flagged or len(flagged) == whole.n_images:
        return replace(whole, flagged=flagged)
    rest = compare_pair(metrics[~is_flagged], a, b, prompt, run=name, threshold=threshold)
    return replace(whole, flagged=flagged, without_flagged=rest.metrics[PRIMARY])


def _side(run: Run, variant: str, prompt: str) -> ComparedSide:
    rows = next(one for one in run.info.prompts if one.spec == prompt)
    of, given = run.run_of(variant), run.prompt_of(variant, rows)
    name = run.variant_of(variant)
    return ComparedSide(of.folder.name, str(of.folder), name, given.spec, given.uses_ground_truth)


def compare_pair(
    metrics: pd.DataFrame, a: str, b: str, prompt: str, *, run: str = "", threshold: float = FAILURE_THRESHOLD
) -> Comparison:
    """Compare A and B in a run's table with one prompt; raises FloodevalError as `paired` does."""
    table = paired(metrics, a, b, prompt, threshold)
    names = metric_names(table)
    gaps = table[[f"{name}_gap" for name in names]].set_axis(list(names), axis=1)
    found = _findings(gaps, table["scene"])
    rows = metrics[(metrics["prompt"] == prompt) & metrics["variant"].isin([a, b])]
    pooled = averages(rows).set_index(["variant", "metric"])["pooled"]
    missed = rows[(rows["tp"] == 0) & (rows["fn"] > 0)]["variant"].value_counts()
    counts = table["outcome"].value_counts()
    return Comparison(
        run=run,
        a=a,
        b=b,
        prompt=prompt,
        n_images=len(table),
        n_scenes=int(table["scene"].nunique()),
        n_missed_a=int(missed.get(a, 0)),
        n_missed_b=int(missed.get(b, 0)),
        metrics={
            name: _compare_metric(
                table[f"{name}_a"],
                table[f"{name}_b"],
                -1 if name in LOWER_IS_BETTER else 1,
                found[name],
                (_known(pooled.get((a, name))), _known(pooled.get((b, name)))),
            )
            for name in names
        },
        outcomes={name: int(counts.get(name, 0)) for name in OUTCOMES},
        threshold=threshold,
    )


def metric_names(table: pd.DataFrame) -> Sequence[str]:
    """The metrics of a paired table, the primary one first."""
    return [name for name in METRICS if f"{name}_gap" in table]


def _findings(gaps: pd.DataFrame, scenes: pd.Series) -> dict[str, Finding]:
    """Interval, test and verdict of every metric's gap."""
    intervals, p_values = scene_intervals(gaps, scenes), sign_flip_p(gaps, scenes)
    corrected = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    found = {}
    for name, interval in intervals.items():
        of = interval if name in LOWER_IS_BETTER else interval.within(-1, 1)
        p = p_values[name] if name == PRIMARY else corrected[name]
        verdict = judge(of, p, lower_is_better=name in LOWER_IS_BETTER)
        found[name] = Finding(of, p_values[name], corrected[name], verdict)
    return found


def _compare_metric(
    of_a: pd.Series,
    of_b: pd.Series,
    sign: int,
    found: Finding,
    pooled: tuple[float | None, float | None],
) -> MetricComparison:
    both = of_a.notna() & of_b.notna()
    a, b = of_a[both].to_numpy(float), of_b[both].to_numpy(float)
    gaps = b - a
    gains, interval = sign * gaps, found.interval
    return MetricComparison(
        mean_a=_average(a, np.mean),
        mean_b=_average(b, np.mean),
        gap=_average(gaps, np.mean),
        ci_low=interval.low,
        ci_high=interval.high,
        p=found.p,
        p_holm=found.p_holm,
        rank_biserial=rank_biserial(gains),
        wins=int((gains > 0).sum()),
        ties=int((gaps == 0).sum()),
        losses=int((gains < 0).sum()),
        median_a=_average(a, np.median),
        median_b=_average(b, np.median),
        median_gap=_average(gaps, np.median),
        pooled_a=pooled[0],
        pooled_b=pooled[1],
        n=int(both.sum()),
        n_missing=int((~both).sum()),
        n_scenes=interval.n_scenes,
        n_effective_scenes=interval.n_effective,
        range_low=interval.least,
        range_high=interval.most,
        skew_warning=interval.may_be_too_narrow,
        verdict=found.verdict.word,
        reason=found.verdict.reason,
    )


def _average(
    values: npt.NDArray[np.float64], of: Callable[[npt.NDArray[np.float64]], np.float64]
) -> float | None:
    return float(of(values)) if len(values) else None


def _known(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
