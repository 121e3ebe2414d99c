"""What is doubtful about the data: findings on the run as a whole, and pairs that an audit doubts."""

from floodeval.datasets.audit.findings import KINDS
from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.content import Block, Bullets, Paragraph, Section, Table
from floodeval.report.subject import Subject

NAMED = 20  # ids of one kind of finding; the others are counted


def warnings(subject: Subject) -> list[str]:
    """What the first page warns of: drawn scenes, and labels that every variant contradicts."""
    info = subject.run.info
    said = [say("report.synthetic")] if info.is_synthetic else []
    return [*said, *(say(f"report.finding_{key}") for key in info.findings if key == CONTRADICTED)]


def findings_section(subject: Subject) -> Section:
    """Every finding, also where all photographs have one; said too where there is none."""
    info = subject.run.info
    known = {str(one) for one in subject.run.metrics["id"]}
    kinds: dict[str, list[str]] = {}
    for sample_id, found in info.flagged.items():
        for kind in found if sample_id in known else ():
            kinds.setdefault(kind, []).append(sample_id)
    blocks: list[Block] = [Bullets(tuple(warnings(subject)))] if warnings(subject) else []
    if kinds:
        headings = tuple(say(f"report.head_{name}") for name in ("finding", "meaning", "photographs", "n"))
        rows = tuple(
            (say(f"audit.{kind}"), say(f"audit.{kind}_meaning"), _few(ids), formats.count(len(ids)))
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


def _few(ids: list[str]) -> str:
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (" " + say("report.findings_more", n=more) if more > 0 else "")
