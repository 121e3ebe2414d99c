"""Clicks and unreached targets, as the pages show them."""

import numpy as np
import pandas as pd

from floodeval.analysis.clicks_needed import clicks_needed
from floodeval.dashboard.pages.prompts.clicks_view import needed_words, reached_words
from floodeval.dashboard.pages.prompts.images_view import target_words
from floodeval.evaluation.run import StoredMasks, load_run
from floodeval.evaluation.run_tables import DETAILS
from floodeval.i18n.catalog import say
from floodeval.viz import style as palette
from floodeval.viz.case_pictures import prompted_thumbnail, read_case
from floodeval.viz.overlays import ClickMark, draw_clicks
from floodeval.viz.style import LAND_CLICK, variant_styles
from tests.support.fake_run import write_run
from tests.support.pages import open_page
from tests.support.pools import pools as pools
from tests.support.pools import run as run


def test_all_clicks_are_drawn_in_their_order_on_the_mask_that_they_made():
    clicks = [ClickMark(10, 10, True), ClickMark(60, 40, False), ClickMark(90, 10, True)]
    drawn = draw_clicks(np.full((50, 100, 3), 120, np.uint8), clicks, 1.0)
    for click in clicks:
        disc = drawn[int(click.y) - 7 : int(click.y) + 8, int(click.x) - 7 : int(click.x) + 8].reshape(-1, 3)
        color = palette.rgb(palette.PROMPT if click.water else LAND_CLICK)
        assert (disc == color).all(axis=1).mean() > 0.3


def test_a_prompt_of_clicks_draws_those_of_the_variant_and_not_the_first_alone(pools, run):
    masks = run / "masks" / "pretrained"
    (masks / "box").rename(masks / "clicks-max-20")
    case = read_case({"pretrained": StoredMasks(run, "pretrained", "clicks:max=20")}, "a", pools["a"], 96)
    style = variant_styles(["pretrained"])["pretrained"]
    none, first, both = (
        prompted_thumbnail(case, "pretrained", style, 0.6, clicks)
        for clicks in ([], [ClickMark(20, 20, True)], [ClickMark(20, 20, True), ClickMark(70, 40, False)])
    )
    assert (none != first).any() and (first != both).any()


def test_a_target_that_a_photograph_does_not_reach_is_said_to_be_not_reached():
    clicks = [ClickMark(0, 0, True, iou) for iou in (0.5, 0.81, 0.82)]
    after = say("prompts_page.images_target", target="0.80", clicks=say("counts.click", n=2))
    never = say("prompts_page.images_target_not", target="0.85")
    assert target_words(clicks) == " · ".join((after, never))


def test_unreached_targets_are_counted_and_never_shown_as_the_most_clicks(results, pools):
    folder = write_run(results / "runs" / "clicked", pools, ("pretrained",), ("clicks:max=20",))
    ious = {"a": 0.9, "b": 0.83, "c": 0.1, "d": 0.1, "e": 0.1, "f": 0.1}
    rows = [
        (one, one, "pretrained", "clicks:max=20", click, 0.0, 0.0, True, ious[one])
        for one in ious
        for click in (1, 2)
    ]
    pd.DataFrame(rows, columns=list(DETAILS["clicks"])).to_parquet(folder / "clicks.parquet")
    needed = {row["target"]: row for row in clicks_needed(load_run(folder)).to_dict("records")}
    assert needed_words(needed[0.8]).startswith("≥")
    assert say("prompts_page.needed_not_on", n=4, of=6, most=20) in reached_words(needed[0.8], 20)
    never = needed[0.85] | {"n_never": 6}
    assert needed_words(never) == say("prompts_page.needed_not")
    assert reached_words(never, 20) == say("prompts_page.needed_reached", n=0, of=6)
    assert not open_page("Prompts", run="clicked", section="clicks").exception
