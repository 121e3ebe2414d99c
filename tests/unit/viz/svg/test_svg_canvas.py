"""What all charts share: swatches, and styles for any number of variants."""

import base64
from xml.etree import ElementTree

import pytest

from floodeval.viz.style import Style, variant_styles
from floodeval.viz.svg.svg_canvas import swatch


@pytest.mark.parametrize("hatch", ["", "/", "x", "-", "."])
def test_a_swatch_is_a_picture(hatch):
    content = base64.b64decode(swatch(Style("a", "#E69F00", hatch)).partition(",")[2])
    assert ElementTree.fromstring(content).tag.endswith("svg")


@pytest.mark.parametrize(("color", "outlined"), [("#2B2B2B", True), ("#0072B2", False), ("#E69F00", False)])
def test_a_nearly_black_swatch_has_an_outline_that_a_dark_page_shows(color, outlined):
    content = base64.b64decode(swatch(Style("a", color)).partition(",")[2])
    strokes = [found.get("stroke") for found in ElementTree.fromstring(content).iter()]
    assert ("#949494" in strokes) is outlined


def test_more_variants_than_colors_still_have_styles():
    assert len(variant_styles([f"v{i}" for i in range(12)])) == 12
