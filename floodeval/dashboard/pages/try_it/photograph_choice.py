"""The choice of the photographs of Try it: several of the run's data set, or uploads with reference masks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.pages.try_it.encoded_photographs import (
    ChosenPhotograph,
    dataset_photograph,
    uploaded_photograph,
)
from floodeval.dashboard.pages.try_it.reference_uploads import (
    match_masks_by_name,
    read_uploaded_reference,
    stated_water,
    values_text,
)
from floodeval.dashboard.queries import Photographs, photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.datasets.dataset_config import UNTOUCHED, PhotographReading
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import natural_key, printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import counted, say

DATASET, UPLOAD = "dataset", "upload"  # where the photographs come from
MOST_MEGABYTES = 60  # of an upload
MOST_PHOTOGRAPHS = 12
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "jp2"]
T = TypeVar("T")
IDS, SOURCE, AT = "try_ids", "try_source", "_try_upload_at"  # keys in the session state


@dataclass(frozen=True)
class TriedPhotograph:
    """A photograph that was chosen, before it is read.

    Attributes:
        key: its id in the data set, or that of its upload.
        name: what the page calls it.
        sample: where it is of the data set.
        content: the bytes of an upload.
        reference: name and bytes of the reference mask that was uploaded with it.
        labels: which values of that mask are water.
        reading: of the photographs of the run.
    """

    key: str
    name: str
    sample: Sample | None = None
    content: bytes = field(default=b"", repr=False)
    reference: tuple[str, bytes] | None = field(default=None, repr=False)
    labels: LabelScheme = BLACK_AND_WHITE
    reading: PhotographReading = UNTOUCHED

    def read(self) -> ChosenPhotograph:
        """Read it with its reference mask.

        Raises:
            FloodevalError: a file cannot be read, is too large, or photograph and mask differ in size.
        """
        if self.sample is not None:
            return dataset_photograph(self.sample)
        truth = None if self.reference is None else read_uploaded_reference(*self.reference, self.labels)
        return uploaded_photograph(self.name, self.content, self.reading, truth)

    def read_without_reference(self) -> ChosenPhotograph:
        """Read the photograph alone; raises FloodevalError as `read`."""
        return uploaded_photograph(self.name, self.content, self.reading)


@dataclass(frozen=True)
class TriedPhotographs:
    """The photographs that were chosen, and which of them the page shows; none where `all` is empty."""

    all: tuple[TriedPhotograph, ...] = ()
    at: int = 0

    @property
    def current(self) -> TriedPhotograph | None:
        """The photograph that the page shows."""
        return self.all[self.at] if self.all else None


def choose_photographs(
    selection: Selection | None, models: Callable[[Sequence[DeltaGenerator]], T]
) -> tuple[TriedPhotographs, T]:
    """Draw the choice, with the reason where the run's photographs are not available.

    Args:
        selection: names the run; None where there is none.
        models: draws the choice of the models in the two places that it is given, in the same row.
    """
    found = None if selection is None else photographs(selection.run)
    has_dataset = found is not None and found.dataset is not None
    is_of_dataset = has_dataset and st.session_state.get(SOURCE, DATASET) == DATASET
    widths = [5, 8, 6, 6] if is_of_dataset else [5, 6, 6] if has_dataset else [3, 3]
    *left, place_a, place_b = st.columns(widths, gap="small", vertical_alignment="bottom")
    if has_dataset:
        with left[0]:
            _choose_source()
    if is_of_dataset:
        assert selection is not None
        with left[1]:
            chosen = _choose_ids(selection)
    drawn = models((place_a, place_b))
    if is_of_dataset:
        assert selection is not None
        return _of_dataset(selection, chosen), drawn
    return _uploaded_or_reason(selection, found), drawn


def _uploaded_or_reason(selection: Selection | None, found: Photographs | None) -> TriedPhotographs:
    if found is not None and found.dataset is None:
        st.info(say("try_it.no_photographs", reason=plain(found.reason)), icon=":material/no_photography:")
    return _uploaded(selection)


def show_photograph(photograph: TriedPhotograph) -> None:
    """Make a photograph the one that the page shows; for a button's `on_click`."""
    st.session_state["id" if photograph.sample else AT] = photograph.key


