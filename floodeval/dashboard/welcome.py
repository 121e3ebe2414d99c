"""What every page shows where there is no run yet: three ways to get one."""

import streamlit as st

from floodeval.dashboard.navigation import go_to
from floodeval.dashboard.state.jobs_allowed import (
    are_jobs_allowed,
    ask_to_evaluate,
    refuse_unless_jobs_are_allowed,
)
from floodeval.dashboard.state.read_only import is_read_only, refuse_if_read_only
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.bundled_run import add_bundled_run, bundled_run
from floodeval.i18n.catalog import say
from floodeval.jobs.commands import DemoForm
from floodeval.jobs.job_queue import JobQueue
from floodeval.storage.paths import results_folder


def draw_welcome(unfinished: list[str]) -> None:
    """Say that there are no runs yet, and offer the demo, an own data set and the bundled run."""
    st.title(say("welcome.title"))
    st.markdown(say("welcome.purpose"))
    draw_unfinished(unfinished)
    demo, own, bundled = st.columns(3, gap="medium")
    with demo.container(border=True, height="stretch"):
        _draw_demo()
    with own.container(border=True, height="stretch"):
        _draw_own()
    with bundled.container(border=True, height="stretch"):
        _draw_bundled()
    st.caption(say("welcome.where", folder=code(results_folder() / "runs")))


def draw_unfinished(names: list[str]) -> None:
    """Name the runs that were started and are not finished, if there are any."""
    if names:
        text = say("welcome.unfinished", n=len(names), names=plain(", ".join(names)))
        st.caption(f":material/hourglass_top: {text}")


def _draw_demo() -> None:
    st.markdown(f"##### :material/rocket_launch: {say('welcome.demo')}")
    st.markdown(say("welcome.demo_what"))
    if are_jobs_allowed():
        if st.button(say("welcome.demo_start"), key="welcome_demo", type="primary", width="stretch"):
            try:
                refuse_unless_jobs_are_allowed()
                _start_demo()
            except FloodevalError as error:
                st.error(error_text(error), icon=":material/error:")
                return
            go_to("Jobs", {})
        st.caption(say("welcome.in_terminal"))
    st.code("floodeval demo", language=None)


def _start_demo() -> None:
    """Start the demo, unless it is pending already."""
    queue = JobQueue()
    if not any(job.is_pending and job.kind == "demo" for job in queue.jobs()):
        queue.add(DemoForm().command(), "demo")


def _draw_own() -> None:
    st.markdown(f"##### :material/photo_library: {say('welcome.own')}")
    st.markdown(say("welcome.own_what"))
    if are_jobs_allowed():
        if st.button(say("welcome.own_start"), key="welcome_own", width="stretch"):
            ask_to_evaluate(None, kind="dataset")
            go_to("Jobs", {})
        st.caption(say("welcome.in_terminal"))
    st.code(
        "floodeval evaluate path/to/dataset \\\n"
        "    --name my-run \\\n"
        "    --variant pretrained \\\n"
        "    --variant finetuned=path/to/checkpoint",
        language=None,
        wrap_lines=True,
    )


def _draw_bundled() -> None:
    st.markdown(f"##### :material/folder_open: {say('welcome.bundled')}")
    st.markdown(say("welcome.bundled_what"))
    if is_read_only() or bundled_run() is None:
        st.caption(say("welcome.no_bundled"))
        return
    if st.button(say("welcome.bundled_open"), key="welcome_bundled", width="stretch"):
        try:
            refuse_if_read_only()
            add_bundled_run()
        except FloodevalError as error:
            st.error(error_text(error), icon=":material/error:")
            return
        st.rerun()
