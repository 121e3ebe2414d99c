"""The section Scenes: photographs that show the same, as strips."""

import streamlit as st

from floodeval.dashboard.pages.dataset.agreement import relation_word
from floodeval.dashboard.pages.dataset.scan import Study
from floodeval.dashboard.pages.dataset.strip import Shown, draw_strip
from floodeval.dashboard.widgets.legends import draw_legend, ignored_inks
from floodeval.dashboard.widgets.paging import paged
from floodeval.dashboard.widgets.words import code, plain
from floodeval.datasets.layouts import Sample
from floodeval.datasets.scenes import Link
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import UNDEALT, subset_label
from floodeval.viz.encode import jpeg
from floodeval.viz.palette import TRUE_WATER
from floodeval.viz.sample_pictures import labelled

PER_PAGE = 10
FEW = 2  # photographs that fit side by side in half of the page
WIDE_RATIO, CARD_RATIO = 6.0, 3.0  # of a row of pictures, in a card as wide as the page or half of it
LONGEST_PX = 640
QUALITY = 78


def draw_scenes(study: Study) -> None:
    """Draw each scene of two or more photographs as a strip."""
    groups = study.scenes.groups
    n = len(study.dataset.samples)
    n_in = sum(map(len, groups))
    if not groups:
        st.success(say("dataset.none_same", n=n), icon=":material/check_circle:")
        return
    st.markdown(
        say(
            "dataset.same_as_another",
            photographs=counted(n_in, "photograph"),
            n=n,
            scenes=counted(len(groups), "scene"),
        )
    )
    subset_of = dict(zip(study.table["id"], study.table["subset"].fillna(UNDEALT), strict=True))
    in_order = sorted(groups, key=lambda group: (not straddles(group, subset_of), -len(group)))
    slot = st.container()
    shown = paged(in_order, PER_PAGE, "scenes")
    with slot:
        draw_legend([TRUE_WATER, *ignored_inks(study.dataset.reading.labels)], say("dataset.shore_or_not"))
        grid = st.grid(2, min_column_width=420)
        for group in shown:
            wide = len(group) > FEW
            with grid.cell(column_span="all" if wide else 1), st.container(border=True, gap="xsmall"):
                _draw_scene(study, group, subset_of, WIDE_RATIO if wide else CARD_RATIO)


def straddles(group: tuple[str, ...], subset_of: dict[str, str]) -> bool:
    """Whether a scene stands in two subsets or more; what is in none is in no subset's way."""
    return len({subset_of[one] for one in group} - {UNDEALT}) > 1


def relation(sample_id: str, group: tuple[str, ...], links: tuple[Link, ...]) -> str:
    """How a photograph belongs to an earlier one of its scene, as Markdown; empty for the first."""
    earlier = group[: group.index(sample_id)]
    for link in links:
        if link.b == sample_id and link.a in earlier:
            said = say("dataset.related", kind=relation_word(link.kind), other=code(link.a))
            return said + (say("dataset.mirrored") if link.mirrored else "")
    return say("dataset.linked") if earlier else ""


def _draw_scene(study: Study, group: tuple[str, ...], subset_of: dict[str, str], least_ratio: float) -> None:
    subsets = sorted({subset_of[one] for one in group} - {UNDEALT}) or [UNDEALT]
    where = plain(say("dataset.and").join(map(subset_label, subsets)))
    badge = (
        f":red-badge[:material/warning: {say('dataset.stands_in', where=where)}]"
        if straddles(group, subset_of)
        else f":green-badge[:material/check: {where}]"
    )
    st.markdown(f"**{counted(len(group), 'photograph')}** {badge}")
    shown = []
    for sample_id in group:
        words = (
            code(sample_id),
            plain(subset_label(subset_of[sample_id])),
            relation(sample_id, group, study.scenes.links),
        )
        found = _picture(study.files, study.dataset[sample_id])
        if found:
            shown.append(
                Shown(*found, " · ".join(filter(None, words)), say("dataset.photograph_alt", id=sample_id))
            )
    draw_strip(shown, least_ratio)


@st.cache_data(max_entries=500, show_spinner=False)
def _picture(files: str, sample: Sample) -> tuple[bytes, float] | None:
    """A photograph with the shore of its mask as JPEG, and its width over its height."""
    picture = labelled(sample, LONGEST_PX)
    return None if picture is None else (jpeg(picture, QUALITY), picture.shape[1] / picture.shape[0])
