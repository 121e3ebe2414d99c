import re
import shutil

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.audit.audit import audit
from floodeval.i18n.catalog import say
from floodeval.report.render.html import audit_page
from floodeval.viz.overlays import outlined
from floodeval.viz.style import TRUE_WATER
from tests.support.datasets import kaggle, make_pairs


def crossed(folder):
    """Two pairs of two sizes that hold each other's mask."""
    make_pairs(folder, ["a"], (48, 32))
    make_pairs(folder, ["b"], (40, 30))
    first, second = folder / "masks" / "a.png", folder / "masks" / "b.png"
    first.rename(folder / "kept.png")
    second.rename(first)
    (folder / "kept.png").rename(second)
    return folder


def captions(page):
    return re.findall(r"<figcaption>(.*?)</figcaption>", page)


def caption(what, size, **values):
    return f"{say(f'audit.{what}', **values)} ({size})"


def test_the_page_needs_no_network_and_no_script(tmp_path):
    folder = crossed(tmp_path / "floods")
    page = audit_page(audit(folder), folder)
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "url(" not in page
    assert "@import" not in page


def test_swapped_masks_are_drawn_as_found_and_as_repaired(tmp_path):
    folder = crossed(tmp_path / "floods")
    assert captions(audit_page(audit(folder), folder)) == [
        caption("photograph", "48 × 32 px", id="a"),
        caption("mask", "40 × 30 px", id="a"),
        caption("photograph", "40 × 30 px", id="b"),
        caption("mask", "48 × 32 px", id="b"),
        caption("photograph_with", "48 × 32 px", id="a", mask="b"),
        caption("photograph_with", "40 × 30 px", id="b", mask="a"),
    ]


def test_duplicates_are_drawn_side_by_side_each_with_its_own_mask(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b"])
    shutil.copy(folder / "images" / "a.png", folder / "images" / "b.png")
    page = audit_page(audit(folder), folder)
    assert captions(page) == [caption("photograph_with", "48 × 32 px", id=one, mask=one) for one in "ab"]


def test_every_kind_of_issue_has_its_place_and_a_missing_or_broken_file_no_picture(tmp_path):
    folder = kaggle(tmp_path / "floods", ("0", "1", "2", "3"))
    (folder / "Image" / "1.png").unlink()
    (folder / "Image" / "2.png").write_bytes(b"broken")
    Image.fromarray(np.zeros((32, 48), np.uint8)).save(folder / "Mask" / "3.png")
    result = audit(folder)
    page = audit_page(result, folder)
    assert len(result.counts()) >= 3
    for kind in result.counts():
        assert f'id="{kind}"' in page
    assert captions(page) == [
        caption("photograph", "48 × 32 px", id="3"),
        caption("mask", "48 × 32 px", id="3"),
        caption("mask", "48 × 32 px", id="1"),
    ]


def test_a_clean_data_set_says_so(pair_folder):
    assert "No findings." in audit_page(audit(pair_folder), pair_folder)


def test_agreement_of_labels_is_shown_where_it_is_known(pair_folder):
    spread = {"n": 7, "mean": 0.826, "sd": 0.1, "low": 0.639, "high": 0.945}
    page = audit_page(audit(pair_folder, agreement={"pairs": [], "copies": spread}), pair_folder)
    assert "0.826 (0.639 to 0.945, 7 pairs)" in " ".join(page.split())
    assert "agree with a mean IoU" not in audit_page(audit(pair_folder), pair_folder)


def test_the_shore_is_drawn_where_the_mask_ends():
    mask = np.zeros((40, 60), bool)
    mask[:, :30] = True
    drawn = outlined(np.full((40, 60, 3), 90, np.uint8), mask)
    assert tuple(drawn[20, 29]) == TRUE_WATER.rgb
    assert (drawn[20, 40:] == 90).all()


@pytest.mark.browser
def test_the_page_is_readable_in_a_browser(browser, tmp_path):
    folder = crossed(tmp_path / "floods")
    (tmp_path / "audit.html").write_text(audit_page(audit(folder), folder))
    with browser.new_page() as page:
        page.goto((tmp_path / "audit.html").as_uri())
        assert page.get_by_role("heading", name="Audit of floods", level=1).is_visible()
