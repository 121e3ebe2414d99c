"""The clicks by which a variant's mask of a photograph was corrected, as the run recorded them."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.loading import stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.prompt_marks import Click


def clicks_of(
    selection: Selection, variant: str, prompt: PromptSpec, sample_id: str
) -> tuple[Click, ...] | None:
    """All clicks that corrected a variant's mask of a photograph, in order; None where none are recorded."""
    if prompt.kind != "clicks":
        return None
    try:
        table = _clicks(selection.run, stamp(selection.run.folder))
    except FloodevalError:
        return None
    mine = (table["id"] == sample_id) & (table["variant"] == variant) & (table["prompt"] == prompt.spec)
    rows = table[mine].sort_values("click")[["x", "y", "water", "iou"]].itertuples(index=False, name=None)
    return tuple(
        Click(float(x), float(y), bool(water), None if pd.isna(iou) else float(iou))
        for x, y, water, iou in rows
    )


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _clicks(run: Run, stamp: tuple[float, ...]) -> pd.DataFrame:
    """A resource, because nothing changes it."""
    return run.table("clicks")
