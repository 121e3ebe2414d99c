"""The form that marks images as failure cases, with a tag and a note; marks are stored with the run."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from floodeval.dashboard.state.interface_language import keep_language
from floodeval.dashboard.state.read_only import is_read_only, refuse_if_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import NOTE_LENGTH, MarkedCase, mark_case, unmark_case
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import TAGS, tag_words


def mark_badge(case: MarkedCase) -> str:
    """A marked image's tag as a badge, in Markdown."""
    said = plain(tag_words(case.tag)) if case.tag else say("cases.marked")
    return f":red-badge[:material/flag: {said}]"


def ask_mark(selection: Selection, ids: Sequence[str]) -> None:
    """Open the form that marks images as failures, or edits or removes their marks; not where read-only."""
    if is_read_only():
        return
    title = say("cases.title" if len(ids) == 1 else "cases.title_many")
    st.dialog(title, icon=":material/flag:")(draw_form)(selection, list(ids))


def draw_form(selection: Selection, ids: list[str]) -> None:
    """Draw the form: tag, note and buttons."""
    keep_language()
    known = [selection.cases[one] for one in ids if one in selection.cases]
    before = known[0] if len(ids) == 1 and known else MarkedCase(ids[0])
    about = code(ids[0]) if len(ids) == 1 else counted(len(ids), "image")
    st.markdown(say("cases.about_one", id=about, prompt=code(selection.pair.prompt_b.spec)))
    tags = list(dict.fromkeys([*TAGS, *(case.tag for case in selection.cases.values() if case.tag)]))
    form = f"{before.id}/{before.marked}/{len(ids)}"
    tag = st.selectbox(
        say("cases.tag"),
        tags,
        index=tags.index(before.tag) if before.tag else None,
        format_func=tag_words,
        accept_new_options=True,
        placeholder=say("cases.tag_placeholder"),
        key=f"mark_tag/{form}",
    )
    note = st.text_area(
        say("cases.note"),
        before.note,
        max_chars=NOTE_LENGTH,
        placeholder=say("cases.note_placeholder"),
        key=f"mark_note/{form}",
    )
    folder, prompt = selection.run.folder, selection.pair.prompt_b.spec
    with st.container(horizontal=True):
        if st.button(say("cases.save"), type="primary", key="mark_save"):
            _write(ids, partial(mark_case, folder, tag=tag or "", note=note, prompt=prompt))
        if known and st.button(say("cases.remove"), icon=":material/delete:", key="mark_remove"):
            _write(ids, partial(unmark_case, folder))
    st.caption(say("cases.kept"))


def _write(ids: list[str], write: partial[MarkedCase] | partial[None]) -> None:
    """Write each image's mark and rerun the page; an error is shown in the form."""
    try:
        refuse_if_read_only()
        for sample_id in ids:
            write(sample_id)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    st.rerun()
