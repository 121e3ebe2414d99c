"""How values are spread: the number of bins, a smooth density, and the cumulative share."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

FEWEST_BINS, MOST_BINS = 5, 50
_FINE = 1000  # bins that a density is smoothed from
_REACH = 4  # bandwidths beyond which a Gaussian counts for nothing
_STEPS = 500  # of a cumulative curve of many values


def bounds(values: pd.Series, scored: bool) -> tuple[float, float]:
    """The range that values are shown over: 0 to 1 of scores, 0 to the greatest of distances.

    A score that is an estimate may lie above 1; then it reaches as far as that.
    """
    greatest = values.max()
    least_top = 1.0 if scored else 1e-9
    return 0.0, least_top if pd.isna(greatest) else max(least_top, float(greatest))


def gap_bounds(gaps: pd.Series, scored: bool) -> tuple[float, float]:
    """The range that gaps are shown over, zero in its middle: to the next tenth of a score, or pixel."""
    step = 0.1 if scored else 1.0
    greatest = gaps.abs().max()
    reach = step if pd.isna(greatest) else max(step, math.ceil(float(greatest) / step - 1e-9) * step)
    return -reach, reach


def edges_of(values: pd.Series, low: float, high: float, n_bins: int | None = None) -> Floats:
    """The edges of bins of one width over a range; where zero lies inside, it is one of them.

    Args:
        values: what is to be counted.
        low: the least value.
        high: the greatest.
        n_bins: how many; one more where zero has to be an edge. By default a round width is chosen, at most
            that of Freedman and Diaconis's rule, and the range is widened to whole bins.
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
    """How wide a bin is to be: 2 IQR / n^(1/3), the rule of Freedman and Diaconis (1981).

    Where that is zero or unknown, as many bins as Sturges (1926) wants, 1 + log2 n.
    """
    known = values.dropna().to_numpy(float)
    n = len(known)
    width = 2 * float(np.quantile(known, 0.75) - np.quantile(known, 0.25)) / n ** (1 / 3) if n else 0.0
    return width if width > 0 else (high - low) / math.ceil(1 + math.log2(max(1, n)))


def round_width(width: float, low: float, high: float) -> float:
    """The greatest of 1, 2 and 5 times a power of ten that is no wider and makes 5 to 50 bins of a range."""
    power = 10.0 ** math.floor(math.log10(high - low))
    steps = [step * power / shrink for shrink in (1, 10, 100) for step in (5, 2, 1)]
    fitting = [step for step in steps if FEWEST_BINS <= (high - low) / step + 1e-9 <= MOST_BINS + 1e-6]
    return next((step for step in fitting if step <= width * (1 + 1e-9)), fitting[-1])


def bandwidth(values: pd.Series, low: float, high: float) -> float:
    """The width of a density's Gaussian by Silverman's rule (1986, equation 3.31).

    It is 0.9 min(sd, IQR / 1.34) / n^(1/5), and at least a hundredth of the range, so that equal values have
    a density too.
    """
    known = values.dropna().to_numpy(float)
    least = (high - low) / 100
    if len(known) < 2:
        return least
    spread = (np.quantile(known, 0.75) - np.quantile(known, 0.25)) / 1.34
    sd = float(np.std(known, ddof=1))
    return max(least, float(0.9 * (min(sd, spread) or sd) * len(known) ** -0.2))


def density(values: pd.Series, low: float, high: float, steps: int = 201) -> pd.DataFrame:
    """Smooth the values with a Gaussian, reflected at both ends of their range.

    Without the reflection a score's density would leak over 0 and 1, where no score can be.

    Args:
        values: one per image; missing ones are left out.
        low: the least value that is possible.
        high: the greatest.
        steps: points of the curve.

    Returns:
        One row a point with `x` and `density`, whose area is 1; no rows without values.
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
    """The share of the images at or below each value, in per cent: the empirical distribution function.

    Returns:
        One row a step with `x` and `share`, from low to high; of many values, 500 steps. No rows without
        values.
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
