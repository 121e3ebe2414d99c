"""Scenes dealt to subsets: whole, in the wanted shares of photographs, alike in how much water they show."""

from collections.abc import Mapping

import numpy as np

STRATA = 5  # by water share, from the driest fifth of the scenes to the wettest


def deal(
    scene_of: Mapping[str, str], water_of: Mapping[str, float], shares: Mapping[str, float], seed: int
) -> dict[str, str]:
    """Deal photographs to subsets, scene by scene.

    Scenes are sorted by their mean water share and cut into fifths. Within a fifth they come in random order,
    and each goes to the subset that lacks most of its share of the photographs dealt so far. So every subset
    gets its share of photographs from every fifth, as nearly as whole scenes allow.

    Args:
        scene_of: each photograph's scene.
        water_of: each photograph's water share, 0..1.
        shares: the subsets' shares of the photographs, which add up to 1.
        seed: of the order within the fifths; the order of the arguments' items does not matter.

    Returns:
        Each photograph's subset.
    """
    members: dict[str, list[str]] = {}
    for photograph in sorted(scene_of):
        members.setdefault(scene_of[photograph], []).append(photograph)
    water = {scene: float(np.mean([water_of[one] for one in ids])) for scene, ids in members.items()}
    rng = np.random.default_rng(seed)
    dealt: dict[str, str] = {}
    lacking = dict.fromkeys(shares, 0.0)
    for stratum in np.array_split(sorted(members, key=lambda scene: (water[scene], scene)), STRATA):
        for scene in rng.permutation(stratum):
            ids = members[str(scene)]
            for subset, share in shares.items():
                lacking[subset] += share * len(ids)
            chosen = max(lacking, key=lambda subset: lacking[subset])
            lacking[chosen] -= len(ids)
            dealt |= dict.fromkeys(ids, chosen)
    return dealt
