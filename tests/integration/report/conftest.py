"""A small finished run with marked cases, and prepared reports on it."""

from dataclasses import replace

import numpy as np
import pytest

from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.evaluation.run import load_run
from floodeval.i18n.language import speaking
from floodeval.report.make import prepare_report
from floodeval.report.model import ReportRequest
from floodeval.report.select import CaseRule
from tests.support.fake_run import HOSTILE_IDS, draw_dataset, shifted, shifted_or_nothing, write_run
from tests.support.reports import NOTE

DATE = "2026-01-02"


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """The folder that holds `runs/two`, `runs/odd` and, under `data`, their photographs."""
    root = tmp_path_factory.mktemp("report")
    pools = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(12)])
    write_run(root / "runs" / "two", pools, predict=shifted_or_nothing)
    odd = draw_dataset(root / "data" / "odd", [*HOSTILE_IDS, "אבג", "=1+1"])
    folder = write_run(root / "runs" / "odd", odd, predict=shifted)
    dry = draw_dataset(root / "data" / "dry", ["d1", "d2"], water=False)
    write_run(root / "runs" / "dry", dry, predict=lambda truth, *_: np.zeros_like(truth))
    for name in HOSTILE_IDS:
        mark_case(folder, name, "=tag|<b>", NOTE)
    return root


@pytest.fixture(scope="session")
def opened():
    """The prepared reports by request."""
    kept = {}
    yield kept
    for prepared in kept.values():
        prepared.images.__exit__()


@pytest.fixture
def make(drawn, monkeypatch, opened):
    """Prepares a report, once per request: `make("two", CaseRule(n=3), language="es")`."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(drawn / "data"))

    def prepared(name, choice=None, language="en", time=1, **rest):
        key = (name, choice, language, time, *rest.items())
        if key not in opened:
            run = load_run(drawn / "runs" / name)
            request = replace(ReportRequest(choice or CaseRule(n=3), date=DATE), **rest)
            with speaking(language):
                opened[key], _ = prepare_report(run, request, read_cases(run.folder))
        return opened[key]

    return prepared
