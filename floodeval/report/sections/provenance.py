"""What to know before the figures are used: limits, flagged pairs, label suspects; and what was run."""

from typing import Any

from floodeval.analysis.review_queue import MIN_AGREEMENT, MIN_DOUBT
from floodeval.analysis.run_findings import RunFindings
from floodeval.datasets.audit.findings import KINDS
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import FINDINGS, RunInfo
from floodeval.evaluation.run_parts import SplitPart
from floodeval.evaluation.variant_record import SAM, Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Bullets, Commands, Paragraph, Section, Table
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import (
    label_words,
    photograph_words,
    protocol,
    source_words,
    subset_words,
    truth_use,
)

FEW_SCENES = 100  # with fewer, the limits ask to read the interval first
LISTED_IDS = 20  # ids per kind of finding; more are only counted
VERSIONS = ("floodeval", "git_commit", "python", "torch", "device", "cpu", "threads")


def warnings(findings: RunFindings) -> list[str]:
    """What the first page warns of: synthetic scenes, contradicted labels, and masks in lossy formats."""
    info = findings.run.info
    texts = [say("report.synthetic")] if info.is_synthetic else []
    return [*texts, *(say(f"report.finding_{key}") for key in info.findings if key in FINDINGS)]


def left_out_words(findings: RunFindings) -> list[str]:
    """Which samples are not compared, as a sentence; none where all are."""
    shared = findings.left_out
    if shared is None or not shared.n_left_out:
        return []
    kinds = {"only_a": shared.only_a, "only_b": shared.only_b, "other_reference": shared.other_reference}
    parts = [
        say(f"heading.left_out_{name}", n=len(ids)) + f" ({_ids_words(list(ids))})"
        for name, ids in kinds.items()
        if ids
    ]
    return [say("report.left_out", parts="; ".join(parts))]


def limits_section(findings: RunFindings) -> Section:
    """The limits of the evaluation, from the run's own record."""
    comparison = findings.comparison
    scenes = say("report.limit_scenes", scenes=counted(comparison.n_scenes, "scene"))
    if comparison.n_scenes < FEW_SCENES:
        scenes += " " + say("report.limit_few")
    items = (
        scenes,
        *_data_limits(findings),
        *_model_limits(findings),
        say("report.limit_metrics", n=len(comparison.metrics)),
    )
    return Section("limits", say("report.limits"), (Bullets(items),))


def _data_limits(findings: RunFindings) -> list[str]:
    """Limits that come from the data set, the prompts and the labels."""
    info = findings.run.info
    items = [say("report.limit_data", data=info.dataset["name"] or say("report.unnamed"))]
    uses = [one.spec for one in _prompts(findings) if one.uses_ground_truth]
    if uses:
        items.append(say("report.limit_prompts", n=len(uses), prompts=", ".join(uses)))
    items.append(say("report.limit_labels"))
    labels = info.label_agreement
    if labels:
        spread = {name: formats.score(getattr(labels, name)) for name in ("mean", "low", "high")}
        items[-1] += " " + say("report.limit_ceiling", pairs=counted(labels.n, "pair"), **spread)
    return items


def _model_limits(findings: RunFindings) -> list[str]:
    """Limits that come from samples left out and from unknown training data."""
    info, skipped, items = findings.run.info, findings.run.skipped, []
    if len(skipped):
        items.append(say("report.limit_skipped", samples=counted(int(skipped["id"].nunique()), "sample")))
    left_out = (info.split or {}).get("excluded", {})
    if isinstance(left_out, dict) and left_out:
        items.append(say("report.limit_excluded", samples=counted(len(left_out), "sample")))
    if info.untraceable:
        items.append(say("report.limit_unknown", names=", ".join(info.untraceable)))
    return items


def audit_section(findings: RunFindings) -> Section:
    """What the audit found, also where it concerns every photograph; one sentence where it found nothing."""
    info = findings.run.info
    known = {str(one) for one in findings.run.metrics["id"]}
    kinds: dict[str, list[str]] = {}
    for sample_id, flags in info.flagged.items():
        for kind in flags if sample_id in known else ():
            kinds.setdefault(kind, []).append(sample_id)
    texts = warnings(findings)
    blocks: list[Block] = [Bullets(tuple(texts))] if texts else []
    if kinds:
        headings = tuple(say(f"report.head_{name}") for name in ("finding", "meaning", "photographs", "n"))
        rows = tuple(
            (say(f"audit.{kind}"), say(f"audit.{kind}_meaning"), _ids_words(ids), formats.count(len(ids)))
            for kind, ids in kinds.items()
            if kind in KINDS
        )
        pairs = counted(sum(one in known for one in info.flagged), "flagged_pair")
        total = counted(len(known), "photograph")
        blocks += [
            Paragraph(say("report.findings_pairs", pairs=pairs, total=total)),
            Table(headings, rows, n_words=3),
        ]
    if not blocks:
        blocks = [Paragraph(say("report.findings_none"))]
    return Section("findings", say("report.findings"), tuple(blocks))


