"""What the figures are not: the limits of the evaluation, and labels that the variants contradict."""

from floodeval.analysis.suspects import AGREES, DOUBTS, suspects
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.content import Block, Bullets, Paragraph, Section, Table
from floodeval.report.subject import Subject

FEW_SCENES = 100  # under which an interval is named as the first thing to read


def limits_section(subject: Subject) -> Section:
    """What to keep in mind, from the run's own record."""
    info, comparison = subject.run.info, subject.comparison
    told = [say("report.limit_scenes", scenes=counted(comparison.n_scenes, "scene"))]
    if comparison.n_scenes < FEW_SCENES:
        told[0] += " " + say("report.limit_few")
    told.append(say("report.limit_data", data=info.dataset["name"] or say("report.unnamed")))
    uses = [one.spec for one in info.prompts if one.uses_ground_truth]
    if uses:
        told.append(say("report.limit_prompts", n=len(uses), prompts=", ".join(uses)))
    told.append(say("report.limit_labels"))
    labels = info.label_agreement
    if labels:
        spread = {name: formats.score(getattr(labels, name)) for name in ("mean", "low", "high")}
        told[-1] += " " + say("report.limit_ceiling", pairs=counted(labels.n, "pair"), **spread)
    if len(subject.run.skipped):
        told.append(
            say("report.limit_skipped", samples=counted(int(subject.run.skipped["id"].nunique()), "sample"))
        )
    left_out = (info.split or {}).get("excluded", {})
    if isinstance(left_out, dict) and left_out:
        told.append(say("report.limit_excluded", samples=counted(len(left_out), "sample")))
    if not any(one.trained_on for one in info.variants if one.checkpoint):
        told.append(say("report.limit_unknown"))
    told.append(say("report.limit_metrics", n=len(comparison.metrics)))
    return Section("limits", say("report.limits"), (Bullets(tuple(told)),))


def suspects_section(subject: Subject) -> Section:
    """The photographs whose truth all variants contradict in the same way."""
    title = say("report.suspects")
    try:
        found = suspects(subject.run)
    except FloodevalError:
        return Section("suspects", title, (Paragraph(say("report.suspects_unknown")),))
    if found.empty:
        return Section("suspects", title, (Paragraph(say("report.suspects_none")),))
    names = ("photograph", "prompt", "agreement", "best", "doubt")
    rows = tuple(
        (
            str(row["id"]),
            str(row["prompt"]),
            *(formats.score(row[name]) for name in ("agreement", "best_iou", "doubt")),
        )
        for row in found.to_dict("records")
    )
    blocks: tuple[Block, ...] = (
        Paragraph(say("report.suspects_words", suspects=counted(len(found), "suspect"))),
        Table(tuple(say(f"report.head_{name}") for name in names), rows, n_words=2),
        Paragraph(
            say(
                "report.suspects_note", agrees=formats.significant(AGREES), doubts=formats.significant(DOUBTS)
            ),
            "quiet",
        ),
    )
    return Section("suspects", title, blocks)
