"""Scenes: which photographs of a data set show the same view, and how one lies upon the other.

`find_scenes` looks, `kept_scenes` looks once per data set. A photograph is described by local features
(`features`), candidates come from an inverted index over them (`candidates`), a pair is confirmed by geometry
(`geometry`) and by what its pixels show once one is laid upon the other (`likeness`).
"""

from floodeval.data.scenes.grouping import Link, Scenes
from floodeval.data.scenes.kept import kept_scenes, scenes_at_hand
from floodeval.data.scenes.search import find_scenes

__all__ = ["Link", "Scenes", "find_scenes", "kept_scenes", "scenes_at_hand"]
