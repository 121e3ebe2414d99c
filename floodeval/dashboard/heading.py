"""The heading of every page: its title, and which variants are compared on which photographs."""

import streamlit as st

from floodeval.dashboard.state.selection import OUT, Selection
from floodeval.dashboard.widgets.markdown import chip, code, plain, truth_badge
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import protocol


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the title (Markdown), the data, the variants, the prompt with its protocol, and warnings."""
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
    """Which variants are compared on which photographs, as Markdown."""
    words = say(
        "heading.compared" if selection.b else "heading.alone",
        a=chip(selection.styles[selection.a]),
        b=chip(selection.styles[selection.b or selection.a]),
        photographs=counted(len(selection.table), "photograph"),
        data=plain(selection.run.info.dataset.get("name", say("heading.unnamed"))),
    )
    if selection.subset:
        words += f" ({plain(selection.subset)})"
    if selection.flagged == OUT:
        words += say("heading.flagged_out")
    return words


def draw_leaks(selection: Selection) -> None:
    """Show an error for each variant that was trained on photographs of this run: its scores are too high."""
    for variant, ids in selection.run.info.leaks.items():
        n, total = len(ids), selection.run.metrics["id"].nunique()
        st.error(
            say("heading.leak", variant=plain(variant), leaked=n, total=total), icon=":material/gpp_bad:"
        )


def draw_skipped(run: Run) -> None:
    """Say how many samples could not be evaluated, and list them on demand."""
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
