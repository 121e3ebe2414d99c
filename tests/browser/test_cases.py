"""Worst cases and Compare in a real browser: marks that last, linked panes, pixels in their place."""

import os
import re
import shutil

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from floodeval.analysis.ranking import ORDERS, bounds_of
from floodeval.dashboard.state.selection import pair_rows
from floodeval.evaluation.cases import read_cases
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.viz.style import MARGIN as MARGIN_COLOR
from floodeval.viz.style import rgb
from tests.support.browsing import (
    PATIENCE_MS,
    at_rest,
    check_width,
    option,
    order_of,
    params,
    settled,
    wait_for_id,
    wait_for_params,
)
from tests.support.fake_run import draw_dataset, write_run
from tests.support.wording import said, within

pytestmark = pytest.mark.browser
MARGIN = rgb(MARGIN_COLOR)
SIZES = {"wide": (245, 331), "large": (667, 1001), "tall": (331, 245)}  # height, width


@pytest.fixture(scope="module")
def lines(files):
    """A run over photographs of odd sizes whose every mask is one pixel wide; returns each line's column."""
    runs = files / "results" / "runs"
    sizes = [SIZES[name] for name in sorted(SIZES)]
    dataset = draw_dataset(files / "data" / "lines", sorted(SIZES), sizes, water=False)

    def line(truth, *_):
        found = np.zeros_like(truth)
        found[:, column_of(truth.shape)] = True
        return found

    old(write_run(runs / "lines", dataset, predict=line))
    return {name: column_of(size) for name, size in SIZES.items()}


@pytest.fixture(scope="module")
def own(files):
    """A run to mark images in."""
    runs = files / "results" / "runs"
    return old(shutil.copytree(runs / "two", runs / "own"))


def old(run):
    """Make a run older than all others, so that it is nobody's default."""
    os.utime(run / "metrics.parquet", (1, 1))
    return run


def column_of(size):
    return size[1] * 2 // 3 + 1


def places(page):
    """Scale, left and top of every pane's image."""
    return page.locator(".stage").evaluate_all("stages => stages.map(stage => stage.dataset.place)")


def pane(page, what, sample_id, **values):
    """The pane that shows one thing of an image: `what` is its key in the catalog's `compare`."""
    name = say("compare.alt", what=say(f"compare.{what}", **values), id=sample_id)
    return page.get_by_role("img", name=name, exact=True)


def loaded(page):
    """Wait until every picture is there: the server forgets those of a page that was left at once."""
    page.get_by_alt_text(said("worst_cases.alt")).first.wait_for()
    page.wait_for_function(
        "!document.querySelector('[data-testid=stSkeleton]')"
        " && [...document.images].every(image => image.complete && image.naturalWidth)"
    )
    return page


def painted(page, other_than=None):
    """The places once the panes have been drawn at rest, elsewhere than before."""
    return at_rest(page, lambda: places(page), other_than)


def test_the_worst_image_of_a_sorted_list_opens_whole(visit, dashboard, files):
    page = loaded(visit(f"{dashboard}/Worst_cases?run=two&order=best"))
    option(page, "order", ORDERS.index("worst")).click()
    page.wait_for_url(re.compile("order=worst"))
    worst = order_of(files)[0]
    loaded(settled(page)).get_by_test_id("stMain").get_by_role(
        "link", name=say("worst_cases.open", id=worst), exact=True
    ).click()
    wait_for_id(page, worst)
    pane(page, "errors", worst, name="finetuned (B)").wait_for()
    expect(page.locator(".stage")).to_have_count(2)
    assert len(set(painted(page))) == 1


