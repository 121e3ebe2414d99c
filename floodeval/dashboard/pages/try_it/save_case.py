"""Saving a result of Try it as a case of the run: the photograph's id, with a note on what was seen."""

import streamlit as st

from floodeval.dashboard.pages.try_it.results import PhotographResult
from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.read_only import is_read_only, refuse_if_read_only
from floodeval.dashboard.state.reviewer import current_reviewer
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, error_text
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.reviews import NOTE_LENGTH, MarkedCase
from floodeval.i18n import formats
from floodeval.i18n.catalog import say


def draw_save_case(selection: Selection | None, sample_id: str | None, result: PhotographResult) -> None:
    """Draw the button that saves the result as a case; for an upload, why that is not possible.

    Args:
        selection: names the run.
        sample_id: of the photograph, where it is of the run's data set.
        result: what was predicted.
    """
    if selection is None or sample_id is None:
        st.caption(say("try_it.no_case"), width="content")
        return
    if is_read_only():
        return
    if st.button(say("try_it.save_case"), icon=":material/flag:", key="try_save_case"):
        st.dialog(say("try_it.save_case"), icon=":material/flag:")(draw_form)(selection, sample_id, result)


def note_of(result: PhotographResult) -> str:
    """What was predicted, in one line, for the note of a case."""
    models = []
    for model in result.models:
        share = say("try_it.water_share", share=formats.percent(model.water_share))
        iou = "" if model.iou != model.iou else f"{say('try_it.iou', iou=formats.score(model.iou))}, "
        models.append(f"{model.name}: {iou}{share}")
    return say("try_it.case_note", prompt=result.prompt, models="; ".join(models))


def draw_form(selection: Selection, sample_id: str, result: PhotographResult) -> None:
    """Draw the form: the note, which begins with what was predicted, and the button that saves the case."""
    keep_language()
    reviewer = current_reviewer()
    own = (one for one in selection.reviews if one.key == (sample_id, reviewer))
    before = next(own, MarkedCase(sample_id))
    st.markdown(say("try_it.case_about", id=code(sample_id), run=code(selection.run.folder.name)))
    note = st.text_area(
        say("cases.note"),
        "\n".join(one for one in (before.note, note_of(result)) if one),
        max_chars=NOTE_LENGTH,
        key="try_case_note",
    )
    if st.button(say("try_it.save_case"), type="primary", key="try_case_save"):
        try:
            refuse_if_read_only()
            mark_case(
                selection.run.folder,
                sample_id,
                tag=before.tag,
                note=note,
                prompt=selection.pair.prompt_b.spec,
                reviewer=reviewer,
                judgment=before.judgment,
            )
        except FloodevalError as error:
            st.error(error_text(error), icon=":material/error:")
            return
        st.session_state["_try_case_saved"] = sample_id
        st.rerun()


def draw_saved(sample_id: str | None) -> None:
    """Say once that the case was saved."""
    if st.session_state.get("_try_case_saved") == sample_id and sample_id is not None:
        del st.session_state["_try_case_saved"]
        st.toast(say("try_it.case_saved", id=code(sample_id)), icon=":material/flag:")
