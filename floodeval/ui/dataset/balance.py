"""The section Balance: water, sizes and formats, subset beside subset."""

import pandas as pd
import streamlit as st

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.pictures.dataset_charts import UNDEALT, formats_figure, sizes_figure, water_figures
from floodeval.pictures.figure import CONFIG
from floodeval.ui.dataset.overview import share
from floodeval.ui.words import plain
from floodeval.wording.numbers import NO_VALUE


def draw_balance(table: pd.DataFrame) -> None:
    """Draw how alike the subsets are."""
    st.markdown("#### How much of a photograph is water, subset by subset")
    figures = water_figures(table)
    subsets = table["subset"].fillna(UNDEALT)
    with st.grid(min(4, len(figures)), min_column_width=280):
        for place, (name, figure) in enumerate(figures.items()):
            with st.container(gap="xxsmall"):
                st.markdown(subset_words(name, table.loc[subsets == name, "water_share"]))
                alt = f"Share of the photographs of {name} by their share of water"
                st.plotly_chart(figure, config=CONFIG, key=f"water_{place}", alt=alt)
    st.caption(
        "Bars of the same height mean the same share of a subset, so that subsets of any size compare."
    )
    sizes, formats = st.columns([3, 2], gap="medium")
    with sizes:
        st.markdown("#### Sizes")
        st.plotly_chart(
            sizes_figure(table), config=CONFIG, key="sizes", alt="Width and height of every photograph"
        )
    with formats:
        st.markdown("#### Formats")
        if table["format"].notna().any():
            st.plotly_chart(
                formats_figure(table), config=CONFIG, key="formats", alt="Photographs by format and subset"
            )
            st.caption("By content: a file may be called .jpg and be something else.")
        else:
            st.caption("The run does not know them; they are read from the photographs.")


def subset_words(name: str, water: pd.Series) -> str:
    """A subset with its n and its share of water, as Markdown."""
    known = water.dropna()
    mean = share(known.mean()) if len(known) else NO_VALUE
    return f"**{plain(name)}**, n={len(water)}: mean {mean} water"


def draw_traits(run: Run) -> None:
    """Draw what the run measured of its photographs, as a table."""
    with st.expander("What each evaluated photograph is like", icon=":material/table_chart:"):
        try:
            traits = run.table("traits")
        except FloodevalError as error:
            st.caption(plain(error))
            return
        st.dataframe(
            traits.drop(columns="scene"),
            hide_index=True,
            column_config={"water_share": st.column_config.NumberColumn("water_share", format="percent")},
            alt="Traits of every evaluated photograph",
        )
        st.caption(
            "Lengths in pixels of the photograph; brightness and contrast in CIE L\\*, 0 to 100; shares of "
            "the frame, of the water (glare) or of the dry land (shadow)."
        )
