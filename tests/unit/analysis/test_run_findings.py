"""The findings of a run: what is checked first, and that each finding equals the function behind it."""

import pytest

from floodeval.analysis.compare import compare
from floodeval.analysis.run_findings import collect_findings
from floodeval.errors import FloodevalError


def test_by_default_the_first_two_variants_and_the_first_prompt_are_compared(run):
    findings = collect_findings(run)
    assert (findings.a, findings.b, findings.prompt.spec) == ("pretrained", "finetuned", "box")
    assert collect_findings(run, b="pretrained").a == "finetuned"


def test_the_comparisons_are_those_of_compare(run):
    findings = collect_findings(run)
    assert list(findings.comparisons.values()) == compare(run)
    assert findings.comparison is findings.comparisons["box"]
    assert sum(findings.outcomes.values()) == len(findings.table) == findings.iou.n


def test_suspects_are_in_the_review_queue(run):
    queue = collect_findings(run).review_queue
    assert set(queue.query("reason == 'suspect'")["id"]) == {"i3"}


def test_a_variant_that_is_not_in_the_run_is_refused_by_name(run):
    with pytest.raises(FloodevalError, match="nobody"):
        collect_findings(run, "nobody")
    with pytest.raises(FloodevalError):
        collect_findings(run, "pretrained", "pretrained")
    with pytest.raises(FloodevalError):
        collect_findings(run, subset="nowhere")