def test_a_marked_image_stays_marked_after_a_reload(visit, dashboard, own):
    page = loaded(visit(f"{dashboard}/Worst_cases?run=own"))
    page.get_by_test_id("stMain").get_by_role(
        "button", name=say("worst_cases.mark"), exact=True
    ).first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox").click()
    page.get_by_role("option", name=say("cases.tag_shadow"), exact=True).click()
    form.get_by_role("textbox", name=say("cases.note")).fill("under the trees")
    form.get_by_role("button", name=say("cases.save")).click()
    form.wait_for(state="detached")
    loaded(settled(page)).reload()
    expect(settled(page).get_by_test_id("stMain")).to_contain_text("under the trees", use_inner_text=True)
    (case,) = read_cases(own).values()
    assert (case.id, case.tag) == (order_of_own(own)[0], "shadow")
    visit(f"{dashboard}/Compare?run=own&id={case.id}").get_by_text("under the trees").wait_for()


def test_dragging_over_the_histogram_narrows_the_list(visit, dashboard, files):
    page = loaded(visit(f"{dashboard}/Worst_cases?run=two"))
    chart = page.locator("[class*='st-key-brush'] .nsewdrag").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile("between="))
    low, high = bounds_of(params(page)["between"])
    cards = loaded(settled(page)).get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open"))
    run = load_run(files / "results" / "runs" / "two")
    gaps = pair_rows(run, run.metrics, "pretrained", "finetuned", "box")["iou_gap"]
    assert 0 < gaps.between(low, high).sum() < len(gaps)
    expect(cards).to_have_count(int(gaps.between(low, high).sum()))


def test_a_row_that_is_selected_in_the_table_is_selected_among_the_cards(visit, dashboard, files):
    page = loaded(visit(f"{dashboard}/Worst_cases?run=two"))
    first, second = order_of(files)[:2]
    page.get_by_role("checkbox", name=say("worst_cases.pick", id=second), exact=True).check(force=True)
    page.locator(".st-key-open_ticked").wait_for()
    option(page, "view_as", 1).click()
    table = page.get_by_test_id("stDataFrame").locator("canvas").first
    table.wait_for()
    settled(page)
    box = table.bounding_box()
    page.mouse.click(box["x"] + 12, box["y"] + 50)
    page.locator(".st-key-mark_ticked").get_by_text("2").wait_for()
    option(page, "view_as", 0).click()
    for name in (first, second):
        box = loaded(page).get_by_role("checkbox", name=say("worst_cases.pick", id=name), exact=True)
        expect(box).to_be_checked()


def order_of_own(own):
    return order_of(own.parents[2])


def test_an_outcome_narrows_the_gallery_and_compare_follows_it(visit, dashboard, files):
    page = loaded(visit(f"{dashboard}/Worst_cases?run=two"))
    page.locator(".st-key-group-fixed button").click()
    page.wait_for_url(re.compile("quadrant=fixed"))
    cards = loaded(settled(page)).get_by_test_id("stMain").get_by_role("link", name=said("worst_cases.open"))
    fixed = order_of(files, outcome="fixed")
    expect(cards).to_have_count(len(fixed))
    assert [within("worst_cases.open", card.inner_text())["id"] for card in cards.all()] == fixed
    cards.first.click()
    wait_for_id(page, fixed[0])
    page.keyboard.press("ArrowRight")
    wait_for_id(page, fixed[1])
    wait_for_params(page, quadrant="fixed")


