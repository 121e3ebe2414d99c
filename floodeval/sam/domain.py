"""The domain model of a checkpoint: how unlike its training photographs a photograph is.

The distance is that of `feature_distribution`, fitted to features of the training photographs: of their
embeddings by the *pretrained* image encoder. It is calibrated on photographs that it was not fitted to: a
percentile of 95 means that about 5% of photographs like the training photographs are further away.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from scipy.special import stdtr

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.feature_distribution import FeatureDistribution, Floats, fit_distribution
from floodeval.storage.atomic import write_bytes
from floodeval.storage.paths import WEIGHT_FILES

DOMAIN_FILE = "domain.safetensors"
FORMAT = "floodeval-domain-1"
FEATURES = "embedding-mean-std"  # what `photograph_features` computes
FEWEST_TRAINING, FEWEST_CALIBRATION = 10, 5  # photographs
FOLDS = 50  # at most, for calibration on the training photographs
UNLIKE, VERY_UNLIKE = 95.0, 99.0  # percentiles
CalibratedOn = Literal["validation", "training"]
_TENSORS = ("mean", "scale", "axes", "variances", "rest", "calibration")


@dataclass(frozen=True)
class PhotographDistance:
    """How far a photograph is from the training photographs.

    Attributes:
        distance: from them, 0 or more.
        percentile: the percentage of photographs like them that are nearer, 0 to 100.
    """

    distance: float
    percentile: float


@dataclass(frozen=True, eq=False)
class DomainModel:
    """Distances of photographs from the training photographs of a checkpoint, and their percentiles.

    Attributes:
        distribution: of the training photographs' features.
        calibration: the distances of photographs like those, at least two numbers above 0.
        encoder_sha256: of the pretrained image encoder that the features come from.
        n: number of training photographs.
        calibrated_on: `validation`, or `training` where there were too few of these: each training photograph
            is then measured by a distribution fitted without it.
    """

    distribution: FeatureDistribution
    calibration: Floats
    encoder_sha256: str
    n: int
    calibrated_on: CalibratedOn = "validation"

    @classmethod
    def fit(cls, training: Floats, validation: Floats, encoder_sha256: str) -> Self:
        """Fit to N x D features of training photographs, and calibrate on M x D of validation photographs.

        Raises:
            FloodevalError: there are fewer than `FEWEST_TRAINING` training photographs, or features that are
                not finite.
        """
        if len(training) < FEWEST_TRAINING:
            raise FloodevalError(saying("domain.too_few", n=len(training), least=FEWEST_TRAINING))
        if not (np.isfinite(training).all() and np.isfinite(validation).all()):
            raise FloodevalError(saying("domain.not_finite"))
        distribution = fit_distribution(training)
        if len(validation) >= FEWEST_CALIBRATION:
            return cls(distribution, distribution.distances(validation), encoder_sha256, len(training))
        return cls(distribution, left_out_distances(training), encoder_sha256, len(training), "training")

    def measure(self, features: Floats) -> PhotographDistance:
        """The distance of a photograph with these D features, with its percentile."""
        distance = self.distance(features)
        return PhotographDistance(distance, self.percentile(distance))

    def distance(self, features: Floats) -> float:
        """The Mahalanobis distance of a photograph with these D features."""
        return float(self.distribution.distances(features)[0])

    def percentile(self, distance: float) -> float:
        """The percentage of photographs like the training photographs that are nearer, 0 to 100.

        The logarithms of such photographs' distances are taken as normally distributed, with the mean and
        the standard deviation of those of the calibration. Since these are estimates from few photographs,
        Student's t distribution replaces the normal one.
        """
        logs = np.log(self.calibration)
        n, spread = len(logs), max(float(logs.std(ddof=1)), 1e-6)
        t = (math.log(max(distance, 1e-12)) - float(logs.mean())) / (spread * math.sqrt(1 + 1 / n))
        return float(100 * stdtr(n - 1, t))

    def for_encoder(self, encoder_sha256: str, path: Path) -> Self:
        """The model itself, if it belongs to this pretrained image encoder.

        Raises:
            FloodevalError: it was made for another encoder; `path` is its file.
        """
        if self.encoder_sha256 != encoder_sha256:
            hashes = {"made": self.encoder_sha256[:12], "here": encoder_sha256[:12]}
            raise FloodevalError(saying("domain.other_encoder", path=path, model=path.parent.name, **hashes))
        return self

    def write(self, path: Path) -> None:
        """Write the model as a safetensors file, completely or not at all."""
        of, single = self.distribution, np.float32
        tensors = {
            "mean": of.mean.astype(single),
            "scale": of.scale.astype(single),
            "axes": of.axes.astype(single),
            "variances": of.variances.astype(single),
            "rest": np.array([of.rest], single),
            "calibration": self.calibration.astype(single),
        }
        metadata = {
            "format": FORMAT,
            "features": FEATURES,
            "encoder_sha256": self.encoder_sha256,
            "n": str(self.n),
            "calibrated_on": self.calibrated_on,
        }
        write_bytes(path, save(tensors, metadata))


def domain_path(checkpoint: Path | None) -> Path | None:
    """The domain model next to a checkpoint in a folder of its own; None where there is none."""
    if checkpoint is None or checkpoint.name not in WEIGHT_FILES:
        return None
    path = checkpoint.parent / DOMAIN_FILE
    return path if path.is_file() else None


def read_domain(path: Path) -> DomainModel:
    """Read a domain model.

    Raises:
        FloodevalError: there is no such file, or it is damaged or no domain model that this version reads.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT or metadata.get("features") != FEATURES:
                raise ValueError(f"it is not of the format {FORMAT} with features {FEATURES}")
            found = {name: np.asarray(file.get_tensor(name), np.float64) for name in _TENSORS}
        return _checked(found, metadata)
    except (SafetensorError, OSError, ValueError) as error:
        raise FloodevalError(
            saying("domain.broken", path=path, model=path.parent.name, why=str(error).splitlines()[0])
        ) from None


