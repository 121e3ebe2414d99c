from dataclasses import replace
from pathlib import Path

import pytest

from floodeval.synthetic.demo import demo_scenes, draw_dataset


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean data set of twelve small drawn scenes; to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("drawn") / "floods"
    small = [replace(scene, width=scene.width // 8, height=scene.height // 8) for scene in demo_scenes(12)]
    draw_dataset(folder, small)
    return folder
