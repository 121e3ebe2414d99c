"""The section Scenes: photographs that show the same scene, as strips."""

import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, scene_picture
from floodeval.dashboard.pages.dataset.label_agreement_view import relation_word
from floodeval.dashboard.pages.dataset.picture_strip import StripPicture, draw_strip
from floodeval.dashboard.widgets.legends import draw_legend, ignored_styles
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.dashboard.widgets.tables import paged
from floodeval.datasets.scenes import Link
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import UNDEALT, subset_label
from floodeval.viz.style import TRUE_WATER

PER_PAGE = 10
FEW = 2  # photographs that fit side by side in half the page's width
WIDE_RATIO, CARD_RATIO = (
    6.0,
    3.0,
)  # width over height of a row of pictures, in a wide and a narrow card


def draw_scenes(scan: DatasetScan) -> None:
    """Draw each scene of two or more photographs as a strip."""
    groups = scan.scenes.groups
    n = len(scan.dataset.samples)
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
    subset_of = dict(zip(scan.table["id"], scan.table["subset"].fillna(UNDEALT), strict=True))
    in_order = sorted(groups, key=lambda group: (not straddles(group, subset_of), -len(group)))
    slot = st.container()
    shown = paged(in_order, PER_PAGE, "scenes")
    with slot:
        draw_legend([TRUE_WATER, *ignored_styles(scan.dataset.reading.labels)], say("dataset.shore_or_not"))
        grid = st.grid(2, min_column_width=420)
        for group in shown:
            wide = len(group) > FEW
            with grid.cell(column_span="all" if wide else 1), st.container(border=True, gap="xsmall"):
                _draw_scene(scan, group, subset_of, WIDE_RATIO if wide else CARD_RATIO)


def straddles(group: tuple[str, ...], subset_of: dict[str, str]) -> bool:
    """Whether a scene is in two subsets or more; photographs outside the split do not count."""
    return len({subset_of[one] for one in group} - {UNDEALT}) > 1


def relation(sample_id: str, group: tuple[str, ...], links: tuple[Link, ...]) -> str:
    """How a photograph is related to an earlier one of its scene, as Markdown; empty for the first."""
    earlier = group[: group.index(sample_id)]
    for link in links:
        if link.b == sample_id and link.a in earlier:
            related = say("dataset.related", kind=relation_word(link.kind), other=code(link.a))
            return related + (say("dataset.mirrored") if link.mirrored else "")
    return say("dataset.linked") if earlier else ""


def _draw_scene(
    scan: DatasetScan, group: tuple[str, ...], subset_of: dict[str, str], least_ratio: float
) -> None:
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
            relation(sample_id, group, scan.scenes.links),
        )
        found = scene_picture(scan.files, scan.dataset[sample_id])
        if found:
            shown.append(
                StripPicture(
                    *found, " · ".join(filter(None, words)), say("dataset.photograph_alt", id=sample_id)
                )
            )
    draw_strip(shown, least_ratio)
