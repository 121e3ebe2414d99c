"""The stress suite: synthetic scenes, each varied in one factor at a time, all else equal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.datasets.splits import Split, SplitRecord
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, silent
from floodeval.storage.locks import hold
from floodeval.synthetic.demo import draw_into, metadata
from floodeval.synthetic.scene import FACTORS, Scene, with_factor

SEVERITIES = (0, 1, 2, 3)
PICTURES = 1 + len(FACTORS) * len(SEVERITIES[1:])  # of a base: plain, and each factor with each severity
UNVARIED = "none"  # the factor of a base scene
WIDTH, HEIGHT = 800, 600
_ID = re.compile(r"(?:(?P<factor>[a-z_]+)-(?P<severity>[1-3])-)?(?P<base>base[0-9]{2,})")


@dataclass(frozen=True)
class Condition:
    """Which base scene a picture of the suite shows, and which factor is how severe in it.

    A base as it is has the factor "none" and severity 0, and stands for severity 0 of every factor.
    """

    base: str
    factor: str = UNVARIED
    severity: int = 0

    @property
    def id(self) -> str:
        """The picture's id, such as base03 or glare-2-base03."""
        return f"{self.factor}-{self.severity}-{self.base}" if self.severity else self.base


def condition_of(sample_id: str) -> Condition | None:
    """The condition that an id of the suite names; None where it is no such id."""
    match = _ID.fullmatch(sample_id)
    if match is None or match["factor"] not in (None, *FACTORS):
        return None
    return Condition(match["base"], match["factor"] or UNVARIED, int(match["severity"] or 0))


def stress_scenes(n_bases: int, seed: int = 0) -> list[tuple[Scene, Condition]]:
    """`n_bases` scenes, each as it is and in 9 factors x 3 severities: the same for the same seed."""
    seeds = np.random.default_rng([seed, len(FACTORS)]).integers(1 << 31, size=n_bases)
    return [
        varied
        for k, scene_seed in enumerate(seeds)
        for varied in variations(f"base{k:02d}", base_scene(int(scene_seed), k))
    ]


def base_scene(seed: int, k: int) -> Scene:
    """The `k`-th base: an overcast day over clear water, easy to map."""
    setting, buildings, trees = (("fields", 6, 130), ("village", 26, 170), ("woods", 4, 260))[k % 3]
    share = (0.42, 0.35, 0.48, 0.38, 0.45)[k % 5]
    return Scene(seed, share, buildings, trees, setting, width=WIDTH, height=HEIGHT)


def variations(base: str, scene: Scene) -> Sequence[tuple[Scene, Condition]]:
    """A base scene as it is, then every factor at every severity: a third, two thirds, all of its range."""
    varied = [
        (with_factor(scene, factor, severity / SEVERITIES[-1]), Condition(base, factor, severity))
        for factor in FACTORS
        for severity in SEVERITIES[1:]
    ]
    return [(scene, Condition(base)), *varied]


def draw_stress(
    folder: Path,
    n_bases: int,
    seed: int = 0,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> bool:
    """Draw the suite as a data set into `folder`, unless it is there; returns whether it was drawn.

    The columns of metadata.csv are Image, Mask, base, factor, severity, then all factors of the scene.

    Raises:
        FloodevalError: the folder holds something else and `force` is not given, cannot be written, or
            another process draws into it.
    """
    varied = stress_scenes(n_bases, seed)
    scenes = {condition.id: scene for scene, condition in varied}
    notes = {one.id: {"base": one.base, "factor": one.factor, "severity": one.severity} for _, one in varied}
    listed = folder / "metadata.csv"
    with hold(folder, f"data set {folder}"):
        if listed.is_file() and not force:
            if listed.read_bytes() == metadata(scenes, notes).encode():
                return False
            raise FloodevalError(
                f"{folder} contains other scenes than {n_bases} bases of seed {seed}; give those of the "
                f"folder ({Parameter('bases')}, {Parameter('seed')}), or replace it with {Parameter('force')}"
            )
        remove_suite(folder)
        draw_into(folder, scenes, notes, progress)
    return True


def remove_suite(folder: Path) -> None:
    """Remove the pictures of a suite from the folder, and nothing else."""
    for path in [*folder.glob("Image/*.jpg"), *folder.glob("Mask/*.png")]:
        if condition_of(path.stem):
            path.unlink()


def stress_split(sample_ids: Sequence[str]) -> Split:
    """A split with all the suite in `test`, one scene a base: its variations are no independent pictures."""
    conditions = {sample_id: condition_of(sample_id) for sample_id in sample_ids}
    rows = [(sample_id, one.base, "test") for sample_id, one in conditions.items() if one]
    nothing_in_doubt = SplitRecord("stress", "", 0, {"test": 1.0})  # synthetic masks are exact
    return Split("stress", pd.DataFrame(rows, columns=["id", "scene", "split"]), nothing_in_doubt)
