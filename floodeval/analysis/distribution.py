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


def bin_count(values: pd.Series, low: float, high: float) -> int:
    """How many bins from low to high suit the values: the rule of Freedman and Diaconis (1981).

    A bin is 2 IQR / n^(1/3) wide; where that is zero or unknown, Sturges' number, 1 + log2 n, is taken. Never
    fewer than 5 bins or more than 50.
    """
    known = values.dropna().to_numpy(float)
    n = len(known)
    if n < 2:
        return FEWEST_BINS
    width = 2 * (np.quantile(known, 0.75) - np.quantile(known, 0.25)) / n ** (1 / 3)
    wanted = (high - low) / width if width > 0 else 1 + math.log2(n)
    return int(min(MOST_BINS, max(FEWEST_BINS, math.ceil(wanted))))


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
    reach = int(min(_REACH * width, _FINE)) + 1
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
