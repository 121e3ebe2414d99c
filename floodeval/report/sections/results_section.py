"""The sections with the results: with the report's prompt, by field prompt, and if a person helps."""

from collections.abc import Mapping, Sequence

from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Block, Charts, Paragraph, Section, Table, Tile, Tiles
from floodeval.report.sections.scores import interval_text
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import Style
from floodeval.viz.svg.report_charts import PromptScore, prompts_svg
from floodeval.viz.wording import few_words, protocol

_HEADINGS = ("prompt", "input", "a", "b", "gap", "interval", "up", "n")


def results_section(findings: RunFindings) -> Section:
    """A and B with the report's prompt, and with every field prompt."""
    kind = "with" if findings.prompt.uses_ground_truth or findings.has_two_prompts else "field"
    title = say(f"report.results_{kind}", prompt=findings.comparison.prompts)
    if findings.iou.gap is None:
        return Section("results", title, (Paragraph(say("report.lead_nothing")),))
    blocks: list[Block] = [
        Tiles(tiles(findings)),
        Paragraph(_water(findings)),
        Paragraph(_photographs(findings)),
    ]
    fields = [] if findings.has_two_prompts else _prompts(findings, uses_ground_truth=False)
    if fields:
        blocks.append(_table(findings, fields))
    return Section("results", title, tuple(blocks))


def help_section(findings: RunFindings, styles: Mapping[str, Style]) -> tuple[Section, ...]:
    """A and B with prompts that a person gives; no section where the run has none of them."""
    if findings.has_two_prompts:
        return (_two_prompts_section(findings, styles),)
    helped = _prompts(findings, uses_ground_truth=True)
    if not helped:
        return ()
    found = {spec: one.primary for spec, one in findings.comparisons.items()}
    scores = [PromptScore(spec, one.mean_a, one.mean_b) for spec, one in found.items()]
    blocks = (
        Paragraph(say("report.help_words")),
        Charts("prompts", (prompts_svg(scores, list(styles.values())),), say("report.prompts_caption")),
        _table(findings, helped),
    )
    return (Section("help", say("report.help"), blocks),)


def _prompts(findings: RunFindings, *, uses_ground_truth: bool) -> list[PromptSpec]:
    """The prompts that both A and B have rows with, of one kind."""
    return [
        one
        for one in findings.run.info.prompts
        if one.uses_ground_truth == uses_ground_truth and one.spec in findings.comparisons
    ]


def _table(findings: RunFindings, prompts: Sequence[PromptSpec]) -> Table:
    rows = []
    for prompt in prompts:
        one = findings.comparisons[prompt.spec].primary
        rows.append(
            (
                prompt.spec,
                protocol(prompt),
                formats.score(one.mean_a),
                formats.score(one.mean_b),
                formats.gap(one.gap),
                interval_text("iou", one),
                f"{formats.count(one.wins)} / {formats.count(one.losses)}",
                formats.count(one.n),
            )
        )
    return Table(tuple(say(f"report.head_{name}") for name in _HEADINGS), tuple(rows), n_words=2)


def _two_prompts_section(findings: RunFindings, styles: Mapping[str, Style]) -> Section:
    """A and B, each with its prompt."""
    iou = findings.iou
    rows = tuple(
        (
            styles[name].label,
            prompt.spec,
            protocol(prompt),
            say("report.yes" if prompt.uses_ground_truth else "report.no"),
            formats.score(mean),
        )
        for name, mean in ((findings.a, iou.mean_a), (findings.b, iou.mean_b))
        for prompt in (findings.prompt_of(name),)
    )
    headings = ("side", "prompt", "input", "truth", "iou")
    table = Table(tuple(say(f"report.head_{name}") for name in headings), rows, n_words=4)
    return Section("prompts", say("report.prompts"), (table,))


def tiles(findings: RunFindings) -> tuple[Tile, ...]:
    """The large numbers of the first page."""
    iou, comparison = findings.iou, findings.comparison
    failing = {
        name: int((findings.table[f"iou_{letter}"] < comparison.threshold).sum())
        for name, letter in (("a", "a"), ("b", "b"))
    }
    return (
        Tile(say("report.tile_a", name=findings.name_a), formats.score(iou.mean_a), say("report.tile_mean")),
        Tile(say("report.tile_b", name=findings.name_b), formats.score(iou.mean_b), say("report.tile_mean")),
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
        a=findings.name_a,
        b=findings.name_b,
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
    return " " + say("report.lead_undefined", a=findings.name_a, b=findings.name_b, **counts)


def _photographs(findings: RunFindings) -> str:
    iou = findings.iou
    return say(
        "report.lead_photographs",
        a=findings.name_a,
        b=findings.name_b,
        wins=iou.wins,
        losses=iou.losses,
        ties=iou.ties,
        photographs=counted(iou.n, "photograph"),
    )
