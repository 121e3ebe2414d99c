"""The forms of the page Jobs: what to run, the same command for a terminal, and the button that starts it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from floodeval.dashboard.pages.jobs.dataset_form import draw_check, draw_upload
from floodeval.dashboard.pages.jobs.job_inputs import (
    DEFAULT_PROMPTS,
    OWN_FOLDERS,
    PRESETS,
    PROMPTS,
    ChosenSplit,
    check_prompts,
    dataset_folder,
    dataset_names,
    dataset_words,
    demo_work,
    evaluation_work,
    free_name,
    listing_of,
    model_sources,
    split_files,
    split_path,
    stress_work,
    subset_sizes,
    training_work,
)
from floodeval.dashboard.state.jobs_allowed import asked_job, refuse_unless_jobs_are_allowed
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.datasets.listing import Listing
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, counted, say, saying
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
from floodeval.sam.sources import PUBLISHED
from floodeval.storage.paths import check_name, results_folder

KINDS = ("evaluate", "finetune", "split", "stress", "demo", "dataset")
PROBLEM = "_jobs_problem"  # in the session state: the error of a callback
DATASET = "jobs_dataset"  # in the session state: a data set's folder that the list offers in addition
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
    split = st.selectbox(say("jobs_page.split"), splits, format_func=_split_words, key="jobs_training_split")
    sizes = subset_sizes(listing, split)
    if not sizes.get("train") or not sizes.get("validation"):
        raise FloodevalError(saying("jobs_page.no_training_subset"))
    st.caption(_sizes_words(sizes))
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


def choose_dataset() -> tuple[Path, Listing]:
    """Draw the choice of a data set and what it is recognized as.

    Raises:
        FloodevalError: there is no such folder, or it is not recognized.
    """
    names = dataset_names()
    asked = st.session_state.get(DATASET)
    if asked and asked not in names:
        names = [asked, *names]
    text = st.selectbox(
        say("jobs_page.dataset"),
        names,
        index=None,
        key="jobs_dataset_choice",
        accept_new_options=True,
        placeholder=say("jobs_page.dataset_placeholder"),
        help=say("jobs_page.dataset_help"),
    )
    folder = dataset_folder(str(text or ""))
    listing = listing_of(str(folder))
    st.caption(f":material/folder_open: {recognized_words(listing)}")
    return folder, listing


def recognized_words(listing: Listing) -> str:
    """What a data set is recognized as, in a line of Markdown."""
    pairs = counted(len(listing.pairs), "pair")
    words = [plain(say("description.layout", name=listing.name, layout=listing.layout, pairs=pairs))]
    if listing.gaps:
        reason = str(listing.gaps[0].reason)
        words.append(plain(say("layouts.unpaired", n=len(listing.gaps), why=reason)))
    return " ".join(words)


def choose_split(listing: Listing) -> ChosenSplit:
    """Draw the choice of the photographs: all, or a subset of a split.

    Raises:
        FloodevalError: the split is not one of this data set.
    """
    offered = [OWN_FOLDERS] if listing.subset_of else []
    options = [None, *offered, *split_files()]
    split = st.selectbox(say("jobs_page.photographs"), options, format_func=_split_words, key="jobs_split")
    n_all = len(listing.pairs)
    if split is None:
        return ChosenSplit(None, None, n_all)
    sizes = subset_sizes(listing, split)
    subsets = [*sizes]
    if not subsets:
        raise FloodevalError(saying("jobs_page.other_split"))
    subset = st.segmented_control(
        say("jobs_page.subset"),
        subsets,
        default=subsets[-1],
        format_func=lambda name: say(f"jobs_page.subset_{name}", n=sizes[name]),
        key=f"jobs_subset/{split}",
        required=True,
    )
    file = None if split == OWN_FOLDERS else split_path(split)
    return ChosenSplit(file, subset, sizes[str(subset)])


def choose_variants() -> dict[str, str | None]:
    """Draw the choice of the models to compare; the first one is the baseline.

    Raises:
        FloodevalError: none is chosen.
    """
    sources = model_sources()
    names = st.multiselect(
        say("jobs_page.sides"),
        [*sources],
        default=[*sources][:2],
        format_func=lambda name: _model_words(name, sources[name]),
        key="jobs_variants",
        help=say("jobs_page.sides_help"),
    )
    if not names:
        raise FloodevalError(saying("jobs_page.no_side"))
    return {name: sources[name] for name in names}


def choose_prompts() -> list[str]:
    """Draw the choice of the prompts.

    Raises:
        FloodevalError: none is chosen, or one is not known.
    """
    prompts = st.multiselect(
        say("jobs_page.prompts"),
        PROMPTS,
        default=DEFAULT_PROMPTS,
        key="jobs_prompts",
        accept_new_options=True,
        help=say("jobs_page.prompts_help"),
    )
    check_prompts(prompts)
    return list(prompts)


def choose_name(command: str, wanted: str, kind: str) -> str:
    """Draw the name of what the command makes.

    Raises:
        FloodevalError: it is not a name.
    """
    proposed = free_name(wanted, kind)
    name = st.text_input(
        say(f"jobs_page.name_{command}"),
        proposed,
        max_chars=100,
        key=f"jobs_name_{command}/{proposed}",
        help=say(f"jobs_page.name_{command}_help"),
    )
    check_name({"runs": "run", "models": "model", "splits": "split"}[kind], name)
    if (results_folder() / kind / (f"{name}.csv" if kind == "splits" else name)).exists():
        st.caption(f":material/info: {say('jobs_page.name_taken', name=code(name))}")
    return name


def _model_words(name: str, source: str | None) -> str:
    if source is None:
        return say("jobs_page.published", name=PUBLISHED)
    return name if name == source else f"{name} ({source})"


def _split_words(split: str | None) -> str:
    if split is None:
        return say("jobs_page.all_photographs")
    return say("jobs_page.own_folders") if split == OWN_FOLDERS else split


def _sizes_words(sizes: dict[str, int]) -> str:
    return ", ".join(say(f"jobs_page.subset_{name}", n=n) for name, n in sizes.items())
