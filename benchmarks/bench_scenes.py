"""How long the search for scenes takes, and what it finds, for growing numbers of photographs.

Photographs are disjoint windows of larger ones (so many show different places of one flood), each followed
by copies of itself: cut to 60 %, a third of the size, mirrored, half as bright, JPEG quality 30. The larger
ones are the real data set's, one a scene, with $FLOODEVAL_DATA; drawn scenes without. Recall is the share of
copies that are in their photograph's scene; "false" counts links between different windows.

    python benchmarks/bench_scenes.py [--n 240 1000 2000] [--copies 1]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.dataset import load_dataset, read_sample_photograph
from floodeval.datasets.images import Photograph
from floodeval.datasets.scenes import find_scenes, kept_scenes
from floodeval.errors import FloodevalError
from floodeval.synthetic.demo import demo_scenes, draw_scene, encoded

COPIES: dict[str, Callable[[Photograph], Photograph]] = {
    "crop": lambda one: one[one.shape[0] // 5 : -(one.shape[0] // 5), : 3 * one.shape[1] // 5],
    "third": lambda one: cv2.resize(one, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA),
    "mirror": lambda one: one[:, ::-1],
    "dark": lambda one: one // 2,
    "jpeg": lambda one: one,
}
QUALITY = {"jpeg": 30}
SIDE = 240  # of a window at least, in pixels
MOST_WINDOWS = 6  # along either side of a photograph


def main() -> None:
    """Make the photographs, search them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--n", type=int, nargs="+", default=[240, 1000, 2000])
    parser.add_argument("--copies", type=int, default=1, help="of every window; the data set has some 2000")
    options = parser.parse_args()
    print("| photographs | of them copies | search, s | ms a photograph | recall of copies | links | false |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        written = _write(Path(folder), max(options.n), options.copies)
        for n in options.n:
            print(_row(dict(islice(written.items(), n))), flush=True)


def _row(photographs: dict[str, Path]) -> str:
    began = time.perf_counter()
    scenes = find_scenes(photographs)
    seconds = time.perf_counter() - began
    scene = scenes.scene_of(photographs)
    copies = [name for name in photographs if "-" in name]
    found = np.mean([scene[name] == scene[_window(name)] for name in copies])
    false = sum(_window(link.a) != _window(link.b) for link in scenes.links)
    n = len(photographs)
    return (
        f"| {n} | {len(copies)} | {seconds:.1f} | {1000 * seconds / n:.0f} | {found:.3f} | "
        f"{len(scenes.links)} | {false} |"
    )


def _window(name: str) -> str:
    return name.split("-")[0]


def _write(folder: Path, n: int, n_copies: int) -> dict[str, Path]:
    """Write n photographs: every window, then copies of it, of each kind in turn."""
    written: dict[str, Path] = {}
    for number, window in enumerate(_windows()):
        made = {str(number): (window, 90)}
        for kind in islice(cycle(COPIES), number % len(COPIES), number % len(COPIES) + n_copies):
            made[f"{number}-{kind}"] = COPIES[kind](window), QUALITY.get(kind, 90)
        for name, (picture, quality) in made.items():
            written[name] = folder / f"{name}.jpg"
            settings = (cv2.IMWRITE_JPEG_QUALITY, quality)
            written[name].write_bytes(encoded(np.ascontiguousarray(picture[..., ::-1]), ".jpg", settings))
        if len(written) >= n:
            return written
    raise FloodevalError(f"only {len(written)} photographs can be made, {n} asked for; give a smaller --n")


def _windows() -> Iterator[Photograph]:
    for photograph in _large():
        n_rows, n_columns = (min(side // SIDE, MOST_WINDOWS) for side in photograph.shape[:2])
        for row in np.array_split(photograph, max(1, n_rows), axis=0):
            yield from np.array_split(row, max(1, n_columns), axis=1)


def _large() -> Iterator[Photograph]:
    if not os.environ.get("FLOODEVAL_DATA"):
        yield from (draw_scene(scene)[0] for scene in demo_scenes(240))
        return
    dataset = load_dataset("flood-area")
    scene = kept_scenes(dataset).scene_of(sample.id for sample in dataset.samples)
    yield from (read_sample_photograph(s) for s in dataset.samples if scene[s.id] == s.id)


if __name__ == "__main__":
    main()
