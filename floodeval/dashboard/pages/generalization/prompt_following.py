"""The section on prompt fidelity: does a variant answer prompts on dry land as the pretrained model does?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from floodeval.analysis.fidelity_findings import MEASURES, SetFidelity, fidelity_of_runs, worst_followed
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.generalization.generalization_queries import ChosenSets, PageFindings
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import draw_legend, plain
from floodeval.dashboard.widgets.pictures import StripPicture, draw_strip
from floodeval.dashboard.widgets.tables import draw_words
from floodeval.datasets.dataset import read_sample_photograph
from floodeval.datasets.images import Photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.answer_pictures import POINT, answers_picture, kept_answers
from floodeval.viz.fidelity_words import measure_words, water_words
from floodeval.viz.style import IN_BOTH, Style
from floodeval.viz.thumbnails import small_png

SHOWN_WORST = 3  # photographs
_SET = "following_set"
STRIP_RATIO = 5.0  # width over height of a row of pictures


def draw_prompt_following(selection: Selection, chosen: ChosenSets, shown: PageFindings) -> None:
    """Draw the measures of A and B on each data set that has them, or how to get them."""
    st.markdown(f"#### {say('generalization.following')}", help=say("generalization.following_help"))
    measured = fidelity_of_runs(chosen.runs)
    answered = [one for one in measured if one.variants]
    if not answered:
        draw_no_answers(bool(measured))
        return
    said = [words for one in answered if (words := water_words(shown.found, one, shown.candidate))]
    for words in said:
        st.markdown(f"**{plain(words)}**")
    names = [shown.found.baseline.name, shown.candidate]
    rows = [row for one in answered for row in _rows(shown, one, names)]
    heads = [say("generalization.column_set"), say("generalization.column_variant")]
    heads += [say(f"generalization.column_{name}") for name in MEASURES] + ["n"]
    draw_words([escape(head) for head in heads], rows, say("generalization.following_alt"))
    st.caption(say("generalization.following_note"))
    of = _choose_set(shown, answered)
    run = next(one for one in chosen.runs if one.folder.name == of.run)
    _draw_worst(selection, shown, run, of.table, worst_followed(of.table, shown.candidate, SHOWN_WORST))


def _choose_set(shown: PageFindings, answered: Sequence[SetFidelity]) -> SetFidelity:
    """Let the person choose the data set whose photographs are shown, where there are several."""
    names = {one.run: shown.found.set_of(one.run).name for one in answered}
    if st.session_state.get(_SET) not in names:
        st.session_state[_SET] = answered[0].run
    if len(answered) > 1:
        st.segmented_control(
            say("generalization.following_set"),
            list(names),
            format_func=names.__getitem__,
            key=_SET,
            required=True,
            persist_state="session",
        )
    return next(one for one in answered if one.run == st.session_state[_SET])


def draw_no_answers(was_asked: bool) -> None:
    """Say why there is nothing to show: no thing on dry land was found, or it was not asked for."""
    if was_asked:
        st.info(say("generalization.no_things"), icon=":material/ads_click:")
        return
    st.info(say("generalization.no_fidelity"), icon=":material/ads_click:")
    st.code("floodeval evaluate ... --prompt land:n=5", language=None)


def _rows(shown: PageFindings, one: SetFidelity, names: list[str]) -> Iterator[list[str]]:
    about = shown.found.set_of(one.run).name
    for name in names:
        if (found := one.variants.get(name)) is not None:
            cells = [measure_words(measure, found.measure(measure)) for measure in MEASURES]
            row = (about, shown.found.label(name), *cells, formats.count(found.n))
            yield [escape(cell) for cell in row]


def _draw_worst(
    selection: Selection, shown: PageFindings, run: Run, table: pd.DataFrame, ids: Sequence[str]
) -> None:
    """Draw the photographs where B agrees least: its answer and the pretrained one, and a link."""
    if not ids:
        return
    st.markdown(say("generalization.worst_followed"))
    styles = answer_styles(shown)
    pictures = [picture for one in ids if (picture := _picture(run, table, one, shown, styles))]
    if pictures:
        both = Style(say("generalization.both_answers"), IN_BOTH.color)
        draw_legend((both, *styles))
        draw_strip(pictures, STRIP_RATIO)
    with st.container(horizontal=True):
        for sample_id in ids:
            params = selection.params | {"run": run.folder.name, "id": sample_id, "quadrant": "all"}
            params.pop("run_b", None)
            link_to("Compare", params, plain(sample_id), ":material/compare:")


def answer_styles(shown: PageFindings) -> tuple[Style, Style]:
    """How the pretrained answer and that of B are drawn where they are alone."""
    first, second = (shown.styles[name] for name in (shown.found.baseline.name, shown.candidate))
    alone = say("generalization.answer_alone", name=shown.found.label(shown.candidate))
    return replace(first, title=say("generalization.pretrained_answer")), replace(second, title=alone)


def _picture(
    run: Run, table: pd.DataFrame, sample_id: str, shown: PageFindings, styles: tuple[Style, Style]
) -> StripPicture | None:
    """The answer of B to the prompt that it agrees least on; None where no pictures were kept."""
    kept = kept_answers(table, sample_id, shown.candidate)
    if kept is None:
        return None
    picture = answers_picture(_photograph(run, sample_id), kept, *styles)
    alt = say("generalization.answer_alt", id=sample_id)
    form = say("generalization.form_point" if kept.form == POINT else "generalization.form_box")
    caption = f"{plain(sample_id)}, {form}"
    return StripPicture(small_png(picture), picture.shape[1] / picture.shape[0], caption, alt)


def _photograph(run: Run, sample_id: str) -> Photograph | None:
    sample = photographs(run).sample(sample_id)
    try:
        return read_sample_photograph(sample) if sample else None
    except FloodevalError:
        return None
