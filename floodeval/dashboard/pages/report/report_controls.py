"""The choices of the page Report: which cases, in which language, with or without photographs."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import ALL, reviewer_key, reviewer_of
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.report.report_queries import subgroup_names
from floodeval.dashboard.state.reviewer import reviewer_words
from floodeval.dashboard.state.selection import OUT, Selection, outcome_names
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.datasets.sample_names import natural_key
from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import MarkedCase, reviewers_of
from floodeval.i18n.catalog import say
from floodeval.i18n.language import LANGUAGES, language
from floodeval.report.logo import LARGEST, UploadedLogo, read_logo
from floodeval.report.model import LONGEST_LINE, ReportRequest, one_line, today
from floodeval.report.select import DEFAULT_CASES, MARKED, NAMED, ORDERS, RULES, WORST, CaseRule
from floodeval.viz.wording import outcome_title

MOST = 500  # cases in a report
LOGO_TYPES = ("png", "jpg", "jpeg")
LOGO_WIDTH_PX = 460


def ask_cases(selection: Selection) -> CaseRule:
    """Let the person choose the rule that selects the cases, and its options."""
    rule = _segments("rule", RULES, WORST, {name: say(f"report_page.rule_{name}") for name in RULES})
    if rule == MARKED:
        return CaseRule(MARKED)
    if rule == NAMED:
        ids = sorted(selection.table["id"], key=natural_key)
        chosen = st.multiselect(say("report_page.ids"), ids, key="report_ids", persist_state="session")
        return CaseRule(NAMED, ids=tuple(one for one in chosen if one in set(ids)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = _number()
        by = _segments("by", ORDERS, ORDERS[0], {one: say(f"report_page.by_{one}") for one in ORDERS})
    counts = selection.table["outcome"].value_counts()
    outcomes = {ALL: say("report_page.all")} | {
        name: outcome_title(name, single=False) for name in outcome_names(selection.b) if counts.get(name)
    }  # an empty outcome has no case to show
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = _select("outcome", outcomes)
        within = _select("slice", {"": say("report_page.all")} | subgroup_names(selection))
    return CaseRule(WORST, n=n, by=by, outcome=outcome, subgroup=within)


def ask_reviewers(selection: Selection) -> tuple[str, ...]:
    """Let the person choose whose marks and notes are used; none for everybody's."""
    names = reviewers_of(selection.reviews)
    if not any(names):
        return ()
    words = {ALL: say("report_page.everybody")}
    words |= {reviewer_key(name): reviewer_words(name) for name in names}
    name = reviewer_of(_select("reviewer", words))
    return () if name is None else (name,)


def explain_no_cases(selection: Selection, choice: CaseRule, marked: Mapping[str, MarkedCase]) -> bool:
    """Draw what to do where the rule selects no photograph yet; returns whether that is the case."""
    if choice.rule == NAMED and not choice.ids:
        st.info(say("report_page.none_named"), icon=":material/touch_app:")
        return True
    failures = {name for name, case in marked.items() if case.is_failure}
    if choice.rule != MARKED or failures & set(selection.table["id"]):
        return False
    key = "report_page.others_marked" if failures else "report_page.none_marked"
    st.info(say(key, n=len(failures)), icon=":material/flag:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("report_page.take_worst"),
            icon=":material/trending_down:",
            key="report_worst",
            on_click=_use_worst,
        )
        link_to("Worst cases", selection.params, say("report_page.mark_some"), ":material/flag:")
    return True


def _use_worst() -> None:
    st.session_state["report_rule"] = WORST


def ask_request(selection: Selection, choice: CaseRule, with_photographs: bool) -> tuple[ReportRequest, str]:
    """Let the person choose the language and whether photographs are shown; returns request and language.

    Args:
        selection: what the dashboard shows.
        choice: the cases.
        with_photographs: whether they are on this machine.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        report_language = _segments("language", tuple(LANGUAGES), language(), dict(LANGUAGES))
        st.session_state.setdefault("report_photographs", True)
        shown = st.toggle(
            say("report_page.photographs"),
            key="report_photographs",
            help=say("report_page.photographs_help"),
            disabled=not with_photographs,
            persist_state="session",
        )
    author, organization = _sender()
    request = ReportRequest(
        cases=choice,
        a=selection.a,
        b=selection.b,
        prompt=selection.prompt.spec,
        subset="" if selection.split == ALL else selection.split,
        without_flagged=selection.flagged == OUT,
        failure_threshold=None if selection.threshold == selection.own_threshold else selection.threshold,
        photographs=shown or not with_photographs,
        date=today(),
        author=author,
        organization=organization,
        logo=_ask_logo(),
    )
    return request, report_language


def _sender() -> tuple[str, str]:
    """Let the person name author and organization, for the first page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        author, organization = (
            st.text_input(
                say(f"report_page.{name}"),
                max_chars=LONGEST_LINE,
                key=f"report_{name}",
                persist_state="session",
            )
            for name in ("author", "organization")
        )
    return one_line("author", author or ""), one_line("organization", organization or "")


def _ask_logo() -> UploadedLogo | None:
    """Let the person upload a logo; one that cannot be used is refused here, and the report has none."""
    uploaded = st.file_uploader(
        say("report_page.logo"),
        LOGO_TYPES,
        key="report_logo",
        max_upload_size=LARGEST // 2**20,
        help=say("report_page.logo_help"),
        width=LOGO_WIDTH_PX,
    )
    if uploaded is None:
        return None
    logo = UploadedLogo(uploaded.name, uploaded.getvalue())
    try:
        read_logo(logo)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return None
    return logo


def _number() -> int:
    st.session_state.setdefault("report_n", DEFAULT_CASES)
    n = st.number_input(
        say("report_page.n"), 0, MOST, step=1, key="report_n", width=130, persist_state="session"
    )
    return int(n)


def _segments(name: str, options: tuple[str, ...], default: str, words: dict[str, str]) -> str:
    key = f"report_{name}"
    st.session_state.setdefault(key, default)
    st.segmented_control(
        say(f"report_page.{name}"),
        options,
        format_func=words.__getitem__,
        key=key,
        required=True,
        persist_state="session",
    )
    return str(st.session_state[key])


def _select(name: str, words: dict[str, str]) -> str:
    """Let the person choose a key by its words; a choice that no longer exists becomes the first key."""
    key = f"report_{name}"
    if st.session_state.get(key) not in words:
        st.session_state[key] = next(iter(words))
    return str(
        st.selectbox(
            say(f"report_page.{name}"),
            list(words),
            format_func=lambda one: words.get(one, one),
            key=key,
            width=300,
            persist_state="session",
        )
    )