def _checked(found: Mapping[str, Floats], metadata: Mapping[str, str]) -> DomainModel:
    """The model that a file holds; raises ValueError where its parts do not fit together."""
    mean, axes, calibration = found["mean"], found["axes"], found["calibration"]
    shapes = {
        "mean": (mean.size,),
        "scale": (mean.size,),
        "axes": (found["variances"].size, mean.size),
        "variances": (found["variances"].size,),
        "rest": (1,),
        "calibration": (calibration.size,),
    }
    for name, shape in shapes.items():
        if found[name].shape != shape:
            raise ValueError(f"{name} has the shape {found[name].shape}; expected {shape}")
        if not np.isfinite(found[name]).all():
            raise ValueError(f"{name} has values that are not finite")
        if name in ("scale", "variances", "rest", "calibration") and not (found[name] > 0).all():
            raise ValueError(f"{name} has values that are not above 0")
    calibrated_on = metadata.get("calibrated_on")
    if not mean.size or calibration.size < 2 or calibrated_on not in ("validation", "training"):
        raise ValueError("it lacks features or a calibration")
    n = metadata.get("n", "")
    if not (n.isascii() and n.isdigit()):
        raise ValueError("it does not say how many training photographs it was fitted to")
    distribution = FeatureDistribution(
        mean, found["scale"], axes, found["variances"], float(found["rest"][0])
    )
    on: CalibratedOn = "validation" if calibrated_on == "validation" else "training"
    return DomainModel(distribution, calibration, metadata.get("encoder_sha256", ""), int(n), on)


def left_out_distances(training: Floats) -> npt.NDArray[np.float64]:
    """The distance of each of N x D features from a distribution fitted without it.

    Beyond `FOLDS` photographs, several are left out at once, so that there are as many fits.
    """
    n = len(training)
    folds = np.arange(n) % min(n, FOLDS)
    distances = np.empty(n)
    for fold in range(folds.max() + 1):
        out = folds == fold
        distances[out] = fit_distribution(training[~out]).distances(training[out])
    return distances
