"""What all charts share: swatches, and inks for any number of variants."""

import base64
from xml.etree import ElementTree

import pytest

from floodeval.viz.style import Ink, swatch, variant_inks


@pytest.mark.parametrize("hatch", ["", "/", "x", "-", "."])
def test_a_swatch_is_a_picture(hatch):
    content = base64.b64decode(swatch(Ink("a", "#E69F00", hatch)).partition(",")[2])
    assert ElementTree.fromstring(content).tag.endswith("svg")


def test_more_variants_than_colors_still_have_inks():
    assert len(variant_inks([f"v{i}" for i in range(12)])) == 12
