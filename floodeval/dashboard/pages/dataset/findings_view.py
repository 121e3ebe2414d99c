"""The section Findings: what the audit found, each with its badge and its pictures."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, finding_pictures
from floodeval.dashboard.widgets.markdown import draw_legend, plain
from floodeval.dashboard.widgets.pictures import StripPicture, draw_strip
from floodeval.dashboard.widgets.tables import draw_table, paged, titled
from floodeval.datasets.audit.findings import GRAVITIES, KINDS, Audit, Issue
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.audit_pictures import PictureRow, names_of
from floodeval.viz.style import TRUE_WATER

GRAVITY_COLORS = {
    "truth_in_doubt": "red",
    "leaking": "red",
    "unusable": "orange",
    "repeated": "blue",
    "harmless": "gray",
}
GRAVITY_ICONS = {
    "truth_in_doubt": ":material/error:",
    "leaking": ":material/water_drop:",
    "unusable": ":material/block:",
    "repeated": ":material/content_copy:",
    "harmless": ":material/info:",
}
PER_PAGE = 8
WIDE = ("swapped_masks", "foreign_mask")  # kinds with several rows of pictures
WIDE_RATIO, CARD_RATIO = 5.5, 3.0  # width over height of a row of pictures, in a wide and a narrow card


def draw_findings(scan: DatasetScan) -> None:
    """Draw the findings of the chosen kind, and a list of all kinds."""
    counts = scan.audit.counts()
    if not counts:
        st.success(say("dataset.nothing_found"), icon=":material/check_circle:")
        return
    if st.session_state.get("finding_kind") not in counts:
        st.session_state["finding_kind"] = next(iter(counts))
    st.pills(
        say("dataset.kind_of_finding"),
        list(counts),
        format_func=lambda kind: f"{finding_title(kind)} ({counts[kind]})",
        key="finding_kind",
        required=True,
        persist_state="session",
    )
    _draw_kind(scan, str(st.session_state["finding_kind"]), counts)
    with st.expander(say("dataset.all_kinds"), icon=":material/list:"):
        rows = kind_rows(scan.audit)
        draw_table(rows, titled(rows, "dataset"), say("dataset.all_kinds_alt"))


def kind_rows(audit: Audit) -> pd.DataFrame:
    """One row per kind of finding that occurs: found, n, gravity, meaning, cure."""
    rows = [
        (finding_title(kind), n, gravity_word(gravity_of(kind)), KINDS[kind].meaning, KINDS[kind].cure)
        for kind, n in audit.counts().items()
    ]
    return pd.DataFrame(rows, columns=["found", "n", "gravity", "meaning", "cure"])


def _draw_kind(scan: DatasetScan, kind: str, counts: dict[str, int]) -> None:
    about, issues = KINDS[kind], scan.audit.of_kind(kind)
    st.markdown(
        gravity_badge(gravity_of(kind), counts[kind])
        + " "
        + say("dataset.kind_words", meaning=about.meaning.capitalize(), cure=about.cure)
    )
    slot = st.container()
    shown = paged(issues, PER_PAGE, f"findings/{kind}")
    seen = [(issue, finding_pictures(scan, issue)) for issue in shown]
    with slot:
        if any(figure.has_shore for _, rows in seen for row in rows for figure in row.pictures):
            draw_legend([TRUE_WATER], say("dataset.shore_note"))
        with st.grid(1 if kind in WIDE else 2, min_column_width=360):
            for issue, rows in seen:
                if rows:
                    _draw_issue(issue, rows)
        unseen = [issue for issue, rows in seen if not rows]
        if unseen:
            found = pd.DataFrame([(names_of(one), one.detail) for one in unseen], columns=["sample", "found"])
            draw_table(found, titled(found, "dataset"), say("dataset.blind_alt", kind=finding_title(kind)))


def _draw_issue(issue: Issue, rows: list[PictureRow]) -> None:
    with st.container(border=True, gap="small", height="stretch"):
        st.markdown(f"**{plain(names_of(issue))}**  \n{plain(issue.detail)}")
        for row in rows:
            if row.heading:
                st.caption(f"**{row.heading}**")
            shown = [
                StripPicture(figure.encoded, figure.ratio, plain(figure.caption), figure.caption)
                for figure in row.pictures
            ]
            draw_strip(shown, WIDE_RATIO if issue.kind in WIDE else CARD_RATIO)


def finding_badges(kinds: tuple[str, ...]) -> list[str]:
    """Kinds of finding as badges, in Markdown."""
    return [f":{GRAVITY_COLORS[gravity_of(kind)]}-badge[{plain(finding_word(kind))}]" for kind in kinds]


def finding_word(kind: str) -> str:
    """The name of a kind of finding, within a sentence."""
    return finding_title(kind).lower()


def finding_title(kind: str) -> str:
    """The name of a kind of finding, as a title."""
    return say(f"audit.{kind}")


def gravity_of(kind: str) -> str:
    """How serious a kind of finding is: a key of `GRAVITIES`."""
    return next(name for name, kinds in GRAVITIES.items() if kind in kinds)


def gravities(audit: Audit) -> dict[str, int]:
    """How many findings there are of each gravity."""
    counts = audit.counts()
    return {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in GRAVITIES.items()}


def gravity_badge(name: str, n: int) -> str:
    """A gravity and its number of findings as a badge, in Markdown."""
    return f":{GRAVITY_COLORS[name]}-badge[{GRAVITY_ICONS[name]} {gravity_word(name)}: {formats.count(n)}]"


def gravity_word(name: str) -> str:
    """The name of a gravity."""
    return say(f"audit.gravity_{name}")
