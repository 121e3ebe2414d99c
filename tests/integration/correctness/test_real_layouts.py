"""Real satellite scenes with many bands: their layout, their bands, and their labels pixel by pixel."""

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval import ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair, read_sample_photograph
from floodeval.errors import FloodevalError
from tests.support.absent import demand

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def scenes():
    place = Path(os.environ.get("FLOODEVAL_DATA", "")) / "geotiff"
    demand((place / "sen1floods11").is_dir(), "real GeoTIFFs: set FLOODEVAL_DATA to the folder with geotiff/")
    return place


def declared(tmp_path, content):
    path = tmp_path / "dataset.toml"
    path.write_text(content)
    return ReadingOptions(config=path)


def test_radar_scenes_of_sen1floods11_once_the_sensor_is_chosen(scenes, tmp_path):
    folder = scenes / "sen1floods11"
    with pytest.raises(FloodevalError, match="two layouts, Sen1Floods11 S2 and Sen1Floods11 S1"):
        load_dataset(folder)
    dataset = load_dataset(folder, declared(tmp_path, '[files]\nlayout = "Sen1Floods11 S1"\n'))
    names = {path.name.removesuffix("_S1Hand.tif") for path in folder.glob("*_S1Hand.tif")}
    assert {sample.id for sample in dataset.samples} == names
    for sample in dataset.samples:
        stored = tifffile.imread(folder / f"{sample.id}_LabelHand.tif")
        pair = read_pair(sample)
        assert (pair.truth == (stored == 1)).all()
        assert (pair.ignored == (stored == -1)).all()


def test_twelve_bands_next_to_their_masks_once_the_bands_are_named(scenes, tmp_path):
    folder = scenes / "s2_12band"
    with pytest.raises(FloodevalError, match="12 bands"):
        load_dataset(folder)
    content = '[photographs]\nbands = [3, 2, 1]\nstretch = "percentiles"\n'
    dataset = load_dataset(folder, declared(tmp_path, content))
    assert dataset.listing.layout == "pictures side by side"
    assert {sample.id for sample in dataset.samples} == {"26", "104", "286"}
    low, high = np.array(dataset.reading.photographs.stretch).T
    for sample in dataset.samples:
        bands = tifffile.imread(sample.photograph)
        bands = np.moveaxis(bands, 0, -1) if bands.shape[0] == 12 else bands
        expected = np.clip((bands[..., [3, 2, 1]] - low) / (high - low), 0, 1) * 255
        assert np.abs(read_sample_photograph(sample) - expected).max() <= 0.51
        stored = np.asarray(Image.open(folder / f"{sample.id}_mask.png").convert("L"))
        assert (read_pair(sample).truth == (stored > 127)).all()
