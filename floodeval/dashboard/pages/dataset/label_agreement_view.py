"""The section Agreement: photographs that were annotated twice, and how well the two masks agree."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, pair_picture
from floodeval.dashboard.widgets.legends import draw_legend, ignored_styles
from floodeval.dashboard.widgets.markdown import code
from floodeval.dashboard.widgets.tables import Column, draw_table, paged, titled
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.label_agreement import LabelPair
from floodeval.datasets.scenes import Link
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.image_encoding import data_url
from floodeval.viz.style import FIRST_ANNOTATION, SECOND_ANNOTATION

PER_PAGE = 12


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
    shown = paged(pairs, PER_PAGE, "agreement")
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


def relation_word(kind: str) -> str:
    """How two photographs are related, in words."""
    return say(f"audit.kind_{kind.replace(' ', '_')}")


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
