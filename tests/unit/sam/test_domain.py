"""The domain model: distances, percentiles, and a file that is read only if it fits."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from floodeval.errors import FloodevalError
from floodeval.sam.domain import (
    DOMAIN_FILE,
    FORMAT,
    DomainModel,
    domain_path,
    left_out_distances,
    read_domain,
)
from floodeval.sam.feature_distribution import fit_distribution, ledoit_wolf
from floodeval.sam.inference import Embedding
from floodeval.sam.photograph_features import pooled_features


def drawn(n, shift=0.0, seed=0, d=30):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) * np.linspace(0.5, 3, d) + shift


@pytest.fixture(scope="module")
def model():
    return DomainModel.fit(drawn(60), drawn(200, seed=1), "e" * 64)


def test_the_distance_is_that_of_the_shrunk_covariance():
    training, others = drawn(20, d=50), drawn(4, 1.0, seed=2, d=50)
    found = fit_distribution(training)
    scaled = (training - training.mean(0)) / training.std(0)
    covariance = scaled.T @ scaled / 20
    mean_variance = np.trace(covariance) / 50
    error = sum(((np.outer(one, one) - covariance) ** 2).sum() for one in scaled) / 20**2
    spread = ((covariance - mean_variance * np.eye(50)) ** 2).sum()
    share = min(error, spread) / spread
    assert ledoit_wolf(scaled)[0] == pytest.approx(share)
    shrunk = (1 - share) * covariance + share * mean_variance * np.eye(50)
    z = (others - training.mean(0)) / training.std(0)
    expected = np.sqrt(np.einsum("ij,jk,ik->i", z, np.linalg.inv(shrunk), z))
    assert found.distances(others) == pytest.approx(expected)


def test_a_feature_that_does_not_vary_is_allowed():
    training = drawn(20)
    training[:, 0] = 2.0
    assert np.isfinite(fit_distribution(training).distances(drawn(3))).all()


def test_photographs_like_the_training_ones_have_percentiles_from_0_to_100(model):
    percentiles = [model.percentile(model.distance(one)) for one in drawn(400, seed=3)]
    assert np.mean(np.array(percentiles) > 95) == pytest.approx(0.05, abs=0.03)
    assert np.mean(percentiles) == pytest.approx(50, abs=6)


def test_photographs_from_elsewhere_are_above_the_99th_percentile(model):
    assert all(model.percentile(model.distance(one)) > 99 for one in drawn(20, 4.0, seed=4))


def test_without_validation_photographs_training_ones_are_left_out_in_turn():
    found = DomainModel.fit(drawn(60), drawn(2, seed=1), "e")
    assert found.calibrated_on == "training" and len(found.calibration) == 60
    alone = fit_distribution(drawn(60)[1:]).distances(drawn(60)[:1])[0]
    assert left_out_distances(drawn(60))[0] != alone  # of 60, 10 are left out with another one
    assert left_out_distances(drawn(20))[0] == fit_distribution(drawn(20)[1:]).distances(drawn(20)[:1])[0]


def test_few_photographs_and_broken_features_are_refused():
    with pytest.raises(FloodevalError, match="10 training photographs or more; found 9"):
        DomainModel.fit(drawn(9), drawn(9), "e")
    with pytest.raises(FloodevalError, match="not finite"):
        DomainModel.fit(np.full((20, 3), np.nan), drawn(9, d=3), "e")


def test_a_written_model_measures_the_same(model, tmp_path):
    path = tmp_path / DOMAIN_FILE
    model.write(path)
    found, photograph = read_domain(path), drawn(1, seed=5)[0]
    assert found.distance(photograph) == pytest.approx(model.distance(photograph), rel=1e-5)
    assert found.percentile(8.0) == pytest.approx(model.percentile(8.0), abs=1e-3)
    assert (found.n, found.calibrated_on, found.encoder_sha256) == (60, "validation", "e" * 64)
    assert domain_path(tmp_path / "checkpoint.safetensors") == path
    assert domain_path(tmp_path / "other.pth") is None and domain_path(None) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"mean": np.zeros(3, np.float32)}, "scale has the shape"),
        ({"scale": np.zeros(30, np.float32)}, "not above 0"),
        ({"rest": np.array([np.nan], np.float32)}, "not finite"),
        ({"calibration": np.ones(1, np.float32)}, "calibration"),
        ({"format": "other"}, "not of the format"),
        ({"n": "-1"}, "how many training photographs"),
    ],
)
def test_a_file_whose_parts_do_not_fit_is_refused_in_one_line(model, tmp_path, change, why):
    path = tmp_path / "mine" / DOMAIN_FILE
    model.write(path)
    metadata = {"format": FORMAT, "features": "embedding-mean-std", "n": "60", "calibrated_on": "training"}
    words = {name: value for name, value in change.items() if isinstance(value, str)}
    tensors = load_file(path) | {name: one for name, one in change.items() if name not in words}
    save_file(tensors, path, metadata | words)
    with pytest.raises(FloodevalError, match=rf"(?s){why}.*floodeval domain mine") as error:
        read_domain(path)
    assert "\n" not in str(error.value)


def test_a_torn_file_and_the_model_of_another_encoder_are_refused(model, tmp_path):
    path = tmp_path / DOMAIN_FILE
    model.write(path)
    with pytest.raises(FloodevalError, match=r"made for the image encoder eeeeeeeeeeee\.\.\., not ffff"):
        model.for_encoder("f" * 64, path)
    assert model.for_encoder("e" * 64, path) is model
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(FloodevalError, match="not a readable domain model"):
        read_domain(path)


def test_features_are_means_and_spreads_over_the_cells_that_the_photograph_covers():
    features = torch.full((1, 4, 64, 64), 9.0)
    features[..., :30, :32] = torch.arange(4.0)[:, None, None] + 1
    features[..., :30, 32:] = 1 - torch.arange(4.0)[:, None, None]
    found = pooled_features(Embedding(features, (300, 640), (480, 1024)))
    assert found.tolist() == [1, 1, 1, 1, 0, 1, 2, 3]
    small = Embedding(features[..., :16, 24:40], (300, 640), (120, 256))  # of an encoder of 256 pixels
    assert pooled_features(small).tolist() == [1, 1, 1, 1, 0, 1, 2, 3]
