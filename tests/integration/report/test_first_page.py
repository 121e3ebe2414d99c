import shutil
from dataclasses import replace

import pytest

from floodeval.analysis.requirements_file import read_requirements, write_requirements
from floodeval.analysis.run_findings import collect_findings
from floodeval.datasets.iou_spread import Spread
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.report.make import prepare_report
from floodeval.report.model import ReportRequest
from floodeval.report.sections.first_page import not_shown, typical_photograph
from floodeval.report.sections.measured_section import measured_section
from floodeval.report.sections.provenance import limits_section
from floodeval.report.sections.recommendation import decision_of_report
from floodeval.report.select import CaseRule
from tests.support.wording import holds


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


def test_the_runs_requirements_and_their_failure_threshold_decide(drawn, tmp_path):
    run = load_run(shutil.copytree(drawn / "runs" / "two", tmp_path / "two"))
    write_requirements(
        run, read_requirements(run).changed({"iou": 0.01, "failure_iou": 0.9, "seconds": None})
    )
    prepared, _ = prepare_report(run, ReportRequest(CaseRule(n=0), photographs=False), {})
    with prepared.images:
        assert prepared.decision.requirements == read_requirements(run)
        assert prepared.findings.comparison.threshold == 0.9
        failing = prepared.findings.table["iou_b"] < 0.9
        assert set(prepared.decision.cases) == set(prepared.findings.table.loc[failing, "id"])
        shown = prepared.report.first.recommendation.table.rows
    assert len(shown) == len(prepared.decision.results) == 6


def test_what_is_not_shown_depends_on_the_prompts_and_the_other_data_sets(findings):
    decision = decision_of_report(findings)
    lines = not_shown(findings, decision, 0)
    assert decision.prompt == "full" and len(lines) == 3
    assert holds(lines[0], "report.not_shown_places") and holds(lines[1], "report.not_shown_people")
    lines = not_shown(findings, replace(decision, prompt="box", uses_ground_truth=True), 2)
    assert holds(lines[0], "report.not_shown_places_beyond", n=2) and holds(
        lines[1], "report.not_shown_field"
    )


def test_the_limits_name_how_well_labels_agree_where_the_run_knows_it(findings):
    known = with_info(findings, label_agreement=Spread(28, 0.823, 0.085, 0.639, 0.954))
    ceiling = say(
        "report.limit_ceiling", pairs=say("counts.pair", n=28), mean="0.823", low="0.639", high="0.954"
    )
    assert any(ceiling in told for told in limits_section(known).blocks[0].items)
    assert not any(ceiling in told for told in limits_section(findings).blocks[0].items)


def test_the_answer_names_its_prompt_where_another_one_decides(make):
    first = {prompt: make("two", CaseRule(n=0), prompt=prompt).report.first for prompt in ("box", "full")}
    assert holds(first["box"].answer, "report.evidence_with", prompt="box")
    assert not holds(first["full"].answer, "report.evidence_with")
