"""The loss of IoU with each factor of the stress suite, from a run's table."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from floodeval.analysis.statistics import GAPS_OF_SHARES, SHARES, scene_intervals
from floodeval.analysis.verdicts import BETTER, WORSE, Finding, find
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import SEVERITIES, UNVARIED, condition_of

METRIC = "iou"
WORST = SEVERITIES[-1]
_KEYS = ["prompt", "variant", "factor"]


def stress_curves(run: Run) -> pd.DataFrame:
    """The IoU of every variant over the severities of every factor, and its fall from severity 0.

    Returns:
        One row per prompt, variant, factor and severity (0 to 3), with n (bases with a value), mean and its
        95% interval over bases (ci_low, ci_high), and fall: the mean over bases of IoU at severity 0 minus
        IoU here, of the bases that have both, with its interval (fall_ci_low, fall_ci_high). Severity 0 is
        the unvaried base, the same for every factor. Missing values where there is nothing to average, and
        missing intervals with fewer than two bases.

    Raises:
        FloodevalError: the run is not of the stress suite.
    """
    rows = []
    for keys, ious in _per_factor(run):
        base, falls = pd.Series(ious.index), ious.rsub(ious[0], axis=0)
        means, mean_cis = ious.mean(), scene_intervals(ious, base, SHARES)
        fallen, fall_cis = falls.mean(), scene_intervals(falls, base, GAPS_OF_SHARES)
        for severity in SEVERITIES:
            ci, fall_ci, n = mean_cis[str(severity)], fall_cis[str(severity)], int(ious[severity].count())
            around = (means[severity], ci.low, ci.high, fallen[severity], fall_ci.low, fall_ci.high)
            rows.append((*keys, severity, n, *around))
    columns = [*_KEYS, "severity", "n"]
    numbers = ["mean", "ci_low", "ci_high", "fall", "fall_ci_low", "fall_ci_high"]
    return pd.DataFrame(rows, columns=[*columns, *numbers]).astype(dict.fromkeys(numbers, "float64"))


def stress_ranks(run: Run) -> pd.DataFrame:
    """Rank the factors by how much IoU a variant loses with them.

    Returns:
        One row per prompt, variant and factor with n (bases that have every severity), slope: the mean over
        them of the IoU lost per step of severity, by least squares, with its 95% interval (ci_low,
        ci_high), rank: 1 for the factor with the steepest slope (missing where there is no base), and
        verdict: "worse" where the variant loses IoU, "better" where it gains some, "undecided" or
        "too_few_scenes", corrected for the number of factors.

    Raises:
        FloodevalError: the run is not of the stress suite.
    """
    steps = np.array(SEVERITIES) - np.mean(SEVERITIES)
    gained = {keys: (ious @ steps) / (steps @ steps) for keys, ious in _per_factor(run)}
    rows = []
    for keys, finding in _judged(gained).items():
        ci, slope = finding.interval, -gained[keys]
        ends = (None, None) if ci.low is None or ci.high is None else (-ci.high, -ci.low)
        rows.append((*keys, int(slope.count()), slope.mean(), *ends, finding.verdict.word))
    numbers = ["slope", "ci_low", "ci_high"]
    columns = [*_KEYS, "n", *numbers, "verdict"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "float64"))
    table["rank"] = table.groupby(["prompt", "variant"])["slope"].rank(ascending=False, method="min")
    return table


def fall_gaps(run: Run, a: str, b: str) -> pd.DataFrame:
    """Compare the fall of B from severity 0 to 3 with that of A.

    Returns:
        One row per prompt and factor with n (bases that have both falls), gap: the mean over them of B's fall
        minus A's, its 95% interval (ci_low, ci_high), p of the sign-flip test corrected for the number of
        factors, and verdict: "more" or "less" where interval and test agree, else "undecided" or
        "too_few_scenes".

    Raises:
        FloodevalError: the run is not of the stress suite, or lacks one of the variants.
    """
    falls = {keys: ious[0] - ious[WORST] for keys, ious in _per_factor(run)}
    prompts = dict.fromkeys(prompt for prompt, _, _ in falls)
    known = dict.fromkeys(variant for _, variant, _ in falls)
    for name in (a, b):
        if name not in known:
            names = ", ".join(known)
            raise FloodevalError(saying("runs.no_variant", run=run.folder, variant=name, known=names))
    gained = {
        (prompt, b, factor): falls[prompt, a, factor] - falls[prompt, b, factor]
        for prompt in prompts
        for factor in FACTORS
        if (prompt, a, factor) in falls and (prompt, b, factor) in falls
    }
    rows = []
    for (prompt, _, factor), finding in _judged(gained).items():
        ci, gap = finding.interval, -gained[prompt, b, factor]
        ends = (None, None) if ci.low is None or ci.high is None else (-ci.high, -ci.low)
        word = {BETTER: "less", WORSE: "more"}.get(finding.verdict.word, finding.verdict.word)
        rows.append((prompt, factor, int(gap.count()), gap.mean(), *ends, finding.p_holm, word))
    columns = ["prompt", "factor", "n", "gap", "ci_low", "ci_high", "p", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _judged(gained: Mapping[tuple[str, str, str], pd.Series]) -> dict[tuple[str, str, str], Finding]:
    """Judge the gains per prompt, variant and factor over bases; p is corrected for the factors."""
    found: dict[tuple[str, str, str], Finding] = {}
    for prompt, variant in dict.fromkeys(keys[:2] for keys in gained):
        wide = pd.DataFrame({keys[2]: of for keys, of in gained.items() if keys[:2] == (prompt, variant)})
        of_factor = find(wide, pd.Series(wide.index))
        found |= {(prompt, variant, factor): of_factor[factor] for factor in map(str, wide)}
    return found


def _per_factor(run: Run) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Per prompt, variant and factor: IoU with a row per base and a column per severity.

    Bases without pictures of the factor are left out.
    """
    table = _conditions(run)
    plain = table[table["factor"] == UNVARIED].set_index(["prompt", "variant", "base"])[METRIC]
    varied = table[table["factor"] != UNVARIED]
    wide = varied.pivot(index=[*_KEYS, "base"], columns="severity", values=METRIC)
    wide[0] = plain.reindex(wide.reset_index("factor").index).to_numpy()
    wide = wide.reindex(columns=list(SEVERITIES))
    found = {keys: ious.reset_index(_KEYS, drop=True) for keys, ious in wide.groupby(level=_KEYS)}
    in_order = product(table["prompt"].unique(), table["variant"].unique(), FACTORS)
    return [(keys, found[keys]) for keys in in_order if keys in found]


def _conditions(run: Run) -> pd.DataFrame:
    """The run's table with the columns base, factor and severity, read from the ids of the stress suite."""
    ids = run.metrics["id"].unique() if run.info.is_synthetic else ()
    conditions = {sample_id: condition_of(sample_id) for sample_id in ids}
    if not any(conditions.values()):
        raise FloodevalError(saying("runs.no_stress", run=run.folder))
    known = {sample_id: (one.base, one.factor, one.severity) for sample_id, one in conditions.items() if one}
    table = run.metrics[run.metrics["id"].isin(known)].copy()
    named = pd.DataFrame([known[sample_id] for sample_id in table["id"]], index=table.index)
    table[["base", "factor", "severity"]] = named
    return table
