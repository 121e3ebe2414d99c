"""The list on the page Jobs: progress, log and buttons; it refreshes itself while a job is pending."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.navigation import go_to
from floodeval.dashboard.pages.jobs.job_forms import PROBLEM
from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.jobs_allowed import refuse_unless_jobs_are_allowed
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.dashboard.widgets.tables import folded
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.jobs.commands import wrapped_command_line
from floodeval.jobs.job import Job, JobFolder
from floodeval.jobs.job_progress import JobProgress, read_progress
from floodeval.jobs.job_queue import JobQueue
from floodeval.storage.paths import locate

REFRESH_S = 2.0
LINES = 30  # of a log
STATE_COLORS = {
    "queued": "gray",
    "running": "blue",
    "finished": "green",
    "failed": "red",
    "canceled": "gray",
    "interrupted": "orange",
    "unreadable": "red",
}
STATE_ICONS = {
    "queued": "schedule",
    "running": "progress_activity",
    "finished": "check_circle",
    "failed": "error",
    "canceled": "cancel",
    "interrupted": "power_off",
    "unreadable": "broken_image",
}
STAGES = (
    "checking labels",
    "searching for scenes",
    "downloading",
    "drawing",
    "encoding",
    "evaluating",
    "measuring water",
    "measuring",
    "reading",
    "training",
)  # of commands; a name may follow
RESULT_PAGES = {"evaluate": "Home", "demo": "Home", "stress": "Home", "finetune": "Training"}
_PENDING = "_jobs_pending"  # in the session state: which jobs were pending when the page ran


def draw_job_list(queue: JobQueue) -> None:
    """Draw the list; while a job is pending it draws itself again every few seconds."""
    pending = _pending(queue.jobs())
    st.session_state[_PENDING] = pending
    st.fragment(run_every=REFRESH_S if pending else None)(_draw)(queue)


def _draw(queue: JobQueue) -> None:
    keep_language()
    jobs = queue.jobs()
    try:
        queue.wake_now_and_then()
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
    if st.session_state.get(_PENDING) != _pending(jobs):
        st.rerun()  # once, so that forms know what is new, and a list at rest stops refreshing itself
    if (problem := st.session_state.pop(PROBLEM, None)) is not None:
        st.error(error_text(problem), icon=":material/error:")
    if not jobs:
        st.caption(say("jobs_page.none"))
    for job in _in_order(jobs):
        draw_job(queue, job)


def _pending(jobs: list[Job]) -> list[tuple[str, str]]:
    return [(job.id, job.state) for job in jobs if job.is_pending]


def _in_order(jobs: list[Job]) -> list[Job]:
    """What runs, then what waits in its order, then what has ended, the latest first."""
    ended = [job for job in jobs if not job.is_pending]
    running = [job for job in jobs if job.state == "running"]
    waiting = [job for job in jobs if job.state == "queued"]
    return [*running, *waiting, *sorted(ended, key=lambda job: (job.ended, job.id), reverse=True)]


def draw_job(queue: JobQueue, job: Job) -> None:
    """Draw one job: what it is, how far it is, what can be done with it, and its log."""
    folder = JobFolder(queue.folder / job.id)
    with st.container(border=True, gap="xsmall", key=f"job-{job.id}"):
        st.markdown(f"**{title_words(job)}** {state_badge(job)}")
        if job.state == "running":
            _draw_progress(read_progress(folder.progress))
        if job.error_words:
            st.error(plain(job.error_words), icon=":material/error:")
        elif job.is_resumable:
            st.caption(say(f"jobs_page.about_{job.state}"))
        elif times := _times(job):
            st.caption(times)
        _draw_buttons(queue, job)
        if job.command:
            with folded(say("jobs_page.log"), ":material/article:", f"job_log/{job.id}") as is_open:
                if is_open:
                    st.code(wrapped_command_line(job.command), language=None, wrap_lines=True)
                    lines = folder.read_log().splitlines()[-LINES:]
                    st.code("\n".join(lines) or say("jobs_page.no_log"), language=None, wrap_lines=True)


def title_words(job: Job) -> str:
    """What a job does, as Markdown."""
    if not job.command:
        return code(job.id)
    return say("jobs_page.title", kind=say(f"jobs_page.kind_{job.kind}"), name=code(job.title))


def state_badge(job: Job) -> str:
    """A job's state as a badge."""
    words = say("jobs_page.state_canceling") if job.cancel else say(f"jobs_page.state_{job.state}")
    return f":{STATE_COLORS[job.state]}-badge[:material/{STATE_ICONS[job.state]}: {words}]"


def _draw_progress(progress: JobProgress | None) -> None:
    if progress is None or not progress.total:
        st.progress(0.0, say("jobs_page.starting"))
        return
    words = say(
        "jobs_page.progress",
        stage=stage_words(progress.what),
        done=formats.count(progress.done),
        total=formats.count(progress.total),
    )
    if (left := progress.seconds_left) is not None:
        words += say("jobs_page.left", time=formats.duration(left))
    st.progress(progress.share, words)


def stage_words(stage: str) -> str:
    """A stage of a command in the page's language; as the command names it where that is not known."""
    found = next((one for one in STAGES if stage == one or stage.startswith(f"{one} ")), None)
    if found is None:
        return plain(stage[:60])
    words = say(f"jobs_page.stage_{found.replace(' ', '_')}")
    return f"{words} {plain(stage[len(found) :][:60])}".rstrip()


def _times(job: Job) -> str:
    if job.state == "queued":
        return say("jobs_page.waits")
    if job.state == "finished":
        return say("jobs_page.ended_at", time=plain(job.ended[:16].replace("T", " ")))
    return ""


def _draw_buttons(queue: JobQueue, job: Job) -> None:
    with st.container(horizontal=True, gap="small"):
        if job.state == "finished" and _has_result(job):
            page = RESULT_PAGES[job.kind]
            if st.button(
                say(f"jobs_page.open_{page.lower()}"),
                key=f"job_open/{job.id}",
                type="primary",
                icon=":material/arrow_forward:",
            ):
                go_to(page, {"model" if page == "Training" else "run": job.title})
        if job.is_pending:
            _button(queue.cancel, job, "cancel", "close", disabled=job.cancel)
        if job.is_resumable:
            _button(queue.resume, job, "resume", "replay")
        if not job.is_pending:
            _button(queue.remove, job, "remove", "delete")


def _has_result(job: Job) -> bool:
    page = RESULT_PAGES.get(job.kind)
    file = ("models", "history.csv") if page == "Training" else ("runs", "metrics.parquet")
    return page is not None and (locate(file[0], job.title) / file[1]).exists()


def _button(change: Callable[[str], None], job: Job, word: str, icon: str, *, disabled: bool = False) -> None:
    st.button(
        say(f"jobs_page.{word}"),
        key=f"job_{word}/{job.id}",
        icon=f":material/{icon}:",
        disabled=disabled,
        on_click=_changed,
        args=(change, job.id),
        help=say(f"jobs_page.{word}_help"),
    )


def _changed(change: Callable[[str], None], job_id: str) -> None:
    try:
        refuse_unless_jobs_are_allowed()
        change(job_id)
    except FloodevalError as error:
        st.session_state[PROBLEM] = error
