"""The scenes of the demo: a dozen synthetic ones that vary in every factor."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from floodeval.storage.locks import hold
from floodeval.synthetic.scene import Scene
from floodeval.synthetic.scene_files import Row, draw_into, metadata


def demo_scenes(n: int = 12, seed: int = 0) -> list[Scene]:
    """`n` scenes that vary in every factor, the same for the same seed."""
    seeds = np.random.default_rng(seed).integers(1 << 31, size=n)
    return [demo_scene(int(scene_seed), k) for k, scene_seed in enumerate(seeds)]


def draw_dataset(folder: Path, scenes: Sequence[Scene]) -> None:
    """Draw scenes as a data set, as `draw_into` does, under the ids scene-00, scene-01, ..."""
    named, notes = _named(scenes)
    with hold(folder, f"data set {folder}"):
        draw_into(folder, named, notes)


def holds(folder: Path, scenes: Sequence[Scene]) -> bool:
    """Whether a folder holds these scenes, by its metadata.csv."""
    try:
        return (folder / "metadata.csv").read_bytes() == metadata(*_named(scenes)).encode()
    except OSError:
        return False


def demo_scene(seed: int, k: int) -> Scene:
    """The `k`-th demo scene; the factors repeat with different periods, so that they mix."""
    setting, buildings, trees = (("fields", 5, 160), ("village", 30, 240), ("woods", 4, 450))[k % 3]
    sizes = ((1024, 768), (1024, 768), (1024, 683), (1024, 768), (768, 1024), (1024, 768), (960, 540))
    width, height = sizes[k % 7]
    return Scene(
        seed=seed,
        water_share=round(0.15 + 0.55 * ((0.45 + 0.618 * k) % 1), 2),
        buildings=buildings,
        trees=trees,
        setting=setting,
        glare=(0.0, 0.2, 0.5, 0.0, 0.4)[k % 5],
        shadow=(0.6, 0.3, 0.8, 0.0, 0.5)[(k + k // 5) % 5],
        turbidity=(0.9, 0.7, 1.0, 0.0, 0.8, 0.3)[(k + k // 6) % 6],
        diffuse_shore=(0.1, 0.25, 0.0, 0.4)[(k + k // 4) % 4],
        thin_channels=0.3 if k % 12 == 10 else 0.0,
        small_ponds=0.3 if k % 12 == 8 else 0.0,
        canopy=(0.0, 0.0, 0.0, 0.0, 0.0, 0.25)[k % 6],
        haze=(0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.5)[k % 8],
        night=0.5 if k % 12 == 3 else 0.0,
        width=width,
        height=height,
    )


def _named(scenes: Sequence[Scene]) -> tuple[dict[str, Scene], dict[str, Row]]:
    """The scenes by id, each without notes."""
    named = {f"scene-{k:02d}": scene for k, scene in enumerate(scenes)}
    return named, {name: {} for name in named}
