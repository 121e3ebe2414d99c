"""The commands that make a run and a report on it again."""

import shlex
from pathlib import Path

from floodeval.evaluation.run_info import RequestRecord, RunInfo
from floodeval.storage.paths import locate
from floodeval.synthetic.stress import PICTURES


def evaluate_command(info: RunInfo) -> str:
    """The command that evaluates the same again, quoted for a shell.

    Of a run made before schema 2, as far as `run.json` knows it: where the data set and the split were on
    disk, and the folder of a model, are not recorded. Runs of `demo` and `stress` are made by these commands,
    which draw the data.
    """
    asked = asked_of(info)
    command = asked.command or _suite(info)
    if command[:1] == ("demo",):
        return shlex.join(["floodeval", *command])
    parts = ["floodeval", *(command or ("evaluate", asked.dataset)), "--name", info.name]
    parts += ["--model", asked.model]
    if not command:
        for option, value in (("--split", asked.split), ("--subset", asked.subset)):
            parts += [option, value] if value else []
        parts += reading_options(asked)
    for name, source in asked.variants.items():
        parts += ["--variant", name if source is None else f"{name}={source}"]
    for spec in asked.prompts:
        parts += ["--prompt", spec]
    parts += ["--device", asked.device] if asked.device != "cpu" else []
    parts += ["--keep-embeddings"] if asked.keep_embeddings else []
    parts += ["--allow-leak"] if asked.allow_leak else []
    return shlex.join(parts)


def _suite(info: RunInfo) -> tuple[str, ...]:
    """The command of a run of the stress suite that does not record it, with the default seed."""
    if not info.is_synthetic or (info.split or {}).get("name") != "stress":
        return ()
    return "stress", "--bases", str(int(info.dataset.get("n_samples", 0)) // PICTURES or 1)


def asked_of(info: RunInfo) -> RequestRecord:
    """What was asked for; of a run made before schema 2 as far as it can be guessed."""
    return info.request or _guessed(info)


def run_named(folder: Path) -> str:
    """How a command names a run: by its name where it is in the results folders, else by its path."""
    by_name = locate("runs", folder.name)
    return folder.name if by_name.resolve() == folder.resolve() else str(folder)


def reading_options(asked: RequestRecord) -> list[str]:
    """The options that say how a data set's files are read; lists of values may begin with a minus."""
    parts = ["--dataset-config", asked.config] if asked.config else []
    for option, values in (("--water", asked.water), ("--ignore", asked.ignore)):
        parts += [f"{option}={','.join(map(str, values))}"] if values else []
    for option, value in (("--exif", asked.exif), ("--stretch", asked.stretch)):
        parts += [option, value] if value else []
    return parts


def _guessed(info: RunInfo) -> RequestRecord:
    """What was asked for, from what a run of schema 1 says of itself."""
    split = info.split or {}
    return RequestRecord(
        dataset=info.dataset["name"],
        split=split.get("name"),
        subset=split.get("subset"),
        model=info.variants[0].model_type,
        device="cpu" if str(info.environment.get("device", "cpu")) == "cpu" else "cuda",
        variants={one.name: one.checkpoint for one in info.variants},
        prompts=tuple(info.prompt_specs),
        keep_embeddings=info.inference.keeps_embeddings,
        allow_leak=bool(info.leaks),
    )
