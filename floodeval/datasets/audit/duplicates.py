"""The same scene more than once: the same bytes, near-duplicates, and scenes that leak through a split."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.pairs import Material
from floodeval.datasets.layouts import natural_key
from floodeval.i18n.catalog import Joined, Saying, saying

if TYPE_CHECKING:  # slow to import
    from floodeval.datasets.scenes import Scenes

SHOWN = 8  # names in a line


Groups = tuple[tuple[str, ...], ...]


def same_bytes(material: Material) -> Groups:
    """The photographs that are one file under several names."""
    by_digest = defaultdict(list)
    for sample_id, file in material.photograph_of.items():
        if file.sha256:
            by_digest[file.sha256].append(sample_id)
    return _several(by_digest.values())


def scene_groups(identical: Groups, scenes: "Scenes | None") -> Groups:
    """Scenes of two or more photographs: those found, or else those of the same bytes."""
    return _several(scenes.groups) if scenes else identical


def repeat_issues(
    material: Material, identical: Groups, groups: Groups, scenes: "Scenes | None"
) -> Iterator[Issue]:
    """Photographs of the same bytes, and scenes that hold more than that."""
    for group in identical:
        masks = {material.mask_of[i].sha256 for i in group if i in material.mask_of}
        key = "audit_findings.same_bytes_other_masks" if len(masks) > 1 else "audit_findings.same_bytes"
        said, cure = saying(key, names=_names(group)), saying("audit_findings.same_bytes_cure")
        yield Issue("duplicate_bytes", group, said, cure)
    known = {frozenset(group) for group in identical}
    for group in groups:
        if frozenset(group) not in known:
            kinds = _kinds(group, scenes)
            key = "audit_findings.one_scene_kinds" if kinds.parts else "audit_findings.one_scene"
            said = saying(key, names=_names(group), kinds=kinds)
            yield Issue("near_duplicate", group, said, saying("audit_findings.one_scene_cure"))


def leak_issues(groups: Groups, subset_of: Mapping[str, str]) -> Iterator[Issue]:
    """Scenes that stand in two subsets of a split, given each sample's subset."""
    for group in groups:
        by_subset = defaultdict(list)
        for sample_id in group:
            if sample_id in subset_of:
                by_subset[subset_of[sample_id]].append(sample_id)
        if len(by_subset) > 1:
            parts = [Joined((subset, _names(ids)), ": ") for subset, ids in sorted(by_subset.items())]
            ids = tuple(i for i in group if i in subset_of)
            said = saying("audit_findings.leak", count=len(by_subset), found=Joined(parts, "; "))
            yield Issue("leak", ids, said, saying("audit_findings.leak_cure"))


def _several(groups: Iterable[Sequence[str]]) -> Groups:
    kept = [tuple(sorted(group, key=natural_key)) for group in groups if len(group) > 1]
    return tuple(sorted(kept, key=lambda group: natural_key(group[0])))


def _kinds(group: Sequence[str], scenes: "Scenes | None") -> Joined:
    members = set(group)
    links = scenes.links if scenes else ()
    kinds = sorted({link.kind for link in links if {link.a, link.b} <= members})
    return Joined([saying(f"audit.kind_{kind.replace(' ', '_')}") for kind in kinds])


def _names(ids: Sequence[str]) -> Saying | Joined:
    first = Joined(ids[:SHOWN])
    return (
        saying("audit_findings.and_more", names=first, more=len(ids) - SHOWN) if len(ids) > SHOWN else first
    )
