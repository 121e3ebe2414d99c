"""Pages in states that a first visit lacks, for people who see little or use no mouse: forms, sets, grid."""

import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from floodeval.i18n.catalog import say
from floodeval.jobs.job import Job, JobFolder, new_id
from tests.support.axe import OF_COLOR, findings
from tests.support.browsing import check_width, settled, show_in
from tests.support.serving import serving, settle
from tests.support.set_runs import write_set_run

pytestmark = pytest.mark.browser
NOISE = np.linspace(-0.02, 0.02, 8)


@pytest.fixture(scope="module")
def served(files, tmp_path_factory):
    """The address of a dashboard that may start jobs, with a failed job and with runs on two data sets."""
    root = tmp_path_factory.mktemp("states")
    shutil.copytree(files / "results" / "runs" / "two", root / "results" / "runs" / "two")
    shutil.copytree(files / "data" / "pools", root / "data" / "pools")
    for name, prompt, means in (
        ("objects", "box", {"pretrained": 0.9, "special": 0.3, "kept": 0.88}),
        ("aerial", "full", {"pretrained": 0.4, "special": 0.8, "kept": 0.79}),
    ):
        scores = {variant: {prompt: mean + NOISE} for variant, mean in means.items()}
        trained = ["special", "kept"] if name == "aerial" else []
        write_set_run(root / "results" / "runs" / name, scores, trained_here=trained)
    folder = JobFolder(root / "results" / "jobs" / new_id())
    folder.path.mkdir(parents=True)
    command = ("demo", "--scenes", "1")
    folder.write(Job(folder.id, command, "demo", state="failed", error="no such data set", exit_status=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLOODEVAL_ALLOW_JOBS", "1")
        with serving(root / "results", root / "data", working=root) as dashboard:
            yield dashboard.address


VIEWS = {
    "jobs": "Jobs?run=two",
    "generalization": "Generalization?run=aerial&b=special&runs=aerial,objects",
    "prompt grid": "Compare?run=two&id=i3&prompt=box&grid=all",
}


@pytest.mark.parametrize("view", list(VIEWS))
def test_no_state_of_a_page_hinders_anyone_in_light_or_dark(visit, served, view):
    page = visit(f"{served}/{VIEWS[view]}")
    settle(page)
    if view == "prompt grid":
        page.locator(".grid button").first.wait_for()
    found = {"light": findings(page)}
    show_in(page, "dark")
    found["dark"] = findings(page, OF_COLOR)
    assert not any(found.values()), found


@pytest.mark.parametrize("view", ["jobs", "prompt grid"])
def test_no_state_of_a_page_is_wider_than_a_phone(visit, phone, served, view):
    page = visit(f"{served}/{VIEWS[view]}", phone)
    check_width(page)


def test_the_keyboard_alone_copies_the_link_and_makes_a_report(visit, served, desktop):
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(f"{served}/?run=two&failure=0.3")
    settle(page)
    tab_to(page, "button", say("heading.copy_link"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=say("heading.link_copied"))).to_have_count(1)
    link = page.evaluate("navigator.clipboard.readText()")
    assert all(part in link for part in ("run=two", "a=pretrained", "b=finetuned", "failure=0.3"))
    page.keyboard.press("Home")
    tab_to(page, "link", say("home.way_report"), back=True)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=say("pages.report"), level=1).wait_for()
    settled(page)
    tab_to(page, "button", say("report_page.make"))
    page.keyboard.press("Enter")
    download = say("report_page.download", form=say("report_page.form_html"))
    page.get_by_role("button", name=download).wait_for()


def tab_to(page, role, name, *, back=False, most=90):
    """Press Tab until what has the focus is read out as this."""
    wanted = f'- {role} "{name}"'
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focus = page.locator("*:focus").last  # inside a component it is the last of two
        if focus.count() and focus.aria_snapshot().startswith(wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")
