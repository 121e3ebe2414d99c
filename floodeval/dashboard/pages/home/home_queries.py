"""The numbers of the home page: parts of the findings that the pages share, and the decision."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.baseline_findings import BaselineFinding, baseline_findings
from floodeval.analysis.comparison import Comparison
from floodeval.analysis.decision import Decision, decide
from floodeval.analysis.requirements import Requirements, default_requirements
from floodeval.analysis.requirements_file import read_requirements
from floodeval.dashboard.queries import RUNS, findings_of, open_run, stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run

Entries = tuple[tuple[str, Any], ...]
"""Requirements as a cache can tell them apart: names and limits."""


def comparison(selection: Selection) -> Comparison:
    """A compared with B, or with itself, with the chosen prompt."""
    with waiting("comparing"):
        return findings_of(selection).comparison


def means_of(selection: Selection) -> pd.DataFrame:
    """The mean of every metric for every variant with the chosen prompt (`mean_table`)."""
    return findings_of(selection).means


def prompts_of(selection: Selection) -> pd.DataFrame:
    """The mean IoU of A and B and their gap with every prompt (`prompt_table`)."""
    return findings_of(selection).prompts


def costs_of(selection: Selection) -> pd.DataFrame:
    """The cost of every variant with the chosen prompt (`cost_table`), indexed by variant."""
    costs = findings_of(selection).cost
    return costs[costs["prompt"] == selection.prompt.spec].set_index("variant")


def review_queue_of(selection: Selection) -> pd.DataFrame:
    """The images to review, with the reason, the most serious first."""
    return findings_of(selection).review_queue


def baselines_of(selection: Selection) -> tuple[BaselineFinding, ...]:
    """What trivial baselines score on the same photographs; none where the run has no such table."""
    pair = selection.pair
    try:
        return baseline_findings(pair.side_a.run, [pair.side_a.prompt.spec], selection.table["id"])
    except FloodevalError:  # a broken table of an optional part hides only that part
        return ()


def decided_run(selection: Selection) -> Run:
    """The run that is decided about, and whose requirements count: that of B, or of A alone."""
    return (selection.pair.side_b or selection.pair.side_a).run


@dataclass(frozen=True)
class Stated:
    """The requirements of a run; the defaults where its file cannot be read, with why (else empty)."""

    requirements: Requirements
    error: str = ""


def stated_requirements(selection: Selection) -> Stated:
    """The requirements of the run that is decided about, with the chosen failure threshold."""
    run, failing = decided_run(selection), {"failure_iou": selection.threshold}
    try:
        return Stated(read_requirements(run).changed(failing))
    except FloodevalError as error:
        return Stated(default_requirements(run).changed(failing), error_text(error))


def decision_of(selection: Selection, requirements: Requirements) -> Decision:
    """Whether B, or A alone, meets the requirements on the selected photographs.

    Raises:
        FloodevalError: a table of the run cannot be read.
    """
    side, ids = selection.pair.side_b or selection.pair.side_a, tuple(selection.table["id"])
    entries = tuple((name, getattr(requirements, name)) for name in vars(requirements))
    group = _group_of(side.run)
    stamps = tuple(stamp(one) for one in (side.run, *group))
    return _decision(side.run, stamps, ids, entries, side.variant, side.prompt.spec, group)


def _group_of(run: Run) -> tuple[Run, ...]:
    """The other runs of the run's group; none where one cannot be read, as it might be the worst."""
    names = run.info.group.runs if run.info.group else ()
    try:
        return tuple(open_run(name) for name in names if name != run.folder.name)
    except FloodevalError:
        return ()


@st.cache_resource(max_entries=24, show_spinner=False, hash_funcs=RUNS)
def _decision(
    run: Run,
    stamps: tuple[tuple[float, ...], ...],
    ids: tuple[str, ...],
    entries: Entries,
    variant: str,
    prompt: str,
    group: tuple[Run, ...],
) -> Decision:
    part = replace(run, metrics=run.metrics[run.metrics["id"].isin(ids)])
    return decide(part, Requirements(**dict(entries)), variant, prompt, group)
