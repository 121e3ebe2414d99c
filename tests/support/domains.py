"""A domain model by hand, for features of embeddings of noise."""

import numpy as np

from floodeval.sam.domain import DomainModel

CHANNELS = 256


def domain_model(encoder_sha256: str, shift: float = 0.0) -> DomainModel:
    """A domain model of photographs whose embeddings are noise; `shift` puts it elsewhere."""
    rng = np.random.default_rng(0)
    expected = np.repeat([shift, 1.0 + shift], CHANNELS)  # means, then standard deviations
    features = rng.normal(expected, 0.02, (40, 2 * CHANNELS))
    return DomainModel.fit(features[:30], features[30:], encoder_sha256)
