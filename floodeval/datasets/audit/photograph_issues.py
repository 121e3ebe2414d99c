"""Issues of photographs and files: unreadable, empty, with differing orientation, duplicate, leaked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from floodeval.datasets.audit.audited_files import AuditedFiles
from floodeval.datasets.audit.files import MaskFile, PhotographFile, format_mismatch
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.image_files import inverse, turned
from floodeval.datasets.listing import Sample
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.datasets.sample_names import natural_key, shown
from floodeval.i18n.catalog import Joined, Saying, saying
from floodeval.i18n.formats import picture_size

if TYPE_CHECKING:
    from floodeval.datasets.scenes import Scenes

BLACK = 16  # of 255: nearly all pixels of a black photograph are darker
WHITE = 239  # and of a white one lighter
SAM_SIDE = 1024  # pixels of the longer side, once a photograph is resized for SAM
FITS = 5.0  # deviations above chance from where on a shore fits
CLEARER = 2.0  # times the fit of the other way
SHOWN = 8  # names in a line

Groups = tuple[tuple[str, ...], ...]


def file_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Files that cannot be read, and files whose extension is not their content's."""
    for files in (audited.photograph_of, audited.mask_of):
        for sample_id, file in files.items():
            if file.error and not (isinstance(file, MaskFile) and file.values):  # else its values are odd
                yield Issue("unreadable", (sample_id,), file.error)
            elif not file.error and (found := format_mismatch(file)):
                said = saying("audit_findings.format", file=shown(file.path), format=found)
                yield Issue("format_mismatch", (sample_id,), said, saying("audit_findings.format_cure"))


def photograph_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Photographs that show nothing, that SAM cannot see, or that are read in part."""
    for sample_id, file in audited.photograph_of.items():
        if file.header and is_thin(file.header.width, file.header.height):
            values = {"file": shown(file.path), "size": picture_size(file.header.width, file.header.height)}
            said = saying("audit_findings.thin", **values)
            yield Issue("thin_photograph", (sample_id,), said, saying("audit_findings.thin_cure"))
        if not file.error and (kind := _empty_kind(file)):
            light, dark = round(file.light), round(file.dark)
            said = saying(f"audit_findings.{kind}", file=shown(file.path), light=light, dark=dark)
            yield Issue(
                f"{kind}_photograph", (sample_id,), said, saying("audit_findings.empty_photograph_cure")
            )
    yield from _whole_set_issues(audited)


def is_thin(width: int, height: int) -> bool:
    """Whether SAM's resizing leaves no pixel of the shorter side."""
    return int(min(width, height) * SAM_SIDE / max(width, height, 1) + 0.5) < 1


def _empty_kind(file: PhotographFile) -> str:
    """What a photograph that shows nothing is; empty where it shows something."""
    if file.is_constant:
        return "constant"
    if file.light < BLACK:
        return "black"
    return "white" if file.dark > WHITE else ""


def _whole_set_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Values that nothing says how to read, and fourth bands that are left out."""
    headers = {i: file.header for i, file in audited.photograph_of.items() if file.header}
    if audited.refused:
        ids = [i for i, header in headers.items() if header.is_deep or header.n_bands not in (1, 3)]
        ids = sorted(ids or headers, key=natural_key)
        yield Issue("value_range", tuple(ids), audited.refused)
    four = sorted((i for i, header in headers.items() if header.n_bands == 4), key=natural_key)
    if four and audited.reading.photographs.bands == FIRST_THREE:
        said = saying("audit_findings.dropped_band", n=len(four))
        yield Issue("dropped_band", tuple(four), said, saying("audit_findings.dropped_band_cure"))


def orientation_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Pairs whose tags differ and whose mask does not plainly belong to the photograph as it is displayed."""
    if audited.reading.photographs.exif_stated:
        return
    for pair in audited.readable_pairs:
        kind = _orientation_kind(audited, pair)
        if kind:
            values = {"name": pair.id, "tag": _orientation_tag(audited, pair)}
            cure = saying(f"audit_findings.orientation_{kind}_cure")
            yield Issue(
                "orientation", (pair.id,), saying(f"audit_findings.orientation_{kind}", **values), cure
            )


