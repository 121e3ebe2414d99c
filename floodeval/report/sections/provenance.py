"""What was run: data, split, prompts, models with their hashes, versions, the commands to run it again."""

import shlex
from pathlib import Path
from typing import Any

from floodeval.evaluation.run_info import RequestRecord, RunInfo, SplitPart, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Commands, Paragraph, Section, Subject, Table
from floodeval.storage.paths import locate
from floodeval.synthetic.stress import PICTURES
from floodeval.viz.wording import label_words, photograph_words, protocol, truth_use

# The commands that make a run and a report on it again.


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


# What was run: data, split, prompts, models with their hashes, versions, the commands to run it again.

VERSIONS = ("floodeval", "git_commit", "python", "torch", "device", "cpu", "threads")


def provenance_section(subject: Subject, report_command: str) -> Section:
    """What was run, and how to run it and this report again."""
    info = subject.run.info
    what = tuple(say(f"report.head_{name}") for name in ("what", "value"))
    return Section(
        "provenance",
        say("report.provenance"),
        (
            Table(what, tuple(_facts(subject)), n_words=2),
            Table(
                tuple(say(f"report.head_{name}") for name in ("variant", "model", "weights", "trained_on")),
                tuple(_variant(one) for one in info.variants if one.name in (subject.a, subject.b)),
                n_words=4,
            ),
            Table(
                tuple(say(f"report.head_{name}") for name in ("prompt", "input", "knows")),
                tuple((one.spec, protocol(one), truth_use(one)) for one in info.prompts),
                n_words=3,
            ),
            Paragraph(say("report.again" if info.request else "report.again_older")),
            Commands((evaluate_command(info), report_command)),
        ),
    )


def _facts(subject: Subject) -> list[tuple[str, str]]:
    info, split = subject.run.info, subject.run.info.split or {}
    facts: list[tuple[str, Any]] = [
        ("run", info.name),
        ("evaluated", info.created),
        ("data", info.dataset["name"]),
        ("fingerprint", info.dataset["fingerprint"]),
        ("rows", _rows(subject)),
        ("labels", label_words(info.labels)),
        ("ignored", _ignored(subject)),
        ("photographs", photograph_words(info.photographs)),
    ]
    if split:
        facts += [("split", _split(split)), ("split_sha256", split.get("sha256"))]
    facts += [
        ("threshold", formats.significant(info.failure_threshold)),
        ("empty", say("report.empty_words")),
    ]
    inference = info.inference
    facts.append(("inference", f"{inference.backend}, {inference.precision}"))
    facts.append(("embeddings", inference.embeddings))
    facts += [(name, info.environment.get(name)) for name in VERSIONS]
    facts.append(("took", formats.duration(info.timings.get("wall_s"))))
    return [(say(f"report.fact_{name}"), str(value)) for name, value in facts if value not in (None, "")]


def _rows(subject: Subject) -> str:
    said = counted(subject.comparison.n_images, "photograph")
    if subject.subset:
        said += say("report.of_subset", subset=subject.subset)
    if subject.without_flagged:
        said += say("report.without_flagged")
    return said


def _ignored(subject: Subject) -> str:
    """How much of the photographs counts nowhere: what is in none of the four counts of pixels."""
    rows = subject.scores[subject.scores["variant"] == subject.a]
    size = rows["width"] * rows["height"]
    ignored = size - rows[["tp", "fp", "fn", "tn"]].sum(axis=1)
    n = int((ignored > 0).sum())
    if not n:
        return say("report.ignored_none")
    share = formats.percent(float(ignored.sum() / size.sum()))
    return say("report.ignored_words", share=share, photographs=counted(n, "photograph"))


def _split(split: SplitPart) -> str:
    said = str(split.get("name", ""))
    if split.get("subset"):
        said += say("report.of_subset", subset=split["subset"])
    if split.get("seed") is not None:
        said += say("report.with_seed", seed=split["seed"])
    return said


def _variant(one: Variant) -> tuple[str, str, str, str]:
    source = say("report.published") if one.checkpoint is None else one.checkpoint
    trained = one.trained_on or {}
    on = say("report.trained_on", **_short(trained)) if trained else say("report.trained_unknown")
    if one.checkpoint is None:
        on = say("report.trained_not")
    return one.name, f"{one.model_type}, {source}", f"sha256 {one.sha256}", on


def _short(trained: dict[str, str]) -> dict[str, str]:
    """What a variant was trained on: the data set's name, its fingerprint's and its split's first digits."""
    return {
        "data": trained.get("dataset", "?"),
        "fingerprint": trained.get("fingerprint", "?")[:12],
        "split": trained.get("split_sha256", "?")[:12],
    }
