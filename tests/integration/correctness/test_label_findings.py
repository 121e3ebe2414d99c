"""What audits, agreement and traits make of labels and ignored pixels."""

import numpy as np
import pytest

from floodeval import LabelScheme, load_dataset
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.scenes import Link, Scenes
from floodeval.datasets.traits import describe
from tests.support.label_files import HEIGHT, WIDTH, png, save


def test_the_audit_warns_where_water_covers_most_of_nearly_every_mask(tmp_path):
    masks = []
    for number in range(6):
        values = np.full((HEIGHT, WIDTH), 255, np.uint8)
        values[:, : 5 + number] = 0  # the water, drawn in black
        masks.append(values)
    folder = save(tmp_path / "inverted", *masks)
    (issue,) = (issue for issue in audit(folder).issues if issue.kind == "inverted_labels")
    assert issue.ids == ()
    assert "100% of the masks" in issue.detail
    assert "water=..." in issue.suggestion
    right = save(tmp_path / "right", *(255 - values for values in masks))
    assert not audit(right).of_kind("inverted_labels")


@pytest.mark.real
@pytest.mark.parametrize("name", ["flood-area", "floods-ground", "water-satellite", "objects"])
def test_real_data_sets_need_no_declaration_and_only_their_inverse_is_called_inverted(name, real_dataset):
    from floodeval.datasets.audit.label_issues import HALF, MEAN_WATER, MOST_OF_MASKS

    dataset = load_dataset(real_dataset.folder.parent / name)
    check_labels(dataset)
    shares = np.array([read_truth(sample).water_share for sample in dataset.samples])
    for water, is_inverted in ((shares, False), (1 - shares, True)):
        assert ((water > HALF).mean() >= MOST_OF_MASKS and water.mean() >= MEAN_WATER) == is_inverted


def test_the_audit_and_the_water_share_leave_ignored_pixels_out(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    assert read_truth(dataset.samples[0]).water_share == 0.5  # 500 of 1000 pixels that count
    found = audit(folder, reading=dataset.reading)
    assert found.summary["water_share"]["mean"] == 0.5
    full = save(tmp_path / "full", png(1, 1, 255))
    reading = load_dataset(full, ReadingOptions(labels=LabelScheme((1,), (255,)))).reading
    assert [issue.kind for issue in audit(full, reading=reading).issues] == ["full_mask"]


def test_label_agreement_leaves_out_what_either_label_ignores(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255), png(0, 1, 1), png(255, 1, 0))
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    identity = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    links = tuple(Link(a, b, "same bytes", identity, 9, 1.0) for a, b in (("0", "1"), ("1", "2")))
    first, second = label_agreement(dataset, Scenes(links)).pairs
    assert first.iou == 1.0  # where they differ, the first is ignored
    assert second.iou == pytest.approx(500 / 700)  # both count on 500 of water and 200 of another opinion


def test_traits_leave_ignored_pixels_out():
    photograph = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    photograph[:, 30:] = 0  # a border without picture
    water, ignored = np.zeros((2, HEIGHT, WIDTH), bool)
    water[:, :10], ignored[:, 30:] = True, True
    traits = describe(photograph, water, ignored)
    assert traits.water_share == pytest.approx(1 / 3)
    assert traits.contrast == pytest.approx(0, abs=1e-5)
    assert traits.shadow_share == 0
    assert traits.haze == pytest.approx(100 / 255)
    assert describe(photograph, water).shoreline == pytest.approx(traits.shoreline)
    unlabeled = np.zeros_like(water)
    unlabeled[:, 10:] = True
    assert describe(photograph, water, unlabeled).shoreline == 0  # water that ends where nobody labeled
