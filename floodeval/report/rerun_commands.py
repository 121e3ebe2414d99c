"""The commands that make a run and its report again."""

import shlex
from pathlib import Path

from floodeval.analysis.ranking import ALL
from floodeval.analysis.run_findings import RunFindings
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_names import names_of
from floodeval.evaluation.run_parts import RequestRecord
from floodeval.i18n.language import DEFAULT, language
from floodeval.report.model import ReportRequest
from floodeval.report.select import MARKED, NAMED
from floodeval.storage.paths import locate
from floodeval.synthetic.stress import PICTURES


def evaluate_command(info: RunInfo) -> str:
    """The command that repeats the evaluation, quoted for a shell.

    `demo` and `stress` make their runs again with their own data. For a run made before schema 2 the command
    is incomplete: `run.json` does not record where the data set, the split and the models were on disk.
    """
    asked = recorded_request(info)
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
    parts += [] if command else _names(info)
    parts += ["--device", asked.device] if asked.device != "cpu" else []
    parts += ["--keep-embeddings"] if asked.keep_embeddings else []
    for given in asked.trained_on:
        parts += ["--trained-on", given]
    parts += ["--allow-leak"] if asked.allow_leak else []
    parts += ["--no-domain"] if asked.no_domain else []
    return shlex.join(parts)


def _names(info: RunInfo) -> list[str]:
    """The options that give the run its names."""
    names = names_of(info)
    parts = [f"--display-name={name}={text}" for name, text in names.display_names.items()]
    return parts + ([f"--class-name={names.class_name}"] if names.class_name is not None else [])


def report_command(findings: RunFindings, request: ReportRequest) -> str:
    """The command that makes the same report, quoted for a shell."""
    rule = request.cases
    parts = ["floodeval", "report", *_sides(findings)]
    if rule.rule == MARKED:
        parts.append("--marked")
    elif rule.rule == NAMED:
        dashed = any(one.startswith("-") for one in rule.ids)  # after a space they would be options
        parts += [f"--ids={one}" for one in rule.ids] if dashed else ["--ids", *rule.ids]
    else:
        parts += ["--worst", str(rule.n), "--by", rule.by]
        parts += ["--quadrant", rule.outcome] if rule.outcome != ALL else []
        parts += ["--slice", rule.subgroup] if rule.subgroup else []
    parts += [f"--reviewer={name}" for name in rule.reviewers]
    parts += ["--generalization", *request.generalization] if request.generalization else []
    parts += ["--in-domain", request.in_domain] if request.in_domain else []
    parts += ["--subset", request.subset] if request.subset else []
    parts += ["--without-flagged"] if request.without_flagged else []
    if request.failure_threshold is not None:
        parts += ["--failure-threshold", f"{request.failure_threshold:g}"]
    for option, value in (
        ("--author", request.author),
        ("--organization", request.organization),
        ("--logo", str(request.logo or "")),
    ):
        parts += [f"{option}={value}"] if value else []
    parts += ["--language", language()] if language() != DEFAULT else []
    parts += [] if request.photographs else ["--no-photographs"]
    return shlex.join(parts)


def _sides(findings: RunFindings) -> list[str]:
    """A and B as the arguments of the command."""
    if findings.left_out is None:
        run = run_argument(findings.run.folder)
        return [run, "--prompt", findings.prompt.spec, "--a", findings.a, "--b", findings.b]
    return [f"{run_argument(side.run.folder)}:{side.variant}:{side.prompt.spec}" for side in findings.sides]


def run_argument(folder: Path) -> str:
    """The run as a command names it: its name if it is in the results folders, otherwise its path."""
    by_name = locate("runs", folder.name)
    return folder.name if by_name.resolve() == folder.resolve() else str(folder)


def recorded_request(info: RunInfo) -> RequestRecord:
    """The recorded request; for a run made before schema 2 a guess from its other parts."""
    return info.request or _guessed(info)


def reading_options(asked: RequestRecord) -> list[str]:
    """The options for reading the data set's files; `=` because lists of values may begin with a minus."""
    parts = ["--dataset-config", asked.config] if asked.config else []
    for option, values in (("--water", asked.water), ("--ignore", asked.ignore)):
        parts += [f"{option}={','.join(map(str, values))}"] if values else []
    for option, value in (("--exif", asked.exif), ("--stretch", asked.stretch)):
        parts += [option, value] if value else []
    return parts


def _suite(info: RunInfo) -> tuple[str, ...]:
    """The command of a stress run that does not record its command, with the default seed."""
    if not info.is_synthetic or (info.split or {}).get("name") != "stress":
        return ()
    return "stress", "--bases", str(int(info.dataset.get("n_samples", 0)) // PICTURES or 1)


def _guessed(info: RunInfo) -> RequestRecord:
    """The request of a run of schema 1, guessed from its `run.json`."""
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
