"""What scenes say of a mean over photographs: its confidence interval, and how many scenes stand behind it.

Photographs of one scene resemble each other, so scenes, not photographs, are the independent observations.
The estimate stays the mean over photographs. `docs/explanation/statistics.md` says how the interval was
chosen and how often it contains the true mean.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

# What scenes say of a mean over photographs: its confidence interval, and how many scenes stand behind it.

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
SKEWNESS_WEIGHT = 1.5  # a sample understates the skewness of long tails; chosen by benchmarks/calibration.py
FEW_SCENES = 20  # effective scenes; with fewer, skewed differences make an interval too narrow
SKEWED = 1.0  # |skewness| of the scenes' deviations from which they count as skewed


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval of a mean over photographs; no ends where there are fewer than two scenes.

    `n_scenes` counts the scenes with a value and `n_effective` is (sum of sizes)^2 / sum of squared sizes:
    the number of equally large scenes that would weigh as much. `skewness` is that of the scenes' deviations
    from the mean. `least` and `most` are the lowest and the highest mean of one scene: the range.
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
        """Few scenes with skewed differences, of which no interval holds the true mean in 95 % of cases."""
        return 1 < self.n_effective < FEW_SCENES and abs(self.skewness) > SKEWED

    def within(self, lowest: float, highest: float) -> "Interval":
        """The interval cut to the values that the mean can have."""
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
    """Intervals (95 %) of the mean of every column over photographs, with scenes as the observations.

    Two intervals are computed and the wider end is taken on each side, for each protects where the other
    fails:

    - Student's t with the cluster-robust standard error of the mean, corrected for each scene's leverage
      (CR2), and Satterthwaite's degrees of freedom (Bell and McCaffrey 2002), both for scene means of equal
      variance. With scenes of equal size it is the ordinary t interval of their means.
    - The same with the t statistic transformed by Hall's (1992) cubic, which removes its skewness.

    Args:
        values: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        limits: the least and the greatest value that the means can have; intervals end there.
    """
    sums, counts = scene_sums(values, scenes)
    return {
        str(column): mean_interval(sums[:, i], counts[:, i]).within(*limits)
        for i, column in enumerate(values)
    }


def scene_sums(values: pd.DataFrame, scenes: pd.Series) -> tuple[Floats, Floats]:
    """Per scene (rows) and column: the sum of the values that there are, and how many there are."""
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
    """(Sum of sizes)^2 / sum of squared sizes; 0 without any."""
    squares = float(np.square(sizes).sum())
    return float(sizes.sum()) ** 2 / squares if squares else 0.0


def mean_interval(sums: Floats, counts: Floats) -> Interval:
    """The interval of sum(sums) / sum(counts), from the sum and the number of values of each scene."""
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

    The errors of both means are added as those of independent groups (Welch 1947). A scene with photographs
    in both groups makes them more alike than that, so the interval is then on the wide side. `n_scenes` and
    `n_effective` are those of the smaller group.
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

    With w the scenes' shares of the photographs and e their means' deviations, the error is
    sqrt(sum(w^2 e^2 / h)), where h is what e^2 is on average if all scene means vary by 1.
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
    """The t whose value under Hall's transformation t + c t^2 / 3 + c^2 t^3 / 27 + c / 6 is z."""
    if abs(cubic) < 1e-9:
        return z
    return 3 / cubic * (float(np.cbrt(1 + cubic * (z - cubic / 6))) - 1)


# The scene-level sign-flip test: were A and B alike, each scene's difference could have had either sign.

EXACT_TO = 16  # scenes whose signs are all tried, 2^16; beyond, some are drawn
FLIPS = 9999
DRAWN_TO = 2000  # scenes; of more, the sum of random signs is normal, closer than 9999 draws would say
CHUNK_BYTES = 2**26  # of drawn signs held at a time


