"""The chart of the page Prompts, and its sections All prompts, Prompt vs. prompt and Sensitivity."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.prompt_sensitivity import OPTIONS, Family, families
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.pages.prompts.prompt_controls import (
    chosen_metric,
    chosen_prompts,
    draw_controls,
    number_columns,
)
from floodeval.dashboard.pages.prompts.prompt_queries import (
    agreement_of,
    field_of,
    gains_of,
    gaps_of,
    kinds_of,
    prompts_of,
    scores_of,
    sensitivity_of,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, code, plain
from floodeval.dashboard.widgets.opening_marks import clicked_mark, clicked_row, open_images
from floodeval.dashboard.widgets.tables import draw_table
from floodeval.evaluation.run_info import RunInfo
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.rerun_commands import reading_options, recorded_request
from floodeval.sam.prompts import PromptSpec
from floodeval.storage.spreadsheet import csv_bytes
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.prompt_charts import agreement_figure, sensitivity_figure
from floodeval.viz.charts.prompt_scores import prompt_gaps_figure, prompts_figure
from floodeval.viz.wording import metric_label, protocol

SUGGESTED = {  # prompts for a run that lacks a family, by the option that varies
    "n": ("points:n=1", "points:n=1,seed=1", "points:n=3", "points:n=5", "points:n=10"),
    "jitter": ("box", "box:jitter=20", "box:jitter=20,seed=1", "box:jitter=40", "box:jitter=80"),
}


def draw_sensitivity(selection: Selection) -> None:
    """Draw a line for each family of prompts in the run, and the command for the families that it lacks."""
    found = {family.option: family for family in families(prompts_of(selection))}
    if not found:
        st.info(say("prompts_page.sensitivity_none"), icon=":material/info:")
        draw_rerun_command(selection, [spec for option in OPTIONS.values() for spec in SUGGESTED[option]])
        return
    metric = chosen_metric(selection)
    columns = st.columns(len(found), gap="medium")
    for column, family in zip(columns, found.values(), strict=True):
        with column:
            _draw_family(selection, family, metric)
    st.caption(say("prompts_page.family_note"))
    for option in set(OPTIONS.values()) - set(found):
        st.info(say(f"prompts_page.lacking_{option}"), icon=":material/info:")
        draw_rerun_command(selection, SUGGESTED[option])


def _draw_family(selection: Selection, family: Family, metric: str) -> None:
    curve, label = sensitivity_of(selection, family, metric), metric_label(metric)
    title = say(f"prompts_page.{family.option}_title")
    st.markdown(f"#### {title}")
    st.markdown(
        "\n".join(
            f"- {words}"
            for words in family_words(
                curve, family.option, {one: selection.name_of(one) for one in selection.variants}
            )
        )
    )
    figure = sensitivity_figure(curve, family.option, selection.styles, label)
    alt = say("prompts_page.family_alt", metric=label, option=title)
    st.plotly_chart(figure, config=CHART_CONFIG, key=f"family_{family.option}", alt=alt)
    with st.expander(say("prompts_page.as_numbers"), icon=":material/table_chart:"):
        numbers = curve.drop(columns="verdict")
        numbers["variant"] = [selection.name_of(name) for name in numbers["variant"]]
        draw_table(numbers, number_columns(numbers), alt)


def family_words(curve: pd.DataFrame, option: str, variants: Mapping[str, str]) -> list[str]:
    """What the last value changes, and what another seed changes, per variant, as Markdown.

    Args:
        curve: of `floodeval.analysis.prompt_sensitivity.sensitivity`.
        option: the one that varies.
        variants: the names that people read, by short name.
    """
    lines = []
    for name, shown in variants.items():
        mine = curve[curve["variant"] == name]
        if len(mine) > 1:
            first, last = mine.iloc[0], mine.iloc[-1]
            words = say(
                f"prompts_page.{option}_change",
                variant=plain(shown),
                change=f"**{formats.gap(last['change'])}**"
                if last["verdict"] in DECIDED
                else formats.gap(last["change"]),
                first=formats.significant(first["value"]),
                last=formats.significant(last["value"]),
                low=formats.gap(last["change_low"]),
                high=formats.gap(last["change_high"]),
            )
            key = {UNDECIDED: "change_undecided", TOO_FEW_SCENES: "change_few"}.get(last["verdict"])
            lines.append(say(f"prompts_page.{key}", words=words) if key else words)
    for name, shown in variants.items():
        mine = curve[curve["variant"] == name].dropna(subset=["seed_range"])
        if len(mine):
            widest = mine.iloc[int(mine["seed_range"].argmax())]
            around, value = formats.score(widest["seed_range"]), formats.significant(widest["value"])
            lines.append(say(f"prompts_page.{option}_seeds", variant=plain(shown), range=around, value=value))
    return lines


def draw_rerun_command(selection: Selection, prompts: Sequence[str]) -> None:
    """Draw the command that evaluates the run again with these prompts."""
    st.markdown(say("prompts_page.how_to"))
    st.code(more_prompts_command(selection.run.info, prompts), language=None, wrap_lines=True)


def more_prompts_command(info: RunInfo, prompts: Sequence[str]) -> str:
    """The shell command, one option per line; it names a new run, because runs are not overwritten.

    Args:
        info: describes the run whose data, split and variants are used.
        prompts: specs of the prompts to evaluate.
    """
    asked = recorded_request(info)
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


def draw_prompt_pairs(selection: Selection) -> None:
    """Draw every prompt compared with a chosen one, on the same photographs."""
    specs = [prompt.spec for prompt in prompts_of(selection)]
    if len(specs) < 2:
        st.info(say("prompts_page.between_one"), icon=":material/looks_one:")
        return
    reference, metric = _choose_reference(selection, specs), chosen_metric(selection)
    shown = chosen_prompts(selection)
    others = [prompt for prompt in shown if prompt.spec != reference]
    name, label = code(reference), metric_label(metric)
    st.markdown(f"#### {say('prompts_page.between_title', reference=name)}")
    figure = prompt_gaps_figure(
        gaps_of(selection, reference, metric), others, selection.styles, reference, label
    )
    alt = say("prompts_page.between_alt", reference=reference)
    if clicked := clicked_mark(figure, "between_prompts", alt):
        _open_mark(selection, metric, clicked)
    st.caption(say("prompts_page.between_note", reference=name))
    if len(kinds_of(selection)) > 1:
        _draw_agreement(selection)


def _choose_reference(selection: Selection, specs: list[str]) -> str:
    field = field_of(selection)
    if st.session_state.get("prompts_reference") not in specs:
        st.session_state["prompts_reference"] = field.spec if field else specs[0]
    st.selectbox(
        say("prompts_page.reference"), specs, key="prompts_reference", width=260, persist_state="session"
    )
    return str(st.session_state["prompts_reference"])


def _draw_agreement(selection: Selection) -> None:
    """Draw how similar a variant's masks are; the masks are read only if the toggle is on."""
    specs = [prompt.spec for prompt in kinds_of(selection)]
    n = len(specs) * selection.metrics["id"].nunique() * len(_compared(selection))
    st.markdown(f"#### {say('prompts_page.agreement_title')}")
    asked = st.toggle(
        say("prompts_page.agreement_ask"),
        key="prompts_agreement",
        help=say("prompts_page.agreement_help", n=n),
        persist_state="session",
    )
    if not asked:
        return
    columns = st.columns(len(_compared(selection)), gap="medium")
    for column, variant in zip(columns, _compared(selection), strict=True):
        with column:
            _draw_matrix(selection, variant, specs)
    st.caption(say("prompts_page.agreement_note"))
    if any(agreement_of(selection, variant).attrs["counts_ignored"] for variant in _compared(selection)):
        st.caption(say("prompts_page.agreement_ignored"))


