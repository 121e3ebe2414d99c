"""Scenes: which photographs of a data set show the same view, and how one lies upon the other.

`find_scenes` searches photographs, `kept_scenes` searches a data set once and keeps the result. Each
photograph is described by local features (`features`). An inverted index over them proposes pairs
(`candidates`). A pair is confirmed by the geometry of its matched features (`geometry`) and by the pixels of
one photograph laid upon the other (`matching`).
"""

from floodeval.datasets.scenes.matching import Link, Scenes
from floodeval.datasets.scenes.search import find_scenes
from floodeval.datasets.scenes.store import kept_scenes, scenes_at_hand

__all__ = ["Link", "Scenes", "find_scenes", "kept_scenes", "scenes_at_hand"]