def sign_flip_p(gaps: pd.DataFrame, scenes: pd.Series, seed: int = 0) -> dict[str, float | None]:
    """Two-sided p of every column's mean gap, by flipping the signs of whole scenes (Fisher 1935).

    The statistic is the sum of the gaps over all photographs, so that unequal scenes weigh as they do in
    the mean. Up to 16 scenes with a difference, all choices of signs are counted: p is exact. Beyond, p is
    (b + 1) / (9999 + 1), with b the drawn choices whose sum is as large; beyond 2000 scenes it is that of
    the normal distribution which the sums then follow. The smallest p of n scenes is 2 / 2^n.

    Args:
        gaps: one row per photograph, one column per metric, missing values allowed.
        scenes: the scene of each photograph.
        seed: of the drawing.

    Returns:
        One p per column: 1 where every gap is zero; None where there is no gap at all.
    """
    sums, counts = scene_sums(gaps, scenes)
    found: dict[str, float | None] = dict.fromkeys(map(str, gaps))
    many = []
    for i, name in enumerate(found):
        differing = sums[:, i][sums[:, i] != 0]
        if not counts[:, i].any():
            continue
        if len(differing) <= EXACT_TO:
            found[name] = exact_p(differing)
        elif len(differing) > DRAWN_TO:
            found[name] = normal_p(differing)
        else:
            many.append(i)
    if many:
        names = list(found)
        for i, p in zip(many, drawn_p(sums[:, many], seed), strict=True):
            found[names[i]] = float(p)
    return found


def exact_p(sums: Floats) -> float:
    """The share of all choices of signs whose sum is as far from zero; of scenes that are not zero."""
    if not len(sums):
        return 1.0
    totals = sums[:1]  # its sign stays: the other half of the choices mirrors this one
    for one in sums[1:]:
        totals = np.concatenate([totals + one, totals - one])
    return float(np.mean(np.abs(totals) >= _as_large(sums[:, None])))


def drawn_p(sums: Floats, seed: int) -> Floats:
    """One p per column of scenes x columns, from random signs that all columns share."""
    rng, (n_scenes, n_columns) = np.random.default_rng(seed), sums.shape
    limit, as_large = _as_large(sums), np.zeros(n_columns)
    total, at_once = sums.sum(axis=0), max(1, CHUNK_BYTES // (8 * n_scenes))
    for start in range(0, FLIPS, at_once):
        drawn = rng.integers(0, 256, (min(at_once, FLIPS - start), -(-n_scenes // 8)), np.uint8)
        flipped = np.unpackbits(drawn, axis=1, count=n_scenes).astype(np.float64)
        as_large += (np.abs(total - 2 * (flipped @ sums)) >= limit).sum(axis=0)
    p: Floats = (as_large + 1) / (FLIPS + 1)
    return p


def normal_p(sums: Floats) -> float:
    """The p of many scenes, whose sum under random signs is normal; no smaller than p of drawn signs is.

    Its mean is 0 and its variance the sum of the squares.
    """
    z = abs(float(sums.sum())) / math.sqrt(float(np.square(sums).sum()))
    return max(1 / (FLIPS + 1), math.erfc(z / math.sqrt(2)))


def _as_large(sums: Floats) -> Floats:
    """What a sum must reach to count as being as large as the observed one, rounding aside."""
    limit: Floats = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    return limit


# The rank-biserial effect size: how strongly the photographs' gaps speak for B or for A.

RanksFloats = npt.NDArray[np.float64]


def rank_biserial(gaps: RanksFloats) -> float | None:
    """Matched-pairs rank-biserial correlation (Kerby 2014), -1 (B always worse) to 1 (B always better).

    The ranks of |gap| that speak for B, minus those that speak for A, over their sum. 0 where every gap is
    zero; None where there is no gap at all.
    """
    if len(gaps) == 0:
        return None
    ranks = average_ranks(np.abs(gaps))
    for_b, for_a = float(ranks[gaps > 0].sum()), float(ranks[gaps < 0].sum())
    return (for_b - for_a) / (for_b + for_a) if for_b + for_a else 0.0


def average_ranks(values: RanksFloats) -> RanksFloats:
    """Rank values from 1; equal ones share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: RanksFloats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks
