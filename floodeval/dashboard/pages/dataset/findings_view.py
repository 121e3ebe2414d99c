"""The section Findings: what the audit found, each with its pictures."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_gallery import Shown, draw_strip
from floodeval.dashboard.pages.dataset.overview import gravity_badge, gravity_word
from floodeval.dashboard.pages.dataset.scan import Study
from floodeval.dashboard.queries import waiting
from floodeval.dashboard.widgets.legends import draw_legend, plain
from floodeval.dashboard.widgets.tables import draw_table, paged, titled
from floodeval.datasets.audit.findings import GRAVITIES, KINDS, Audit, Issue
from floodeval.datasets.layouts import list_dataset
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language
from floodeval.viz.audit_pictures import AuditPictures, PictureRow, names_of
from floodeval.viz.style import TRUE_WATER

PER_PAGE = 8
WIDE = ("swapped_masks", "foreign_mask")  # kinds that are seen in several rows of pictures
WIDE_RATIO, CARD_RATIO = 5.5, 3.0  # of a row of pictures, in a card as wide as the page or half of it


def draw_findings(study: Study) -> None:
    """Draw what was found, kind by kind."""
    counts = study.audit.counts()
    if not counts:
        st.success(
            say("dataset.nothing_found"),
            icon=":material/check_circle:",
        )
        return
    if st.session_state.get("finding_kind") not in counts:
        st.session_state["finding_kind"] = next(iter(counts))
    st.pills(
        say("dataset.kind_of_finding"),
        list(counts),
        format_func=lambda kind: f"{title_of(kind)} ({counts[kind]})",
        key="finding_kind",
        required=True,
        persist_state="session",
    )
    _draw_kind(study, str(st.session_state["finding_kind"]), counts)
    with st.expander(say("dataset.all_kinds"), icon=":material/list:"):
        rows = kind_rows(study.audit)
        titles = titled(rows, "dataset")
        alt = say("dataset.all_kinds_alt")
        draw_table(rows, titles, alt)


def title_of(kind: str) -> str:
    """A kind of issue as a title."""
    return say(f"audit.{kind}")


def gravity_of(kind: str) -> str:
    """What a kind of issue comes to."""
    return next(name for name, kinds in GRAVITIES.items() if kind in kinds)


def kind_rows(audit: Audit) -> pd.DataFrame:
    """One row a kind that occurs: found, n, gravity, meaning, cure."""
    rows = [
        (title_of(kind), n, gravity_word(gravity_of(kind)), KINDS[kind].meaning, KINDS[kind].cure)
        for kind, n in audit.counts().items()
    ]
    return pd.DataFrame(rows, columns=["found", "n", "gravity", "meaning", "cure"])


def _draw_kind(study: Study, kind: str, counts: dict[str, int]) -> None:
    about, issues = KINDS[kind], study.audit.of_kind(kind)
    st.markdown(
        gravity_badge(gravity_of(kind), counts[kind])
        + " "
        + say("dataset.kind_words", meaning=about.meaning.capitalize(), cure=about.cure)
    )
    slot = st.container()
    shown = paged(issues, PER_PAGE, f"findings/{kind}")
    seen = [(issue, _rows(study, issue)) for issue in shown]
    with slot:
        if any(figure.has_shore for _, rows in seen for row in rows for figure in row.pictures):
            draw_legend([TRUE_WATER], say("dataset.shore_note"))
        with st.grid(1 if kind in WIDE else 2, min_column_width=360):
            for issue, rows in seen:
                if rows:
                    _draw_issue(issue, rows)
        blind = [issue for issue, rows in seen if not rows]
        if blind:
            found = pd.DataFrame([(names_of(one), one.detail) for one in blind], columns=["sample", "found"])
            draw_table(found, titled(found, "dataset"), say("dataset.blind_alt", kind=title_of(kind)))


def _draw_issue(issue: Issue, rows: list[PictureRow]) -> None:
    with st.container(border=True, gap="small", height="stretch"):
        st.markdown(f"**{plain(names_of(issue))}**  \n{plain(issue.detail)}")
        for row in rows:
            if row.heading:
                st.caption(f"**{row.heading}**")
            shown = [
                Shown(figure.encoded, figure.ratio, plain(figure.caption), figure.caption)
                for figure in row.pictures
            ]
            draw_strip(shown, WIDE_RATIO if issue.kind in WIDE else CARD_RATIO)


def _rows(study: Study, issue: Issue) -> list[PictureRow]:
    with waiting("drawing"):
        return _pictures(study.files, study.audit, issue, str(study.dataset.folder), language())


@st.cache_data(max_entries=300, show_spinner=False, hash_funcs={Audit: lambda _: 0})
def _pictures(files: str, audit: Audit, issue: Issue, folder: str, language: str) -> list[PictureRow]:
    return AuditPictures(audit, list_dataset(folder)).rows(issue)
