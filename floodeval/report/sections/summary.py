"""The first page: the question, the answer with its interval, and what that means, in plain words."""

from floodeval.analysis.compare import MetricComparison
from floodeval.analysis.review_queue import AGREES, DOUBTS, suspects
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.datasets.audit.findings import KINDS
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Bullets, Paragraph, Section, Subject, Table, Tile
from floodeval.viz.wording import caution_words, few_words, protocol, range_words, scenes_text, truth_use

# What the figures are not: the limits of the evaluation, and labels that the variants contradict.

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


# What is doubtful about the data: findings on the run as a whole, and pairs that an audit doubts.

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


# The first page: the question, the answer with its interval, and what that means, in plain words.


def title(subject: Subject) -> str:
    """What the report is called."""
    return say("report.title", a=subject.a, b=subject.b)


def subtitle(subject: Subject) -> str:
    """On what it was evaluated, with which prompt."""
    return say(
        "report.subtitle",
        data=subject.run.info.dataset["name"] or say("report.unnamed"),
        photographs=counted(subject.comparison.n_images, "photograph"),
        scenes=counted(subject.comparison.n_scenes, "scene"),
        prompt=subject.prompt.spec,
    )


def question(subject: Subject) -> str:
    """The question that the report answers."""
    return say("report.question", a=subject.a, b=subject.b)


def answer(subject: Subject) -> str:
    """The verdict in one sentence, with both means, the gap and its interval."""
    iou = subject.primary
    if iou.gap is None:
        return say("report.answer_nothing")
    scenes = scenes_text(iou.n_scenes, iou.n_effective_scenes)
    said = say(f"report.answer_{iou.verdict}", a=subject.a, b=subject.b, scenes=scenes)
    means = say("report.answer_means", mean_a=formats.score(iou.mean_a), mean_b=formats.score(iou.mean_b))
    return " ".join(part for part in (said, means, gap_words(iou), caution_words(iou)) if part)


def gap_words(metric: MetricComparison) -> str:
    """The gap with its interval in a sentence; of too few scenes to decide, with the scenes' range."""
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


def lead(subject: Subject) -> tuple[Block, ...]:
    """What the answer means: in shares of the water, in photographs, in the field."""
    if subject.primary.gap is None:
        return (Paragraph(say("report.lead_nothing")), *_warnings(subject))
    return (
        Paragraph(_water(subject)),
        Paragraph(_photographs(subject)),
        Paragraph(_prompt(subject)),
        *_unseen(subject),
        *_warnings(subject),
        Paragraph(
            say("report.lead_iou", threshold=formats.significant(subject.comparison.threshold)), "quiet"
        ),
    )


def tiles(subject: Subject) -> tuple[Tile, ...]:
    """The numbers that the first page shows large."""
    iou, comparison = subject.primary, subject.comparison
    failing = {
        name: int((subject.table[f"iou_{letter}"] < comparison.threshold).sum())
        for name, letter in (("a", "a"), ("b", "b"))
    }
    return (
        Tile(say("report.tile_a", name=subject.a), formats.score(iou.mean_a), say("report.tile_mean")),
        Tile(say("report.tile_b", name=subject.b), formats.score(iou.mean_b), say("report.tile_mean")),
        Tile(say("report.tile_gap"), formats.gap(iou.gap), _interval_aside(iou)),
        Tile(say("report.tile_up"), f"{iou.wins} / {iou.losses}", say("report.tile_of", n=iou.n)),
        Tile(
            say("report.tile_fail", threshold=formats.significant(comparison.threshold)),
            f"{failing['a']} → {failing['b']}",
            say("report.tile_of", n=iou.n),
        ),
    )


def _interval_aside(iou: MetricComparison) -> str:
    if iou.verdict == TOO_FEW_SCENES:
        return few_words(iou)
    if iou.ci_low is None or iou.ci_high is None:
        return say("report.tile_no_interval")
    return say("report.tile_interval", low=formats.gap(iou.ci_low), high=formats.gap(iou.ci_high))


