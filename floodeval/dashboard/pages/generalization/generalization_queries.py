"""The runs that the page Generalization is about, and its findings; cached until a file changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from floodeval.analysis.generalization import Generalization, about_sides
from floodeval.analysis.trade_off import DEFAULT_TOLERANCE
from floodeval.dashboard.queries import folder_stamp, open_run, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.evaluation.run import Run, list_runs
from floodeval.evaluation.run_groups import list_groups
from floodeval.evaluation.run_parts import Group
from floodeval.storage.paths import result_folders
from floodeval.viz.style import Style, variant_styles

RUNS_KEY, IN_DOMAIN_KEY, TOLERANCE_KEY = "runs", "in_domain", "tolerance"  # in the session and in the URL
BETWEEN = ","  # between names of runs in the URL; no name has it
AUTOMATIC = ""  # the in-domain set that the group or the training data says
TOLERANCES = ("0", "0.01", "0.02", "0.05", "0.1", "0.2")


@dataclass(frozen=True)
class ChosenSets:
    """What a person chose on the page.

    Attributes:
        asked: names of runs and groups.
        absent: names that a link asked for and that do not exist.
        runs: the runs, one per data set.
        in_domain: the name of the run on the in-domain set; None where nothing says which it is.
        is_in_domain_chosen: whether a person named it.
        tolerance: the loss of mean IoU that is accepted.
    """

    asked: tuple[str, ...]
    absent: tuple[str, ...]
    runs: tuple[Run, ...]
    in_domain: str | None
    is_in_domain_chosen: bool
    tolerance: float


@dataclass(frozen=True)
class PageFindings:
    """The findings, the variant that the page speaks of, and how variants are drawn."""

    found: Generalization
    candidate: str
    styles: dict[str, Style]


def chosen_sets(selection: Selection) -> ChosenSets:
    """The runs that the session asks for; by default the group of A's run, else that run alone.

    Raises:
        FloodevalError: a run cannot be read.
    """
    groups = {group.name: group for group in groups_of_runs()}
    known = {*groups, *list_runs()}
    wanted = [name for name in str(st.session_state.get(RUNS_KEY) or "").split(BETWEEN) if name]
    asked = tuple(name for name in dict.fromkeys(wanted) if name in known) or default_names(selection)
    names = _names(asked, groups)
    named = st.session_state.get(IN_DOMAIN_KEY)
    of_group = next((group.in_domain for group in groups.values() if set(names) <= set(group.runs)), None)
    is_chosen = named in names
    return ChosenSets(
        asked=asked,
        absent=tuple(name for name in wanted if name not in known),
        runs=tuple(open_run(name) for name in names),
        in_domain=str(named) if is_chosen else of_group if of_group in names else None,
        is_in_domain_chosen=is_chosen,
        tolerance=tolerance_of(st.session_state.get(TOLERANCE_KEY)),
    )


def _names(asked: Sequence[str], groups: dict[str, Group]) -> list[str]:
    """The names of the runs; a run comes before a group of its name."""
    runs = set(list_runs())
    found = [one for name in asked for one in ((name,) if name in runs else groups[name].runs)]
    return [name for name in dict.fromkeys(found) if name in runs]


def default_names(selection: Selection) -> tuple[str, ...]:
    """The group of A's run, else the run alone."""
    run = selection.pair.side_a.run
    group = run.info.group
    return (group.name if group and len(group.runs) > 1 else run.folder.name,)


def tolerance_of(text: object) -> float:
    """The tolerance that the session or a link has; the default where it is no number from 0 to 1."""
    try:
        value = float(str(text))
    except ValueError:
        return DEFAULT_TOLERANCE
    return value if math.isfinite(value) and 0 <= value <= 1 else DEFAULT_TOLERANCE


def groups_of_runs() -> list[Group]:
    """The groups of the finished runs, the newest first."""
    stamps = tuple((str(folder), folder_stamp(folder)) for folder in result_folders("runs"))
    return _groups(stamps)


def findings_of_sets(selection: Selection, chosen: ChosenSets) -> PageFindings:
    """The findings; A is the baseline and B the variant to speak of, where they are among the compared ones.

    Raises:
        FloodevalError: as `floodeval.analysis.generalization.generalization`.
    """
    pair = selection.pair
    found, candidate = _about_sides(
        tuple((str(run.folder), stamp(run)) for run in chosen.runs),
        pair.side_a.variant,
        pair.side_b.variant if pair.side_b else None,
        chosen.in_domain,
        chosen.tolerance,
        chosen.runs,
    )
    others = [one.name for one in found.variants[1:] if one.name != candidate]
    order = [found.baseline.name, candidate, *others]
    return PageFindings(found, candidate, variant_styles(order, {one: found.label(one) for one in order}))


@st.cache_resource(max_entries=4, show_spinner=False)
def _groups(stamps: tuple[tuple[str, tuple[float, ...]], ...]) -> list[Group]:
    return list_groups()


@st.cache_resource(max_entries=16, show_spinner=False)
def _about_sides(
    stamps: tuple[tuple[str, tuple[float, ...]], ...],
    a: str,
    b: str | None,
    in_domain: str | None,
    tolerance: float,
    _runs: tuple[Run, ...],
) -> tuple[Generalization, str]:
    return about_sides(_runs, a, b, in_domain, tolerance)
