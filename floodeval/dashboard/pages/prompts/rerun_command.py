"""The command that evaluates a run again with more prompts."""

import shlex
from collections.abc import Sequence

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.evaluation.run_info import RunInfo
from floodeval.i18n.catalog import say
from floodeval.report.rerun_commands import reading_options, recorded_request


def draw_rerun_command(selection: Selection, prompts: Sequence[str]) -> None:
    """Draw the command that evaluates the run again with these prompts."""
    st.markdown(say("prompts_page.how_to"))
    st.code(evaluate_command(selection.run.info, prompts), language=None, wrap_lines=True)


def evaluate_command(info: RunInfo, prompts: Sequence[str]) -> str:
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
