import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.audit.audited_files import Fits, explained, shore
from tests.support.datasets import make_pairs

pytestmark = pytest.mark.heavy  # audits whole data sets


@pytest.fixture
def floods(drawn: Path, tmp_path: Path) -> Path:
    """Twelve drawn scenes that a test may damage."""
    return shutil.copytree(drawn, tmp_path / "floods")


def mask(folder: Path, number: int) -> Path:
    return folder / "Mask" / f"scene-{number:02d}.png"


def exchange(folder: Path, a: int, b: int) -> None:
    first, second = mask(folder, a), mask(folder, b)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


def accusations(folder: Path) -> set[tuple[str, tuple[str, ...]]]:
    kinds = ("swapped_masks", "foreign_mask", "size_mismatch")
    return {(issue.kind, issue.ids) for issue in audit(folder).issues if issue.kind in kinds}


def test_swapped_masks_of_two_sizes_are_found_with_the_repair(floods):
    exchange(floods, 2, 5)
    both = ("scene-02", "scene-05")
    assert accusations(floods) == {
        ("swapped_masks", both),
        *(("size_mismatch", (sample_id,)) for sample_id in both),
    }
    assert audit(floods).repairs() == {both[0]: both[1], both[1]: both[0]}


def test_swapped_masks_of_one_size_are_found_by_their_shores(floods):
    exchange(floods, 1, 7)
    assert accusations(floods) == {("swapped_masks", ("scene-01", "scene-07"))}


def test_a_mask_copied_from_another_photograph_is_named_with_its_owner(floods):
    shutil.copy(mask(floods, 2), mask(floods, 5))
    assert ("foreign_mask", ("scene-05", "scene-02")) in accusations(floods)


def test_of_masks_that_moved_up_by_one_most_are_named_with_their_owner_and_nobody_with_another(floods):
    exchange(floods, 5, 7)
    exchange(floods, 7, 8)
    owners = {("scene-05", "scene-07"), ("scene-07", "scene-08"), ("scene-08", "scene-05")}
    found = accusations(floods)
    assert len(found) >= 2
    assert found <= {("foreign_mask", ids) for ids in owners}


def test_a_mask_of_a_strange_size_is_a_mismatch_and_nobody_else_is_accused(floods):
    Image.open(mask(floods, 4)).crop((0, 0, 40, 60)).save(mask(floods, 4))
    assert accusations(floods) == {("size_mismatch", ("scene-04",))}


def test_a_mask_at_half_the_size_is_said_to_have_the_same_proportions(floods):
    half = Image.open(mask(floods, 4))
    half.resize((half.width // 2, half.height // 2), Image.Resampling.NEAREST).save(mask(floods, 4))
    (issue,) = audit(floods).issues
    assert "with the same proportions" in issue.detail
    assert "save the mask of scene-04 at" in issue.suggestion


def test_sizes_that_cross_tell_a_swap_where_there_are_too_few_masks_to_compare(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a"], (48, 32))
    make_pairs(folder, ["b"], (40, 30))
    first, second = folder / "masks" / "a.png", folder / "masks" / "b.png"
    first.rename(folder / "c.png")
    second.rename(first)
    (folder / "c.png").rename(second)
    assert ("swapped_masks", ("a", "b")) in accusations(folder)


def test_where_sizes_alone_leave_a_choice_nobody_is_accused(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b"], (48, 32))
    make_pairs(folder, ["c", "d"], (40, 30))
    for one, other in (("a", "c"), ("b", "d")):
        first, second = folder / "masks" / f"{one}.png", folder / "masks" / f"{other}.png"
        first.rename(folder / "kept.png")
        second.rename(first)
        (folder / "kept.png").rename(second)
    assert {kind for kind, _ in accusations(folder)} == {"size_mismatch"}


def test_colors_that_change_at_the_shore_explain_the_mask_and_plain_ones_nothing():
    water = np.zeros((64, 64), bool)
    water[:, :30] = True
    photograph = np.where(water[..., None], (90, 60, 30), (20, 120, 20)).astype(np.uint8)
    plain = np.full_like(photograph, 77)
    assert explained(photograph, [shore(water)]) == pytest.approx([1], abs=1e-3)
    assert explained(plain, [shore(water)]) == pytest.approx([0], abs=1e-3)


def test_too_few_masks_or_a_mask_without_a_shore_give_no_fit():
    photograph, water = np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64), bool)
    water[:9] = True
    assert Fits({"a": photograph}, {"a": water}).of("a", "a") is None
    masks = {str(i): np.roll(water, i, 0) for i in range(9)}
    fits = Fits({"a": photograph}, {**masks, "dry": np.zeros((64, 64), bool)})
    assert fits.of("dry", "a") is None
    assert fits.of("1", "a") is not None
