"""Try it: the choice of models and photographs, reference masks, cases, and the device."""

import io
import shutil

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.i18n.catalog import say
from tests.support.pages import open_page, panes, says
from tests.support.try_it import black_and_white, picture, shows, upload, upload_all
from tests.support.try_it import models as models
from tests.support.try_it import no_photograph_of_another_test as no_photograph_of_another_test
from tests.support.wording import said


@pytest.fixture
def own_runs(dashboard_files, tmp_path, monkeypatch):
    """Results that a test may change."""
    shutil.copytree(dashboard_files / "results" / "runs" / "two", tmp_path / "own" / "runs" / "two")
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "own"))
    return tmp_path / "own"


def test_a_and_b_may_be_any_variant_of_any_run(models):
    page = open_page("Try it", run="two", id="i2")
    offered = page.selectbox(key="try_b").options
    assert offered[0] == say("try_it.of_sidebar", name="finetuned")
    assert any(one.endswith("run three") for one in offered)
    label = say("try_it.of_run", name="other_one", run="three")
    page.selectbox(key="try_b").select(label).run()
    assert not page.exception
    titles = [layer["title"] for layer in panes(page)["layers"]]
    assert titles[1:3] == ["pretrained (A)", "other_one (B)"]


def test_the_same_model_twice_is_said_and_shown_once(models):
    page = open_page("Try it", run="two", id="i2")
    label = say("try_it.of_run", name="pretrained", run="two")
    page.selectbox(key="try_b").select(label).run()
    assert says(page, "try_it.same_model")
    assert panes(page)["layers"][1]["title"] == "pretrained"


def test_several_photographs_have_a_strip_and_a_table(models):
    page = open_page("Try it", run="two", id="i2")
    assert not page.dataframe
    page.multiselect(key="try_ids").select("i1").run()
    assert page.query_params["id"] == "i1"
    page.button(key="try_show/0/i2").click().run()
    assert page.query_params["id"] == "i2" and panes(page)["full"][0] == 72
    table = page.dataframe[0].value
    assert table.iloc[:, 0].tolist() == ["i2", "i1"]
    page.multiselect(key="try_ids").select("i3").run()
    assert page.dataframe[0].value.iloc[:, 1].tolist()[0] == say("try_it.whole_frame")


def test_photographs_without_a_result_are_predicted_by_a_button(models):
    page = open_page("Try it", run="two", id="i2")
    page.session_state["try_ids"] = ["i2", "i1", "i3"]
    page.run()
    gap = say("try_it.column_gap")
    assert page.dataframe[0].value[gap].tolist()[1:] == ["–", "–"]
    page.button(key="try_predict_rest").click().run()
    assert not page.exception and "–" not in page.dataframe[0].value[gap].tolist()


def test_several_uploads_with_reference_masks_get_their_iou(models):
    page = open_page("Try it", run="two")
    files = [("a.jpg", picture()), ("b.jpg", picture(size=(40, 30)))]
    upload_all(page, *files, references=[("a_mask.png", black_and_white())])
    assert not page.exception and not page.error
    assert shows(page, "mask:pretrained")[0] == say("try_it.iou", iou="0.833")  # 15 x 10 of 15 x 12
    assert panes(page)["editor"]["outline"] and shows(page, "errors:finetuned")
    place = next(one.key for one in page.button if one.key.startswith("try_show/1/"))
    page.button(key=place).click().run()
    assert panes(page)["full"][0] == 40 and panes(page)["editor"]["outline"] is None
    ious = page.dataframe[0].value[say("try_it.column_iou", name="pretrained (A)")].tolist()
    assert ious == ["0.833", "–"]


