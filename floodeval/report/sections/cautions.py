"""The sections on what to know before the figures are used: limits, flagged pairs, label suspects."""

from floodeval.analysis.findings import RunFindings
from floodeval.analysis.review_queue import MIN_AGREEMENT, MIN_DOUBT
from floodeval.datasets.audit.findings import KINDS
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Bullets, Paragraph, Section, Table

FEW_SCENES = 100  # with fewer, the limits ask to read the interval first
LISTED_IDS = 20  # ids per kind of finding; more are only counted


def warnings(findings: RunFindings) -> list[str]:
    """What the first page warns of: synthetic scenes, and labels that every variant contradicts."""
    info = findings.run.info
    texts = [say("report.synthetic")] if info.is_synthetic else []
    return [*texts, *(say(f"report.finding_{key}") for key in info.findings if key == CONTRADICTED)]


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
    uses = [one.spec for one in info.prompts if one.uses_ground_truth]
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
    if not any(one.trained_on for one in info.variants if one.checkpoint):
        items.append(say("report.limit_unknown"))
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
