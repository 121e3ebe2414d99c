"""The command that evaluates a run again with more prompts."""

import shlex
from collections.abc import Sequence

from floodeval.evaluation.run_info import RunInfo
from floodeval.report.sections.commands import asked_of, reading_options


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
