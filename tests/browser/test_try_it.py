"""Try it in a real browser with real weights: marks fall where the person points, and masks follow."""

import re
import shutil

import pytest
import torch
from playwright.sync_api import expect

from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.registry import published
from floodeval.sam.weights import obtain_weights
from tests.support.browsing import PATIENCE_MS, at_rest, check_width, settled
from tests.support.wording import said

pytestmark = [pytest.mark.browser, pytest.mark.weights]
SIDE = 72  # of the photograph i2, in pixels
GROUNDS = "all => all.map(canvas => canvas.parentElement.querySelector('.ground').toDataURL())"
WHOLE = [1, 0, 0]  # as `looked` says it


@pytest.fixture(scope="module")
def address(dashboard, files, desktop, vit_t):
    """Try it with a run whose models, the published one and a nudged one, are loaded."""
    kept = obtain_weights("vit_t").path
    place = files / "cache" / "floodeval" / "weights"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept, place / kept.name)
    state, name = vit_t.sam.state_dict(), "mask_decoder.mask_tokens.weight"
    nudged = state[name] + 0.3 * torch.randn(state[name].shape, generator=torch.manual_seed(0))
    origin = Provenance("vit_t", published("vit_t").sha256, "pools", "f", "s", "{}")
    write_checkpoint(files / "results" / "models" / "finetuned.safetensors", {name: nudged}, state, origin)
    page = desktop.new_page()
    page.goto(f"{dashboard}/Try_it?run=two&id=i2")
    page.locator("canvas.marks").nth(2).wait_for(timeout=3 * PATIENCE_MS)  # torch and the models are loaded
    page.close()
    return f"{dashboard}/Try_it?run=two&id=i2"


@pytest.fixture
def panes(visit, address):
    return opened(visit(address))


def opened(page):
    """Wait until the panes show their first answer; returns the page."""
    page.locator("canvas.marks").nth(2).wait_for()
    return answered(page)


def answered(page, note=""):
    """Wait until the answer to all marks is drawn, and the first pane says `note`."""
    page.locator(".panes:not(.waiting)").wait_for()
    page.locator(".note").first.get_by_text(note or said("try_it.took")).wait_for()
    return page


def at(page, x, y, pane=0):
    """Where on the screen the middle of a pixel of the photograph lies."""
    canvas = page.locator("canvas.marks").nth(pane)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"] + (x + 0.5) / SIDE * box["width"], box["y"] + (y + 0.5) / SIDE * box["height"]


def looked(page, other_than=None):
    """The zoom, and the place of the photograph in the corner of the panes, other than before."""
    return at_rest(
        page, lambda: [*map(float, page.locator(".panes").get_attribute("data-view").split())], other_than
    )


def drawn(page, other_than=None):
    """The pictures in the panes, other than before."""
    return at_rest(page, lambda: page.locator("canvas.marks").evaluate_all(GROUNDS), other_than)


def test_a_click_changes_both_masks_and_undo_brings_them_back(panes):
    before = drawn(panes)
    panes.mouse.click(*at(panes, 20, 40))
    answered(panes, say("try_it.prompt", prompt="points=20,40"))
    panes.mouse.move(0, 0)
    after = drawn(panes, before)
    assert after[0] == before[0]  # the photograph itself
    assert all(after[pane] != before[pane] for pane in (1, 2))
    panes.get_by_role("button", name=say("try_it.undo")).click()
    answered(panes, say("try_it.prompt_whole"))
    assert drawn(panes, after) == before


@pytest.mark.slow
def test_every_pane_takes_marks_at_the_pixel_beneath_the_pointer(panes):
    panes.mouse.click(*at(panes, 0, 0, pane=1))
    answered(panes, "points=0,0")
    panes.mouse.click(*at(panes, 71, 71, pane=2), button="right")
    answered(panes, "points=0,0;71,71,0")
    (x, y), (to_x, to_y) = at(panes, 60, 50, pane=0), at(panes, 10, 15, pane=0)
    panes.mouse.move(x, y)
    panes.mouse.down()
    panes.mouse.move((x + to_x) / 2, to_y)
    panes.mouse.move(to_x, to_y)
    panes.mouse.up()
    answered(panes, "box=10,15,61,51+points=0,0;71,71,0")
    panes.get_by_role("button", name=say("try_it.as_run", prompt="box")).click()
    answered(panes, said("try_it.prompt", prompt=re.compile(r"box=\d+,\d+,\d+,\d+$")))
    panes.get_by_role("button", name=say("try_it.clear")).click()
    answered(panes, say("try_it.prompt_whole"))


def test_the_keyboard_marks_water_land_and_a_box(panes):
    panes.locator("canvas.marks").first.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp", "Enter", "ArrowDown", "Shift+Enter"):
        panes.keyboard.press(key)
    answered(panes, "points=35,35;35,36,0")
    panes.keyboard.press("Backspace")
    answered(panes, re.compile(r"points=35,35$"))
    panes.get_by_role("button", name=say("try_it.box")).click()
    panes.locator("canvas.marks").first.focus()
    for key in ("Enter", "ArrowRight", "ArrowDown", "Enter"):
        panes.keyboard.press(key)
    answered(panes, "box=35,36,37,38+points=35,35")


