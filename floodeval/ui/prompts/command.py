"""The command that evaluates a run again with more prompts."""

import shlex
from collections.abc import Sequence

from floodeval.evaluation.run import RunInfo


def evaluate_command(info: RunInfo, prompts: Sequence[str]) -> str:
    """The command for the shell, an option a line; under another name, for a run is not written over.

    Args:
        info: of the run whose data, split and variants are taken.
        prompts: the specs to ask for.
    """
    options = [("--name", f"{info.name}-prompts")]
    if info.split and info.split.get("name"):
        options.append(("--split", str(info.split["name"])))
        if info.split.get("subset"):
            options.append(("--subset", str(info.split["subset"])))
    options.append(("--model", info.variants[0].model_type))
    for variant in info.variants:
        checkpoint = f"={variant.checkpoint}" if variant.checkpoint else ""
        options.append(("--variant", variant.name + checkpoint))
    options += [("--prompt", spec) for spec in prompts]
    lines = [f"{option} {shlex.quote(value)}" for option, value in options] + ["--keep-embeddings"]
    return " \\\n    ".join([f"floodeval evaluate {shlex.quote(info.dataset['name'])}", *lines])
