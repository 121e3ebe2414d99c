"""Scenes: which photographs of a data set show the same view, and how one lies upon the other.

`find_scenes` looks, `kept_scenes` looks once per data set. A photograph is described by local features
(`features`), candidates come from an inverted index over them (`candidates`), a pair is confirmed by geometry
(`geometry`) and by what its pixels show once one is laid upon the other (`likeness`).
"""

from floodeval.datasets.scenes.matching import Link, Scenes
from floodeval.datasets.scenes.search import find_scenes
from floodeval.datasets.scenes.store import kept_scenes, scenes_at_hand

__all__ = ["Link", "Scenes", "find_scenes", "kept_scenes", "scenes_at_hand"]