def _choose_source() -> None:
    st.session_state.setdefault(SOURCE, DATASET)
    st.segmented_control(
        say("try_it.source"),
        [DATASET, UPLOAD],
        format_func=lambda option: say(f"try_it.source_{option}"),
        key=SOURCE,
        required=True,
        persist_state="session",
    )


def _choose_ids(selection: Selection) -> list[str]:
    ids, current = sorted(selection.table["id"], key=natural_key), str(selection.sample_id)
    before = [one for one in st.session_state.get(IDS) or [] if one in ids]
    st.session_state[IDS] = (before if current in before else [current])[:MOST_PHOTOGRAPHS]
    st.multiselect(
        say("try_it.images"),
        ids,
        key=IDS,
        max_selections=MOST_PHOTOGRAPHS,
        on_change=_follow_choice,
        help=say("try_it.images_help", most=MOST_PHOTOGRAPHS),
        persist_state="session",
    )
    return list(st.session_state[IDS])


def _of_dataset(selection: Selection, chosen: list[str]) -> TriedPhotographs:
    found = photographs(selection.run)
    samples = {one: found.sample(one) for one in chosen}
    for missing in (one for one, sample in samples.items() if sample is None):
        st.warning(say("try_it.not_in_dataset", image=plain(missing)), icon=":material/image_search:")
    tried = tuple(TriedPhotograph(one, one, sample) for one, sample in samples.items() if sample is not None)
    return _showing(tried, str(selection.sample_id))


def _follow_choice() -> None:
    """Show the photograph that was added last; where the shown one was removed, the first that is left."""
    ids, before = st.session_state[IDS], st.session_state.get("_try_ids_before", [])
    added = [one for one in ids if one not in before]
    if ids and (added or st.session_state.get("id") not in ids):
        st.session_state["id"] = added[-1] if added else ids[0]


def _uploaded(selection: Selection | None) -> TriedPhotographs:
    info = None if selection is None else selection.run.info
    before = st.session_state.get("try_upload") or []
    n = counted(len(before), "photograph")
    label = say("try_it.uploaded", photographs=n) if before else say("try_it.upload_title")
    with st.expander(label, expanded=not before, icon=":material/upload:"):
        files = _uploader("upload", "try_upload")
        st.caption(f":material/lock: {say('try_it.private')}")
        masks = _uploader("references", "try_references")
        labels = _choose_labels(BLACK_AND_WHITE if info is None else info.labels) if masks else None
    if len(files) > MOST_PHOTOGRAPHS:
        st.warning(say("try_it.too_many", most=MOST_PHOTOGRAPHS), icon=":material/warning:")
        files = files[:MOST_PHOTOGRAPHS]
    matched = match_masks_by_name([one.name for one in files], [one.name for one in masks])
    for problem in matched.problems:
        st.error(error_text(problem), icon=":material/difference:")
    tried = []
    for place, one in enumerate(files):
        mask = None if labels is None else matched.of.get(place)
        reference = None if mask is None else (masks[mask].name, masks[mask].getvalue())
        tried.append(
            TriedPhotograph(
                one.file_id,
                printable(one.name),
                content=one.getvalue(),
                reference=reference,
                labels=labels or BLACK_AND_WHITE,
                reading=UNTOUCHED if info is None else info.photographs,
            )
        )
    return _showing(tuple(tried), str(st.session_state.get(AT)))


def _uploader(word: str, key: str) -> Sequence[Any]:
    return (
        st.file_uploader(
            say(f"try_it.{word}"),
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=MOST_MEGABYTES,
            key=key,
            help=say(f"try_it.{word}_help"),
        )
        or []
    )


def _choose_labels(of_run: LabelScheme) -> LabelScheme | None:
    """The label scheme of the uploaded masks; None, with the reason on the page, where it cannot be read."""
    text = st.text_input(
        say("try_it.water_values"),
        value=values_text(of_run),
        max_chars=60,
        key="try_water",
        help=say("try_it.water_values_help"),
    )
    try:
        return stated_water(text, of_run)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return None


def _showing(tried: tuple[TriedPhotograph, ...], key: str) -> TriedPhotographs:
    places: Mapping[str, int] = {one.key: place for place, one in enumerate(tried)}
    st.session_state["_try_ids_before"] = list(places)
    return TriedPhotographs(tried, places.get(key, 0))
