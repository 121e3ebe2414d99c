"""The page Generalization in a browser: choose runs, see the sentence, take the recommended variant as B."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from floodeval.i18n.catalog import say
from tests.support.browsing import settled
from tests.support.serving import serving
from tests.support.set_runs import write_set_run

pytestmark = pytest.mark.browser
NOISE = np.linspace(-0.02, 0.02, 8)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a dashboard with runs on two data sets."""
    root = tmp_path_factory.mktemp("sets")
    for name, prompt, means in (
        ("objects", "box", {"pretrained": 0.9, "special": 0.3, "kept": 0.88}),
        ("aerial", "full", {"pretrained": 0.4, "special": 0.8, "kept": 0.79}),
    ):
        scores = {variant: {prompt: mean + NOISE} for variant, mean in means.items()}
        trained = ["special", "kept"] if name == "aerial" else []
        write_set_run(root / "results" / "runs" / name, scores, trained_here=trained)
    (root / "data").mkdir()
    with serving(root / "results", root / "data", working=root) as dashboard:
        yield dashboard.address


def test_a_person_chooses_runs_and_takes_the_recommended_variant(visit, served):
    page = visit(f"{served}/Generalization?run=aerial&b=special")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("what it does on other data sets is not measured")
    main.get_by_role("combobox", name=say("generalization.runs")).click()
    page.get_by_role("option", name="objects").click()
    page.keyboard.press("Escape")
    settled(page)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("special gains 0.400 on aerial and costs 0.600 on objects")
    expect(page).to_have_url(re.compile(r"runs=aerial(,|%2C)objects"))
    page.get_by_role("button", name=say("generalization.use_as_b")).click()
    settled(page)
    expect(title).to_have_text(re.compile("kept gains 0.390 on aerial"))
    expect(page).to_have_url(re.compile(r"b=kept"))


@pytest.mark.parametrize("context", ["desktop", "phone"])
def test_nothing_is_wider_than_the_screen(visit, served, context, request):
    context = request.getfixturevalue(context)
    page = visit(f"{served}/Generalization?run=aerial&runs=aerial,objects", context)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shown = [one for one in page.locator(".two-widths svg").all() if one.is_visible()]
    assert len(shown) == 1
    frame = shown[0].bounding_box()
    assert frame["width"] > 300 and frame["x"] + frame["width"] <= page.viewport_size["width"]
