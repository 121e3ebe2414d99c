"""A model is not praised for photographs that it was trained on."""

import pytest

from floodeval.datasets.dataset import digest_of, load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_checks import find_leaks, refuse_leaks, seen_samples
from tests.support.datasets import make_pairs


@pytest.fixture
def dataset(tmp_path):
    return load_dataset(make_pairs(tmp_path / "floods", ["a", "b", "c", "d"]))


def digests(dataset, *ids) -> frozenset[str]:
    return frozenset(digest_of(dataset[sample_id].photograph) for sample_id in ids)


def alone(dataset) -> dict[str, str]:
    return {sample.id: sample.id for sample in dataset.samples}


def test_a_photograph_seen_in_training_is_known_again_and_others_are_not(dataset):
    seen = seen_samples(dataset, {"v": digests(dataset, "b"), "w": frozenset()})
    assert seen == {"v": {"b"}, "w": frozenset()}
    assert find_leaks(dataset.samples, alone(dataset), seen) == {"v": ["b"]}


def test_it_is_known_again_under_another_name_in_another_data_set(dataset, tmp_path):
    other = make_pairs(tmp_path / "other", ["x", "y"])
    (other / "images" / "x.png").write_bytes(dataset["b"].photograph.read_bytes() + b"more")
    (other / "images" / "y.png").write_bytes(dataset["b"].photograph.read_bytes())
    assert seen_samples(load_dataset(other), {"v": digests(dataset, "b")}) == {"v": {"y"}}


def test_the_other_photographs_of_a_seen_scene_are_leaks_also_where_it_is_not_evaluated_itself(dataset):
    scenes = alone(dataset) | {"c": "b"}
    assert find_leaks(dataset.samples[2:], scenes, {"v": frozenset({"b"})}) == {"v": ["c"]}


def test_leaks_are_refused_by_name_with_the_cure():
    with pytest.raises(
        FloodevalError, match=r"'v' was fine-tuned on 7 of the 9 .*a, b, c, d, e \.\.\..*allow_leak=True"
    ):
        refuse_leaks({"v": list("abcdefg")}, 9)
    refuse_leaks({}, 9)
