"""The tables of the page Prompts, computed once and cached while the run's files stay the same.

All of them see the selected rows alone: the split, with or without the flagged pairs.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.clicks_needed import click_curve, clicks_needed, clicks_saved
from floodeval.analysis.prompt_comparison import (
    plainest,
    prompt_gains,
    prompt_gaps,
    prompt_scores,
    prompt_spreads,
)
from floodeval.analysis.prompt_sensitivity import Family, mask_agreement, sensitivity
from floodeval.dashboard.queries import RUNS, stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, StoredMasks
from floodeval.metrics.measures import METRICS
from floodeval.sam.prompts import PromptSpec, parse_prompt
from floodeval.viz.case_pictures import prompted_thumbnail, read_case
from floodeval.viz.overlays import ClickMark
from floodeval.viz.style import Style
from floodeval.viz.thumbnails import jpeg

THUMBNAIL_PX, QUALITY, OPACITY = 320, 75, 0.6
NUMBERED_PX = 640  # of a picture with numbered clicks, which are read when it is enlarged


def prompts_of(selection: Selection) -> list[PromptSpec]:
    """The prompts with which A or B has rows, in the run's order; other variants may take others."""
    rows = selection.metrics
    present = set(rows.loc[rows["variant"].isin(selection.variants), "prompt"])
    return [prompt for prompt in selection.run.info.prompts if prompt.spec in present]


def kinds_of(selection: Selection) -> list[PromptSpec]:
    """One prompt of each kind, the one with the fewest options: point, box, full and so on."""
    return plainest(prompts_of(selection))


def field_of(selection: Selection) -> PromptSpec | None:
    """The first field prompt; None where every prompt uses the ground truth."""
    return next((prompt for prompt in kinds_of(selection) if not prompt.uses_ground_truth), None)


def metrics_of(selection: Selection) -> list[str]:
    """The metrics that have a value in some row."""
    return [name for name in METRICS if selection.metrics[name].notna().any()] or ["iou"]


def scores_of(selection: Selection, metric: str = "iou") -> pd.DataFrame:
    """The mean of every prompt and variant, by `prompt_scores`."""
    with waiting("comparing_prompts"):
        return _scores(*_selected(selection), metric)


def gains_of(selection: Selection, metric: str = "iou") -> pd.DataFrame | None:
    """What B gains with every prompt, by `prompt_gains`; None without a B."""
    if selection.b is None:
        return None
    with waiting("comparing_prompts"):
        return _gains(*_selected(selection), selection.a, selection.b, metric)


def gaps_of(selection: Selection, reference: str, metric: str = "iou") -> pd.DataFrame:
    """Every prompt compared with a reference prompt, by `prompt_gaps`."""
    with waiting("comparing_prompts"):
        return _gaps(*_selected(selection), reference, metric)


def sensitivity_of(selection: Selection, family: Family, metric: str) -> pd.DataFrame:
    """A metric over the values of a family, by `sensitivity`."""
    with waiting("comparing_prompts"):
        return _sensitivity(*_selected(selection), family, metric)


def spreads_of(selection: Selection, variant: str) -> pd.DataFrame:
    """How much each photograph depends on the prompt's kind, by `prompt_spreads`."""
    return prompt_spreads(selection.metrics, variant, [prompt.spec for prompt in kinds_of(selection)])


def agreement_of(selection: Selection, variant: str) -> pd.DataFrame:
    """How similar a variant's masks with two kinds of prompt are, by `mask_agreement`; reads the masks."""
    with waiting("reading_masks"):
        return _agreement(
            *_selected(selection), variant, tuple(prompt.spec for prompt in kinds_of(selection))
        )


def click_curve_of(selection: Selection, prompt: str) -> pd.DataFrame:
    """Each variant's mean IoU after each click, by `click_curve`.

    Raises:
        FloodevalError: the run's table of clicks cannot be read, here and in the two functions below.
    """
    return _click_curve(*_selected(selection), prompt)


def clicks_needed_of(selection: Selection, prompt: str) -> pd.DataFrame:
    """How many clicks each variant needs until each target, by `clicks_needed`."""
    return _clicks_needed(*_selected(selection), prompt)


def clicks_saved_of(selection: Selection, prompt: str) -> pd.DataFrame:
    """How many clicks one variant saves compared with another, by `clicks_saved`."""
    return _clicks_saved(*_selected(selection), prompt)


