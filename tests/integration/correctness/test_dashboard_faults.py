"""The dashboard's tables, warnings and words say what they mean."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval.dashboard.pages.home.cost_and_provenance import provenance_rows
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import catalog, say
from floodeval.i18n.formats import MINUS, NO_VALUE
from floodeval.i18n.language import LANGUAGES, speaking
from floodeval.viz.wording import label_words, photograph_words
from tests.support import fake_run
from tests.support.fake_run import write_run
from tests.support.pages import open_page, words
from tests.support.pools import pools as pools
from tests.support.pools import run as run

OPTION = re.compile(r"(?<![\w-])--[a-z]")


def test_worst_cases_table_lets_a_title_sort_and_only_a_button_opens_a_photograph(run):
    page = open_page("Worst cases", run="mine")
    page.segmented_control(key="view_as").set_value("table").run()
    (table,) = page.dataframe
    assert list(table.proto.selection_mode) == [table.proto.MULTI_ROW]  # no cell, no column takes the click
    assert not page.exception and "open_ticked" not in [button.key for button in page.button]


def test_report_chosen_by_hand_asks_for_a_photograph_until_one_is_chosen(run):
    page = open_page("Report", run="mine")
    page.segmented_control(key="report_rule").set_value("named").run()
    assert not page.exception and page.info[-1].value == say("report_page.none_named")
    page.multiselect(key="report_ids").select("c").run()
    assert not page.exception and say("counts.photograph", n=1) in page.expander[0].label


def test_report_of_no_case_at_all_is_shown_without_its_table(run):
    page = open_page("Report", run="mine")
    page.number_input(key="report_n").set_value(0).run()
    assert not page.exception and page.get("iframe")


def test_report_offers_a_button_and_no_option_where_nothing_is_marked(run):
    page = open_page("Report", run="mine")
    page.segmented_control(key="report_rule").set_value("marked").run()
    assert not page.exception and not OPTION.search(words(page))
    page.button(key="report_worst").click().run()
    assert page.session_state["report_rule"] == "worst" and page.get("iframe")


def test_report_says_where_all_marked_photographs_are_out_of_sight(run):
    mark_case(run, "gone", "shadow", "", "box")
    page = open_page("Report", run="mine")
    page.segmented_control(key="report_rule").set_value("marked").run()
    assert not page.exception and page.info[-1].value == say("report_page.others_marked", n=1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_warns_where_all_models_contradict_the_labels(run, lang):
    with speaking(lang):
        warning = say("home.finding_labels_contradicted")
    assert not any(warning in one.value for one in open_page("Home", lang=lang).warning)
    fake_run.say(run, findings=("labels_contradicted", "of a later version"))
    page = open_page("Home", lang=lang)
    assert not page.exception
    assert [one.value for one in page.warning if warning in one.value]


@pytest.mark.parametrize(
    ("name", "lang"),
    [  # the catalog's sentences are read in both languages below
        ("Home", "en"),
        ("Subgroups", "es"),
        ("Prompts", "en"),
        ("Dataset", "es"),
        ("Report", "en"),
        ("Worst cases", "es"),
        ("Try it", "en"),
    ],
)
def test_no_page_names_an_option_of_the_command_line(run, name, lang):
    for table in ("traits", "errors", "agreement"):
        (run / f"{table}.parquet").unlink()  # as in runs that were made before these tables
    sections = {
        "Subgroups": ["slices", "weakest", "errors", "suspects", "cost"],
        "Prompts": ["every", "images"],
    }
    for section in sections.get(name, [""]):
        page = open_page(name, run="mine", lang=lang, **({"section": section} if section else {}))
        said = "\n".join(
            line for line in words(page).splitlines() if line not in [one.value for one in page.code]
        )
        prose = said if not page.code else said.replace("\n".join(one.value for one in page.code), "")
        assert not page.exception and not OPTION.search(prose), prose


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_only_pages_say_names_no_option(lang):
    pages = (
        "heading",
        "home",
        "prompts_page",
        "subgroups",
        "dataset",
        "try_it",
        "welcome",
        "report_page",
        "compare",
    )
    for key, sentence in catalog(lang).items():
        if key.split(".")[0] in pages or key.endswith("_here"):
            for form in sentence.values() if isinstance(sentence, dict) else [sentence]:
                assert not OPTION.search(form), key


def test_what_was_run_is_a_table_of_plain_words(run):
    split = {
        "name": "split.csv",
        "seed": None,
        "excluded": {"9": ["foreign_mask", "size_mismatch"]},
        "repaired": {"14": "15"},
        "kinds": {},
    }
    folder = fake_run.say(run, split=split)
    rows = provenance_rows(load_run(folder)).set_index("what")["value"]
    assert not rows.str.contains(r"[{}\[\]]|None|True|False").any()
    assert rows["split: seed"] == NO_VALUE and rows["split: kinds"] == NO_VALUE
    assert rows["split: repaired, 14"] == "15"
    kinds = [say("audit.foreign_mask"), say("audit.size_mismatch")]
    assert rows["split: excluded, 9"] == ", ".join(kinds)


def test_every_minus_in_a_table_is_a_minus_sign_and_what_is_missing_a_dash(run):
    metrics = pd.read_parquet(run / "metrics.parquet")
    worse = (metrics["variant"] == "finetuned") & (metrics["id"] == "a")
    metrics.loc[worse, "iou"] = 0.001
    metrics.loc[worse, "dice"] = np.nan
    metrics.to_parquet(run / "metrics.parquet")
    page = open_page("Worst cases", run="mine", metric="iou")
    page.segmented_control(key="view_as").set_value("table").run()
    from tests.support.marked_sentences import displayed

    shown = list(displayed_cells(page.dataframe[0], displayed))
    assert any(cell.startswith(MINUS) for cell in shown) and NO_VALUE in shown
    assert not any(re.match(r"-\d", cell) or cell in ("None", "nan") for cell in shown)
    assert page.dataframe[0].proto.placeholder == NO_VALUE
    low, _ = page.select_slider[0].value
    assert low < 0 and page.select_slider[0].options[0].startswith(MINUS)


def displayed_cells(table, displayed):
    import base64

    return displayed(base64.b64encode(table.proto.arrow_data.styler.display_values))


def test_a_group_without_images_cannot_be_chosen(results, pools):
    write_run(results / "runs" / "good", pools, predict=lambda truth, *_: truth)
    page = open_page("Worst cases", run="good")
    disabled = {button.key: button.disabled for button in page.button if button.key.startswith("group/")}
    assert disabled == {
        "group/all": False,
        "group/fixed": True,
        "group/regressed": True,
        "group/both_fail": True,
        "group/both_good": False,
    }
    page.button(key="group/both_good").click().run()
    assert page.session_state["quadrant"] == "both_good" and not page.exception
    report = open_page("Report", run="good")
    assert len(report.selectbox(key="report_outcome").options) == 2  # all, and the one that has images


def test_how_the_files_were_read_is_said(run):
    assert label_words(LabelScheme()) == say("dataset_reading.black_and_white", above=127)
    assert label_words(LabelScheme((1, 2), (255, -1))) == say("dataset_reading.declared", water="1, 2") + say(
        "dataset_reading.ignored", ignored="−1, 255"
    )
    reading = PhotographReading(((0, 500.5),) * 3, "ignore", (3, 2, 1))
    assert photograph_words(reading) == "; ".join(
        (
            say("dataset_reading.stretched", ends="0 to 500.5, 0 to 500.5, 0 to 500.5"),
            say("dataset_reading.bands", bands="4, 3, 2"),
            say("dataset_reading.exif_ignored"),
        )
    )
    fake_run.say(run, photographs=replace(PhotographReading(), exif="ignore"))
    assert say("dataset_reading.exif_ignored") in words(open_page("Dataset", run="mine"))