def of_values(*values):
    mask = Image.new("L", (31, 17))
    for place, value in enumerate(values):
        mask.paste(value, (5 + 3 * place, 5, 8 + 3 * place, 15))
    content = io.BytesIO()
    mask.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.png", of_values(1, 2, 3), "try_it.reference_ambiguous"),
        ("a.png", black_and_white((20, 17)), "try_it.reference_size"),
        ("other.png", black_and_white(), "try_it.mask_without_photograph"),
        ("a.png", b"no picture", "images.no_picture"),
        ("a.png", picture(size=(8000, 7501)), "images.large"),
    ],
)
def test_a_reference_that_cannot_be_used_is_refused_in_one_line_and_masks_are_shown(
    models, name, content, key
):
    page = upload_all(open_page("Try it", run="two"), ("a.jpg", picture()), references=[(name, content)])
    assert not page.exception and len(page.error) == 1 and "\n" not in page.error[0].value
    assert said(key).search(page.error[0].value.replace("\\", ""))
    assert panes(page)["editor"]["outline"] is None and panes(page)["layers"][1]["title"] == "pretrained (A)"


def test_the_values_of_water_can_be_stated(models):
    page = open_page("Try it", run="two")
    upload_all(page, ("a.jpg", picture()), references=[("a.png", of_values(1, 2, 3))])
    page.text_input(key="try_water").set_value("1, 2").run()
    assert not page.error and panes(page)["editor"]["outline"]
    page.text_input(key="try_water").set_value("water").run()
    assert says(page, "try_it.water_values_wrong", given="water")


def case_form():
    """The form that saves the image i2, alone on a page."""
    import numpy as np

    from floodeval.dashboard.pages.try_it.results import ModelResult, PhotographResult
    from floodeval.dashboard.pages.try_it.save_case import draw_form
    from floodeval.dashboard.state.sidebar import Sidebar

    one = ModelResult("pretrained", 0.25, 0.9, 0.5, np.packbits(np.zeros((2, 2), bool)))
    result = PhotographResult("i2.png", "box=10,10,30,40", (2, 2), (one,))
    draw_form(Sidebar(frozenset(), wants_id=False).choose(), "i2", result)


def test_a_photograph_of_the_data_set_is_saved_as_a_case_with_what_was_seen(own_runs, monkeypatch):
    run = own_runs / "runs" / "two"
    AppTest.from_function(case_form, default_timeout=20).run().button(key="try_case_save").click().run()
    assert read_cases(run)["i2"].note == "Try it, prompt box=10,10,30,40: pretrained: IoU 0.500, water on 25%"
    mark_case(run, "i2", tag="glare", note="seen before")
    AppTest.from_function(case_form, default_timeout=20).run().button(key="try_case_save").click().run()
    again = read_cases(run)["i2"]
    assert again.tag == "glare" and again.note.startswith("seen before\nTry it, prompt box=")
    page = AppTest.from_function(case_form, default_timeout=20).run()
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")  # while the form is open
    page.text_area[0].input("later")
    page.button(key="try_case_save").click().run()
    assert page.error and read_cases(run)["i2"] == again


def test_the_button_opens_the_form(models):
    page = open_page("Try it", run="two", id="i2")
    page.button(key="try_save_case").click().run()
    assert not page.exception and "Try it, prompt full: pretrained: IoU 0." in page.text_area[0].value


def test_an_upload_says_why_it_is_no_case(models):
    page = upload(open_page("Try it", run="two"), "a.png", picture())
    assert says(page, "try_it.no_case")
    assert not [one for one in page.button if one.key == "try_save_case"]


def test_nothing_is_saved_where_the_dashboard_is_read_only(models, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page = open_page("Try it", run="two", id="i2")
    assert not page.exception and not [one for one in page.button if one.key == "try_save_case"]
    assert say("try_it.archive") in [one.proto.label for one in page.get("download_button")]


def test_the_page_says_on_what_the_models_run(models):
    page = open_page("Try it", run="two", id="i2")
    assert says(page, "try_it.on_cpu")


def test_without_a_run_uploads_are_tried_with_the_models_at_hand(models, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "none"))
    page = open_page("Try it")
    assert not page.exception
    page.file_uploader(key="try_upload").set_value([("a.png", picture(), "image/png")]).run()
    assert not page.exception and panes(page)["full"][0] == 31
    assert says(page, "try_it.no_case")
