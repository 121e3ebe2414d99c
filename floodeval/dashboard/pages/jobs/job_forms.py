"""The forms of the page Jobs: what to run, the same command for a terminal, and the button that starts it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from floodeval.dashboard.pages.jobs.dataset_form import draw_check, draw_upload
from floodeval.dashboard.pages.jobs.job_choices import (
    DATASET,
    choose_dataset,
    choose_name,
    choose_prompts,
    choose_split,
    choose_variants,
    sizes_words,
    split_words,
)
from floodeval.dashboard.pages.jobs.job_inputs import (
    OWN_FOLDERS,
    PRESETS,
    dataset_words,
    demo_work,
    evaluation_work,
    split_files,
    split_path,
    stress_work,
    subset_sizes,
    training_work,
)
from floodeval.dashboard.state.jobs_allowed import asked_job, refuse_unless_jobs_are_allowed
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, say, saying
from floodeval.jobs.commands import (
    DemoForm,
    EvaluationForm,
    SplitForm,
    StressForm,
    TrainingForm,
    wrapped_command_line,
)
from floodeval.jobs.forecast import Workload, check_space, forecast_bytes, free_bytes
from floodeval.jobs.job_queue import JobQueue
from floodeval.storage.paths import results_folder

KINDS = ("evaluate", "finetune", "split", "stress", "demo", "dataset")
PROBLEM = "_jobs_problem"  # in the session state: the error of a callback
_FEWEST_BASES = 9  # that can decide among the 9 factors of the stress suite

NO_WORK = Workload()
_NOT_CHOSEN = ("jobs_page.no_dataset", "jobs_page.no_side", "jobs_page.no_prompt")  # no mistakes


@dataclass(frozen=True)
class Order:
    """A command that a form states: its words, the name of what it makes, and how much it works on."""

    words: Sequence[str]
    title: str
    work: Workload = NO_WORK


def draw_forms(queue: JobQueue) -> None:
    """Draw the choice of a command, its form, and what starts it."""
    st.session_state.setdefault("jobs_kind", KINDS[0])
    take_over(asked_job())
    kind = st.pills(
        say("jobs_page.kind"),
        KINDS,
        format_func=lambda kind: say(f"jobs_page.kind_{kind}"),
        key="jobs_kind",
        required=True,
        label_visibility="collapsed",
    )
    st.caption(say(f"jobs_page.about_{kind}"))
    if kind == "dataset":
        draw_dataset_form()
        return
    try:
        order = _FORMS[str(kind)]()
    except FloodevalError as error:
        draw_missing(error, str(kind))
        return
    draw_order(queue, order)


def draw_dataset_form() -> None:
    """Draw the form that adds a data set, and the check of one."""
    draw_upload()
    try:
        folder, listing = choose_dataset()
    except FloodevalError as error:
        st.caption(f":material/arrow_upward: {error_text(error)}")
        return
    draw_check(folder, listing)


def take_over(asked: Mapping[str, str | None]) -> None:
    """Fill in what another page asked for."""
    if kind := asked.get("kind"):
        st.session_state["jobs_kind"] = kind
    if folder := asked.get("dataset"):
        st.session_state[DATASET] = st.session_state["jobs_dataset_choice"] = dataset_words(folder)


def draw_missing(error: FloodevalError, kind: str) -> None:
    """Draw what the form lacks, and the button, which cannot be used yet."""
    said = error.args[0]
    if isinstance(said, Saying) and said.key in _NOT_CHOSEN:
        st.caption(f":material/arrow_upward: {error_text(error)}")
    else:
        st.warning(error_text(error), icon=":material/edit:")
    label = say(f"jobs_page.start_{kind}")
    st.button(label, type="primary", icon=":material/play_arrow:", key="jobs_start", disabled=True)


def draw_order(queue: JobQueue, order: Order) -> None:
    """Draw the command, what it will write, and the button."""
    needed = forecast_bytes(order.work)
    st.caption(say("jobs_page.command"))
    st.code(wrapped_command_line(order.words), language=None, wrap_lines=True)
    words = say(
        "jobs_page.forecast", needed=formats.size(needed), free=formats.size(free_bytes(results_folder()))
    )
    try:
        check_space(needed, results_folder())
        problem = None
    except FloodevalError as error:
        problem = error
        st.error(error_text(error), icon=":material/hard_drive:")
    st.button(
        say(f"jobs_page.start_{order.words[0]}"),
        type="primary",
        icon=":material/play_arrow:",
        key="jobs_start",
        disabled=problem is not None,
        on_click=start,
        args=(queue, order, needed),
    )
    st.caption(words)


def start(queue: JobQueue, order: Order, needed: int) -> None:
    """Add a job to the queue; a callback, so that the list already shows it."""
    try:
        refuse_unless_jobs_are_allowed()
        queue.add(order.words, order.title, needed)
    except FloodevalError as error:
        st.session_state[PROBLEM] = error
        return
    for key in ("jobs_name_evaluate", "jobs_name_finetune", "jobs_name_split"):
        st.session_state.pop(key, None)  # the next one gets a name of its own


def _evaluation() -> Order:
    folder, listing = choose_dataset()
    chosen = choose_split(listing)
    variants = choose_variants()
    prompts = choose_prompts()
    name = choose_name("evaluate", folder.name, "runs")
    form = EvaluationForm(folder, name, variants, prompts, chosen.file, chosen.subset)
    return Order(form.command(), name, evaluation_work(listing, chosen.n, variants, prompts))


def _training() -> Order:
    folder, listing = choose_dataset()
    offered = [OWN_FOLDERS] if listing.subset_of else []
    splits = [*offered, *split_files()]
    if not splits:
        raise FloodevalError(saying("jobs_page.no_split"))
    split = st.selectbox(say("jobs_page.split"), splits, format_func=split_words, key="jobs_training_split")
    sizes = subset_sizes(listing, split)
    if not sizes.get("train") or not sizes.get("validation"):
        raise FloodevalError(saying("jobs_page.no_training_subset"))
    st.caption(sizes_words(sizes))
    presets = list(PRESETS)
    preset = st.selectbox(say("jobs_page.preset"), presets, index=presets.index("decoder"), key="jobs_preset")
    st.caption(say(f"jobs_page.preset_{preset}"))
    name = choose_name("finetune", f"{folder.name}-{preset}", "models")
    file = None if split == OWN_FOLDERS else split_path(split)
    form = TrainingForm(folder, name, preset, file)
    return Order(form.command(), name, training_work(sizes["train"], preset))


def _split() -> Order:
    folder, _ = choose_dataset()
    name = choose_name("split", folder.name, "splits")
    seed = int(st.number_input(say("jobs_page.seed"), 0, 999_999, 0, key="jobs_split_seed", width=160))
    return Order(SplitForm(folder, split_path(name), seed).command(), name)


def _stress() -> Order:
    bases = int(
        st.number_input(
            say("jobs_page.bases"),
            1,
            200,
            _FEWEST_BASES,
            key="jobs_bases",
            width=160,
            help=say("jobs_page.bases_help"),
        )
    )
    variants = choose_variants()
    prompts = choose_prompts()
    form = StressForm("stress", bases, variants, prompts)
    return Order(form.command(), "stress", stress_work(bases, len(variants) * len(prompts)))


def _demo() -> Order:
    scenes = int(st.number_input(say("jobs_page.scenes"), 1, 500, 12, key="jobs_scenes", width=160))
    return Order(DemoForm(scenes).command(), "demo", demo_work(scenes))


_FORMS: dict[str, Callable[[], Order]] = {
    "evaluate": _evaluation,
    "finetune": _training,
    "split": _split,
    "stress": _stress,
    "demo": _demo,
}
