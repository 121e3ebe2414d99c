"""The first page: the question, the answer with its interval, and what the answer means."""

from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Paragraph, Tile
from floodeval.report.sections.provenance import left_out_words, warnings
from floodeval.viz.wording import (
    caution_words,
    few_words,
    protocol,
    range_words,
    scenes_text,
    truth_difference_words,
    truth_use,
)


def title(findings: RunFindings) -> str:
    """The title of the report."""
    return say("report.title", a=findings.a, b=findings.b)


def subtitle(findings: RunFindings) -> str:
    """The data set, its size, and the prompt."""
    return say(
        "report.subtitle",
        data=findings.run.info.dataset["name"] or say("report.unnamed"),
        photographs=counted(findings.comparison.n_images, "photograph"),
        scenes=counted(findings.comparison.n_scenes, "scene"),
        prompt=findings.comparison.prompts,
    )


def question(findings: RunFindings) -> str:
    """The question that the report answers."""
    return say("report.question", a=findings.a, b=findings.b)


def answer(findings: RunFindings) -> str:
    """The verdict in one sentence, with both means, the gap and its interval."""
    iou = findings.iou
    if iou.gap is None:
        return say("report.answer_nothing")
    scenes = scenes_text(iou.n_scenes, iou.n_effective_scenes)
    said = say(f"report.answer_{iou.verdict}", a=findings.a, b=findings.b, scenes=scenes)
    means = say("report.answer_means", mean_a=formats.score(iou.mean_a), mean_b=formats.score(iou.mean_b))
    return " ".join(part for part in (said, means, gap_words(iou), caution_words(iou)) if part)


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


def lead(findings: RunFindings) -> tuple[Block, ...]:
    """What the answer means: in shares of the water, in photographs, and without a ground-truth prompt."""
    if findings.iou.gap is None:
        return (Paragraph(say("report.lead_nothing")), *_warnings(findings))
    return (
        *_truth_difference(findings),
        Paragraph(_water(findings)),
        Paragraph(_photographs(findings)),
        Paragraph(_prompt(findings)),
        *_unseen(findings),
        *_warnings(findings),
        Paragraph(
            say("report.lead_iou", threshold=formats.significant(findings.comparison.threshold)), "quiet"
        ),
    )


def tiles(findings: RunFindings) -> tuple[Tile, ...]:
    """The large numbers of the first page."""
    iou, comparison = findings.iou, findings.comparison
    failing = {
        name: int((findings.table[f"iou_{letter}"] < comparison.threshold).sum())
        for name, letter in (("a", "a"), ("b", "b"))
    }
    return (
        Tile(say("report.tile_a", name=findings.a), formats.score(iou.mean_a), say("report.tile_mean")),
        Tile(say("report.tile_b", name=findings.b), formats.score(iou.mean_b), say("report.tile_mean")),
        Tile(say("report.tile_gap"), formats.gap(iou.gap), _interval_aside(iou)),
        Tile(
            say("report.tile_up"),
            f"{formats.count(iou.wins)} / {formats.count(iou.losses)}",
            say("report.tile_of", n=iou.n),
        ),
        Tile(
            say("report.tile_fail", threshold=formats.significant(comparison.threshold)),
            f"{formats.count(failing['a'])} → {formats.count(failing['b'])}",
            say("report.tile_of", n=iou.n),
        ),
    )


def _interval_aside(iou: MetricComparison) -> str:
    if iou.verdict == TOO_FEW_SCENES:
        return few_words(iou)
    if iou.ci_low is None or iou.ci_high is None:
        return say("report.tile_no_interval")
    return say("report.tile_interval", low=formats.gap(iou.ci_low), high=formats.gap(iou.ci_high))


def _water(findings: RunFindings) -> str:
    recall, precision = (findings.comparison.metrics[name] for name in ("recall", "precision"))
    return say(
        "report.lead_water",
        a=findings.a,
        b=findings.b,
        recall_a=formats.percent(recall.mean_a),
        recall_b=formats.percent(recall.mean_b),
        precision_a=formats.percent(precision.mean_a),
        precision_b=formats.percent(precision.mean_b),
    ) + _undefined(findings)


