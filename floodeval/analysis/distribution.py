"""Distributions of scores and gaps: bins, smooth densities, cumulative shares, and the images in a bin."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

SCORE_WIDTH = 0.05  # of the bins of a score
FEWEST_BINS, MOST_BINS = 5, 50
_FINE = 1000  # bins before a density is smoothed
_REACH = 4  # bandwidths beyond which a Gaussian counts for nothing
_STEPS = 500  # points of a cumulative curve of many values


def bounds(values: pd.Series, scored: bool) -> tuple[float, float]:
    """The range of a chart of values: 0 to 1 for scores, 0 to the greatest value for distances.

    An estimated score can be above 1; the range then ends at the greatest value.

    Examples:
        >>> bounds(pd.Series([0.2, 0.7]), scored=True), bounds(pd.Series([3.0, 8.0]), scored=False)
        ((0.0, 1.0), (0.0, 8.0))
    """
    greatest = values.max()
    least_top = 1.0 if scored else 1e-9
    return 0.0, least_top if pd.isna(greatest) else max(least_top, float(greatest))


def gap_bounds(gaps: pd.Series, scored: bool) -> tuple[float, float]:
    """The range of a chart of gaps, symmetric around zero, up to the next tenth (scores) or pixel.

    Examples:
        >>> gap_bounds(pd.Series([-0.25, 0.1]), scored=True)
        (-0.30000000000000004, 0.30000000000000004)
    """
    step = 0.1 if scored else 1.0
    greatest = gaps.abs().max()
    reach = step if pd.isna(greatest) else max(step, math.ceil(float(greatest) / step - 1e-9) * step)
    return -reach, reach


def metric_edges(values: pd.Series, scored: bool, n_bins: int | None = None) -> Floats:
    """The edges of a metric's histogram, the same on every page and in the report.

    Args:
        values: of the metric, of all variants that are drawn.
        scored: whether it is a score, 0 to 1; else a distance in pixels.
        n_bins: how many bins; by default those of a score are `SCORE_WIDTH` wide, and the width of those of
            a distance follows from the values (`edges_of`).

    Examples:
        >>> metric_edges(pd.Series([0.2, 0.71]), scored=True)[:4].tolist()
        [0.0, 0.05, 0.1, 0.15]
    """
    return _edges(values, bounds(values, scored), scored, n_bins)


def gap_edges(gaps: pd.Series, scored: bool, n_bins: int | None = None) -> Floats:
    """The edges of a histogram of gaps, as `metric_edges`, symmetric around zero, which is an edge.

    Examples:
        >>> gap_edges(pd.Series([-0.08, 0.02]), scored=True).tolist()
        [-0.1, -0.05, 0.0, 0.05, 0.1]
    """
    return _edges(gaps, gap_bounds(gaps, scored), scored, n_bins)


def _edges(values: pd.Series, limits: tuple[float, float], scored: bool, n_bins: int | None) -> Floats:
    low, high = limits
    if n_bins is not None or not scored:
        return edges_of(values, low, high, n_bins)
    first, last = round(low / SCORE_WIDTH), math.ceil(high / SCORE_WIDTH - 1e-9)
    return np.round(np.arange(first, last + 1) * SCORE_WIDTH, 10)  # a score such as 0.15 is on its edge


def edges_of(values: pd.Series, low: float, high: float, n_bins: int | None = None) -> Floats:
    """The edges of bins of equal width over a range; zero is an edge if it is inside the range.

    Args:
        values: the values to count.
        low: the least possible value.
        high: the greatest possible value.
        n_bins: how many bins; one more where zero has to be an edge. By default the width is a round number,
            at most that of the rule of Freedman and Diaconis, and the range grows to whole bins.

    Examples:
        >>> edges_of(pd.Series([0.1, 0.4]), 0.0, 1.0, n_bins=2).tolist()
        [0.0, 0.5, 1.0]
    """
    if n_bins is None:
        width = round_width(rule_width(values, low, high), low, high)
        first, last = math.floor(low / width + 1e-9), math.ceil(high / width - 1e-9)
        edges: Floats = np.arange(first, last + 1, dtype=np.float64) * width
        edges[[0, -1]] = min(edges[0], low), max(edges[-1], high)
        return edges
    n = n_bins + n_bins % 2 if low < 0 < high else n_bins
    edges = np.linspace(low, high, n + 1, dtype=np.float64)
    if low < 0 < high:
        edges[n // 2] = 0.0
    return edges


def rule_width(values: pd.Series, low: float, high: float) -> float:
    """The bin width by the rule of Freedman and Diaconis (1981), 2 IQR / n^(1/3).

    Where that is zero or unknown, the range divided by Sturges's (1926) number of bins, 1 + log2 n.

    Examples:
        >>> rule_width(pd.Series([0.5] * 8), 0.0, 1.0)
        0.25
    """
    known = values.dropna().to_numpy(float)
    n = len(known)
    width = 2 * float(np.quantile(known, 0.75) - np.quantile(known, 0.25)) / n ** (1 / 3) if n else 0.0
    return width if width > 0 else (high - low) / math.ceil(1 + math.log2(max(1, n)))


def round_width(width: float, low: float, high: float) -> float:
    """The greatest of 1, 2 and 5 times a power of ten that is not wider and gives 5 to 50 bins.

    Examples:
        >>> round_width(0.07, 0.0, 1.0)
        0.05
    """
    power = 10.0 ** math.floor(math.log10(high - low))
    steps = [step * power / shrink for shrink in (1, 10, 100) for step in (5, 2, 1)]
    fitting = [step for step in steps if FEWEST_BINS <= (high - low) / step + 1e-9 <= MOST_BINS + 1e-6]
    return next((step for step in fitting if step <= width * (1 + 1e-9)), fitting[-1])


def bandwidth(values: pd.Series, low: float, high: float) -> float:
    """The standard deviation of a density's Gaussian by Silverman's rule (1986, equation 3.31).

    It is 0.9 min(sd, IQR / 1.34) / n^(1/5), and at least a hundredth of the range, so that equal values have
    a density too.

    Examples:
        >>> bandwidth(pd.Series([0.5, 0.5]), 0.0, 1.0)
        0.01
    """
    known = values.dropna().to_numpy(float)
    least = (high - low) / 100
    if len(known) < 2:
        return least
    spread = (np.quantile(known, 0.75) - np.quantile(known, 0.25)) / 1.34
    sd = float(np.std(known, ddof=1))
    return max(least, float(0.9 * (min(sd, spread) or sd) * len(known) ** -0.2))


def density(values: pd.Series, low: float, high: float, steps: int = 201) -> pd.DataFrame:
    """Smooth the values with a Gaussian that is reflected at both ends of their range.

    Without the reflection, the density of a score would be positive below 0 and above 1.

    Args:
        values: one value per image; missing values are left out.
        low: the least possible value.
        high: the greatest possible value.
        steps: number of points on the curve.

    Returns:
        One row per point with the columns `x` and `density`, whose area is 1; no rows without values.

    Examples:
        >>> curve = density(pd.Series([0.2, 0.8]), 0.0, 1.0, steps=101)
        >>> round(float(curve["density"].mean()), 1)
        1.0
    """
    known = values.dropna().to_numpy(float)
    if not len(known):
        return pd.DataFrame({"x": [], "density": []}, dtype=float)
    counts, edges = np.histogram(np.clip(known, low, high), _FINE, (low, high))
    step = (high - low) / _FINE
    width = bandwidth(values, low, high) / step
    reach = min(int(_REACH * width) + 1, _FINE)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    padded = np.concatenate([counts[:reach][::-1], counts, counts[-reach:][::-1]])
    smooth = np.convolve(padded, kernel / kernel.sum(), "valid") / (len(known) * step)
    x = np.linspace(low, high, steps)
    return pd.DataFrame({"x": x, "density": np.interp(x, (edges[:-1] + edges[1:]) / 2, smooth)})


def cumulative(values: pd.Series, low: float, high: float) -> pd.DataFrame:
    """The percentage of images at or below each value: the empirical distribution function.

    Returns:
        One row per step with the columns `x` and `share` (0 to 100), from low to high; at most 500 steps. No
        rows without values.

    Examples:
        >>> cumulative(pd.Series([0.25, 0.75]), 0.0, 1.0)["share"].tolist()
        [0.0, 50.0, 100.0, 100.0]
    """
    known = np.sort(values.dropna().to_numpy(float))
    n = len(known)
    if not n:
        return pd.DataFrame({"x": [], "share": []}, dtype=float)
    at: Floats = np.unique(known) if n <= _STEPS else np.linspace(low, high, _STEPS)
    x = np.concatenate([[low], at, [high]])
    share = 100 * np.searchsorted(known, x, side="right") / n
    share[0] = 100 * float(np.mean(known <= low))
    return pd.DataFrame({"x": x, "share": share})


@dataclass(frozen=True)
class HistogramBar:
    """A bar of a histogram over the paired table.

    It holds the values of `column` from `low` up to `high`; `high` itself only if the bar is the `last`.
    """

    column: str
    low: float
    high: float
    last: bool = False


@dataclass(frozen=True)
class PickedPoints:
    """Images that a person selected one by one, by their ids."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class GridCell:
    """A cell of a grid over a metric of A (x) and of B (y), within one outcome.

    `number` counts cells as `cells` does, over `bounds` with `steps` cells per side.
    """

    metric: str
    outcome: str
    number: int
    bounds: tuple[float, float]
    steps: int


