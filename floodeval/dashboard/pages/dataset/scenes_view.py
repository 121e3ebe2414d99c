"""The sections Scenes and Agreement: photographs of the same scene, and how well their masks agree."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, pair_picture, scene_picture
from floodeval.dashboard.widgets.markdown import code, draw_legend, ignored_styles, plain
from floodeval.dashboard.widgets.pictures import StripPicture, draw_strip
from floodeval.dashboard.widgets.tables import Column, draw_table, paged, titled
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.label_agreement import LabelPair
from floodeval.datasets.scenes import Link
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import NOT_IN_SPLIT, subset_label
from floodeval.viz.style import FIRST_ANNOTATION, SECOND_ANNOTATION, TRUE_WATER
from floodeval.viz.thumbnails import data_url

SCENES_PER_PAGE = 10
PAIRS_PER_PAGE = 12
FEW = 2  # photographs that fit side by side in half the page's width
WIDE_RATIO, CARD_RATIO = 6.0, 3.0  # width over height of a row of pictures, in a wide and a narrow card


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
    subset_of = dict(zip(scan.table["id"], scan.table["subset"].fillna(NOT_IN_SPLIT), strict=True))
    in_order = sorted(groups, key=lambda group: (not straddles(group, subset_of), -len(group)))
    slot = st.container()
    shown = paged(in_order, SCENES_PER_PAGE, "scenes")
    with slot:
        draw_legend([TRUE_WATER, *ignored_styles(scan.dataset.reading.labels)], say("dataset.shore_or_not"))
        grid = st.grid(2, min_column_width=420)
        for group in shown:
            wide = len(group) > FEW
            with grid.cell(column_span="all" if wide else 1), st.container(border=True, gap="xsmall"):
                _draw_scene(scan, group, subset_of, WIDE_RATIO if wide else CARD_RATIO)


def straddles(group: tuple[str, ...], subset_of: dict[str, str]) -> bool:
    """Whether a scene is in two subsets or more; photographs outside the split do not count."""
    return len({subset_of[one] for one in group} - {NOT_IN_SPLIT}) > 1


def _draw_scene(
    scan: DatasetScan, group: tuple[str, ...], subset_of: dict[str, str], least_ratio: float
) -> None:
    subsets = sorted({subset_of[one] for one in group} - {NOT_IN_SPLIT}) or [NOT_IN_SPLIT]
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


def relation(sample_id: str, group: tuple[str, ...], links: tuple[Link, ...]) -> str:
    """How a photograph is related to an earlier one of its scene, as Markdown; empty for the first."""
    earlier = group[: group.index(sample_id)]
    for link in links:
        if link.b == sample_id and link.a in earlier:
            related = say("dataset.related", kind=relation_word(link.kind), other=code(link.a))
            return related + (say("dataset.mirrored") if link.mirrored else "")
    return say("dataset.linked") if earlier else ""


def relation_word(kind: str) -> str:
    """How two photographs are related, in words."""
    return say(f"audit.kind_{kind.replace(' ', '_')}")


def draw_agreement(scan: DatasetScan) -> None:
    """Draw every photograph that has two annotations, the lowest agreement first."""
    found = scan.agreement
    if not found.pairs:
        st.info(say("dataset.never_twice"))
        return
    st.markdown(say("dataset.ceiling", spread=spread_words(found.copies)))
    if found.identical.n:
        st.caption(say("dataset.identical", spread=spread_words(found.identical)))
    draw_legend(
        [FIRST_ANNOTATION, SECOND_ANNOTATION, *ignored_styles(scan.dataset.reading.labels)],
        say("dataset.two_shores"),
    )
    pairs = sorted(found.pairs, key=lambda pair: pair.iou)
    links = {(link.a, link.b): link for link in scan.scenes.links}
    slot = st.container()
    shown = paged(pairs, PAIRS_PER_PAGE, "agreement")
    with slot, st.grid(3, min_column_width=280):
        for pair in shown:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_pair(scan, pair, links[pair.a, pair.b])
    with st.expander(say("dataset.all_pairs"), icon=":material/table_chart:"):
        rows = [(one.a, one.b, relation_word(one.kind), one.iou) for one in pairs]
        columns = titled(("first", "second", "relation"), "dataset")
        columns["iou"] = Column(say("metrics.iou"), formats.score)
        draw_table(pd.DataFrame(rows, columns=list(columns)), columns, say("dataset.all_pairs_alt"))


def spread_words(found: Spread) -> str:
    """Mean, range, standard deviation and n of the agreement (IoU), as Markdown."""
    sd = say("dataset.sd", sd=formats.score(found.sd)) if found.sd is not None else ""
    low, high = formats.score(found.low), formats.score(found.high)
    return say(
        "dataset.spread",
        mean=formats.score(found.mean),
        low=low,
        high=high,
        sd=sd,
        pairs=counted(found.n, "pair"),
    )


def _draw_pair(scan: DatasetScan, pair: LabelPair, link: Link) -> None:
    a, b = scan.dataset[pair.a], scan.dataset[pair.b]
    picture = pair_picture(scan.files, a, b, link)
    if picture is None:
        st.caption(f":material/broken_image: {say('dataset.files_unreadable')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("dataset.annotations_alt", a=pair.a, b=pair.b))
    st.space("stretch")
    st.markdown(f"IoU **{formats.score(pair.iou)}**")
    kind = relation_word(pair.kind)
    st.caption(say("dataset.first_second", a=code(pair.a), b=code(pair.b), kind=kind))