def _compared(selection: Selection) -> list[str]:
    return [selection.a] + ([selection.b] if selection.b else [])


def _draw_matrix(selection: Selection, variant: str, specs: list[str]) -> None:
    found, style = agreement_of(selection, variant), selection.styles[variant]
    if not found["n"].any():
        st.info(say("prompts_page.agreement_none"), icon=":material/broken_image:")
        return
    mean = formats.score(found["iou"].mean())
    st.markdown(say("prompts_page.agreement_of", variant=chip(style).replace("**", ""), mean=mean))
    figure = agreement_figure(found, specs, style.color)
    alt = say("prompts_page.agreement_alt", variant=plain(selection.name_of(variant)))
    st.plotly_chart(figure, config=CHART_CONFIG, key=f"agreement_{variant}", alt=alt)


def draw_chart(selection: Selection) -> None:
    """Draw the means of prompts and variants with intervals; a click on a mark opens its images."""
    chart = st.container()
    draw_controls(selection)
    metric, prompts = chosen_metric(selection), chosen_prompts(selection)
    scores, gains = scores_of(selection, metric), gains_of(selection, metric)
    label = metric_label(metric)
    figure = prompts_figure(scores, gains, prompts, selection.styles, label)
    with chart:
        clicked = clicked_mark(figure, "every_prompt", say("prompts_page.every_alt", metric=label))
        st.caption(f":material/ads_click: {say('prompts_page.chart_click')} {say('prompts_page.every_note')}")
    if clicked:
        _open_mark(selection, metric, clicked)


