"""The page Jobs: a form that starts a command, and the list of jobs; or how to do it in a terminal."""

import streamlit as st

from floodeval.dashboard.pages.jobs.job_forms import draw_forms
from floodeval.dashboard.pages.jobs.job_list import draw_job_list
from floodeval.dashboard.state.jobs_allowed import OPTION, are_jobs_allowed
from floodeval.dashboard.state.read_only import OPTION as READ_ONLY
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.widgets.markdown import code
from floodeval.i18n.catalog import say
from floodeval.jobs.job_queue import JobQueue

TERMINAL = """floodeval demo
floodeval evaluate path/to/dataset --name my-run
floodeval split path/to/dataset --out split.csv
floodeval finetune path/to/dataset --split split.csv --name my-model
floodeval stress"""


def draw_jobs_page() -> None:
    """Draw the page below its title."""
    if not are_jobs_allowed():
        draw_off()
        return
    queue = _queue()
    form, jobs = st.columns([6, 5], gap="large")
    with form:
        draw_forms(queue)
    with jobs:
        st.subheader(say("jobs_page.jobs"), anchor=False)
        draw_job_list(queue)


def draw_off() -> None:
    """Say that the page is off, how to turn it on, and how to start work without it."""
    if is_read_only():
        st.info(say("jobs_page.off_read_only", option=code(READ_ONLY)), icon=":material/lock:")
    else:
        st.info(say("jobs_page.off", option=code(OPTION)), icon=":material/lock:")
        st.code(f"floodeval dashboard {OPTION}", language=None)
    st.markdown(say("jobs_page.terminal"))
    st.code(TERMINAL, language=None, wrap_lines=True)
    st.caption(say("jobs_page.terminal_note"))


@st.cache_resource(show_spinner=False)
def _queues() -> dict[str, JobQueue]:
    """The queues of this server by their folders; one, unless the results folder changes."""
    return {}


def _queue() -> JobQueue:
    fresh = JobQueue()
    return _queues().setdefault(str(fresh.folder), fresh)
