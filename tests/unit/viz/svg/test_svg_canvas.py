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


def test_more_variants_than_colors_still_have_styles():
    assert len(variant_styles([f"v{i}" for i in range(12)])) == 12
