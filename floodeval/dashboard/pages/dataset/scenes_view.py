"""The section Scenes: photographs that show the same, as strips."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_gallery import Shown, draw_strip
from floodeval.dashboard.pages.dataset.scan import Study
from floodeval.dashboard.widgets.legends import code, draw_legend, ignored_styles, plain
from floodeval.dashboard.widgets.tables import Column, draw_table, paged, titled
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.label_agreement import LabelPair
from floodeval.datasets.layouts import Sample
from floodeval.datasets.scenes import Link
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import UNDEALT, subset_label
from floodeval.viz.dataset_pictures import FIRST, SECOND, labeled, two_annotations
from floodeval.viz.panels import THUMBNAIL_RATIO, data_url, framed, jpeg
from floodeval.viz.style import TRUE_WATER

# The section Agreement: photographs that were annotated twice, and how well the two masks agree.

PER_PAGE = 12
LONGEST_PX = 640
QUALITY = 80


def draw_agreement(study: Study) -> None:
    """Draw every photograph that has two annotations, the worst agreement first."""
    found = study.agreement
    if not found.pairs:
        st.info(say("dataset.never_twice"))
        return
    st.markdown(say("dataset.ceiling", spread=spread_words(found.copies)))
    if found.identical.n:
        st.caption(say("dataset.identical", spread=spread_words(found.identical)))
    draw_legend([FIRST, SECOND, *ignored_styles(study.dataset.reading.labels)], say("dataset.two_shores"))
    pairs = sorted(found.pairs, key=lambda pair: pair.iou)
    links = {(link.a, link.b): link for link in study.scenes.links}
    slot = st.container()
    shown = paged(pairs, PER_PAGE, "agreement")
    with slot, st.grid(3, min_column_width=280):
        for pair in shown:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_pair(study, pair, links[pair.a, pair.b])
    with st.expander(say("dataset.all_pairs"), icon=":material/table_chart:"):
        rows = [(one.a, one.b, relation_word(one.kind), one.iou) for one in pairs]
        columns = titled(("first", "second", "relation"), "dataset")
        columns["iou"] = Column(say("metrics.iou"), formats.score)
        draw_table(pd.DataFrame(rows, columns=list(columns)), columns, say("dataset.all_pairs_alt"))


def spread_words(found: Spread) -> str:
    """Mean, range and n in Markdown."""
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


def relation_word(kind: str) -> str:
    """How two photographs belong together."""
    return say(f"audit.kind_{kind.replace(' ', '_')}")


def _draw_pair(study: Study, pair: LabelPair, link: Link) -> None:
    a, b = study.dataset[pair.a], study.dataset[pair.b]
    picture = _picture(study.files, a, b, link)
    if picture is None:
        st.caption(f":material/broken_image: {say('dataset.files_unreadable')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("dataset.annotations_alt", a=pair.a, b=pair.b))
    st.space("stretch")
    st.markdown(f"IoU **{formats.score(pair.iou)}**")
    kind = relation_word(pair.kind)
    st.caption(say("dataset.first_second", a=code(pair.a), b=code(pair.b), kind=kind))


@st.cache_data(max_entries=300, show_spinner=False)
def _picture(files: str, a: Sample, b: Sample, link: Link) -> bytes | None:
    picture = two_annotations(a, b, link, LONGEST_PX)
    return None if picture is None else jpeg(framed(picture, THUMBNAIL_RATIO), QUALITY)


# The section Scenes: photographs that show the same, as strips.

SCENES_PER_PAGE = 10
FEW = 2  # photographs that fit side by side in half of the page
WIDE_RATIO, CARD_RATIO = 6.0, 3.0  # of a row of pictures, in a card as wide as the page or half of it
SCENES_LONGEST_PX = 640
SCENES_QUALITY = 78


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
    shown = paged(in_order, SCENES_PER_PAGE, "scenes")
    with slot:
        draw_legend([TRUE_WATER, *ignored_styles(study.dataset.reading.labels)], say("dataset.shore_or_not"))
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
        found = _scenes_picture(study.files, study.dataset[sample_id])
        if found:
            shown.append(
                Shown(*found, " · ".join(filter(None, words)), say("dataset.photograph_alt", id=sample_id))
            )
    draw_strip(shown, least_ratio)


@st.cache_data(max_entries=500, show_spinner=False)
def _scenes_picture(files: str, sample: Sample) -> tuple[bytes, float] | None:
    """A photograph with the shore of its mask as JPEG, and its width over its height."""
    picture = labeled(sample, SCENES_LONGEST_PX)
    return None if picture is None else (jpeg(picture, SCENES_QUALITY), picture.shape[1] / picture.shape[0])
