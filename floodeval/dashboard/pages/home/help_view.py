"""What a person's help adds: prompts from the reference mask, as an upper bound, next to the field prompt."""

import streamlit as st

from floodeval.dashboard.pages.home.averages_view import draw_prompts
from floodeval.dashboard.pages.home.home_queries import comparison
from floodeval.dashboard.pages.home.verdict_line import verdict_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.i18n.catalog import say


def draw_help(selection: Selection, shown: Selection) -> None:
    """Draw what the sidebar's prompt reaches, and the mean IoU with every prompt of the run.

    Args:
        selection: with the prompt that is chosen in the sidebar.
        shown: with the field prompt that the rest of the page is about.
    """
    prompts = selection.run.info.prompts
    if len(prompts) < 2 or not any(prompt.uses_ground_truth for prompt in prompts):
        return
    st.subheader(say("home.help"), anchor="help")
    st.markdown(say("home.help_what"))
    if selection.prompt != shown.prompt and selection.b:
        chosen = say("home.help_chosen", prompt=code(selection.prompt.spec))
        st.markdown(f"{chosen} {verdict_words(comparison(selection))}")
    draw_prompts(selection)
