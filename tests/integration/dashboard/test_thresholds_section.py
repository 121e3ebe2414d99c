"""The sections Thresholds and Confidence of the page Distributions."""

import pytest

from floodeval.analysis.threshold_choice import choose_threshold
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from tests.support.fake_run import draw_dataset, write_run
from tests.support.logit_runs import write_logit_run
from tests.support.pages import open_page, says, words


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Runs with logits, with logits of one variant, without validation, and without logits."""
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "results" / "runs"
    dataset = draw_dataset(tmp_path / "data" / "pools", [f"i{i}" for i in range(6)])
    write_logit_run(folder / "chosen", dataset)
    write_logit_run(folder / "mixed", dataset, ("pretrained", "unet"), ("box", "none"), folders=["unet"])
    write_logit_run(folder / "tested", dataset, splits=("test",))
    write_run(folder / "older", dataset)
    return folder


def charts(page):
    return page.get("plotly_chart")


def test_the_best_threshold_on_validation_is_shown_with_its_iou_on_test(runs):
    page = open_page("Distributions", run="chosen", section="thresholds")
    assert not page.exception and len(charts(page)) == 2
    for variant in ("pretrained", "finetuned"):
        found = choose_threshold(load_run(runs / "chosen"), variant, "box")
        assert formats.decimal(found.best, 1) in words(page)
        assert formats.score(found.iou_best) in words(page)


def test_without_validation_there_are_curves_but_no_recommendation(runs):
    page = open_page("Distributions", run="tested", section="thresholds")
    assert not page.exception and len(charts(page)) == 2
    assert "no validation subset" in words(page) and "Evaluate both subsets with" in words(page)


def test_a_run_without_logits_says_how_to_get_them(runs):
    for section in ("thresholds", "confidence"):
        page = open_page("Distributions", run="older", section=section)
        assert not page.exception
        assert say("thresholds.no_table_here", run="older") in words(page).replace("\\", "")
        assert "--name older-thresholds" in page.code[0].value
    assert len(charts(page)) == 1  # the estimates of IoU are in every run


def test_a_folder_of_masks_has_no_curve(runs):
    page = open_page("Distributions", run="mixed", a="unet", section="thresholds")
    assert not page.exception and len(charts(page)) == 2  # of B
    assert say("thresholds.no_logits_here", variant="unet") in words(page).replace("\\", "")
    page = open_page("Distributions", run="mixed", a="unet", section="confidence")
    assert not page.exception and len(charts(page)) == 2
    assert says(page, "thresholds.no_score")


def test_estimates_are_compared_with_the_iou(runs):
    page = open_page("Distributions", run="chosen", section="confidence")
    assert not page.exception and len(charts(page)) == 2
    assert "0.100" in words(page)  # the made estimates are that much too high


def test_the_section_is_in_the_url(runs):
    page = open_page("Distributions", run="chosen")
    page.segmented_control(key="section").set_value("confidence").run()
    assert page.query_params["section"] == "confidence"
