"""On real photographs: copies made of them, and the scenes that an eye found among them."""

from collections.abc import Iterable
from itertools import combinations

import cv2
import numpy as np
import pytest

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.images import read_photograph
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.scenes import Scenes, find_scenes, kept_scenes
from floodeval.synthetic.demo import encoded
from tests.support.copies import COPIES
from tests.support.real_scenes import SAME_PLACE, SAME_VIEW, SCENES

pytestmark = pytest.mark.real

MIN_RECALL = MIN_PRECISION = 0.95
QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 92)
Pairs = set[tuple[str, str]]


@pytest.fixture(scope="module")
def real_scenes(real_dataset: Dataset) -> Scenes:
    """The scenes as the cache keeps them, shared by all tests; another version of the search starts over."""
    return kept_scenes(real_dataset)


@pytest.fixture(scope="module", params=[pytest.param(40, marks=pytest.mark.slow)])
def copied(real_dataset: Dataset, tmp_path_factory, request) -> tuple[list[str], Scenes]:
    """The ids of photographs of different places, and the scenes of them and all their copies."""
    folder = tmp_path_factory.mktemp("copies")
    related = {one for scene in (*SCENES, *SAME_PLACE) for one in scene}
    alone = [sample for sample in real_dataset.samples if sample.id not in related]
    bases = [alone[i] for i in np.random.default_rng(0).permutation(len(alone))[: request.param]]
    photographs = {}
    for sample in bases:
        photographs[sample.id] = sample.photograph
        photograph = read_photograph(sample.photograph)
        rng = np.random.default_rng(int(sample.id))
        for kind, make in COPIES.items():
            path = folder / f"{sample.id}-{kind}.jpg"
            path.write_bytes(encoded(make(photograph, rng)[..., ::-1], ".jpg", QUALITY))
            photographs[path.stem] = path
    return [sample.id for sample in bases], find_scenes(photographs)


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found_and_nothing_else(copied: tuple[list[str], Scenes], kind: str):
    bases, scenes = copied
    links = [{link.a, link.b} for link in scenes.links if f"-{kind}" in link.a + link.b]
    recall = np.mean([{base, f"{base}-{kind}"} in links for base in bases])
    precision = np.mean([len({one.split("-")[0] for one in link}) == 1 for link in links])
    assert recall >= MIN_RECALL
    assert precision >= MIN_PRECISION


def test_no_two_places_of_one_flood_are_one_scene(copied: tuple[list[str], Scenes]):
    _, scenes = copied
    assert [group for group in scenes.groups if len({one.split("-")[0] for one in group}) > 1] == []


def test_the_scenes_of_the_real_photographs_are_those_an_eye_sees(real_scenes: Scenes):
    true, found = pairs_within(SCENES), pairs_within(real_scenes.groups)
    assert found - true <= SAME_PLACE
    assert len(found & true) >= MIN_RECALL * len(true)


def test_copies_and_frames_of_the_real_photographs_are_told_apart(real_scenes: Scenes):
    for link in real_scenes.links:
        two_frames = (link.a, link.b) in SAME_VIEW | SAME_PLACE
        assert (link.kind == "same view") == two_frames, (link.a, link.b)
        assert not link.mirrored


def test_annotators_agree_as_was_published(real_dataset: Dataset, real_scenes: Scenes):
    agreement = label_agreement(real_dataset, real_scenes)
    assert agreement.identical.n == 7  # the eighth pair of the published set is not in every copy
    assert agreement.identical.mean == pytest.approx(0.826, abs=0.005)
    assert agreement.identical.low == pytest.approx(0.639, abs=0.001)
    assert agreement.identical.high == pytest.approx(0.945, abs=0.001)
    assert agreement.copies.n >= 25
    assert agreement.copies.mean == pytest.approx(0.824, abs=0.005)


def pairs_within(groups: Iterable[tuple[str, ...]]) -> Pairs:
    return {pair for group in groups for pair in combinations(group, 2)}
