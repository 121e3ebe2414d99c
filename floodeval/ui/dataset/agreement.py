"""The section Agreement: photographs that were annotated twice, and how well the two masks agree."""

import pandas as pd
import streamlit as st

from floodeval.data.agreement import LabelPair, Spread
from floodeval.data.samples import Sample
from floodeval.data.scenes import Link
from floodeval.pictures.encode import jpeg
from floodeval.pictures.panels import THUMBNAIL_RATIO, framed
from floodeval.pictures.sample_pictures import FIRST, SECOND, two_annotations
from floodeval.ui.dataset.study import Study
from floodeval.ui.legends import draw_legend
from floodeval.ui.paging import paged
from floodeval.ui.words import code
from floodeval.wording.numbers import counted

PER_PAGE = 12
LONGEST_PX = 640
QUALITY = 80


def draw_agreement(study: Study) -> None:
    """Draw every photograph that has two annotations, the worst agreement first."""
    found = study.agreement
    if not found.pairs:
        st.info("No photograph of this data set is annotated twice, so it cannot say how well labels agree.")
        return
    st.markdown(
        f"Two annotations of one photograph agree to a mean IoU of {spread_words(found.copies)}. "
        "**This is the ceiling that every score is read against**: a model that agrees with one annotation "
        "better than people do with one another follows that one's habits, or has seen it."
    )
    if found.identical.n:
        st.caption(
            f"Of photographs that are the same file, byte for byte, alone: {spread_words(found.identical)}."
        )
    draw_legend([FIRST, SECOND], "lines: the two shores")
    pairs = sorted(found.pairs, key=lambda pair: pair.iou)
    links = {(link.a, link.b): link for link in study.scenes.links}
    slot = st.container()
    shown = paged(pairs, PER_PAGE, "agreement")
    with slot, st.grid(3, min_column_width=280):
        for pair in shown:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_pair(study, pair, links[pair.a, pair.b])
    with st.expander("All pairs as numbers", icon=":material/table_chart:"):
        st.dataframe(
            pd.DataFrame(
                [(one.a, one.b, one.kind, one.iou) for one in pairs],
                columns=["first", "second", "relation", "IoU"],
            ),
            hide_index=True,
            column_config={"IoU": st.column_config.NumberColumn("IoU", format="%.3f")},
            alt="Pairs of annotations with their IoU",
        )


def spread_words(found: Spread) -> str:
    """Mean, range and n in Markdown."""
    sd = f", sd {found.sd:.3f}" if found.sd is not None else ""
    return f"**{found.mean:.3f}** ({found.low:.3f} to {found.high:.3f}{sd}, {counted(found.n, 'pair')})"


def _draw_pair(study: Study, pair: LabelPair, link: Link) -> None:
    a, b = study.dataset[pair.a], study.dataset[pair.b]
    picture = _picture(study.files, a, b, link)
    if picture is None:
        st.caption(":material/broken_image: Its files cannot be read.")
    else:
        st.image(picture, width="stretch", alt=f"Annotations {pair.a} and {pair.b} on one photograph")
    st.space("stretch")
    st.markdown(f"IoU **{pair.iou:.3f}**")
    st.caption(f"first {code(pair.a)}, second {code(pair.b)} · {pair.kind}")


@st.cache_data(max_entries=300, show_spinner=False)
def _picture(files: str, a: Sample, b: Sample, link: Link) -> bytes | None:
    picture = two_annotations(a, b, link, LONGEST_PX)
    return None if picture is None else jpeg(framed(picture, THUMBNAIL_RATIO), QUALITY)
