"""Every page for people who see little, see no colors or use no mouse: axe-core, and the keyboard."""

import re

import pytest

from floodeval.dashboard.navigation import PAGES, SECTIONS
from tests.support.axe import OF_COLOR, findings
from tests.support.browsing import check_width, show_in
from tests.support.serving import settle
from tests.support.wording import said

pytestmark = pytest.mark.browser
VIEWS = [
    pytest.param(name, section, marks=[pytest.mark.slow] if place else [])
    for name in PAGES
    for place, section in enumerate(SECTIONS.get(name, [""]))
]  # the first section of every page each time, the others where time is no matter


CONTROLS = {  # of a page's own part, in the order in which they stand: role, and key of the name
    "Home": [("link", "home.way_report"), ("button", "heading.copy_link"), ("link", "home.way_worst")],
    "Worst cases": [
        ("combobox", "worst_cases.order_by"),
        ("radio", "worst_cases.of_gap"),
        ("link", "worst_cases.open"),
    ],
    "Compare": [
        ("button", "compare.next_image"),
        ("button", "compare.next"),
        ("combobox", "compare.jump"),
        ("link", "compare.change_list"),
    ],
}


def address_of(dashboard, name, section=""):
    path = "" if name == "Home" else name.replace(" ", "_")
    return f"{dashboard}/{path}?run=two" + (f"&section={section}" if section else "")


@pytest.mark.parametrize(("name", "section"), VIEWS)
def test_no_page_hinders_anyone_in_light_or_dark(visit, dashboard, name, section):
    page = visit(address_of(dashboard, name, section))
    settle(page)
    found = {"light": findings(page)}
    show_in(page, "dark")
    found["dark"] = findings(page, OF_COLOR)
    assert not any(found.values()), found


@pytest.mark.parametrize("name", list(PAGES))
def test_no_page_hinders_anyone_on_a_phone_nor_is_it_wider(visit, phone, dashboard, name):
    page = visit(address_of(dashboard, name), phone)
    check_width(page)
    found = findings(page)
    assert not found, found


@pytest.mark.parametrize("path", ["", "Compare"])
def test_nor_does_a_dashboard_without_runs(visit, empty_dashboard, path):
    page = visit(f"{empty_dashboard}/{path}")
    settle(page)
    found = findings(page)
    assert not found, found


def walked(page, wanted, most):
    """What Tab reaches, one after the other until all of `wanted` is: role and name, as they are read out."""
    focus, reached = page.locator("*:focus").last, []  # inside a component it is the last of two
    page.keyboard.press("Tab")
    while len(reached) < most and None in places_of(wanted, reached) and focus.count():
        said = focus.aria_snapshot().splitlines() or [""]  # nothing of a table's hidden cell
        reached.append(said[0].removeprefix("- "))
        page.keyboard.press("Tab")
    return reached


def places_of(wanted, reached):
    """Where each pattern is matched first; None where it is not."""
    return [next((at for at, way in enumerate(reached) if re.match(one, way)), None) for one in wanted]


@pytest.mark.parametrize("name", list(PAGES))
def test_the_keyboard_reaches_the_pages_then_the_choices_then_the_controls(visit, dashboard, name):
    page = visit(address_of(dashboard, name))
    settle(page)
    wanted = [f'link "{re.escape(other.title)}"' for other in PAGES.values()]
    wanted += [f'combobox "{said(f"sidebar.{choice}").pattern}"' for choice in ("run", "a", "b", "prompt")]
    wanted += [f'{role} "{said(key).pattern}' for role, key in CONTROLS.get(name, [])]
    ways = walked(page, wanted, len(PAGES) + 60)  # the viewer of Compare has some thirty
    places = places_of(wanted, ways)
    lost = [one for one, place in zip(wanted, places, strict=True) if place is None]
    assert not lost, f"the keyboard does not reach {lost}, only {ways}"
    assert places == sorted(places)
