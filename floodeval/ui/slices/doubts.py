"""The section Suspects: photographs whose truth every variant contradicts in the same way."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.suspects import AGREES, DOUBTS
from floodeval.ui.navigation import link_to
from floodeval.ui.paging import paged
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import suspects_of
from floodeval.ui.words import code, plain
from floodeval.wording.numbers import counted, number

PER_PAGE = 12


def draw_suspects(selection: Selection) -> None:
    """Draw each suspect with its reason and a link to look at it.

    Raises:
        FloodevalError: the run has one variant, or no table of agreement.
    """
    table = suspects_of(selection)
    st.markdown("#### Suspect labels: photographs to look at")
    st.markdown(
        "**A suspect is a photograph to look at, not a wrong label.** The variants make the same mask of it "
        "and that mask is not the truth's: the truth may be wrong, or all of them share a blind spot."
    )
    if table.empty:
        st.success(
            "No suspects: nowhere do the variants agree with each other and not with the truth.",
            icon=":material/check_circle:",
        )
    else:
        _draw_list(selection, table)
    st.caption(
        f"A suspect has an agreement of at least {AGREES:g} (mean IoU between the variants' masks) and a "
        f"doubt of at least {DOUBTS:g} (how much better they agree than the best of them with the truth). "
        "All prompts are looked at; each photograph is named with the one that doubts it most. Variants "
        "trained from one another agree more easily than independent ones."
    )


def _draw_list(selection: Selection, table: pd.DataFrame) -> None:
    st.markdown(f"**{counted(len(table), 'suspect')}**, the most doubtful first")
    slot = st.container(gap="small")
    for row in paged(table.to_dict("records"), PER_PAGE, "suspects"):
        with slot.container(border=True, gap="xxsmall"):
            wanted = {"id": str(row["id"]), "prompt": str(row["prompt"]), "quadrant": "all"}
            link_to("Compare", selection.params | wanted, f"Look at {plain(row['id'])}", ":material/compare:")
            st.markdown(suspect_words(row))
    with st.expander("The suspects as numbers", icon=":material/table_chart:"):
        even = {
            name: st.column_config.NumberColumn(name.replace("_", " "), format="%.3f")
            for name in ("agreement", "best_iou", "doubt")
        }
        st.dataframe(table, hide_index=True, column_config=even, alt="Suspects with agreement and doubt")


def suspect_words(row: Mapping[Hashable, Any]) -> str:
    """Why a photograph is a suspect, as Markdown."""
    reason = str(row["reason"])
    agreement, best = number(row["agreement"]), number(row["best_iou"])
    return (
        f"{plain(reason[:1].upper() + reason[1:])}.  \nDoubt **{number(row['doubt'])}**: the variants agree "
        f"with each other at {agreement}, with the truth at {best} at best; "
        f"prompt {code(row['prompt'])}"
    )