@pytest.mark.slow
def test_a_zoomed_photograph_takes_marks_at_the_pixel_that_is_shown(panes):
    middle = at(panes, 36, 36)
    panes.wait_for_timeout(500)  # a page that has just scrolled takes the wheel itself
    panes.mouse.move(*middle)
    panes.mouse.wheel(0, -800)
    zoom, x, y = zoomed = looked(panes, WHOLE)
    assert zoom > 3
    shown = round((x + 0.5 / zoom) * SIDE - 0.5)  # the pixel that lies in the middle of every pane
    assert shown == pytest.approx(36, abs=1)
    panes.mouse.click(*at(panes, 35.5, 35.5, pane=2))
    answered(panes, re.compile(rf"points={int((x + 0.5 / zoom) * SIDE)},{int((y + 0.5 / zoom) * SIDE)}$"))
    panes.get_by_role("button", name=say("try_it.move")).click()
    held, to = at(panes, 36, 36), at(panes, 60, 36)
    panes.mouse.move(*held)
    panes.mouse.down()
    panes.mouse.move(*to, steps=4)
    panes.mouse.up()
    moved = looked(panes, zoomed)
    assert moved[1] == pytest.approx(x - 24 / SIDE / zoom, abs=0.01)
    expect(panes.get_by_text(re.compile(r"points=\d+,\d+$")).first).to_be_visible()  # it marked nothing
    panes.get_by_role("button", name=say("try_it.fit")).click()
    assert looked(panes, moved) == WHOLE


def test_the_view_follows_the_keyboard(panes):
    panes.get_by_role("button", name=say("try_it.water")).click()
    panes.locator("canvas.marks").first.focus()
    for key in ("+", "+", "=", *["ArrowLeft"] * 40):
        panes.keyboard.press(key)
    zoom, x, _ = zoomed = looked(panes, WHOLE)
    assert zoom == pytest.approx(1.5**3, abs=0.001)
    assert x == 0
    panes.keyboard.press("Enter")
    answered(panes, "points=0,36")
    panes.keyboard.press("0")
    assert looked(panes, zoomed) == WHOLE


def test_marks_stay_when_the_language_changes_and_when_the_page_is_left(panes):
    panes.mouse.click(*at(panes, 20, 40))
    answered(panes, "points=20,40")
    sidebar = panes.get_by_test_id("stSidebar")
    sidebar.get_by_text("Español").click()
    with speaking("es"):
        told, undo = say("try_it.prompt", prompt="points=20,40"), say("try_it.undo")
        dataset, try_it = say("pages.dataset"), say("pages.try_it")
    answered(panes, told)
    panes.get_by_role("button", name=undo).wait_for()
    sidebar.get_by_role("link", name=dataset).click()
    panes.wait_for_url(re.compile("/Dataset"))
    settled(panes)
    sidebar.get_by_role("link", name=try_it).click()
    answered(panes, told)


def test_the_photograph_and_both_masks_are_next_to_each_other_in_the_first_screen(panes):
    panes.set_viewport_size({"width": 1440, "height": 900})
    boxes = [canvas.bounding_box() for canvas in panes.locator("canvas.marks").all()]
    assert len(boxes) == 3 and len({round(box["y"]) for box in boxes}) == 1
    assert all(box["y"] + box["height"] < 900 for box in boxes)


def test_mask_and_outline_are_downloaded(panes):
    panes.get_by_text(say("try_it.download")).click()
    offered = panes.get_by_test_id("stExpanderDetails")  # the viewer has a button named Masks, too
    for what, beginning in (("mask", b"\x89PNG"), ("outline", b'{"type": "FeatureCollection"')):
        with panes.expect_download() as download:
            offered.get_by_role("button", name=say(f"try_it.{what}")).last.click()
        assert download.value.suggested_filename.startswith("i2-finetuned.")
        assert download.value.path().read_bytes().startswith(beginning)


def test_a_phone_marks_by_touch_within_its_width(visit, phone, address):
    with speaking("es"):
        page = opened(visit(f"{address}&lang=es", phone))
        check_width(page)
        page.touchscreen.tap(*at(page, 30, 30))
        answered(page, say("try_it.prompt", prompt="points=30,30"))


def test_a_phone_zooms_by_two_fingers_and_moves_by_one(visit, phone, address):
    page = opened(visit(address, phone))
    fingers = page.context.new_cdp_session(page)

    def touch(kind, *points):
        spots = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    left, right, middle = at(page, 26, 36), at(page, 46, 36), at(page, 36, 36)
    touch("touchStart", left, right)
    for apart in (10, 20, 30, 40, 50):
        touch("touchMove", (left[0] - apart, left[1]), (right[0] + apart, right[1]))
    touch("touchEnd")
    zoom, x, _ = zoomed = looked(page, WHOLE)
    assert zoom == pytest.approx(1 + 100 / (right[0] - left[0]), rel=0.1)
    touch("touchStart", middle)
    for by in (10, 20, 30):
        touch("touchMove", (middle[0] + by, middle[1]))
    touch("touchEnd")
    assert looked(page, zoomed)[1] < x
    page.get_by_text(say("try_it.prompt_whole")).first.wait_for()  # none of it was a mark
    page.touchscreen.tap(*middle)
    answered(page, re.compile(r"points=\d+,\d+$"))
