"""The section on what was run: data, split, prompts, models with their hashes, versions, commands."""

from typing import Any

from floodeval.analysis.run_findings import RunFindings
from floodeval.evaluation.run_info import SplitPart, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Commands, Paragraph, Section, Table
from floodeval.viz.wording import label_words, photograph_words, protocol, truth_use

VERSIONS = ("floodeval", "git_commit", "python", "torch", "device", "cpu", "threads")


def provenance_section(findings: RunFindings, commands: tuple[str, str]) -> Section:
    """What was run, and the commands that evaluate and report it again."""
    info = findings.run.info
    what = tuple(say(f"report.head_{name}") for name in ("what", "value"))
    return Section(
        "provenance",
        say("report.provenance"),
        (
            Table(what, tuple(_facts(findings)), n_words=2),
            Table(
                tuple(say(f"report.head_{name}") for name in ("variant", "model", "weights", "trained_on")),
                tuple(_variant(one) for one in info.variants if one.name in (findings.a, findings.b)),
                n_words=4,
            ),
            Table(
                tuple(say(f"report.head_{name}") for name in ("prompt", "input", "knows")),
                tuple((one.spec, protocol(one), truth_use(one)) for one in info.prompts),
                n_words=3,
            ),
            Paragraph(say("report.again" if info.request else "report.again_older")),
            Commands(commands),
        ),
    )


def _facts(findings: RunFindings) -> list[tuple[str, str]]:
    info, split = findings.run.info, findings.run.info.split or {}
    facts: list[tuple[str, Any]] = [
        ("run", info.name),
        ("evaluated", info.created),
        ("data", info.dataset["name"]),
        ("fingerprint", info.dataset["fingerprint"]),
        ("rows", _rows(findings)),
        ("labels", label_words(info.labels)),
        ("ignored", _ignored(findings)),
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


def _rows(findings: RunFindings) -> str:
    said = counted(findings.comparison.n_images, "photograph")
    if findings.subset:
        said += say("report.of_subset", subset=findings.subset)
    if findings.without_flagged:
        said += say("report.without_flagged")
    return said


def _ignored(findings: RunFindings) -> str:
    """The share of ignored pixels: those in none of the four pixel counts."""
    rows = findings.scores[findings.scores["variant"] == findings.a]
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
        said += say("report.with_seed", seed=str(split["seed"]))
    return said


def _variant(one: Variant) -> tuple[str, str, str, str]:
    source = say("report.published") if one.checkpoint is None else one.checkpoint
    trained = one.trained_on or {}
    on = say("report.trained_on", **_short(trained)) if trained else say("report.trained_unknown")
    if one.checkpoint is None:
        on = say("report.trained_not")
    return one.name, f"{one.model_type}, {source}", f"sha256 {one.sha256}", on


def _short(trained: dict[str, str]) -> dict[str, str]:
    """The training data: the name of the data set, and the first digits of its fingerprint and split."""
    return {
        "data": trained.get("dataset", "?"),
        "fingerprint": trained.get("fingerprint", "?")[:12],
        "split": trained.get("split_sha256", "?")[:12],
    }