def _ids_words(ids: list[str]) -> str:
    more = len(ids) - LISTED_IDS
    return ", ".join(ids[:LISTED_IDS]) + (" " + say("report.findings_more", n=more) if more > 0 else "")


def suspects_section(findings: RunFindings) -> Section:
    """The photographs whose reference mask all variants contradict in the same way."""
    title = say("report.suspects")
    try:
        suspects = findings.suspects
    except FloodevalError:
        return Section("suspects", title, (Paragraph(say("report.suspects_unknown")),))
    if suspects.empty:
        return Section("suspects", title, (Paragraph(say("report.suspects_none")),))
    names = ("photograph", "prompt", "agreement", "best", "doubt")
    rows = tuple(
        (
            str(row["id"]),
            str(row["prompt"]),
            *(formats.score(row[name]) for name in ("agreement", "best_iou", "doubt")),
        )
        for row in suspects.to_dict("records")
    )
    limits = {"agrees": formats.significant(MIN_AGREEMENT), "doubts": formats.significant(MIN_DOUBT)}
    blocks: tuple[Block, ...] = (
        Paragraph(say("report.suspects_words", suspects=counted(len(suspects), "suspect"))),
        Table(tuple(say(f"report.head_{name}") for name in names), rows, n_words=2),
        Paragraph(say("report.suspects_note", **limits), "quiet"),
    )
    return Section("suspects", title, blocks)


def _prompts(findings: RunFindings) -> list[PromptSpec]:
    """The prompts of the run, or of A and B where they are of different runs or prompts."""
    if findings.left_out is None:
        return list(findings.run.info.prompts)
    return list(dict.fromkeys(side.prompt for side in findings.sides))


def provenance_section(findings: RunFindings, commands: tuple[str, ...]) -> Section:
    """What was run, and the commands that evaluate and report it again."""
    info = findings.run.info
    is_recorded = all(run.info.request for run in findings.runs)
    what = tuple(say(f"report.head_{name}") for name in ("what", "value"))
    return Section(
        "provenance",
        say("report.provenance"),
        (
            *_sides(findings),
            *(Table(what, tuple(_facts(findings, run.info)), n_words=2) for run in findings.runs),
            Table(
                tuple(say(f"report.head_{name}") for name in ("variant", "model", "weights", "trained_on")),
                tuple(
                    _variant_row(one, findings.titles[one.name])
                    for one in info.variants
                    if one.name in (findings.a, findings.b)
                ),
                n_words=4,
            ),
            Table(
                tuple(say(f"report.head_{name}") for name in ("prompt", "input", "knows")),
                tuple((one.spec, protocol(one), truth_use(one)) for one in _prompts(findings)),
                n_words=3,
            ),
            Paragraph(say("report.again" if is_recorded else "report.again_older")),
            Commands(commands),
        ),
    )


def _sides(findings: RunFindings) -> tuple[Block, ...]:
    """What A and B are; nothing where they are variants of one run with one prompt."""
    if findings.left_out is None:
        return ()
    headings = ("side", "run", "variant", "prompt", "truth")
    rows = tuple(
        (
            letter,
            side.run.folder.name,
            side.variant,
            side.prompt.spec,
            say("report.yes" if side.prompt.uses_ground_truth else "report.no"),
        )
        for letter, side in zip("AB", findings.sides, strict=True)
    )
    return (Table(tuple(say(f"report.head_{name}") for name in headings), rows, n_words=5),)


def _facts(findings: RunFindings, info: RunInfo) -> list[tuple[str, str]]:
    split = info.split or {}
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
        said += say("report.of_subset", subset=subset_words(findings.subset))
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


def _variant_row(one: Variant, shown: str) -> tuple[str, str, str, str]:
    trained = one.trained_on or {}
    on = say("report.trained_on", **_training_data(trained)) if trained else say("report.trained_unknown")
    if one.checkpoint is None and one.source == SAM:
        on = say("report.trained_not")
    return shown, source_words(one), f"sha256 {one.sha256}", on


def _training_data(trained: dict[str, str]) -> dict[str, str]:
    """The training data: the name of the data set, and the first digits of its fingerprint and split."""
    return {
        "data": trained.get("dataset", "?"),
        "fingerprint": trained.get("fingerprint", "?")[:12],
        "split": trained.get("split_sha256", "?")[:12],
    }