def test_zoom_and_pan_move_every_pane_alike_and_double_click_shows_the_whole(visit, dashboard):
    page = visit(f"{dashboard}/Compare?run=two&id=i3")
    page.locator(".viewer[data-shown=i3]").wait_for()
    whole = painted(page)
    first, second = page.locator(".stage").nth(0), page.locator(".stage").nth(1)
    first.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    page.mouse.wheel(0, -500)
    zoomed = painted(page, whole)
    assert len(set(zoomed)) == 1 and float(zoomed[0].split()[0]) > 1.5 * float(whole[0].split()[0])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3 + 40, box["y"] + box["height"] / 3 + 25, steps=4)
    page.mouse.up()
    moved = painted(page, zoomed)
    assert len(set(moved)) == 1
    shift = np.array(moved[0].split(), float) - np.array(zoomed[0].split(), float)
    assert shift == pytest.approx([0, 40, 25], abs=0.01)
    second.dblclick()
    assert painted(page, moved) == whole


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080)])
def test_the_errors_of_a_and_b_are_in_the_window_and_keys_swap_pictures(browser, dashboard, size):
    with browser.new_context(viewport={"width": size[0], "height": size[1]}) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{dashboard}/Compare?run=two&id=i3")
        settled(page).locator(".viewer[data-shown=i3]").wait_for()
        painted(page)
        for name in ("pretrained (A)", "finetuned (B)"):
            box = pane(page, "errors", "i3", name=name).bounding_box()
            assert box["width"] > size[0] / 4
            assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
            assert box["x"] + box["width"] <= size[0]
        notes = page.locator(".note").last.bounding_box()
        assert notes["y"] + notes["height"] <= size[1]
        page.keyboard.press("1")
        pane(page, "photograph", "i3").wait_for()
        expect(pane(page, "errors", "i3", name="pretrained (A)")).to_have_count(0)
        page.keyboard.press("Shift+Digit2")
        pane(page, "truth", "i3").wait_for()
        page.keyboard.press("1")
        pane(page, "errors", "i3", name="pretrained (A)").wait_for()


def test_a_thumbnail_is_swapped_with_the_pane_that_was_selected_and_stays_for_the_next_image(
    visit, dashboard, files
):
    ids = order_of(files)
    page = visit(f"{dashboard}/Compare?run=two&id={ids[0]}")
    page.locator(f".viewer[data-shown={ids[0]}]").wait_for()
    page.locator(".stage").nth(1).focus()
    page.locator(".thumbnails button").nth(1).click()
    pane(page, "truth", ids[0]).wait_for()
    pane(page, "errors", ids[0], name="pretrained (A)").wait_for()
    page.get_by_role("button", name=say("compare.next_image")).click()
    wait_for_id(page, ids[1])
    pane(page, "truth", ids[1]).wait_for()


def test_the_bar_marks_saves_and_explains(visit, dashboard, tmp_path):
    page = visit(f"{dashboard}/Compare?run=two&id=i3")
    page.locator(".viewer[data-shown=i3]").wait_for()
    painted(page)
    page.keyboard.press("?")
    expect(page.get_by_text(say("compare.key_swap_other"))).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text(say("compare.key_swap_other"))).to_be_hidden()
    with page.expect_download() as saving:
        page.keyboard.press("p")
    assert saving.value.suggested_filename == "i3-errors.png"
    saving.value.save_as(tmp_path / "saved.png")
    with Image.open(tmp_path / "saved.png") as picture:
        stage = page.locator(".stage").first.bounding_box()
        assert picture.width > 2 * stage["width"] and picture.height > stage["height"]
    page.keyboard.press("m")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("1")  # belongs to the form
    expect(pane(page, "errors", "i3", name="pretrained (A)")).to_have_count(1)


def test_a_picture_of_a_prompt_opens_it_in_the_viewer(visit, dashboard):
    page = visit(f"{dashboard}/Compare?run=two&id=i3&prompt=box&grid=all")
    page.locator(".grid button[name='full/1']").click()
    wait_for_params(page, prompt="full", id="i3")
    settled(page).locator(".column.current code").get_by_text("full", exact=True).wait_for()
    assert "prompt_b" not in params(page)  # B follows A
    page.locator(".grid button[name='box/0']").click()
    wait_for_params(page, prompt="box", id="i3")
    settled(page).locator(".column.current code").get_by_text("box", exact=True).wait_for()
    assert "prompt_b" not in params(page)


def test_keys_zoom_and_move_a_pane_and_step_where_the_image_is_whole(visit, dashboard, files):
    ids = order_of(files)
    page = visit(f"{dashboard}/Compare?run=two&id={ids[0]}")
    page.locator(f".viewer[data-shown={ids[0]}]").wait_for()
    whole = painted(page)
    page.locator(".stage").nth(1).focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    zoomed = painted(page, whole)
    page.keyboard.press("ArrowRight")
    assert painted(page, zoomed) != zoomed and params(page)["id"] == ids[0]
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    wait_for_id(page, ids[1])


