"""The page Dataset put together: the first screen, the choice of a section, that section alone."""

from collections.abc import Callable

import streamlit as st

from floodeval.dashboard.navigation import choose_section, section_title
from floodeval.dashboard.pages.dataset.dataset_gallery import draw_facts, draw_gallery
from floodeval.dashboard.pages.dataset.findings_view import draw_findings
from floodeval.dashboard.pages.dataset.overview import (
    draw_balance,
    draw_overview,
    draw_reading,
    draw_run_overview,
    draw_traits,
)
from floodeval.dashboard.pages.dataset.scan import Study, study_of
from floodeval.dashboard.pages.dataset.scenes_view import draw_agreement, draw_scenes
from floodeval.dashboard.pages.dataset.stress_view import draw_stress
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import run_inventory
from floodeval.i18n.catalog import say

_DRAW: dict[str, Callable[[Study], None]] = {
    "gallery": draw_gallery,
    "findings": draw_findings,
    "scenes": draw_scenes,
    "agreement": draw_agreement,
}


def draw_dataset(selection: Selection) -> None:
    """Draw the data set of the chosen run, or what the run itself knows of it."""
    found = photographs(selection.run)
    if found.dataset is None:
        _draw_without_photographs(selection, found.reason)
    else:
        _draw_with_photographs(selection, found.dataset)


def _draw_with_photographs(selection: Selection, dataset: Dataset) -> None:
    try:
        study = study_of(selection.run, dataset)
    except FloodevalError as error:
        _draw_without_photographs(selection, str(error))
        return
    draw_overview(study, selection.run)
    draw_reading(selection.run)
    section = choose_section("Dataset")
    if section == "stress":
        draw_stress(selection)
    elif section == "balance":
        draw_balance(study.table)
        draw_traits(selection.run)
    else:
        _DRAW[section](study)


def _draw_without_photographs(selection: Selection, reason: str) -> None:
    st.info(
        say("dataset.without_photographs", reason=plain(reason)),
        icon=":material/no_photography:",
    )
    table = run_inventory(selection.run)
    draw_run_overview(selection.run, table)
    draw_reading(selection.run)
    section = choose_section("Dataset")
    if section == "stress":
        draw_stress(selection)
    elif section == "balance":
        draw_balance(table)
        draw_traits(selection.run)
    elif section == "gallery":
        draw_facts(table)
    else:
        st.markdown(say("dataset.only_from_files", section=section_title(section)))
