"""The chart of the trade-off: every variant at its place, named once, and nothing over anything else."""

import re
from html import escape

import numpy as np
import pytest

from floodeval.analysis.generalization import generalization
from floodeval.evaluation.run import load_run
from floodeval.viz.style import variant_styles
from floodeval.viz.svg.gap_bar import WIDTH_PX, gap_bar_svg, reach_of
from floodeval.viz.svg.svg_canvas import ON_PAGE, PRINTED
from floodeval.viz.svg.trade_off_chart import NARROW, WIDE, point_words, trade_off_svg
from tests.support.set_runs import write_set_run

MEANS = {
    "aerial": {"pretrained": 0.43, "special": 0.83, "kept": 0.82, "half": 0.70, "unet": 0.81},
    "objects": {"pretrained": 0.89, "special": 0.29, "kept": 0.87, "half": 0.86, "unet": 0.28},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder, noise = tmp_path_factory.mktemp("runs"), np.linspace(-0.05, 0.05, 12)
    runs = [
        write_set_run(
            folder / name,
            {
                variant: {"full": mean + (i + 1) * noise / 5}
                for i, (variant, mean) in enumerate(means.items())
            },
            trained_here=["special"] if name == "aerial" else [],
            dataset={"display_name": f"<b>{name}</b>"},
        )
        for name, means in MEANS.items()
    ]
    return generalization([load_run(run) for run in runs])


def styles(found):
    return variant_styles([one.name for one in found.variants])


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_names_meet_no_other_name_and_stay_in_the_drawing(found, layout):
    svg = trade_off_svg(found, styles(found), layout, PRINTED).svg
    boxes = []
    for name in MEANS["aerial"]:
        (x, y) = re.findall(rf'<text x="([\d.]+)" y="([\d.]+)"[^>]*>{name}</text>', svg)[0]
        boxes.append((float(x), float(y), float(x) + 6 * len(name)))
    for i, (left, y, right) in enumerate(boxes):
        assert left >= 0 and right <= layout.width and 0 < y < layout.height
        for other_left, other_y, other_right in boxes[:i]:
            assert abs(y - other_y) >= 10 or right <= other_left or other_right <= left
    assert "&lt;b&gt;aerial" in svg and "<b>" not in svg


def test_every_point_is_said_with_its_numbers(found):
    words = [point_words(found, one) for one in found.points]
    assert words[0] == "pretrained: what the others are compared with"
    assert words[1] == "special: +0.400 in domain, −0.600 on <b>objects</b>, on the Pareto front"
    assert words[2] == "kept: +0.390 in domain, −0.020 on <b>objects</b>, on the Pareto front, recommended"
    svg = trade_off_svg(found, styles(found), WIDE, ON_PAGE).svg
    assert all(escape(one) in svg for one in words)


def test_the_recommended_variant_alone_has_a_ring(found):
    svg = trade_off_svg(found, styles(found), WIDE, ON_PAGE).svg
    assert found.recommended == "kept"
    assert svg.count('fill="none" stroke="currentColor"') == 1


def test_a_gap_is_a_bar_from_zero_to_its_side(found):
    changes = found.of("special")
    reach = reach_of(changes)
    assert reach == pytest.approx(max(abs(one) for change in changes for one in (change.low, change.high)))
    for change in changes:
        svg = gap_bar_svg(change, reach, "words", ON_PAGE).svg
        left, width = (float(re.search(r'<rect x="([\d.]+)".*?width="([\d.]+)"', svg)[i]) for i in (1, 2))
        middle, share = WIDTH_PX / 2, abs(change.gap) / reach
        assert width == pytest.approx(share * (WIDTH_PX / 2 - 2), abs=0.1)
        assert (left if change.gap > 0 else left + width) == pytest.approx(middle, abs=0.1)
