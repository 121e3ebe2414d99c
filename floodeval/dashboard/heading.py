"""The top of every page: its title, and in one glance what is compared on which photographs."""

import streamlit as st

from floodeval.dashboard.state.selection import OUT, Selection
from floodeval.dashboard.widgets.words import code, plain
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.legend import swatch
from floodeval.viz.palette import Ink
from floodeval.viz.prompts import protocol


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the page's title (Markdown) and what it is about: data, variants, prompt and its protocol."""
    st.title(title, anchor=False)
    prompt = selection.prompt
    st.markdown(
        compared_words(selection)
        + "  \n"
        + say("heading.prompt", prompt=code(prompt.spec), protocol=protocol(prompt))
        + " "
        + truth_badge(prompt)
    )
    if selection.b is None:
        st.info(say("heading.one_variant"), icon=":material/looks_one:")
    draw_leaks(selection)
    draw_skipped(selection.run)


def compared_words(selection: Selection) -> str:
    """Which variants on which photographs, as Markdown."""
    said = say(
        "heading.compared" if selection.b else "heading.alone",
        a=chip(selection.inks[selection.a]),
        b=chip(selection.inks[selection.b or selection.a]),
        photographs=counted(len(selection.table), "photograph"),
        data=plain(selection.run.info.dataset.get("name", say("heading.unnamed"))),
    )
    if selection.subset:
        said += f" ({plain(selection.subset)})"
    if selection.flagged == OUT:
        said += say("heading.flagged_out")
    return said


def draw_leaks(selection: Selection) -> None:
    """Say loudly which variant was trained on photographs of this run: its scores flatter it."""
    for variant, ids in selection.run.info.leaks.items():
        n, of = len(ids), selection.run.metrics["id"].nunique()
        st.error(say("heading.leak", variant=plain(variant), leaked=n, total=of), icon=":material/gpp_bad:")


def draw_skipped(run: Run) -> None:
    """Say loudly how many samples could not be evaluated, and list them."""
    if run.skipped.empty:
        return
    title = say("heading.skipped", n=len(run.skipped))
    with st.expander(title, icon=":material/warning:"):
        st.dataframe(
            run.skipped,
            hide_index=True,
            column_config={name: say(f"heading.skipped_{name}") for name in run.skipped.columns},
            alt=say("heading.skipped_alt"),
        )


def chip(ink: Ink) -> str:
    """A variant's swatch and name, as Markdown."""
    return f"![]({swatch(ink)})\N{NO-BREAK SPACE}**{plain(ink.label)}**"


def truth_badge(prompt: PromptSpec) -> str:
    """A badge that says whether the prompt uses the ground truth, as Markdown."""
    if prompt.uses_ground_truth:
        return f":orange-badge[:material/visibility: {say('heading.uses_truth')}]"
    return f":green-badge[:material/visibility_off: {say('heading.no_truth')}]"
