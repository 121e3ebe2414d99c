"""The page Report: the cases with their marks, tags and notes, the files to download, and a preview."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.report.report_controls import (
    ask_cases,
    ask_request,
    ask_reviewers,
    explain_no_cases,
)
from floodeval.dashboard.pages.report.report_queries import PREVIEWED, draw_files, preview
from floodeval.dashboard.queries import findings_of, photographs, waiting
from floodeval.dashboard.state.case_changes import write_change
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.reviewer import ask_reviewer, current_reviewer, reviewer_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.case_badges import judgment_words
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.dashboard.widgets.marking import removing, saving
from floodeval.dashboard.widgets.tables import Column, configs, written
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import read_cases, read_entries
from floodeval.evaluation.reviews import FAILURE, NOTE, MarkedCase, reviews_by_id
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import ReportRequest
from floodeval.report.select import choose_cases
from floodeval.viz.wording import outcome_title

EDITABLE = ("marked", "tag", "note")
PREVIEW_PX = 760  # height of the frame


@fragment
def draw_report(selection: Selection) -> None:
    """Let the person choose cases, annotate them, preview the report and download it."""
    if selection.b is None:
        st.info(say("report_page.one_variant"), icon=":material/info:")
        return
    st.markdown(say("report_page.purpose"))
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    try:
        choice = ask_cases(selection)
        choice = replace(choice, reviewers=ask_reviewers(selection))
        marked = read_cases(selection.run.folder, choice.reviewers)
        if explain_no_cases(selection, choice, marked):
            return
        chosen = choose_cases(findings_of(selection), choice, marked)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if chosen.gone:
        st.warning(
            say("report.cases_gone", n=len(chosen.gone), ids=plain(", ".join(chosen.gone))),
            icon=":material/warning:",
        )
    if chosen.ids:
        _draw_cases(selection, chosen.ids)
    request, report_language = ask_request(selection, choice, with_photographs=found.dataset is not None)
    draw_files(selection, request, report_language, len(chosen.ids))
    _draw_preview(selection, request, report_language, chosen.ids)


def _draw_cases(selection: Selection, ids: tuple[str, ...]) -> None:
    """Draw the table in which the cases are annotated."""
    title = say("report_page.cases", cases=counted(len(ids), "photograph"))
    with st.expander(title, expanded=True, icon=":material/edit_note:"):
        if not is_read_only():
            ask_reviewer("report")
        draw_notes(selection, ids)
        st.caption(say("report_page.cases_help"))


def draw_notes(selection: Selection, ids: Sequence[str]) -> None:
    """Draw the table of cases; edits are saved at once, as entries of the current reviewer."""
    if problem := st.session_state.pop("report_problem", None):
        st.error(plain(problem), icon=":material/error:")
    entries, name = read_entries(selection.run.folder), current_reviewer()
    marked = {case.id: case for case in entries.values() if case.reviewer == name}
    others = reviews_by_id(case for case in entries.values() if case.reviewer != name)
    table = note_rows(selection, ids, marked)
    if not others.keys().isdisjoint(ids):
        table["others"] = [" / ".join(map(_other_words, others.get(one, ()))) for one in ids]
    digest = hashlib.sha256("\n".join([name, *ids]).encode()).hexdigest()[:12]
    key = f"report_notes_{digest}_{st.session_state.get('report_unmarked', 0)}"
    scores = {
        "iou_a": Column(say("report_page.iou_a"), formats.score),
        "iou_b": Column(say("report_page.iou_b"), formats.score),
        "iou_gap": Column(say("report_page.gap"), formats.gap),
    }
    st.data_editor(
        written(table, scores),
        key=key,
        hide_index=True,
        disabled=is_read_only() or [str(name) for name in table if name not in EDITABLE],
        column_config={
            "id": st.column_config.TextColumn(say("report_page.photograph"), pinned=True),
            "group": st.column_config.TextColumn(say("report_page.group")),
            "marked": st.column_config.CheckboxColumn(say("report_page.marked")),
            "tag": st.column_config.TextColumn(say("report_page.tag"), max_chars=80),
            "note": st.column_config.TextColumn(say("report_page.note"), max_chars=4000, width="large"),
            "others": st.column_config.TextColumn(say("report_page.others"), width="medium"),
            **configs(scores),
        },
        placeholder=formats.NO_VALUE,
        on_change=keep_notes,
        args=(key, selection.run, selection.pair.prompt_b.spec, tuple(ids), dict(marked)),
        alt=say("report_page.notes_alt"),
    )


def _other_words(case: MarkedCase) -> str:
    words = f"{reviewer_words(case.reviewer)}: {judgment_words(case)}"
    return f"{words}, {case.note}" if case.note else words


def note_rows(selection: Selection, ids: Sequence[str], marked: Mapping[str, MarkedCase]) -> pd.DataFrame:
    """One row per case: id, outcome (column `group`), IoU of A and B, gap, marked, tag and note."""
    rows = selection.table.set_index("id").loc[list(ids)].reset_index()
    cases = [marked.get(one) for one in ids]
    return pd.DataFrame(
        {
            "id": rows["id"],
            "group": [outcome_title(name, single=False) for name in rows["outcome"]],
            "iou_a": rows["iou_a"],
            "iou_b": rows["iou_b"],
            "iou_gap": rows["iou_gap"],
            "marked": [case is not None and case.is_failure for case in cases],
            "tag": [case.tag if case else "" for case in cases],
            "note": [case.note if case else "" for case in cases],
        }
    )


def keep_notes(key: str, run: Run, prompt: str, ids: Sequence[str], marked: Mapping[str, MarkedCase]) -> None:
    """Save the edits of the table with that key; a problem is shown when the page is drawn next.

    Args:
        key: of the table in the session state.
        run: whose cases are marked.
        prompt: spec of the selected prompt.
        ids: of the table's rows.
        marked: the current reviewer's entries before, by id.
    """
    if is_read_only():
        return
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    try:
        for place, edit in edits.items():
            _keep(run, prompt, marked.get(ids[place]) or MarkedCase(ids[place], judgment=NOTE), edit)
    except FloodevalError as error:
        st.session_state["report_problem"] = error


def _keep(run: Run, prompt: str, case: MarkedCase, edit: Mapping[str, Any]) -> None:
    if edit.get("marked") is False:
        write_change(run, [case.id], removing)
        st.session_state["report_unmarked"] = st.session_state.get("report_unmarked", 0) + 1
        return
    tag, note = (str(edit.get(name, getattr(case, name)) or "") for name in ("tag", "note"))
    if edit.get("marked") or (tag, note) != (case.tag, case.note):
        judgment = FAILURE if edit.get("marked") or tag else case.judgment
        entry = MarkedCase(case.id, tag, note, case.prompt or prompt, "", current_reviewer(), judgment)
        write_change(run, [case.id], saving(entry, keeps=False))


def _draw_preview(
    selection: Selection, request: ReportRequest, report_language: str, ids: tuple[str, ...]
) -> None:
    """Draw the report with its first cases in a frame."""
    st.markdown(f"#### {say('report_page.preview')}")
    try:
        with waiting("making_preview"):
            page = preview(selection.run, request, report_language, ids)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if len(ids) > PREVIEWED:
        st.caption(say("report_page.preview_few"))
    address = "data:text/html;charset=utf-8;base64," + base64.b64encode(page.encode()).decode()
    with st.container(border=True):
        st.iframe(address, height=PREVIEW_PX, alt=say("report_page.preview_alt"))
