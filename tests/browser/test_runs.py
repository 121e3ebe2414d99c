"""The page Runs in a browser: two rows become A and B, and every page compares them."""

import re

import pytest
from playwright.sync_api import expect

from floodeval.i18n.catalog import say
from tests.support.browsing import settled

pytestmark = pytest.mark.browser


def choose(page, side):
    box = page.get_by_test_id("stMain").get_by_role("combobox").last
    box.fill(side)  # the list shows only some of many options
    page.get_by_role("option", name=side, exact=True).click()
    settled(page)


def use(page, letter):
    page.get_by_role("button", name=say(f"runs_page.use_as_{letter}")).click()
    settled(page)


def test_rows_of_two_runs_become_a_and_b_and_are_compared(visit, dashboard):
    page = visit(f"{dashboard}/Runs?run=two")
    choose(page, "three:other_one:box")
    use(page, "a")
    expect(page).to_have_url(re.compile(r"run=three&a=other_one&b=\w+&prompt=box.*run_b=two"))
    choose(page, "two:pretrained:full")
    use(page, "b")
    expect(page).to_have_url(re.compile(r"a=other_one&b=pretrained&prompt=box.*run_b=two&prompt_b=full"))
    page.get_by_test_id("stSidebar").get_by_role("link", name=say("pages.home"), exact=True).click()
    settled(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(say("sides.only_a_uses_truth", a="box", b="full"))
    expect(page).to_have_url(
        re.compile(r"run=three&a=other_one&b=pretrained&prompt=box.*run_b=two&prompt_b=full")
    )
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("other_one")
