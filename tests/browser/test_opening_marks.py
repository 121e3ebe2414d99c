"""A click on a mark of a chart opens the images behind it."""

import re

from floodeval.i18n.catalog import say


def test_a_click_on_a_mark_of_a_subgroup_opens_its_images(visit, dashboard):
    page = visit(f"{dashboard}/Subgroups?run=two")
    page.locator(".stPlotlyChart .scatterlayer .trace .points path").first.click(force=True)
    page.wait_for_url(re.compile(r"/Worst_cases\?.*slice=\w+\.\w+"))
    page.get_by_role("heading", level=1, name=say("pages.worst_cases")).wait_for()


def test_a_click_on_a_mark_of_a_prompt_opens_its_images(visit, dashboard):
    page = visit(f"{dashboard}/Prompts?run=two")
    page.locator(".stPlotlyChart .scatterlayer .trace .points path").first.click(force=True)
    page.wait_for_url(re.compile(r"/Worst_cases\?.*prompt="))
    page.get_by_role("heading", level=1, name=say("pages.worst_cases")).wait_for()
