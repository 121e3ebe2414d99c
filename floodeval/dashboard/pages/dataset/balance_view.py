"""The section Balance: water, sizes and formats, subset by subset, and the photographs' traits."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.dataset_charts import (
    UNDEALT,
    formats_figure,
    sizes_figure,
    subset_label,
    water_figures,
)
from floodeval.viz.style import CONFIG
from floodeval.viz.wording import SHARES, TRAITS, part_words, trait_title


def draw_balance(table: pd.DataFrame) -> None:
    """Draw the water share of each subset, the sizes and the file formats."""
    st.markdown(f"#### {say('dataset.water_by_subset')}")
    figures = water_figures(table)
    subsets = table["subset"].fillna(UNDEALT)
    with st.grid(min(4, len(figures)), min_column_width=280):
        for place, (name, figure) in enumerate(figures.items()):
            with st.container(gap="xxsmall"):
                st.markdown(subset_words(name, table.loc[subsets == name, "water_share"]))
                alt = say("dataset.water_alt", name=subset_label(name))
                st.plotly_chart(figure, config=CONFIG, key=f"water_{place}", alt=alt)
    st.caption(say("dataset.same_height"))
    sizes, kinds = st.columns([3, 2], gap="medium")
    with sizes:
        st.markdown(f"#### {say('dataset.sizes')}")
        st.plotly_chart(sizes_figure(table), config=CONFIG, key="sizes", alt=say("dataset.sizes_alt"))
    with kinds:
        st.markdown(f"#### {say('dataset.formats')}")
        if table["format"].notna().any():
            st.plotly_chart(
                formats_figure(table), config=CONFIG, key="formats", alt=say("dataset.formats_alt")
            )
            st.caption(say("dataset.by_content"))
        else:
            st.caption(say("dataset.formats_unknown"))


def subset_words(name: str, water: pd.Series) -> str:
    """A subset with its n and its mean share of water, as Markdown."""
    known = water.dropna()
    mean = formats.percent(known.mean()) if len(known) else formats.NO_VALUE
    return say("dataset.subset_water", name=plain(subset_label(name)), n=len(water), share=mean)


def draw_traits(run: Run) -> None:
    """Draw the traits that the run measured on its photographs, as a table."""
    with st.expander(say("dataset.traits"), icon=":material/table_chart:"):
        try:
            traits = run.table("traits")
        except FloodevalError as error:
            st.caption(error_text(error))
            return
        shown = traits.drop(columns="scene")
        shown["water_colour"] = [part_words("water_colour", one, None, None) for one in shown["water_colour"]]
        columns = {name: _trait_column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("dataset.traits_alt"))
        st.caption(say("dataset.traits_note"))


def _trait_column(name: str) -> Column:
    """The title and number format of a trait; shares are in percent."""
    others = {"id": say("dataset.column_id"), "channel_width_px": say("dataset.column_channel_width_px")}
    title = trait_title(name) if name in TRAITS else others.get(name, name)
    return Column(title, formats.percent if name in SHARES else None)
