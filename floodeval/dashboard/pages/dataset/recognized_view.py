"""What a data set was recognized as: the first thing on the page Dataset."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.datasets.description import Description
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.description_words import doubt_lines, meaning_words, summary_lines


def draw_recognized(found: Description) -> None:
    """Draw layout, files, classes and split in a few lines, the label values as a table, and doubts."""
    first, *others = summary_lines(found)
    with st.expander(plain(first), icon=":material/folder_open:"):
        st.markdown("\n".join(f"- {plain(line)}" for line in others))
        table = pd.DataFrame(
            [(one.value, one.name, one.share, meaning_words(one)) for one in found.values],
            columns=["value", "name", "share", "meaning"],
        )
        columns = {
            "value": Column(say("description.column_value")),
            "name": Column(say("description.column_name")),
            "share": Column(say("description.column_share"), formats.percent),
            "meaning": Column(say("description.column_meaning")),
        }
        draw_table(table, columns, say("description.values_alt"))
    for line in doubt_lines(found):
        st.caption(plain(line))
