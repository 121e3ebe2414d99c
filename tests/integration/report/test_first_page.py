from dataclasses import replace

import pytest

from floodeval.analysis.run_findings import collect_findings
from floodeval.datasets.iou_spread import Spread
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.report.sections.first_page import typical_photograph
from floodeval.report.sections.measured_section import measured_section
from floodeval.report.sections.provenance import limits_section


@pytest.fixture
def findings(drawn):
    return collect_findings(load_run(drawn / "runs" / "two"))


def with_info(findings, **changed):
    run = findings.run
    return replace(findings, run=replace(run, info=replace(run.info, **changed)))


def said(findings):
    return " ".join(measured_section(findings).blocks[0].items)


def test_that_nothing_was_trained_on_is_said_only_where_it_is_known(findings):
    unseen = say("report.lead_unseen")
    assert unseen not in said(with_info(findings, variants=known(findings, None)))
    recorded = with_info(findings, variants=known(findings, {"dataset": "floods"}))
    assert unseen in said(recorded)
    assert unseen not in said(with_info(recorded, leaks={"finetuned": ["i0"]}))


def known(findings, trained_on):
    variants = findings.run.info.variants
    return [replace(one, trained_on=trained_on if one.checkpoint else None) for one in variants]


def test_the_typical_photograph_has_the_median_iou_of_b(findings):
    known = findings.table[findings.table["iou_gap"].notna()].set_index("id")["iou_b"]
    iou = known[typical_photograph(findings).id]
    assert (known < iou).sum() <= len(known) / 2 and (known > iou).sum() <= len(known) / 2


def test_the_limits_name_how_well_labels_agree_where_the_run_knows_it(findings):
    known = with_info(findings, label_agreement=Spread(28, 0.823, 0.085, 0.639, 0.954))
    ceiling = say(
        "report.limit_ceiling", pairs=say("counts.pair", n=28), mean="0.823", low="0.639", high="0.954"
    )
    assert any(ceiling in told for told in limits_section(known).blocks[0].items)
    assert not any(ceiling in told for told in limits_section(findings).blocks[0].items)