def _water(subject: Subject) -> str:
    recall, precision = (subject.comparison.metrics[name] for name in ("recall", "precision"))
    return say(
        "report.lead_water",
        a=subject.a,
        b=subject.b,
        recall_a=formats.percent(recall.mean_a),
        recall_b=formats.percent(recall.mean_b),
        precision_a=formats.percent(precision.mean_a),
        precision_b=formats.percent(precision.mean_b),
    ) + _undefined(subject)


def _undefined(subject: Subject) -> str:
    """On how many photographs recall and precision have no value although IoU has one."""
    known = subject.table["iou_gap"].notna()
    left_out = {
        name: int((known & subject.table[f"{name}_gap"].isna()).sum()) for name in ("recall", "precision")
    }
    if not any(left_out.values()):
        return ""
    counts = {name: counted(n, "photograph") for name, n in left_out.items()}
    return " " + say("report.lead_undefined", a=subject.a, b=subject.b, **counts)


def _photographs(subject: Subject) -> str:
    iou = subject.primary
    said = say(
        "report.lead_photographs",
        a=subject.a,
        b=subject.b,
        wins=iou.wins,
        losses=iou.losses,
        ties=iou.ties,
        photographs=counted(iou.n, "photograph"),
    )
    if iou.n_missing:
        said += " " + say("report.lead_missing", photographs=counted(iou.n_missing, "photograph"))
    return said


def _prompt(subject: Subject) -> str:
    """What SAM was told; where that came from the truth, the figures of a prompt that did not."""
    said = say(
        "report.lead_prompt",
        prompt=subject.prompt.spec,
        protocol=protocol(subject.prompt),
        truth_use=truth_use(subject.prompt),
    )
    others = [one for one in subject.run.info.prompts if not one.uses_ground_truth]
    if subject.prompt.uses_ground_truth and others and others[0].spec in subject.comparisons:
        iou = subject.comparisons[others[0].spec].metrics["iou"]
        said += " " + say(
            "report.lead_field",
            prompt=others[0].spec,
            mean_a=formats.score(iou.mean_a),
            mean_b=formats.score(iou.mean_b),
            gap=gap_words(iou),
        )
    gaps = [
        one.metrics["iou"].gap for spec, one in subject.comparisons.items() if spec != subject.prompt.spec
    ]
    known = [gap for gap in gaps if gap is not None]
    if known:
        said += " " + say(
            "report.lead_others", n=len(known), low=formats.gap(min(known)), high=formats.gap(max(known))
        )
    return said


def _unseen(subject: Subject) -> tuple[Block, ...]:
    """That nothing here was trained on; unsaid where a checkpoint does not record what it has seen."""
    tuned = [
        one for one in subject.run.info.variants if one.checkpoint and one.name in (subject.a, subject.b)
    ]
    if not tuned or any(one.trained_on is None or one.name in subject.run.info.leaks for one in tuned):
        return ()
    return (Paragraph(say("report.lead_unseen")),)


def _warnings(subject: Subject) -> tuple[Block, ...]:
    """What must be known before any figure is believed: leaks, and pairs in doubt."""
    said = [
        say("report.leak", name=name, n=len(ids), total=subject.comparison.n_images)
        for name, ids in subject.run.info.leaks.items()
        if name in (subject.a, subject.b)
    ]
    said = warnings(subject) + said
    flagged, rest = subject.comparison.flagged, subject.comparison.without_flagged
    if flagged:
        said.append(say("report.flagged", pairs=counted(len(flagged), "flagged_pair")))
    if flagged and rest is not None:
        said[-1] += " " + say(
            "report.flagged_without",
            mean_a=formats.score(rest.mean_a),
            mean_b=formats.score(rest.mean_b),
            gap=gap_words(rest),
        )
    if subject.without_flagged:
        said.append(say("report.flagged_out"))
    return tuple(Paragraph(text, "warning") for text in said)