Pick = HistogramBar | PickedPoints | GridCell


def picked_rows(table: pd.DataFrame, pick: Pick) -> pd.DataFrame:
    """The rows of the paired table that a pick selects; those of a bar in ascending order of their values.

    Ids and columns that the table lacks select nothing.
    """
    if isinstance(pick, PickedPoints):
        return table[table["id"].isin(pick.ids)]
    if isinstance(pick, GridCell):
        return _in_cell(table, pick)
    if pick.column not in table:
        return table.iloc[:0]
    values = table[pick.column]
    below = values <= pick.high if pick.last else values < pick.high
    return table[(values >= pick.low) & below].sort_values(pick.column, kind="stable")


def cells(x: pd.Series, y: pd.Series, bounds: tuple[float, float], steps: int) -> pd.Series:
    """Number the grid cell of each point, `column * steps + row`; missing where x or y is missing.

    Args:
        x: the x of each point.
        y: the y of each point.
        bounds: the least and the greatest x and y of the grid.
        steps: cells per side.

    Examples:
        >>> cells(pd.Series([0.0, 0.9]), pd.Series([0.2, 1.0]), (0.0, 1.0), 2).tolist()
        [0.0, 3.0]
    """
    low, high = bounds
    across, up = (((values - low) / (high - low) * steps).clip(0, steps - 1e-9) // 1 for values in (x, y))
    return across * steps + up


def _in_cell(table: pd.DataFrame, pick: GridCell) -> pd.DataFrame:
    x, y = f"{pick.metric}_a", f"{pick.metric}_b"
    if x not in table or y not in table:
        return table.iloc[:0]
    inside = cells(table[x], table[y], pick.bounds, pick.steps) == pick.number
    return table[inside & (table["outcome"] == pick.outcome)]
