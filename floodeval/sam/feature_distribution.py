"""The distribution of photographs' features: a Gaussian with a shrunk covariance, and distances from it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST_SPREAD = 1e-6  # of a feature that does not vary, in its own unit


@dataclass(frozen=True, eq=False)
class FeatureDistribution:
    """A Gaussian over features of D numbers.

    Each feature is divided by its standard deviation first. The covariance has R axes with variances of their
    own; every direction at right angles to these has the variance `rest`.

    Attributes:
        mean: D numbers.
        scale: D numbers above 0, the standard deviations.
        axes: R x D, of length 1 and at right angles to one another.
        variances: R numbers above 0, along the axes.
        rest: above 0.
    """

    mean: Floats
    scale: Floats
    axes: Floats
    variances: Floats
    rest: float

    def distances(self, features: Floats) -> Floats:
        """Mahalanobis distance of each of N x D features from the mean, N numbers.

        The square root of the sum over directions of squared deviation by variance.
        """
        scaled = (np.atleast_2d(features) - self.mean) / self.scale
        along = scaled @ self.axes.T
        beyond = np.maximum((scaled**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        return np.asarray(np.sqrt((along**2 / self.variances).sum(axis=1) + beyond / self.rest))


def fit_distribution(features: Floats) -> FeatureDistribution:
    """Fit the distribution to N x D features, with the shrinkage of Ledoit and Wolf.

    The sample covariance S of N photographs with D > N features cannot be inverted. It is replaced by
    (1 - a) S + a m I, where m is the mean variance and `ledoit_wolf` chooses a.
    """
    mean = features.mean(axis=0)
    scale = np.maximum(features.std(axis=0), LEAST_SPREAD)
    scaled = (features - mean) / scale
    share, mean_variance = ledoit_wolf(scaled)
    _, lengths, axes = np.linalg.svd(scaled, full_matrices=False)
    variances = lengths**2 / len(features)
    kept = variances > 1e-9 * max(variances.max(initial=0), 1e-300)
    rest = max(share * mean_variance, LEAST_SPREAD)
    return FeatureDistribution(mean, scale, axes[kept], (1 - share) * variances[kept] + rest, rest)


def ledoit_wolf(centered: Floats) -> tuple[float, float]:
    """The share of the identity in a shrunk covariance, 0 to 1, and the mean variance that it is scaled by.

    It minimizes the expected squared error of the covariance (Ledoit and Wolf 2004, "A well-conditioned
    estimator for large-dimensional covariance matrices", Journal of Multivariate Analysis 88).

    Args:
        centered: N x D features whose mean is 0.
    """
    n, d = centered.shape
    products = centered @ centered.T / n  # has the same trace and norm as the D x D covariance
    mean_variance = float(np.trace(products)) / d
    squared_norm = float((products**2).sum())
    spread = squared_norm / d - mean_variance**2
    error = (float((np.diag(products) ** 2).sum()) - squared_norm / n) / d
    return (1.0 if spread <= error else max(error, 0.0) / spread), mean_variance
