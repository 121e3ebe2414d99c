"""The numbers of the page Prompts, computed once and kept while the run's files stay the same.

All of them see the chosen rows alone: the split, with or without the flagged pairs.
"""

import shlex
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.prompt_sensitivity import (
    Family,
    mask_agreement,
    plainest,
    prompt_gains,
    prompt_gaps,
    prompt_scores,
    prompt_spreads,
    sensitivity,
)
from floodeval.dashboard.queries import stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import RunInfo
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import METRICS
from floodeval.report.sections.provenance import asked_of, reading_options
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import metric_label

# The numbers of the page Prompts, computed once and kept while the run's files stay the same.


def prompts_of(selection: Selection) -> list[PromptSpec]:
    """The run's prompts that have rows, in the run's order."""
    present = set(selection.metrics["prompt"])
    return [prompt for prompt in selection.run.info.prompts if prompt.spec in present]


def kinds_of(selection: Selection) -> list[PromptSpec]:
    """One prompt of each kind: what point, box and no prompt are told apart by."""
    return plainest(prompts_of(selection))


def field_of(selection: Selection) -> PromptSpec | None:
    """The first prompt that exists in the field; None where all are made from the ground truth."""
    return next((prompt for prompt in kinds_of(selection) if not prompt.uses_ground_truth), None)


def metrics_of(selection: Selection) -> list[str]:
    """The metrics that have a value in some row."""
    return [name for name in METRICS if selection.metrics[name].notna().any()] or ["iou"]


def scores_of(selection: Selection, metric: str = "iou") -> pd.DataFrame:
    """The mean of every prompt and variant, by `prompt_scores`."""
    with waiting("comparing_prompts"):
        return _scores(*_rows(selection), metric)


def gains_of(selection: Selection, metric: str = "iou") -> pd.DataFrame | None:
    """What B gains with every prompt, by `prompt_gains`; None without a B."""
    if selection.b is None:
        return None
    with waiting("comparing_prompts"):
        return _gains(*_rows(selection), selection.a, selection.b, metric)


def gaps_of(selection: Selection, reference: str, metric: str = "iou") -> pd.DataFrame:
    """Every prompt against a reference, by `prompt_gaps`."""
    with waiting("comparing_prompts"):
        return _gaps(*_rows(selection), reference, metric)


def sensitivity_of(selection: Selection, family: Family, metric: str) -> pd.DataFrame:
    """A metric over the values of a family, by `sensitivity`."""
    with waiting("comparing_prompts"):
        return _sensitivity(*_rows(selection), family, metric)


def spreads_of(selection: Selection, variant: str) -> pd.DataFrame:
    """How much each photograph depends on the prompt's kind, by `prompt_spreads`."""
    return prompt_spreads(selection.metrics, variant, [prompt.spec for prompt in kinds_of(selection)])


def agreement_of(selection: Selection, variant: str) -> pd.DataFrame:
    """How alike a variant's masks with two kinds of prompt are, by `mask_agreement`; reads the masks."""
    with waiting("reading_masks"):
        return _agreement(*_rows(selection), variant, tuple(prompt.spec for prompt in kinds_of(selection)))


def _rows(selection: Selection) -> tuple[Run, tuple[float, ...], tuple[str, str]]:
    run = replace(selection.run, metrics=selection.metrics)
    return run, stamp(run.folder), selection.rows_key


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _scores(run: Run, stamp: tuple[float, ...], part: tuple[str, str], metric: str) -> pd.DataFrame:
    return prompt_scores(run.metrics, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _gains(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], a: str, b: str, metric: str
) -> pd.DataFrame:
    return prompt_gains(run.metrics, a, b, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _gaps(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], reference: str, metric: str
) -> pd.DataFrame:
    return prompt_gaps(run.metrics, reference, metric)


@st.cache_data(
    max_entries=32,
    show_spinner=False,
    hash_funcs={Run: lambda r: r.folder, Family: lambda f: (f.kind, sorted(f.values.items()))},
)
def _sensitivity(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], family: Family, metric: str
) -> pd.DataFrame:
    return sensitivity(run.metrics, family, metric)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _agreement(
    run: Run, stamp: tuple[float, ...], part: tuple[str, str], variant: str, prompts: tuple[str, ...]
) -> pd.DataFrame:
    return mask_agreement(run, variant, prompts, list(run.metrics["id"].unique()))


# What several sections of the page Prompts let a person choose: the metric, and which prompts to draw.

MANY = 6  # prompts; of more than so many one of each kind is drawn at first


def choose_metric(selection: Selection) -> str:
    """Let the person choose among the metrics that have values."""
    options = metrics_of(selection)
    if st.session_state.get("prompts_metric") not in options:
        st.session_state["prompts_metric"] = options[0]
    st.selectbox(
        say("prompts_page.metric"),
        options,
        format_func=metric_label,
        key="prompts_metric",
        width=220,
        persist_state="session",
    )
    return str(st.session_state["prompts_metric"])


def choose_prompts(selection: Selection) -> list[PromptSpec]:
    """Let the person choose between one prompt of each kind and all, where there are more."""
    kinds, prompts = kinds_of(selection), prompts_of(selection)
    if len(kinds) == len(prompts):
        return prompts
    st.session_state.setdefault("prompts_shown", "kinds" if len(prompts) > MANY else "all")
    words = {"kinds": say("prompts_page.shown_kinds"), "all": say("prompts_page.shown_all", n=len(prompts))}
    st.segmented_control(
        say("prompts_page.shown"),
        list(words),
        format_func=words.__getitem__,
        key="prompts_shown",
        required=True,
        persist_state="session",
    )
    return kinds if st.session_state["prompts_shown"] == "kinds" else prompts


# The command that evaluates a run again with more prompts.


def evaluate_command(info: RunInfo, prompts: Sequence[str]) -> str:
    """The command for the shell, an option a line; under another name, for a run is not written over.

    Args:
        info: of the run whose data, split and variants are taken.
        prompts: the specs to ask for.
    """
    asked = asked_of(info)
    options = [("--name", f"{info.name}-prompts"), ("--split", asked.split), ("--subset", asked.subset)]
    options.append(("--model", asked.model))
    for name, source in asked.variants.items():
        options.append(("--variant", f"{name}={source}" if source else name))
    options += [("--prompt", spec) for spec in prompts]
    lines = [f"{option} {shlex.quote(value)}" for option, value in options if value]
    if reading := reading_options(asked):
        lines.append(shlex.join(reading))
    first = f"floodeval evaluate {shlex.quote(asked.dataset)}"
    return " \\\n    ".join([first, *lines, "--keep-embeddings"])