def test_the_divider_moves_by_mouse_and_by_key(visit, dashboard):
    page = visit(f"{dashboard}/Compare?run=two&id=i3")
    page.get_by_role("button", name=say("compare.set_slider")).click()
    divider = page.get_by_role("slider", name=say("compare.divider"))
    expect(divider).to_have_attribute("aria-valuenow", "50")
    painted(page)
    box, stage = divider.bounding_box(), page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] / 4, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "25")
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "27")
    expect(page.locator(".stage")).to_have_count(1)


def test_a_link_shows_exactly_this_view_to_someone_else(visit, dashboard, desktop):
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(f"{dashboard}/Compare?run=two&id=i3")
    page.get_by_role("button", name=say("compare.set_masks")).click()
    whole = painted(page)
    page.get_by_role("button", name=say("compare.zoom_in")).click()
    page.get_by_role("button", name=say("compare.zoom_in")).click()
    wanted = painted(page, whole)
    page.get_by_role("button", name=say("compare.link")).click()
    page.get_by_text(say("compare.copied")).wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(link)
    pane(other, "mask", "i3", name="finetuned (B)").wait_for()
    mine, theirs = (np.array([place.split() for place in found], float) for found in (wanted, painted(other)))
    assert np.allclose(mine, theirs, atol=0.05)


@pytest.mark.parametrize("name", sorted(SIZES))
@pytest.mark.parametrize("zoom", [1, 9])
def test_a_line_one_pixel_wide_is_drawn_where_it_is_in_the_photograph(visit, dashboard, lines, name, zoom):
    """The pane's own pixels: the mask's color over its column, and none beside it."""
    column, width = lines[name], SIZES[name][1]
    view = f"masks,5.6,{zoom},{column / width:.4f},0.5,100,50"
    page = visit(f"{dashboard}/Compare?run=lines&id={name}&view={view}")
    page.locator(f".viewer[data-shown={name}]").wait_for()
    scale, left, _ = map(float, painted(page)[1].split())
    row = pane(page, "mask", name, name="finetuned (B)").evaluate(
        """canvas => Array.from(canvas.getContext('2d')
            .getImageData(0, canvas.height / 2, canvas.width, 1).data)"""
    )
    pixels = np.array(row, float).reshape(-1, 4)[:, :3]
    image = pixels[max(0, round(left)) : min(len(pixels), round(left + width * scale))]
    unlike = np.abs(pixels - np.median(image, axis=0)).sum(axis=1) * (pixels != MARGIN).any(axis=1)
    start, end = left + column * scale, left + (column + 1) * scale
    assert start - 1 <= np.argmax(unlike) <= end
    if zoom > 1:
        found = np.flatnonzero(unlike > 20)
        assert (found[0], found[-1] + 1) == pytest.approx((start, end), abs=1)


def test_opacity_answers_in_the_browser(visit, dashboard):
    page = visit(f"{dashboard}/Compare?run=two&id=i3")
    page.locator(".viewer[data-shown=i3]").wait_for()
    look = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.join()"
    errors = pane(page, "errors", "i3", name="finetuned (B)")
    before = at_rest(page, lambda: errors.evaluate(look))
    page.locator(".opacity input").fill("0")
    assert at_rest(page, lambda: errors.evaluate(look), before) != before


@pytest.mark.parametrize(
    ("path", "run"),
    [
        ("Worst_cases", "three"),
        ("Worst_cases", "gone"),
        ("Compare", "two"),
        ("Compare", "one"),
        *(pytest.param("Worst_cases", run, marks=pytest.mark.slow) for run in ("two", "one")),
        *(pytest.param("Compare", run, marks=pytest.mark.slow) for run in ("three", "gone")),
    ],
)
def test_a_phone_shows_both_pages_within_its_width_in_spanish(visit, phone, dashboard, path, run):
    page = visit(f"{dashboard}/{path}?run={run}&lang=es", phone)
    if path == "Compare":
        page.locator(".viewer[data-shown]").wait_for()
    check_width(page)
