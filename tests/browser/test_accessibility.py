"""Every page for people who see little, see no colors or use no mouse: axe-core, and the keyboard."""

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from floodeval.dashboard.navigation import PAGES, SECTIONS
from tests.support.serving import READY, settle
from tests.support.wording import said

pytestmark = pytest.mark.browser
VIEWS = [(name, section, "desktop") for name in PAGES for section in SECTIONS.get(name, [""])]
VIEWS += [(name, "", "phone") for name in PAGES]
PATIENCE_MS = 120_000  # axe-core takes a second on a page, and many on a busy machine


@dataclass(frozen=True)
class NotOurs:
    """A finding in Streamlit's own markup: axe's rule, a selector of what it stands in, and why it stays."""

    rule: str
    within: str
    why: str


WHITE_ON_PRIMARY = (
    "Streamlit writes in white on the theme's primary color: 3.4:1 where the page is dark. A color that "
    "carries white at 4.5:1 cannot be read as text on the dark page (3.9:1), where Streamlit uses it too"
)
ALLOWED = (
    NotOurs(
        "color-contrast",
        "[data-testid=stSelectbox]:has(:disabled)",
        "the label of a disabled control is pale, as it may be; axe does not see whose label it is",
    ),
    NotOurs(
        "color-contrast",
        "[data-testid=stMultiSelect]",
        WHITE_ON_PRIMARY,
    ),
    NotOurs("color-contrast", "[data-testid=stBaseButton-primary]", WHITE_ON_PRIMARY),
)
CONTROLS = {  # of a page's own part, in the order in which they stand: role, and key of the name
    "Home": [("link", "home.way_worst")],
    "Worst cases": [
        ("combobox", "worst_cases.order_by"),
        ("radio", "worst_cases.of_gap"),
        ("link", "worst_cases.open"),
    ],
    "Compare": [("button", "compare.next"), ("combobox", "compare.jump"), ("link", "compare.change_list")],
}
UNFOLDED = """[...document.querySelectorAll('main details[open]')]
    .every(fold => fold.querySelector('[data-testid=stElementContainer]'))"""
FIND = """async allowed => {
    const {violations} = await axe.run({resultTypes: ['violations']});
    return violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).flatMap(rule =>
        rule.nodes.filter(node => !allowed.some(({rule: id, within}) =>
            id === rule.id && document.querySelector(node.target[0])?.closest(within)
        )).map(node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""
STILL = "document.getAnimations().every(one => !(one instanceof CSSTransition))"


def findings(page):
    """The serious and critical findings that are ours, with every expander open."""
    page.evaluate(
        "document.querySelectorAll('main details:not([open]) > summary').forEach(one => one.click())"
    )
    page.wait_for_function(f"({READY}) && {UNFOLDED}")  # some are filled once they are open
    page.wait_for_function(STILL)  # colors on their way to another theme have a contrast of their own
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(FIND, [vars(one) for one in ALLOWED])


def address_of(dashboard, name, section=""):
    path = "" if name == "Home" else name.replace(" ", "_")
    return f"{dashboard}/{path}?run=two" + (f"&section={section}" if section else "")


@pytest.mark.parametrize(("name", "section", "device"), VIEWS)
def test_no_page_hinders_anyone_in_light_or_dark(request, dashboard, name, section, device):
    page = request.getfixturevalue(device).new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        page.goto(address_of(dashboard, name, section))
        settle(page)
        found = {"light": findings(page)}
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(
            "getComputedStyle(document.querySelector('h1')).color === 'rgb(228, 238, 243)'"
        )
        found["dark"] = findings(page)
    finally:
        page.close()
    assert not any(found.values()), found


@pytest.mark.parametrize("path", ["", "Compare"])
def test_nor_does_a_dashboard_without_runs(desktop, empty_dashboard, path):
    page = desktop.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{empty_dashboard}/{path}")
    settle(page)
    found = findings(page)
    page.close()
    assert not found, found


def walked(page, most):
    """What Tab reaches, one after the other to the page's end: role and name, as screen readers say them."""
    focus, reached = page.locator("*:focus").last, []  # inside a component it is the last of two
    page.keyboard.press("Tab")
    while focus.count() and len(reached) < most:
        said = focus.aria_snapshot().splitlines() or [""]  # nothing of a table's hidden cell
        reached.append(said[0].removeprefix("- "))
        page.keyboard.press("Tab")
    return reached


@pytest.mark.parametrize("name", list(PAGES))
def test_the_keyboard_reaches_the_pages_then_the_choices_then_the_controls(desktop, dashboard, name):
    page = desktop.new_page()
    page.goto(address_of(dashboard, name))
    settle(page)
    ways = walked(page, len(PAGES) + 30)
    page.close()
    wanted = [f'link "{re.escape(other.title)}"' for other in PAGES.values()]
    wanted += [f'combobox "{said(f"sidebar.{choice}").pattern}"' for choice in ("run", "a", "b", "prompt")]
    wanted += [f'{role} "{said(key).pattern}' for role, key in CONTROLS.get(name, [])]
    places = [next((at for at, way in enumerate(ways) if re.match(one, way)), None) for one in wanted]
    lost = [one for one, place in zip(wanted, places, strict=True) if place is None]
    assert not lost, f"the keyboard does not reach {lost}, only {ways}"
    assert places == sorted(places)
