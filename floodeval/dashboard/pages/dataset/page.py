"""The page Dataset: the overview, the choice of a section, and that section alone."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from floodeval.dashboard.navigation import choose_section, section_title
from floodeval.dashboard.pages.dataset.balance_view import draw_balance, draw_traits
from floodeval.dashboard.pages.dataset.dataset_gallery import draw_facts_table, draw_gallery
from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, scan_of
from floodeval.dashboard.pages.dataset.findings_view import draw_findings
from floodeval.dashboard.pages.dataset.label_agreement_view import draw_agreement
from floodeval.dashboard.pages.dataset.overview import draw_overview, draw_reading, draw_run_overview
from floodeval.dashboard.pages.dataset.scenes_view import draw_scenes
from floodeval.dashboard.pages.dataset.stress_view import draw_stress
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import run_inventory
from floodeval.i18n.catalog import say

_FROM_FILES: dict[str, Callable[[DatasetScan], None]] = {
    "gallery": draw_gallery,
    "findings": draw_findings,
    "scenes": draw_scenes,
    "agreement": draw_agreement,
}


def draw_dataset(selection: Selection) -> None:
    """Draw the data set of the selected run; without its photographs, what the run itself holds."""
    scan, reason = _scan_or_reason(selection)
    if scan:
        table = scan.table
        draw_overview(scan, selection.run)
    else:
        table = run_inventory(selection.run)
        words = say("dataset.without_photographs", reason=plain(reason))
        st.info(words, icon=":material/no_photography:")
        draw_run_overview(selection.run, table)
    draw_reading(selection.run)
    _draw_section(choose_section("Dataset"), selection, scan, table)


def _scan_or_reason(selection: Selection) -> tuple[DatasetScan | None, str]:
    """What was found in the data set, or why its files are not available."""
    found = photographs(selection.run)
    if found.dataset is None:
        return None, found.reason
    try:
        return scan_of(selection.run, found.dataset), ""
    except FloodevalError as error:
        return None, str(error)


def _draw_section(section: str, selection: Selection, scan: DatasetScan | None, table: pd.DataFrame) -> None:
    if section == "stress":
        draw_stress(selection)
    elif section == "balance":
        draw_balance(table)
        draw_traits(selection.run)
    elif scan:
        _FROM_FILES[section](scan)
    elif section == "gallery":
        draw_facts_table(table)
    else:
        st.markdown(say("dataset.only_from_files", section=section_title(section)))