def _orientation_kind(audited: AuditedFiles, pair: Sample) -> str:
    """`stored` where the mask fits the stored pixels, `open` where nothing tells; else empty."""
    photograph, mask = audited.photographs[pair.photograph].header, audited.masks[pair.source].header
    if photograph is None or mask is None or photograph.orientation == mask.orientation:
        return ""
    as_displayed = photograph.displayed_size == mask.displayed_size
    as_stored = photograph.stored_size == mask.stored_size
    if as_displayed and as_stored:
        return _orientation_by_content(audited, pair)
    return "stored" if as_stored else ""


def _orientation_by_content(audited: AuditedFiles, pair: Sample) -> str:
    photograph, mask = audited.photographs[pair.photograph], audited.masks[pair.source]
    assert photograph.header and mask.header
    if photograph.small is None or mask.small is None:
        return "open"
    displayed = audited.fits.between(photograph.small, mask.small)
    back = (inverse(photograph.header.orientation), inverse(mask.header.orientation))
    small = np.ascontiguousarray(turned(photograph.small, back[0]))
    stored = audited.fits.between(small, np.ascontiguousarray(turned(mask.small, back[1])))
    if displayed is None or stored is None:
        return "open"
    if displayed >= max(FITS, CLEARER * stored):
        return ""
    return "stored" if stored >= max(FITS, CLEARER * displayed) else "open"


def _orientation_tag(audited: AuditedFiles, pair: Sample) -> int:
    """The tag that only one of the two files has."""
    photograph, mask = audited.photographs[pair.photograph].header, audited.masks[pair.source].header
    tags = [header.orientation for header in (photograph, mask) if header]
    return next((tag for tag in tags if tag != 1), 1)


def same_bytes(audited: AuditedFiles) -> Groups:
    """The photographs that are one file under several names."""
    by_digest = defaultdict(list)
    for sample_id, file in audited.photograph_of.items():
        if file.sha256:
            by_digest[file.sha256].append(sample_id)
    return _several(by_digest.values())


def scene_groups(identical: Groups, scenes: "Scenes | None") -> Groups:
    """Scenes of two or more photographs: those found, or else those of the same bytes."""
    return _several(scenes.groups) if scenes else identical


def _several(groups: Iterable[Sequence[str]]) -> Groups:
    kept = [tuple(sorted(group, key=natural_key)) for group in groups if len(group) > 1]
    return tuple(sorted(kept, key=lambda group: natural_key(group[0])))


def repeat_issues(
    audited: AuditedFiles, identical: Groups, groups: Groups, scenes: "Scenes | None"
) -> Iterator[Issue]:
    """Photographs of the same bytes, and scenes that hold more than that."""
    for group in identical:
        masks = {audited.mask_of[i].sha256 for i in group if i in audited.mask_of}
        key = "audit_findings.same_bytes_other_masks" if len(masks) > 1 else "audit_findings.same_bytes"
        said, cure = saying(key, names=_names(group)), saying("audit_findings.same_bytes_cure")
        yield Issue("duplicate_bytes", group, said, cure)
    known = {frozenset(group) for group in identical}
    for group in groups:
        if frozenset(group) not in known:
            kinds = _link_kinds(group, scenes)
            key = "audit_findings.one_scene_kinds" if kinds.parts else "audit_findings.one_scene"
            said = saying(key, names=_names(group), kinds=kinds)
            yield Issue("near_duplicate", group, said, saying("audit_findings.one_scene_cure"))


def _link_kinds(group: Sequence[str], scenes: "Scenes | None") -> Joined:
    members = set(group)
    links = scenes.links if scenes else ()
    kinds = sorted({link.kind for link in links if {link.a, link.b} <= members})
    return Joined([saying(f"audit.kind_{kind.replace(' ', '_')}") for kind in kinds])


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


def _names(ids: Sequence[str]) -> Saying | Joined:
    first = Joined(ids[:SHOWN])
    return (
        saying("audit_findings.and_more", names=first, more=len(ids) - SHOWN) if len(ids) > SHOWN else first
    )
