"""The page Report put together: the cases and their notes, the preview, the files to download."""

import base64
from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import ALL, SIDES
from floodeval.analysis.subgroups import cut
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.report.making import (
    PREVIEWED,
    SUFFIXES,
    TYPES,
    draw_notes,
    made_files,
    make_files,
    preview,
    seconds_needed,
)
from floodeval.dashboard.queries import photographs, waiting
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import OUT, Selection, outcome_names
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.dashboard.widgets.progress_bar import progress_bar
from floodeval.datasets.layouts import natural_key
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase, read_cases
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.i18n.language import LANGUAGES, language, speaking
from floodeval.progress import Step
from floodeval.report.make import FORMS, Request, today
from floodeval.report.select import MARKED, NAMED, RULES, USUAL, WORST, Choice, choose, traits_of
from floodeval.viz.wording import outcome_title, slice_words

# What report the person asks for: by which rule its cases are chosen, in which language, how shown.

MOST = 500  # cases that one report may show


def ask_cases(selection: Selection) -> Choice:
    """Let the person choose the rule and what belongs to it."""
    rule = _segments("rule", RULES, WORST, {name: say(f"report_page.rule_{name}") for name in RULES})
    if rule == MARKED:
        return Choice(MARKED)
    if rule == NAMED:
        ids = sorted(selection.table["id"], key=natural_key)
        chosen = st.multiselect(say("report_page.ids"), ids, key="report_ids", persist_state="session")
        return Choice(NAMED, ids=tuple(one for one in chosen if one in set(ids)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = _number()
        by = _segments("by", SIDES, SIDES[0], {side: say(f"report_page.by_{side}") for side in SIDES})
    counts = selection.table["outcome"].value_counts()
    groups = {ALL: say("report_page.all")} | {
        name: outcome_title(name, single=False) for name in outcome_names(selection.b) if counts.get(name)
    }  # an empty group has no case to show
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = _select("quadrant", groups)
        within = _select("slice", {"": say("report_page.all")} | _slices(selection))
    return Choice(WORST, n=n, by=by, outcome=outcome, slice=within)


def lacking(selection: Selection, choice: Choice, marked: Mapping[str, MarkedCase]) -> bool:
    """Say what to do where the rule has no photograph yet; returns whether that is so."""
    if choice.rule == NAMED and not choice.ids:
        st.info(say("report_page.none_named"), icon=":material/touch_app:")
        return True
    if choice.rule != MARKED or set(marked) & set(selection.table["id"]):
        return False
    key = "report_page.others_marked" if marked else "report_page.none_marked"
    st.info(say(key, n=len(marked)), icon=":material/flag:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("report_page.take_worst"),
            icon=":material/trending_down:",
            key="report_worst",
            on_click=_worst,
        )
        link_to("Worst cases", selection.params, say("report_page.mark_some"), ":material/flag:")
    return True


def _worst() -> None:
    st.session_state["report_rule"] = WORST


def ask_request(selection: Selection, choice: Choice, at_hand: bool) -> tuple[Request, str]:
    """Let the person choose the language and whether photographs are shown; returns both.

    Args:
        selection: what the dashboard shows.
        choice: the cases.
        at_hand: whether the photographs are on this machine.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = _segments("language", tuple(LANGUAGES), language(), dict(LANGUAGES))
        st.session_state.setdefault("report_photographs", True)
        shown = st.toggle(
            say("report_page.photographs"),
            key="report_photographs",
            help=say("report_page.photographs_help"),
            disabled=not at_hand,
            persist_state="session",
        )
    request = Request(
        choice=choice,
        a=selection.a,
        b=selection.b,
        prompt=selection.prompt.spec,
        subset="" if selection.split == ALL else selection.split,
        without_flagged=selection.flagged == OUT,
        photographs=shown or not at_hand,
        date=today(),
    )
    return request, spoken


def _slices(selection: Selection) -> dict[str, str]:
    """The run's slices by their names, in words; none where it does not know its photographs' traits."""
    try:
        traits = traits_of(selection.run, selection.table)
    except FloodevalError:
        return {}
    return {
        f"{one.trait}={one.part}": slice_words(one.trait, one.part, one.low, one.high) for one in cut(traits)
    }


def _number() -> int:
    st.session_state.setdefault("report_n", USUAL)
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
    """A choice among words by their keys; what is no longer to be had becomes the first."""
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


# The page Report put together: the cases and their notes, the preview, the files to download.

PREVIEW_PX = 760
# In the order in which a person wants them.
SHOWN = ("html", "pdf", "markdown", "csv", "summary", "coco", "coco_polygons")


@fragment
def draw_report(selection: Selection) -> None:
    """Let the person choose cases, annotate them, look at the report and download it."""
    if selection.b is None:
        st.info(say("report_page.one_variant"), icon=":material/info:")
        return
    st.markdown(say("report_page.purpose"))
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    try:
        marked = read_cases(selection.run.folder)
        choice = ask_cases(selection)
        if lacking(selection, choice, marked):
            return
        chosen = choose(selection.run, selection.table, choice, marked, selection.prompt.spec)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if chosen.gone:
        st.warning(
            say("report.cases_gone", n=len(chosen.gone), ids=plain(", ".join(chosen.gone))),
            icon=":material/warning:",
        )
    if chosen.ids:
        _draw_cases(selection, chosen.ids, marked)
    request, spoken = ask_request(selection, choice, at_hand=found.dataset is not None)
    _draw_files(selection, request, spoken, len(chosen.ids))
    _draw_preview(selection, request, spoken, chosen.ids)


def _draw_cases(selection: Selection, ids: tuple[str, ...], marked: Mapping[str, MarkedCase]) -> None:
    """Draw the cases' table of notes, which needs a case."""
    title = say("report_page.cases", cases=counted(len(ids), "photograph"))
    with st.expander(title, expanded=True, icon=":material/edit_note:"):
        draw_notes(selection, ids, marked)
        st.caption(say("report_page.cases_help"))


def _draw_files(selection: Selection, request: Request, spoken: str, n_cases: int) -> None:
    """Let the person choose the forms, make them, and download those that are made."""
    st.session_state.setdefault("report_forms", ["html"])
    chosen = st.pills(
        say("report_page.forms"),
        SHOWN,
        selection_mode="multi",
        format_func=lambda form: say(f"report_page.form_{form}"),
        key="report_forms",
        persist_state="session",
    )
    forms = [form for form in FORMS if form in chosen]
    made = made_files(selection.run, request, spoken)
    missing = [form for form in forms if form not in made]
    slot = st.empty()
    if missing:
        with slot.container():
            seconds = formats.duration(seconds_needed(n_cases, missing))
            make = st.button(
                say("report_page.make"), key="report_make", type="primary", icon=":material/note_add:"
            )
            st.caption(say("report_page.estimate", seconds=seconds))
            if make:
                _make(selection, request, spoken, missing)
    if all(form in made for form in forms):
        slot.empty()
    with st.container(horizontal=True):
        for form in SHOWN:
            if form in forms and form in made:
                st.download_button(
                    say("report_page.download", form=say(f"report_page.form_{form}")),
                    made[form],
                    file_name=f"{selection.name}-report{SUFFIXES[form]}",
                    mime=TYPES[form],
                    key=f"report_download_{form}",
                    on_click="ignore",
                    icon=":material/download:",
                )


def _make(selection: Selection, request: Request, spoken: str, forms: list[str]) -> None:
    """Make the forms under a bar of progress; what cannot be made is said."""
    page_language = language()

    def words(step: Step, left_s: float | None) -> str:
        with speaking(page_language):
            form = say(f"report_page.form_{step.what}")
            said = say("report_page.making", form=form, done=step.done, total=step.total)
            if left_s is None or step.done >= step.total:
                return said
            return said + say("report_page.left", seconds=formats.duration(left_s))

    with progress_bar(words) as progress:
        for form in forms:
            try:
                make_files(selection.run, request, spoken, [form], progress)
            except FloodevalError as error:
                st.error(error_text(error), icon=":material/error:")


def _draw_preview(selection: Selection, request: Request, spoken: str, ids: tuple[str, ...]) -> None:
    """Draw the report as it will be, with its first cases, in a frame of its own."""
    st.markdown(f"#### {say('report_page.preview')}")
    try:
        with waiting("making_preview"):
            page = preview(selection.run, request, spoken, ids)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if len(ids) > PREVIEWED:
        st.caption(say("report_page.preview_few"))
    address = "data:text/html;charset=utf-8;base64," + base64.b64encode(page.encode()).decode()
    with st.container(border=True):
        st.iframe(address, height=PREVIEW_PX, alt=say("report_page.preview_alt"))