def _open_mark(selection: Selection, metric: str, mark: str) -> None:
    """Open the images with a prompt, ordered by the variant of the mark, or by the gap where it has none."""
    spec, _, variant = mark.partition(" ")
    if spec not in [prompt.spec for prompt in prompts_of(selection)]:
        return
    open_images(
        replace(selection, linked=None).params, **with_prompt(selection, spec, variant), metric=metric
    )


def with_prompt(selection: Selection, spec: str, variant: str) -> dict[str, str]:
    """The part of a link that shows a prompt's images: the prompt, A and B, and whose scores order them.

    Args:
        selection: the page's.
        spec: of the prompt.
        variant: whose scores order the images; empty for the gap.
    """
    rows = selection.run.metrics
    having = set(rows.loc[rows["prompt"] == spec, "variant"])
    if not variant:
        return {"prompt": spec, "of": "gap"}
    if variant == selection.a or selection.a not in having or selection.b is None:
        return {"prompt": spec, "a": variant, "of": "a"}
    return {"prompt": spec, "b": variant, "of": "b"}


def draw_numbers(selection: Selection) -> None:
    """Draw the numbers of the chart as a table, all prompts; a selected row opens the prompt's images."""
    metric = chosen_metric(selection)
    scores, gains = scores_of(selection, metric), gains_of(selection, metric)
    table = prompt_rows(scores, gains, prompts_of(selection))
    shown = table.assign(variant=[selection.name_of(name) for name in table["variant"]])
    chosen = clicked_row(shown, number_columns(shown), "prompt_rows", say("prompts_page.table_alt"))
    st.caption(f":material/ads_click: {say('prompts_page.row_click')}")
    st.caption(say("prompts_page.protocols", prompts=protocols(kinds_of(selection))))
    st.download_button(
        say("prompts_page.download"), csv_bytes(table), "prompts.csv", "text/csv", icon=":material/download:"
    )
    if chosen is not None:
        row = table.iloc[chosen]
        _open_mark(selection, metric, f"{row['prompt']} {row['variant']}")


def protocols(prompts: Sequence[PromptSpec]) -> str:
    """What each prompt gives to a variant, in one line of Markdown."""
    return "; ".join(
        say("prompts_page.protocol", prompt=code(one.spec), protocol=protocol(one)) for one in prompts
    )


def prompt_rows(
    scores: pd.DataFrame, gains: pd.DataFrame | None, prompts: Sequence[PromptSpec]
) -> pd.DataFrame:
    """One row per prompt and variant: whether the prompt uses the ground truth, and the gap of B over A."""
    uses = {prompt.spec: prompt.uses_ground_truth for prompt in prompts}
    truth = [
        say("prompts_page.yes" if uses.get(spec, True) else "prompts_page.no") for spec in scores["prompt"]
    ]
    table = scores.copy()
    table.insert(1, "truth", truth)
    if gains is not None:
        table["gap"] = table["prompt"].map(gains.set_index("prompt")["gap"])
    return table
