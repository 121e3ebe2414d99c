"""The top of every page: its title, and in one glance what is compared on which photographs."""

import streamlit as st

from floodeval.evaluation.run import Run
from floodeval.pictures.legend import swatch
from floodeval.pictures.palette import Ink
from floodeval.sam.prompts import PromptSpec
from floodeval.ui.selection import Selection
from floodeval.ui.words import code, counted, plain, protocol


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the page's title (Markdown) and what it is about: data, variants, prompt and its protocol."""
    st.title(title, anchor=False)
    data = plain(selection.run.info.dataset.get("name", "unnamed data set"))
    split = f" ({plain(selection.subset)})" if selection.subset else ""
    against = " against ".join(chip(selection.inks[name]) for name in (selection.a, selection.b) if name)
    st.markdown(
        f"{against} on **{counted(len(selection.table), 'photograph')}** of {data}{split}  \n"
        f"Prompt {code(selection.prompt.spec)}: {protocol(selection.prompt)} {truth_badge(selection.prompt)}"
    )
    if selection.b is None:
        st.info(
            "This run has one variant, so there is nothing to hold it against: its scores are shown alone. "
            "Evaluate it again with a second `--variant` to see the gap.",
            icon=":material/looks_one:",
        )
    draw_leaks(selection)
    draw_skipped(selection.run)


def draw_leaks(selection: Selection) -> None:
    """Say loudly which variant was trained on photographs of this run: its scores flatter it."""
    for variant, ids in selection.run.info.leaks.items():
        n, of = len(ids), selection.run.metrics["id"].nunique()
        st.error(
            f"**{plain(variant)} was trained on {n} of the {of} samples of this run**, or on others of their "
            "scenes. Its scores here flatter it and say nothing of new photographs.",
            icon=":material/gpp_bad:",
        )


def draw_skipped(run: Run) -> None:
    """Say loudly how many samples could not be evaluated, and list them."""
    if run.skipped.empty:
        return
    few = counted(len(run.skipped), "sample")
    title = f":orange[**{few} could not be evaluated**] and count in no number here: which, and why"
    with st.expander(title, icon=":material/warning:"):
        st.dataframe(
            run.skipped, hide_index=True, alt="Samples that were skipped, with the stage and the reason"
        )


def chip(ink: Ink) -> str:
    """A variant's swatch and name, as Markdown."""
    return f"![]({swatch(ink)})\N{NO-BREAK SPACE}**{plain(ink.label)}**"


def truth_badge(prompt: PromptSpec) -> str:
    """A badge that says whether the prompt uses the ground truth, as Markdown."""
    if prompt.uses_ground_truth:
        return ":orange-badge[:material/visibility: uses the ground truth]"
    return ":green-badge[:material/visibility_off: no ground truth]"
