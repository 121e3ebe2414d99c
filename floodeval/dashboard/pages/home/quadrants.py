"""What happened to each photograph: the four quadrants, each with a link that opens its images."""

import streamlit as st

from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.state.selection import Selection, quadrant_names
from floodeval.dashboard.widgets.words import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.quadrants import quadrant_title


def draw_quadrants(selection: Selection) -> None:
    """Count the photographs of each quadrant, with links to look at them."""
    threshold = formats.significant(selection.threshold)
    st.markdown(
        f"#### {say('home.quadrants' if selection.b else 'home.quadrants_alone', threshold=threshold)}"
    )
    counts = selection.table["quadrant"].value_counts()
    known = int(counts.sum())
    with st.grid(2, min_column_width=150, gap="xsmall"):
        for name in quadrant_names(selection.b):
            with st.container(border=True, gap=None, height="stretch"):
                _draw_quadrant(selection, name, int(counts.get(name, 0)), known)


def _draw_quadrant(selection: Selection, name: str, n: int, known: int) -> None:
    title = quadrant_title(name, selection.b is None)
    st.metric(title, say("home.of", n=n, known=known))
    st.caption(quadrant_meaning(selection, name))
    if n:
        st.space("stretch")
        link_to(
            "Worst cases",
            selection.params | {"quadrant": name},
            say("home.open", images=counted(n, "image")),
            icon=":material/arrow_forward:",
        )


def quadrant_meaning(selection: Selection, quadrant: str) -> str:
    """What a quadrant says about a photograph."""
    a, b = plain(selection.a), plain(selection.b or selection.a)
    alone = "_alone" if selection.b is None else ""
    return say(f"home.meaning_{quadrant}{alone}", a=a, b=b)
