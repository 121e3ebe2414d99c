"""The review queue: the images to look at before deciding, each with its reason and a link."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from floodeval.analysis.decision import Decision
from floodeval.analysis.ranking import bounds_text
from floodeval.analysis.review_queue import REASONS
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.home_queries import review_queue_of
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, draw_against_legend, draw_error_legend
from floodeval.dashboard.widgets.pictures import thumbnails
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.thumbnails import data_url

SHOWN = 4
_COLORS = {
    "regressed": "orange",
    "flagged": "violet",
    "suspect": "violet",
    "lower": "orange",
    "both_fail": "gray",
}


def draw_review_queue(selection: Selection, decision: Decision) -> None:
    """Draw the images to check first as cards with the reason and a link: failures, then other doubts."""
    rows = failures_first(review_queue_of(selection), decision.cases)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(say("home.review_queue"), anchor="doubtful", width="content")
        if not rows.empty:
            st.caption(review_words(rows, selection.b is None), width="content")
        if decision.cases:
            side = "b" if selection.b else "a"
            failing = bounds_text((0.0, decision.requirements.failure_iou))
            wanted = {"metric": "iou", "of": side, "order": "worst", "quadrant": "all", "between": failing}
            text = say("home.all_failures", n=len(decision.cases))
            link_to("Worst cases", selection.params | wanted, text, ":material/arrow_forward:")
    if rows.empty:
        st.success(
            say("home.nothing_to_review" if selection.b else "home.nothing_to_review_alone"),
            icon=":material/check_circle:",
        )
        return
    shown = rows.head(SHOWN)
    pictures = thumbnails(selection, photographs(selection.run), shown["id"].tolist())
    with st.grid(4, min_column_width=190):
        for (_, row), picture in zip(shown.iterrows(), pictures, strict=True):
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_card(selection, row, picture)
    if photographs(selection.run).dataset is None:
        draw_against_legend(selection)
    else:
        draw_error_legend(selection, say("home.sides") if selection.b else "")


def failures_first(rows: pd.DataFrame, cases: Sequence[str]) -> pd.DataFrame:
    """The review queue with the cases of the decision at its start, the lowest IoU first."""
    place = {sample_id: number for number, sample_id in enumerate(cases)}
    order = rows["id"].map(lambda one: place.get(one, len(place)))
    return rows.loc[order.sort_values(kind="stable").index]


def review_words(rows: pd.DataFrame, alone: bool) -> str:
    """How many images are to be reviewed, by reason, and how many of them are shown."""
    counts = rows["reason"].value_counts()
    kinds = [
        say(
            f"home.review_{reason}{'_alone' if alone and reason == 'both_fail' else ''}_count",
            n=counts[reason],
        )
        for reason in REASONS
        if reason in counts
    ]
    text = say("home.review_reasons", images=say("home.to_review", n=len(rows)), kinds=", ".join(kinds))
    return text + (" " + say("home.review_shown", n=SHOWN) if len(rows) > SHOWN else "")


def _draw_card(selection: Selection, row: pd.Series, picture: bytes | None) -> None:
    name = str(row["id"])
    if picture is None:
        st.caption(f":material/broken_image: {say('home.no_masks')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("home.thumbnail_alt", name=name))
    wanted = {"id": name, "quadrant": "all"}
    link_to(
        "Compare", selection.params | wanted, say("home.open_one", name=code(name)), ":material/open_in_full:"
    )
    alone = "_alone" if selection.b is None and row["reason"] == "both_fail" else ""
    reason = str(row["reason"])
    why = say(f"home.review_{reason}{alone}")
    st.markdown(f":{_COLORS[reason]}-badge[{why}]  \n{score_words(selection, row)}")


def score_words(selection: Selection, row: pd.Series) -> str:
    """An image's IoU under A and B, and the gap; of one variant its IoU."""
    if selection.b is None:
        return f"IoU {formats.score(row['iou_a'])}"
    a, b = (formats.score(row[name]) for name in ("iou_a", "iou_b"))
    return f"IoU {a} → {b}, **{formats.gap(row['iou_gap'])}**"
