"""The form of the page Jobs that adds a data set from a zip archive, and checks one before anything runs."""

from pathlib import Path

import streamlit as st

from floodeval.dashboard.pages.dataset.findings_view import gravities, gravity_badge
from floodeval.dashboard.pages.dataset.recognized_view import draw_recognized
from floodeval.dashboard.pages.jobs.job_inputs import free_dataset_name
from floodeval.dashboard.state.jobs_allowed import ask_to_evaluate, refuse_unless_jobs_are_allowed
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.dashboard.widgets.progress_bar import progress_bar
from floodeval.datasets.archive import add_archive
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.audit.findings import Audit
from floodeval.datasets.description import Description, describe_dataset
from floodeval.datasets.layouts import dataset_places
from floodeval.datasets.listing import Listing
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import counted, say
from floodeval.progress import Step

UPLOAD_MB = 2000  # of an archive, which is kept in memory while it is unpacked
MOST_FINDINGS = 5  # that are listed
_CHECKED = "_jobs_checked"  # in the session state: the folder that was checked


def draw_upload() -> None:
    """Draw the choice of an archive and of a name, and the button that adds it."""
    archive = st.file_uploader(
        say("jobs_page.archive"), "zip", key="jobs_archive", max_upload_size=UPLOAD_MB, help=_place_words()
    )
    if archive is None:
        return
    proposed = free_dataset_name(Path(archive.name).stem)
    name = st.text_input(
        say("jobs_page.name_dataset"), proposed, max_chars=100, key=f"jobs_name_dataset/{proposed}"
    )
    if not st.button(say("jobs_page.add"), key="jobs_add", type="primary", icon=":material/add:"):
        return
    try:
        refuse_unless_jobs_are_allowed()
        with progress_bar(_unpacking_words) as progress:
            folder = add_archive(archive, name, progress)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    st.session_state[_CHECKED] = str(folder)
    ask_to_evaluate(folder, kind="dataset")
    st.rerun()


def _unpacking_words(step: Step, left: float | None) -> str:
    return say("jobs_page.unpacking", done=step.done, total=step.total)


def _place_words() -> str:
    return say("jobs_page.archive_help", folder=code(dataset_places()[0].absolute()))


def draw_check(folder: Path, listing: Listing) -> None:
    """Draw the check of a data set: what it is recognized as, and what is wrong with its files."""
    evaluate, check = st.container(horizontal=True), False
    with evaluate:
        check = st.button(say("jobs_page.check"), key="jobs_check", icon=":material/fact_check:")
        if st.button(
            say("dataset.evaluate"), key="jobs_evaluate", type="primary", icon=":material/play_circle:"
        ):
            ask_to_evaluate(folder)
            st.rerun()
    if check:
        st.session_state[_CHECKED] = str(folder)
    if st.session_state.get(_CHECKED) != str(folder):
        return
    try:
        with st.spinner(say("jobs_page.checking"), show_time=True):
            description, found = _checked(str(folder), _stamp(listing))
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    draw_recognized(description)
    draw_audit(found)


def draw_audit(found: Audit) -> None:
    """Draw how many findings an audit has, by gravity, and the first ones in words."""
    if not found.issues:
        st.success(say("dataset.nothing_found"), icon=":material/check_circle:")
        return
    badges = [gravity_badge(name, n) for name, n in gravities(found).items() if n]
    audited = say("dataset.audit_made", findings=counted(len(found.issues), "finding"))
    st.markdown(" ".join([audited, *badges]))
    for issue in found.issues[:MOST_FINDINGS]:
        st.markdown(f"- {plain(issue.detail)}")
    if len(found.issues) > MOST_FINDINGS:
        st.caption(say("jobs_page.more_findings", n=len(found.issues) - MOST_FINDINGS))


def _stamp(listing: Listing) -> tuple[int, float]:
    """The number of a data set's files, and when the last of them was changed."""
    files = [*listing.photographs, *(mask.path for mask in listing.masks)]
    return len(files), max((path.stat().st_mtime for path in files if path.is_file()), default=0.0)


@st.cache_resource(max_entries=4, show_spinner=False)
def _checked(folder: str, stamp: tuple[int, float]) -> tuple[Description, Audit]:
    return describe_dataset(folder), audit(folder)
