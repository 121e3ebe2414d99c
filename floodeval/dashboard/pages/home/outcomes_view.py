"""The outcomes at the failure threshold, and the cost in brief."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.cost_and_provenance import seconds_words, training_words
from floodeval.dashboard.pages.home.home_queries import costs_of
from floodeval.dashboard.state.selection import Selection, outcome_names
from floodeval.dashboard.widgets.failure_threshold import draw_failure_threshold
from floodeval.dashboard.widgets.markdown import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import outcome_title


def draw_outcomes(selection: Selection) -> None:
    """Count the photographs of each outcome at the failure threshold, each a link to look at them."""
    threshold = formats.significant(selection.threshold)
    with st.container(border=True, key="outcomes", gap="xsmall", height="stretch"):
        title = say("home.outcomes" if selection.b else "home.outcomes_alone", threshold=threshold)
        st.markdown(f"##### {title}")
        draw_failure_threshold(selection)
        counts = selection.table["outcome"].value_counts()
        known = int(counts.sum())
        names = outcome_names(selection.b)
        places = st.columns(2, gap="xsmall", wrap=False) * 2
        for name, place in zip(names, places, strict=False):
            n = int(counts.get(name, 0))
            text = say("home.outcome", title=outcome_title(name, selection.b is None), n=n)
            meaning = outcome_meaning(selection, name)
            params = selection.params | {"quadrant": name}
            with place:
                link_to("Worst cases", params, text, None, meaning, disabled=not n)
        st.caption(say("home.of_photographs", photographs=counted(known, "photograph")))


def outcome_meaning(selection: Selection, outcome: str) -> str:
    """What an outcome says about a photograph."""
    a, b = (plain(selection.name_of(one)) for one in (selection.a, selection.b or selection.a))
    alone = "_alone" if selection.b is None else ""
    return say(f"home.meaning_{outcome}{alone}", a=a, b=b)


def draw_cost(selection: Selection) -> None:
    """Draw the cost of B, or of A alone: training, time per photograph and checkpoint, with a link to all."""
    name = selection.b or selection.a
    with st.container(border=True, key="cost", gap="xsmall", height="stretch"):
        st.markdown(f"##### {say('home.cost_of', variant=plain(selection.name_of(name)))}")
        st.markdown("  \n".join(cost_lines(costs_of(selection).loc[[name]].iloc[0])))
        link_to("Training", selection.params, say("home.cost_more"), ":material/arrow_forward:")


def cost_lines(cost: pd.Series) -> list[str]:
    """A variant's cost, a line of Markdown each: training, time per photograph, checkpoint.

    Args:
        cost: its row of `floodeval.analysis.cost.cost_table`.
    """
    checkpoint = formats.decimal(cost["checkpoint_mb"], 1, "MiB")
    return [
        f"{say('home.cost_training')}: **{training_words(cost)}**",
        f"{say('home.cost_seconds')}: **{seconds_words(cost)}**",
        f"{say('home.cost_checkpoint')}: **{checkpoint}**",
    ]
