"""The section Weakest: where B scores least, and where it gains least, paid for having looked at many."""

import pandas as pd
import streamlit as st

from floodeval.analysis.weakest import FEWEST_SAMPLES, FEWEST_SCENES, SIGNIFICANT
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import named, readable, slices_of, weakest_of
from floodeval.ui.words import plain
from floodeval.wording.numbers import counted

SHOWN = 10


def draw_weakest(selection: Selection) -> None:
    """Draw the two rankings side by side; of one variant the first alone.

    Raises:
        FloodevalError: the run has no traits.
    """
    words = readable(slices_of(selection))
    _draw(
        weakest_of(selection, "iou_b"),
        words,
        f"Where {plain(selection.b or selection.a)} is weakest",
        "mean IoU",
    )
    if selection.b:
        _draw(weakest_of(selection, "iou_gap"), words, "Where the gain is least", "mean gap")
    else:
        st.caption("Where the gain is least can be told of two variants.")
    st.caption(
        "Every slice, and every two slices of different traits, that holds enough photographs (at least "
        f"{FEWEST_SAMPLES}, of at least {FEWEST_SCENES} scenes) is held against the rest of them. p is the "
        "chance of finding as weak a slice anywhere if the scores had nothing to do with the traits: it is "
        "corrected for the number of slices looked at (Westfall and Young's max-T, by permuting scenes)."
    )


def surety_words(table: pd.DataFrame) -> str:
    """How many slices are surely below the rest, of how many that were looked at."""
    sure, looked = int((table["p_adjusted"] < SIGNIFICANT).sum()), table.attrs["n_looked"]
    if not looked:
        return "No slice holds enough photographs to be looked at."
    many = f"Of {counted(looked, 'slice')} looked at, "
    if not sure:
        return f"{many}none is surely below the rest: as weak a slice is to be expected by chance."
    are = "is" if sure == 1 else "are"
    return f"{many}**{sure}** {are} surely below the rest (adjusted p under {SIGNIFICANT})."


def weakest_rows(table: pd.DataFrame, words: dict[str, str], mean: str) -> pd.DataFrame:
    """The first rows of a ranking with its slices in words; `mean` names the column of means."""
    first = table.head(SHOWN)
    return pd.DataFrame(
        {
            "slice": [named(name, words) for name in first["slice"]],
            mean: first["mean"],
            "elsewhere": first["mean_rest"],
            "difference": first["difference"],
            "p adjusted": first["p_adjusted"],
            "n": first["n"],
            "scenes": first["n_scenes"],
        }
    )


def _draw(table: pd.DataFrame, words: dict[str, str], title: str, mean: str) -> None:
    st.markdown(f"#### {title}\n{surety_words(table)}")
    if table.empty:
        return
    even = {
        name: st.column_config.NumberColumn(name, format="%.3f") for name in (mean, "elsewhere", "p adjusted")
    }
    even["slice"] = st.column_config.TextColumn("slice", width=470)
    even["difference"] = st.column_config.NumberColumn("difference", format="%+.3f")
    st.dataframe(weakest_rows(table, words, mean), hide_index=True, column_config=even, alt=title)
    if len(table) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(table)} that are below the rest.")
