"""Views: the photograph and its truth move together, and nothing asked for changes nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.training.augmentation import Augmentation


def picture(height: int = 40, width: int = 60) -> tuple[np.ndarray, np.ndarray]:
    photograph = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return photograph, (photograph[..., 0] > 127).astype(np.uint8) * 255


def drawn(augmentation: Augmentation, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    photograph, share, ignored = augmentation.view(*picture(), None, np.random.default_rng(seed))
    assert ignored is None
    return photograph, share


def test_no_augmentation_is_the_photograph_itself():
    for found, expected in zip(drawn(Augmentation()), picture(), strict=True):
        assert (found == expected).all()


@pytest.mark.parametrize(
    ("augmentation", "flip"),
    [(Augmentation(mirror=1), np.fliplr), (Augmentation(upside_down=1), np.flipud)],
)
def test_flips_are_exact(augmentation, flip):
    for found, expected in zip(drawn(augmentation), picture(), strict=True):
        assert (found == flip(expected)).all()


@given(
    st.integers(0, 99),
    st.floats(0, 45),
    st.floats(0, 0.7),
    st.floats(0, 0.7),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_photograph_and_truth_keep_their_size_and_move_alike(seed, rotation, zoom, shrink, mirror):
    augmentation = Augmentation(mirror=mirror, rotation_deg=rotation, zoom=zoom, shrink=shrink)
    water = np.zeros((60, 80), np.uint8)
    water[20:45, 10:50] = 255
    photograph = np.repeat(water[..., None], 3, axis=2)
    shown, share, _ = augmentation.view(photograph, water, None, np.random.default_rng(seed))
    assert shown.shape == photograph.shape
    assert (shown[..., 0] == share).all()


def test_light_changes_the_photograph_and_not_the_truth():
    augmentation = Augmentation(brightness=0.5, contrast=0.5, saturation=0.5, hue=0.1)
    photograph, share = drawn(augmentation, seed=3)
    assert (share == picture()[1]).all()
    assert (photograph != picture()[0]).any()
    assert photograph.dtype == np.uint8


def test_a_zoom_shows_a_part_of_the_photograph():
    ramp = np.tile(np.arange(200, dtype=np.uint8), (100, 1))
    photograph = np.repeat(ramp[..., None], 3, 2)
    shown, _, _ = Augmentation(zoom=0.5).view(photograph, ramp, None, np.random.default_rng(1))
    assert np.ptp(shown.astype(int)) < 199


def test_a_shrunk_photograph_is_seen_whole_and_smaller_in_half_of_the_views():
    water = np.zeros((100, 200), np.uint8)
    water[35:65, 70:130] = 255
    photograph = np.repeat(water[..., None], 3, 2)

    def widest(seed: int) -> int:
        """The longest run of water in a row; mirrored copies do not touch it."""
        _, share, _ = Augmentation(shrink=0.5).view(photograph, water, None, np.random.default_rng(seed))
        row = "".join("1" if one > 127 else "0" for one in share[share.astype(int).sum(axis=1).argmax()])
        return max(map(len, row.split("0")))

    widths = [widest(seed) for seed in range(60)]
    assert 20 <= sum(width < 60 for width in widths) <= 40
    assert max(widths) == 60 and 30 <= min(widths) < 45