def clicks_of(
    selection: Selection, variant: str, prompt: PromptSpec, sample_id: str
) -> tuple[ClickMark, ...] | None:
    """The clicks that corrected a variant's mask of a photograph, in order; None where none were recorded."""
    if prompt.kind != "clicks":
        return None
    try:
        table = _clicks(selection.run, stamp(selection.run))
    except FloodevalError:
        return None
    mine = (table["id"] == sample_id) & (table["variant"] == variant) & (table["prompt"] == prompt.spec)
    rows = table[mine].sort_values("click")[["x", "y", "water", "iou"]].itertuples(index=False, name=None)
    return tuple(
        ClickMark(float(x), float(y), bool(water), None if pd.isna(iou) else float(iou))
        for x, y, water, iou in rows
    )


def prompt_picture(
    selection: Selection,
    variant: str,
    sample_id: str,
    prompt: PromptSpec,
    sample: Sample | None,
    clicks: tuple[ClickMark, ...] | None,
) -> bytes | None:
    """A variant's mask with a prompt over the photograph, as JPEG; None where the mask is missing.

    Args:
        selection: what the dashboard shows.
        variant: whose mask.
        sample_id: of the photograph.
        prompt: what the variant was prompted with; its marks are drawn.
        sample: the photograph's files; None where they are not on this machine.
        clicks: from `clicks_of`.
    """
    source, style = selection.run.masks_of(variant, prompt.spec), selection.styles[variant]
    return _picture(source, stamp(selection.run), sample_id, variant, style, sample, clicks)


def _selected(selection: Selection) -> tuple[Run, tuple[float, ...], tuple[str, str]]:
    """The run with the selected rows alone, and what identifies these rows in a cache."""
    run = replace(selection.run, metrics=selection.metrics)
    return run, stamp(run), selection.rows_key


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=RUNS)
def _scores(run: Run, stamp: tuple[float, ...], rows: tuple[str, str], metric: str) -> pd.DataFrame:
    return prompt_scores(run.metrics, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=RUNS)
def _gains(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], a: str, b: str, metric: str
) -> pd.DataFrame:
    return prompt_gains(run.metrics, a, b, metric)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=RUNS)
def _gaps(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], reference: str, metric: str
) -> pd.DataFrame:
    return prompt_gaps(run.metrics, reference, metric)


@st.cache_data(
    max_entries=32,
    show_spinner=False,
    hash_funcs={**RUNS, Family: lambda f: (f.kind, sorted(f.values.items()))},
)
def _sensitivity(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], family: Family, metric: str
) -> pd.DataFrame:
    return sensitivity(run.metrics, family, metric)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _agreement(
    run: Run, stamp: tuple[float, ...], rows: tuple[str, str], variant: str, prompts: tuple[str, ...]
) -> pd.DataFrame:
    return mask_agreement(run, variant, prompts, list(run.metrics["id"].unique()))


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _click_curve(run: Run, stamp: tuple[float, ...], rows: tuple[str, str], prompt: str) -> pd.DataFrame:
    return click_curve(run, prompt)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _clicks_needed(run: Run, stamp: tuple[float, ...], rows: tuple[str, str], prompt: str) -> pd.DataFrame:
    return clicks_needed(run, prompt)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _clicks_saved(run: Run, stamp: tuple[float, ...], rows: tuple[str, str], prompt: str) -> pd.DataFrame:
    return clicks_saved(run, prompt)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=RUNS)
def _clicks(run: Run, stamp: tuple[float, ...]) -> pd.DataFrame:
    """Cached as a resource: it is never changed, so no copy is needed."""
    return run.table("clicks")


@st.cache_data(max_entries=1000, show_spinner=False)
def _picture(
    source: StoredMasks,
    stamp: tuple[float, ...],
    sample_id: str,
    variant: str,
    style: Style,
    sample: Sample | None,
    clicks: tuple[ClickMark, ...] | None,
) -> bytes | None:
    longest = NUMBERED_PX if clicks else THUMBNAIL_PX
    case = read_case({variant: source}, sample_id, sample, longest)
    opacity = OPACITY if case.photograph is not None else 1.0
    if parse_prompt(source.prompt).kind == "clicks":
        clicks = clicks or ()  # the prompt itself is the first click alone, which did not make this mask
    picture = prompted_thumbnail(case, variant, style, opacity, clicks)
    return None if picture is None else jpeg(picture, QUALITY)
