"""The section on generalization: the sentence, the trade-off, a row per data set, and notes on them."""

from collections.abc import Sequence

from floodeval.analysis.fidelity_findings import SetFidelity
from floodeval.analysis.generalization import Generalization
from floodeval.analysis.set_changes import Change
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.model import Block, Bullets, Charts, Paragraph, Section, Table
from floodeval.viz.fidelity_words import water_words
from floodeval.viz.generalization_words import (
    claim_words,
    notes,
    prompt_words,
    recommendation_words,
    retention_words,
    verdict_words,
    worst_retention_words,
)
from floodeval.viz.style import variant_styles
from floodeval.viz.svg.svg_canvas import PRINTED
from floodeval.viz.svg.trade_off_chart import WIDE, trade_off_svg

_HEADINGS = ("set", "prompt", "verdict", "n", "a", "b", "gap", "interval", "retention")


def generalization_section(
    found: Generalization, variant: str, fidelity: Sequence[SetFidelity] = ()
) -> Section:
    """What a variant gains in domain and loses elsewhere.

    Args:
        found: the findings about several data sets, or about one.
        variant: to speak of.
        fidelity: how the variants answered prompts on dry land, where that was measured.
    """
    blocks: list[Block] = [Paragraph(f"{claim_words(found, found.claim(variant))}.")]
    said = [worst_retention_words(found, variant), recommendation_words(found)]
    said += [water_words(found, one, variant) for one in fidelity]
    blocks.append(Bullets(tuple(words for words in said if words)))
    if found.points:
        names = [one.name for one in found.variants]
        order = [names[0], variant, *(name for name in names[1:] if name != variant)]
        drawing = trade_off_svg(
            found, variant_styles(order, {one: found.label(one) for one in order}), WIDE, PRINTED
        )
        blocks.append(Charts("generalization", (drawing,), say("generalization.trade_off_note")))
    headings = tuple(say(f"report.head_{name}") for name in _HEADINGS)
    rows = tuple(_row(found, change) for change in found.of(variant))
    blocks.append(Table(headings, rows, n_words=3))
    labels = {"a": found.label(found.baseline.name), "b": found.label(variant)}
    blocks.append(Paragraph(say("generalization.table_note", **labels), "quiet"))
    if known := notes(found):
        blocks.append(Bullets(tuple(known)))
    return Section("generalization", say("report.generalization"), tuple(blocks))


def _row(found: Generalization, change: Change) -> tuple[str, ...]:
    about = found.set_of(change.run)
    where = f" ({say('generalization.in_domain_set')})" if about.in_domain else ""
    is_unknown = change.verdict == TOO_FEW_SCENES
    return (
        about.name + where,
        prompt_words(about),
        verdict_words(change.verdict),
        formats.count(change.n),
        formats.score(change.mean_baseline),
        formats.score(change.mean),
        formats.gap(change.gap),
        formats.interval(change.low, change.high),
        formats.NO_VALUE if is_unknown else retention_words(change.retention),
    )
