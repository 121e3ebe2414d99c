import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from floodeval.datasets.images import read_photograph
from floodeval.datasets.scenes import Link, Scenes, find_scenes
from floodeval.datasets.scenes.features import moved
from floodeval.synthetic.demo import demo_scenes, draw_scene, encoded
from tests.support.copies import COPIES, frame
from tests.support.datasets import make_pairs

pytestmark = pytest.mark.heavy
BASES = ("1", "2", "3")
KINDS = {**COPIES, "frame": frame}
QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 92)


def write(path: Path, photograph) -> Path:
    path.write_bytes(encoded(np.ascontiguousarray(photograph[..., ::-1]), ".jpg", QUALITY))
    return path


@pytest.fixture(scope="module")
def photographs(tmp_path_factory) -> dict[str, Path]:
    """Three drawn floods and, of each, every kind of copy: `1`, `1-crop`, ..."""
    folder = tmp_path_factory.mktemp("photographs")
    written = {}
    for base, scene in zip(BASES, demo_scenes(len(BASES)), strict=True):
        photograph = draw_scene(replace(scene, width=560, height=420))[0]
        written[base] = write(folder / f"{base}.jpg", photograph)
        for kind, make in KINDS.items():
            path = folder / f"{base}-{kind}.jpg"
            written[f"{base}-{kind}"] = write(path, make(photograph, np.random.default_rng(int(base))))
    return written


@pytest.fixture(scope="module")
def scenes(photographs) -> Scenes:
    return find_scenes(photographs)


def link_of(scenes: Scenes, a: str, b: str) -> Link:
    return next(link for link in scenes.links if (link.a, link.b) == (a, b))


def test_every_copy_of_a_photograph_is_in_its_scene_and_nothing_else_is(photographs, scenes):
    assert scenes.scene_of(photographs) == {name: name.split("-")[0] for name in photographs}


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_called_the_same_photograph(scenes, kind):
    links = [link_of(scenes, base, f"{base}-{kind}") for base in BASES]
    assert {link.kind for link in links} == {"same photograph"}
    assert {link.mirrored for link in links} == {kind == "mirror"}


def test_another_frame_is_called_the_same_view(scenes):
    assert {link_of(scenes, base, f"{base}-frame").kind for base in BASES} == {"same view"}


@pytest.mark.parametrize("kind", ["crop", "third", "mirror"])
def test_the_transform_takes_pixels_to_the_same_pixels_of_the_copy(photographs, scenes, kind):
    for base in BASES:
        link = link_of(scenes, base, f"{base}-{kind}")
        height, width = read_photograph(photographs[base]).shape[:2]
        grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
        seen = KINDS[kind](grid, np.random.default_rng(int(base)))
        y, x = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]]
        landed = moved(seen.reshape(-1, 2).astype(float), np.array(link.transform))
        error_px = np.linalg.norm(landed - np.column_stack([x.ravel(), y.ravel()]), axis=1)
        assert error_px.max() < 1


def test_the_order_of_the_photographs_does_not_matter(photographs, scenes):
    some = {name: photographs[name] for name in ("1", "1-crop", "1-mirror", "2", "2-grey", "2-frame")}
    backwards = dict(reversed(some.items()))
    assert find_scenes(backwards) == find_scenes(some)


def test_files_with_the_same_bytes_are_linked_and_share_their_links(photographs, tmp_path):
    twin = Path(shutil.copy(photographs["1"], tmp_path / "twin.jpg"))
    found = find_scenes({"1": photographs["1"], "2": photographs["1-mirror"], "10": twin})
    assert [(link.a, link.b, link.kind) for link in found.links] == [
        ("1", "2", "same photograph"),
        ("1", "10", "same bytes"),
        ("2", "10", "same photograph"),
    ]
    assert found.groups == (("1", "2", "10"),)


def test_what_cannot_be_read_is_left_out(photographs, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    (tmp_path / "empty.jpg").touch()
    names = {"broken": tmp_path / "broken.jpg", "empty": tmp_path / "empty.jpg", "gone": tmp_path / "gone"}
    assert find_scenes(names).links == ()
    found = find_scenes({**names, "1": photographs["1"], "2": photographs["1-crop"]})
    assert found.groups == (("1", "2"),)


def test_a_watermark_shared_by_two_photographs_does_not_link_them(photographs, tmp_path):
    stamped = {}
    for base in BASES:
        photograph = read_photograph(photographs[base]).copy()
        for row in range(60, 420, 180):
            place, white = (40, row), (255, 255, 255)
            cv2.putText(photograph, "FLOOD PICTURES AGENCY 2026", place, 2, 1.0, white, 2)
        stamped[base] = write(tmp_path / f"{base}.jpg", photograph)
    assert find_scenes(stamped).links == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (20, 30), (480, 640)])
def test_tiny_and_flat_photographs_are_no_scene(tmp_path, shape):
    flat = {str(i): write(tmp_path / f"{i}.jpg", np.full((*shape, 3), 60 * i, np.uint8)) for i in range(1, 4)}
    assert find_scenes(flat).links == ()


def test_progress_begins_early_never_falls_and_ends(photographs):
    ticks: list[tuple[int, int]] = []
    find_scenes(
        {name: photographs[name] for name in BASES}, lambda step: ticks.append((step.done, step.total))
    )
    done = [tick[0] for tick in ticks]
    assert done == sorted(done)
    assert {tick[1] for tick in ticks} == {6}
    assert ticks[-1] == (6, 6)


def test_photographs_of_a_few_pixels_of_noise_are_no_scene(tmp_path):
    folder = make_pairs(tmp_path / "floods", [str(i) for i in range(20)], (8, 8)) / "images"
    assert find_scenes({path.stem: path for path in folder.iterdir()}).links == ()


def test_photographs_full_of_the_same_feature_are_searched(tmp_path):
    squares = np.kron(np.indices((12, 16)).sum(axis=0) % 2, np.ones((40, 40))).astype(np.uint8) * 200
    boards = {str(i): np.repeat(np.roll(squares, 13 * i, axis=1)[..., None], 3, axis=2) for i in range(3)}
    found = find_scenes({name: write(tmp_path / f"{name}.jpg", board) for name, board in boards.items()})
    assert found.groups == (("0", "1", "2"),)
