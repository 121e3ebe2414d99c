"""Confidence intervals of means over photographs, with scenes as the independent observations.

Photographs of one scene resemble each other, so scenes, not photographs, are the independent observations.
The estimate stays the mean over photographs. `docs/explanation/statistics.md` says how the interval was
chosen and how often it contains the true mean.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, stdtrit

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
SKEWNESS_WEIGHT = 1.5  # a sample understates the skewness of long tails; chosen by benchmarks/calibration.py
FEW_SCENES = 20  # effective scenes; with fewer, skewed differences make an interval too narrow
SKEWED = 1.0  # |skewness| of the scenes' deviations from which they count as skewed


@dataclass(frozen=True)
class Interval:
    """A 95% confidence interval of a mean over photographs; without ends for fewer than two scenes.

    Attributes:
        low: the lower end.
        high: the upper end.
        n_scenes: the number of scenes with a value.
        n_effective: the effective number of scenes, (sum of sizes)^2 / sum of squared sizes.
        skewness: the skewness of the scenes' deviations from the mean.
        least: the lowest mean of a scene.
        most: the highest mean of a scene.
    """

    low: float | None
    high: float | None
    n_scenes: int = 0
    n_effective: float = 0.0
    skewness: float = 0.0
    least: float | None = None
    most: float | None = None

    @property
    def may_be_too_narrow(self) -> bool:
        """Few scenes with skewed differences, where no interval contains the true mean in 95% of cases."""
        return 1 < self.n_effective < FEW_SCENES and abs(self.skewness) > SKEWED

    def within(self, lowest: float, highest: float) -> "Interval":
        """The interval limited to the values that the mean can have."""
        if self.low is None or self.high is None:
            return self
        low, high = (min(max(end, lowest), highest) for end in (self.low, self.high))
        return replace(self, low=low, high=high)


NO_INTERVAL = Interval(None, None)
ANY = (-math.inf, math.inf)
SHARES, GAPS_OF_SHARES = (0.0, 1.0), (-1.0, 1.0)  # what means of scores, and of their gaps, can be


def scene_intervals(
    values: pd.DataFrame, scenes: pd.Series, limits: tuple[float, float] = ANY
) -> dict[str, Interval]:
    """Intervals (95%) of the mean of every column over photographs, with scenes as the observations.

    Two intervals are computed, and on each side the wider end is used, because each is too narrow in cases
    where the other is not:

    - Student's t with the cluster-robust standard error of the mean, corrected for each scene's leverage
      (CR2), and Satterthwaite's degrees of freedom (Bell and McCaffrey 2002), both for scene means of equal
      variance. With scenes of equal size it is the ordinary t interval of their means.
    - The same with the t statistic transformed by Hall's (1992) cubic, which removes its skewness.

    Args:
        values: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        limits: the least and the greatest value that the means can have; intervals end there.

    Examples:
        >>> found = scene_intervals(pd.DataFrame({"iou": [0.4, 0.6]}), pd.Series(["s", "t"]), SHARES)["iou"]
        >>> found.low, found.high, found.n_scenes, found.n_effective
        (0.0, 1.0, 2, 2.0)
    """
    sums, counts = scene_sums(values, scenes)
    return {
        str(column): mean_interval(sums[:, i], counts[:, i]).within(*limits)
        for i, column in enumerate(values)
    }


def share_interval(hits: pd.Series, scenes: pd.Series) -> Interval:
    """The interval (95%) of a share of photographs, such as that of failures, with scenes as observations.

    Where few photographs count, or none, an interval from the differences between scenes is far too wide or
    has no width. This one is the exact interval of a binomial share (Clopper and Pearson 1934) with the
    effective number of scenes as the number of observations (Korn and Graubard 1998), as if the photographs
    of a scene were all alike: with several photographs per scene it is rather too wide.

    Args:
        hits: 1 for each photograph that counts, 0 for the others, missing values allowed.
        scenes: the scene of each photograph.

    Examples:
        >>> found = share_interval(pd.Series([0.0] * 35), pd.Series(range(35)))
        >>> round(found.low, 3), round(found.high, 3)
        (0.0, 0.1)
    """
    found = scene_intervals(hits.to_frame("hits"), scenes, SHARES)["hits"]
    share, n = float(hits.mean()), found.n_effective
    if found.n_scenes < 2:
        return found
    tail, x = (1 - CONFIDENCE) / 2, share * n
    low = 0.0 if share <= 0 else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if share >= 1 else float(betaincinv(x + 1, n - x, 1 - tail))
    return replace(found, low=low, high=high, skewness=0.0)


def scene_sums(values: pd.DataFrame, scenes: pd.Series) -> tuple[Floats, Floats]:
    """The sum and the number of the values per scene (rows) and column; missing values do not count.

    Examples:
        >>> scene_sums(pd.DataFrame({"iou": [0.25, 0.5, None]}), pd.Series(["s", "s", "t"]))
        (array([[0.75],
               [0.  ]]), array([[2.],
               [0.]]))
    """
    codes, names = pd.factorize(scenes)
    table = values.to_numpy(np.float64)
    present = ~np.isnan(table)
    sums, counts = (
        np.stack([np.bincount(codes, column, len(names)) for column in part.T], axis=1).astype(np.float64)
        if part.shape[1]
        else np.empty((len(names), 0))
        for part in (np.where(present, table, 0.0), present.astype(np.float64))
    )
    return sums, counts


def effective_scenes(sizes: Floats) -> float:
    """The effective number of scenes: (sum of sizes)^2 / sum of squared sizes; 0 without scenes.

    Examples:
        >>> effective_scenes(np.array([2.0, 2.0])), effective_scenes(np.array([3.0, 1.0]))
        (2.0, 1.6)
    """
    squares = float(np.square(sizes).sum())
    return float(sizes.sum()) ** 2 / squares if squares else 0.0


def mean_interval(sums: Floats, counts: Floats) -> Interval:
    """The interval of sum(sums) / sum(counts), from the sum and the number of values per scene.

    Examples:
        >>> found = mean_interval(np.array([1.0, 2.0, 3.0]), np.ones(3))
        >>> round(found.low, 2), round(found.high, 2)
        (-0.48, 4.48)
    """
    known = counts > 0
    sums, sizes = sums[known], counts[known]
    if not len(sizes):
        return NO_INTERVAL
    means = sums / sizes
    found = Interval(
        None,
        None,
        n_scenes=len(sizes),
        n_effective=effective_scenes(sizes),
        least=float(means.min()),
        most=float(means.max()),
    )
    if len(sizes) < 2:
        return found
    mean, (error, freedom) = float(sums.sum() / sizes.sum()), scene_error(sums, sizes)
    parts = sums - sizes * mean  # what each scene adds to the mean's deviation
    cubes = _skewness(parts) if error > 0 else 0.0
    t = float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
    cubic = SKEWNESS_WEIGHT * cubes
    return replace(
        found,
        low=mean - error * max(t, _untransformed(t, cubic)),
        high=mean + error * max(t, -_untransformed(-t, cubic)),
        skewness=cubes * found.n_effective**0.5,
    )


def difference_interval(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> Interval:
    """The interval of one group's mean minus another's, each given as sums and numbers of values by scene.

    The standard errors of both means are combined as for independent groups (Welch 1947). Where scenes have
    photographs in both groups, the interval is slightly too wide. `n_scenes` and `n_effective` are those of
    the smaller group.

    Examples:
        >>> group = (np.array([0.5, 0.7]), np.ones(2))
        >>> found = difference_interval(group, group)
        >>> round(found.low + found.high, 6), found.n_scenes
        (0.0, 2)
    """
    known = [(sums[counts > 0], counts[counts > 0]) for sums, counts in (first, second)]
    n_scenes = min(len(sizes) for _, sizes in known)
    n_effective = min(effective_scenes(sizes) for _, sizes in known)
    found = Interval(None, None, n_scenes, n_effective)
    if n_scenes < 2:
        return found
    squares, freedoms = zip(
        *((error**2, freedom) for error, freedom in (scene_error(*one) for one in known)), strict=True
    )
    difference = float(known[0][0].sum() / known[0][1].sum() - known[1][0].sum() / known[1][1].sum())
    total = sum(squares)
    terms = sum(one**2 / freedom for one, freedom in zip(squares, freedoms, strict=True))
    reach = total**0.5 * float(stdtrit(total**2 / terms, (1 + CONFIDENCE) / 2)) if terms else 0.0
    return replace(found, low=difference - reach, high=difference + reach).within(*GAPS_OF_SHARES)


def scene_error(sums: Floats, sizes: Floats) -> tuple[float, float]:
    """The standard error of a mean over two scenes or more, and its degrees of freedom.

    With w the scenes' shares of the photographs and e the deviations of their means, the error is
    sqrt(sum(w^2 e^2 / h)), where h is the expected e^2 if all scene means have variance 1.

    Examples:
        >>> error, freedom = scene_error(np.array([1.0, 3.0]), np.ones(2))
        >>> round(error, 6), round(freedom, 6)
        (1.0, 1.0)
    """
    w = sizes / sizes.sum()
    s = float(np.square(w).sum())
    deviations = sums / sizes - float(sums.sum() / sizes.sum())
    h = 1 - 2 * w + s
    a = np.square(w) / h
    variance = float(a @ np.square(deviations))
    if variance <= 1e-24 * float(np.square(sums / sizes).max()):  # equal but for rounding
        variance = 0.0
    total, first, second = float(a.sum()), float(a @ w), float(a @ np.square(w))
    of_squares = float(np.square(a) @ (1 + 2 * (s - 2 * w)))
    of_products = s**2 * total**2 + 2 * total * second - 4 * s * total * first + 2 * first**2
    return variance**0.5, float(a @ h) ** 2 / (of_squares + of_products)


def _skewness(parts: Floats) -> float:
    """The sum of cubes over the sum of squares to the power 1.5, computed in units of the largest part."""
    largest = float(np.abs(parts).max())
    scaled = parts / largest if largest > 0 else parts
    squares = float(np.square(scaled).sum())
    return float(np.power(scaled, 3).sum()) / squares**1.5 if squares > 0 else 0.0


def _untransformed(z: float, cubic: float) -> float:
    """The t for which Hall's transformation, t + c t^2 / 3 + c^2 t^3 / 27 + c / 6, equals z."""
    if abs(cubic) < 1e-9:
        return z
    return 3 / cubic * (float(np.cbrt(1 + cubic * (z - cubic / 6))) - 1)
