"""The actions at the top of the home page: make a report, evaluate, copy the link."""

import shlex

import streamlit as st

from floodeval.dashboard.navigation import go_to, link_to
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.jobs_allowed import are_jobs_allowed, ask_to_evaluate
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.copy_link import draw_copy_link
from floodeval.i18n.catalog import say

PLACEHOLDER = "path/to/dataset"  # where the run does not name its data set


def draw_actions(selection: Selection) -> None:
    """Draw the buttons in a line."""
    with st.container(
        key="page_actions", horizontal=True, width="content", vertical_alignment="center", gap="small"
    ):
        link_to("Report", selection.params, say("home.way_report"), ":material/description:")
        _draw_evaluate(selection)
        draw_copy_link()


def _draw_evaluate(selection: Selection) -> None:
    """Draw the button that leads to the form on the page Jobs; the command where no job may be started."""
    label, icon = say("home.evaluate"), ":material/play_circle:"
    if are_jobs_allowed():
        if st.button(label, key="home_evaluate", icon=icon):
            found = photographs(selection.run).dataset
            ask_to_evaluate(None if found is None else found.folder)
            go_to("Jobs", selection.params)
        return
    with st.popover(label, key="home_evaluate", icon=icon):
        st.markdown(say("home.evaluate_how"))
        st.code(evaluation_command(selection), language=None, wrap_lines=True)


def evaluation_command(selection: Selection) -> str:
    """The command that evaluates another model on the data set of the run."""
    dataset = shlex.quote(str(selection.run.info.dataset.get("name") or PLACEHOLDER))
    return (
        f"floodeval evaluate {dataset} \\\n    --name my-run \\\n    --variant pretrained \\\n"
        "    --variant finetuned=path/to/checkpoint"
    )
