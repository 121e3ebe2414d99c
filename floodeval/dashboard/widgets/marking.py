"""The form in which a reviewer judges images: failure, acceptable or a note; entries stay with the run."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from floodeval.dashboard.state.case_changes import write_change
from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.reviewer import ask_reviewer, current_reviewer
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.case_badges import entry_words
from floodeval.dashboard.widgets.markdown import code, error_text
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import Change
from floodeval.evaluation.reviews import FAILURE, JUDGMENTS, NOTE, NOTE_LENGTH, MarkedCase, new_entry
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import TAGS, tag_words

_SAID = "_cases_said"  # the message to show after the page has run again


def ask_mark(selection: Selection, ids: Sequence[str]) -> None:
    """Open the form in which images are judged; not where nothing may be written."""
    if is_read_only():
        return
    title = say("cases.title" if len(ids) == 1 else "cases.title_many")
    st.dialog(title, icon=":material/flag:")(draw_form)(selection, list(ids))


def own_entry(selection: Selection, sample_id: str) -> MarkedCase | None:
    """The current reviewer's entry for an image."""
    name = current_reviewer()
    entries = selection.reviews_by_id.get(sample_id, ())
    return next((one for one in entries if one.reviewer == name), None)


def draw_form(selection: Selection, ids: list[str]) -> None:
    """Draw the form: reviewer, judgment, tag and note. For several images, empty fields change nothing."""
    keep_language()
    about = code(ids[0]) if len(ids) == 1 else counted(len(ids), "image")
    st.markdown(say("cases.about_one", id=about, prompt=code(selection.pair.prompt_b.spec)))
    ask_reviewer("mark")
    known = [entry for one in ids if (entry := own_entry(selection, one))]
    if len(ids) == 1:
        _draw_others(selection, ids[0])
    else:
        st.caption(say("cases.many_help"))
    entry = _draw_entry(selection, ids, known)
    with st.container(horizontal=True):
        if st.button(say("cases.save"), type="primary", key="mark_save"):
            write_and_rerun(selection, ids, saving(entry, keeps=len(ids) > 1))
        if known and st.button(say("cases.remove"), icon=":material/delete:", key="mark_remove"):
            write_and_rerun(selection, ids, removing)
    st.caption(say("cases.kept"))


def _draw_others(selection: Selection, sample_id: str) -> None:
    """Show what the other reviewers say about an image."""
    own = own_entry(selection, sample_id)
    for one in selection.reviews_by_id.get(sample_id, ()):
        if one is not own:
            st.markdown(entry_words(one))


def _draw_entry(selection: Selection, ids: list[str], known: list[MarkedCase]) -> MarkedCase:
    """Draw the fields of an entry; returns it, with the first of the images."""
    before = known[0] if len(ids) == 1 and known else MarkedCase(ids[0])
    form = f"{before.id}/{before.marked}/{len(ids)}"
    judgment = st.segmented_control(
        say("cases.judgment"),
        JUDGMENTS,
        default=before.judgment,
        format_func=lambda one: say(f"cases.judgment_{one}"),
        required=True,
        key=f"mark_judgment/{form}",
    )
    tag = _ask_tag(selection, before, form) if judgment == FAILURE else ""
    note = st.text_area(
        say("cases.note"),
        before.note,
        max_chars=NOTE_LENGTH,
        placeholder=say("cases.note_placeholder"),
        key=f"mark_note/{form}",
    )
    prompt = selection.pair.prompt_b.spec
    return MarkedCase(ids[0], tag, note, prompt, "", current_reviewer(), str(judgment))


def _ask_tag(selection: Selection, before: MarkedCase, form: str) -> str:
    tags = list(dict.fromkeys([*TAGS, *(case.tag for case in selection.reviews if case.tag)]))
    tag = st.selectbox(
        say("cases.tag"),
        tags,
        index=tags.index(before.tag) if before.tag else None,
        format_func=tag_words,
        accept_new_options=True,
        placeholder=say("cases.tag_placeholder"),
        key=f"mark_tag/{form}",
    )
    return tag or ""


def saving(entry: MarkedCase, keeps: bool) -> Change:
    """The change that makes an entry of each image.

    Args:
        entry: of any image.
        keeps: whether an empty tag or note leaves the one that the image has.
    """

    def change(sample_id: str, before: MarkedCase | None) -> MarkedCase | None:
        old = before if keeps and before else MarkedCase(sample_id)
        tag = entry.tag or (old.tag if entry.judgment == FAILURE else "")
        note = entry.note or old.note
        if entry.judgment == NOTE and not note.strip():
            return None
        return new_entry(replace(entry, id=sample_id, tag=tag, note=note))

    return change


def removing(_sample_id: str, _before: MarkedCase | None) -> None:
    """The change that removes an entry."""


def write_and_rerun(selection: Selection, ids: Sequence[str], change: Change) -> None:
    """Write a change and run the page again; an error is shown where this is called."""
    try:
        n = write_change(selection.run, ids, change)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    say_after_rerun(say("cases.changed", images=counted(n, "image")))
    st.rerun()


def say_after_rerun(words: str) -> None:
    """Keep a message (Markdown) that the page shows when it is drawn next."""
    st.session_state[_SAID] = words


def draw_said() -> None:
    """Show the kept message for a moment."""
    if words := st.session_state.pop(_SAID, None):
        st.toast(words, icon=":material/flag:")
