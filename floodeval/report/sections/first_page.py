"""The first page: the recommendation, its evidence, a typical photograph, and what is not shown."""

from datetime import date as Date

from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.decision import Decision
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Example, FirstPage, Paragraph, ReportRequest
from floodeval.report.sections.provenance import left_out_words, warnings
from floodeval.report.sections.recommendation import recommendation
from floodeval.viz.wording import caution_words, range_words, scenes_text, truth_difference_words


def first_page(
    findings: RunFindings, decision: Decision, request: ReportRequest, date: str, n_other_sets: int
) -> FirstPage:
    """Phrase the first page.

    Args:
        findings: what the run says about A and B.
        decision: whether B meets the requirements.
        request: names author and organization.
        date: YYYY-MM-DD.
        n_other_sets: the number of other data sets that the report compares with.
    """
    return FirstPage(
        title=title(findings),
        subtitle=subtitle(findings),
        byline=", ".join(part for part in (request.author, request.organization) if part),
        date=date,
        day=formats.date(Date.fromisoformat(date)),
        question=question(findings),
        recommendation=recommendation(decision, findings.name_b),
        answer=_evidence(findings, decision),
        warnings=(*_truth_difference(findings), *_warnings(findings)),
        example=typical_photograph(findings),
        not_shown_title=say("report.not_shown"),
        not_shown=not_shown(findings, decision, n_other_sets),
    )


def title(findings: RunFindings) -> str:
    """The title of the report: the model and the data set."""
    return say("report.title", b=findings.name_b, data=data_name(findings))


def data_name(findings: RunFindings) -> str:
    """The name of the data set, or that it has none."""
    return str(findings.run.info.dataset["name"] or say("report.unnamed"))


def subtitle(findings: RunFindings) -> str:
    """What is compared, on how many photographs, and with which prompt."""
    return say(
        "report.subtitle",
        a=findings.name_a,
        b=findings.name_b,
        photographs=counted(findings.comparison.n_images, "photograph"),
        scenes=counted(findings.comparison.n_scenes, "scene"),
        prompt=findings.comparison.prompts,
    )


def question(findings: RunFindings) -> str:
    """The question that the report answers."""
    return say("report.question", b=findings.name_b)


def answer(findings: RunFindings) -> str:
    """The verdict in one sentence, with both means, the gap and its interval."""
    iou = findings.iou
    if iou.gap is None:
        return say("report.answer_nothing")
    scenes = scenes_text(iou.n_scenes, iou.n_effective_scenes)
    said = say(f"report.answer_{iou.verdict}", a=findings.name_a, b=findings.name_b, scenes=scenes)
    means = say("report.answer_means", mean_a=formats.score(iou.mean_a), mean_b=formats.score(iou.mean_b))
    return " ".join(part for part in (said, means, gap_words(iou), caution_words(iou)) if part)


def _evidence(findings: RunFindings, decision: Decision) -> str:
    """The answer, with its prompt where the decision is about another one."""
    if decision.prompt == findings.prompt_of(findings.b).spec:
        return answer(findings)
    return say("report.evidence_with", prompt=findings.comparison.prompts, answer=answer(findings))


def gap_words(metric: MetricComparison) -> str:
    """The gap with its interval in a sentence; with too few scenes for a verdict, the range of scenes."""
    if metric.verdict == TOO_FEW_SCENES and metric.range_low is not None:
        return range_words(metric)
    if metric.ci_low is None or metric.ci_high is None:
        return say("report.gap_alone", gap=formats.gap(metric.gap))
    return say(
        "report.gap_interval",
        gap=formats.gap(metric.gap),
        low=formats.gap(metric.ci_low),
        high=formats.gap(metric.ci_high),
    )


def typical_photograph(findings: RunFindings) -> Example | None:
    """The photograph with B's median IoU; None where no photograph has an IoU.

    Of an even number of photographs, it is the one with the lower of the two middle values.
    """
    known = findings.table[findings.table["iou_gap"].notna()].sort_values(["iou_b", "id"], kind="stable")
    if known.empty:
        return None
    row = known.iloc[(len(known) - 1) // 2]
    return Example(
        str(row["id"]),
        say(
            "report.example",
            id=row["id"],
            a=findings.name_a,
            b=findings.name_b,
            iou_a=formats.score(row["iou_a"]),
            iou_b=formats.score(row["iou_b"]),
        ),
    )


def not_shown(findings: RunFindings, decision: Decision, n_other_sets: int) -> tuple[str, ...]:
    """What the report does not show: other places, use with other prompts, and more than the labels allow."""
    return (_other_places(findings, n_other_sets), _other_prompts(findings, decision), _labels(findings))


def _other_places(findings: RunFindings, n_other_sets: int) -> str:
    data = data_name(findings)
    scenes = counted(findings.comparison.n_scenes, "scene")
    if n_other_sets:
        return say("report.not_shown_places_beyond", n=n_other_sets, scenes=scenes, data=data)
    return say("report.not_shown_places", scenes=scenes, data=data)


def _other_prompts(findings: RunFindings, decision: Decision) -> str:
    if decision.uses_ground_truth:
        return say("report.not_shown_field", prompt=decision.prompt)
    helped = [one.spec for one in findings.run.info.prompts if one.uses_ground_truth]
    if helped:
        return say("report.not_shown_people")
    return say("report.not_shown_prompts", prompt=decision.prompt)


def _labels(findings: RunFindings) -> str:
    labels = findings.run.info.label_agreement
    if labels is None:
        return say("report.not_shown_labels")
    return say("report.not_shown_agreement", mean=formats.score(labels.mean), pairs=counted(labels.n, "pair"))


def _truth_difference(findings: RunFindings) -> tuple[Block, ...]:
    """That only one side's prompt uses the reference mask; nothing where they are alike."""
    a, b = (side.prompt for side in findings.sides)
    words = truth_difference_words(a.spec, a.uses_ground_truth, b.spec, b.uses_ground_truth)
    return (Paragraph(f"{words}.", "warning"),) if words else ()


def _warnings(findings: RunFindings) -> tuple[Block, ...]:
    """What to know before the figures are used: leaks, unknown training data, and flagged pairs."""
    said = [
        say("report.leak", name=findings.titles[name], n=len(ids), total=findings.comparison.n_images)
        for name, ids in findings.run.info.leaks.items()
        if name in (findings.a, findings.b)
    ]
    unknown = [
        findings.titles[name] for name in findings.run.info.untraceable if name in (findings.a, findings.b)
    ]
    if unknown:
        said.append(say("report.unknown_training", names=", ".join(unknown)))
    said = warnings(findings) + said
    flagged, rest = findings.comparison.flagged, findings.comparison.without_flagged
    if flagged:
        said.append(say("report.flagged", pairs=counted(len(flagged), "flagged_pair")))
    if flagged and rest is not None:
        said[-1] += " " + say(
            "report.flagged_without",
            mean_a=formats.score(rest.mean_a),
            mean_b=formats.score(rest.mean_b),
            gap=gap_words(rest),
        )
    if findings.without_flagged:
        said.append(say("report.flagged_out"))
    said += left_out_words(findings)
    return tuple(Paragraph(text, "warning") for text in said)