def _undefined(findings: RunFindings) -> str:
    """How many photographs have an IoU, but no recall or no precision."""
    known = findings.table["iou_gap"].notna()
    left_out = {
        name: int((known & findings.table[f"{name}_gap"].isna()).sum()) for name in ("recall", "precision")
    }
    if not any(left_out.values()):
        return ""
    counts = {name: counted(n, "photograph") for name, n in left_out.items()}
    return " " + say("report.lead_undefined", a=findings.a, b=findings.b, **counts)


def _photographs(findings: RunFindings) -> str:
    iou = findings.iou
    said = say(
        "report.lead_photographs",
        a=findings.a,
        b=findings.b,
        wins=iou.wins,
        losses=iou.losses,
        ties=iou.ties,
        photographs=counted(iou.n, "photograph"),
    )
    if iou.n_missing:
        said += " " + say("report.lead_missing", photographs=counted(iou.n_missing, "photograph"))
    return said


def _truth_difference(findings: RunFindings) -> tuple[Block, ...]:
    """That only one side's prompt uses the reference mask; nothing where they are alike."""
    a, b = (side.prompt for side in findings.sides)
    words = truth_difference_words(a.spec, a.uses_ground_truth, b.spec, b.uses_ground_truth)
    return (Paragraph(f"{words}.", "warning"),) if words else ()


def _two_prompts(findings: RunFindings) -> str:
    """The prompts of A and B."""
    a, b = (
        say("report.lead_prompt_of", name=name, prompt=prompt.spec, protocol=protocol(prompt))
        for name in (findings.a, findings.b)
        for prompt in (findings.prompt_of(name),)
    )
    return f"{a} {b}"


def _prompt(findings: RunFindings) -> str:
    """The prompt; if it uses the ground truth, the figures with a field prompt; the gaps with the others."""
    if findings.has_two_prompts:
        return _two_prompts(findings)
    said = say(
        "report.lead_prompt",
        prompt=findings.prompt.spec,
        protocol=protocol(findings.prompt),
        truth_use=truth_use(findings.prompt),
    )
    others = [one for one in findings.run.info.prompts if not one.uses_ground_truth]
    if findings.prompt.uses_ground_truth and others and others[0].spec in findings.comparisons:
        iou = findings.comparisons[others[0].spec].primary
        said += " " + say(
            "report.lead_field",
            prompt=others[0].spec,
            mean_a=formats.score(iou.mean_a),
            mean_b=formats.score(iou.mean_b),
            gap=gap_words(iou),
        )
    gaps = [one.primary.gap for spec, one in findings.comparisons.items() if spec != findings.prompt.spec]
    known = [gap for gap in gaps if gap is not None]
    if known:
        said += " " + say(
            "report.lead_others", n=len(known), low=formats.gap(min(known)), high=formats.gap(max(known))
        )
    return said


def _unseen(findings: RunFindings) -> tuple[Block, ...]:
    """That no photograph was trained on; nothing where a checkpoint does not record its training data."""
    tuned = [
        one for one in findings.run.info.variants if one.checkpoint and one.name in (findings.a, findings.b)
    ]
    if not tuned or any(one.has_unknown_training or one.name in findings.run.info.leaks for one in tuned):
        return ()
    return (Paragraph(say("report.lead_unseen")),)


def _warnings(findings: RunFindings) -> tuple[Block, ...]:
    """What to know before the figures are used: leaks, unknown training data, and flagged pairs."""
    said = [
        say("report.leak", name=name, n=len(ids), total=findings.comparison.n_images)
        for name, ids in findings.run.info.leaks.items()
        if name in (findings.a, findings.b)
    ]
    unknown = [name for name in findings.run.info.untraceable if name in (findings.a, findings.b)]
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
