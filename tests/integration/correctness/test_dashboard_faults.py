"""The dashboard's numbers, tables, pictures and words say what they mean, in both languages and themes."""

import re
import threading
from dataclasses import replace
from threading import Event
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.analysis.clicks_needed import clicks_needed
from floodeval.cli import main
from floodeval.dashboard.pages.home.cost_and_provenance import provenance_rows
from floodeval.dashboard.pages.prompts.clicks_view import needed_words, reached_words
from floodeval.dashboard.pages.prompts.images_view import target_words
from floodeval.dashboard.widgets import pictures as thumbnails
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import PhotographReading, ReadingOptions
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.run import DETAILS, load_run
from floodeval.i18n.catalog import catalog, say, speaking_of_synthetic_scenes
from floodeval.i18n.formats import MINUS, NO_VALUE
from floodeval.i18n.language import LANGUAGES, speaking
from floodeval.sam.prompts import parse_prompt
from floodeval.viz import style as palette
from floodeval.viz.case_pictures import error_panel, prompted_thumbnail, read_case
from floodeval.viz.charts.prompt_charts import agreement_figure
from floodeval.viz.charts.subgroup_scores import errors_figure
from floodeval.viz.dataset_pictures import labeled
from floodeval.viz.overlays import ClickMark, draw_clicks
from floodeval.viz.style import ERROR_STYLES, GROUNDS, IGNORED, LAND_CLICK, contrast, variant_styles
from floodeval.viz.wording import label_words, photograph_words
from tests.support import fake_run
from tests.support.fake_run import draw_dataset, write_run
from tests.support.pages import open_page, words

OPTION = re.compile(r"(?<![\w-])--[a-z]")
NOWHERE = SimpleNamespace(sample=lambda _: None)
VARIANTS = ["a", "b", "c", "d", "e"]


@pytest.fixture
def pools(results, tmp_path, monkeypatch):
    """A drawn data set of six photographs, and a results folder without runs."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return draw_dataset(tmp_path / "pools", list("abcdef"))


@pytest.fixture
def run(results, pools):
    """A run over those photographs."""
    return write_run(results / "runs" / "mine", pools)


# 1. Worst cases as a table


def test_worst_cases_table_lets_a_title_sort_and_only_a_button_opens_a_photograph(run):
    page = open_page("Worst cases", run="mine")
    page.segmented_control(key="view_as").set_value("table").run()
    (table,) = page.dataframe
    assert list(table.proto.selection_mode) == [table.proto.MULTI_ROW]  # no cell, no column takes the click
    assert page.button(key="open_ticked").disabled and not page.exception


# 2. Report, chosen by hand


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


# Findings on the run as a whole


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_warns_where_all_models_contradict_the_labels(run, lang):
    with speaking(lang):
        warning = say("home.finding_labels_contradicted")
    assert not any(warning in one.value for one in open_page("Home", lang=lang).warning)
    fake_run.say(run, findings=("labels_contradicted", "of a later version"))
    page = open_page("Home", lang=lang)
    assert not page.exception
    assert [one.value for one in page.warning if warning in one.value]


# 3. Drawn data


@pytest.fixture
def drawn_and_real(results, pools):
    """A real run, and a newer one of drawn scenes."""
    real = fake_run.say(write_run(results / "runs" / "real", pools), created="2026-01-01T00:00:00+00:00")
    folder = write_run(results / "runs" / "demo", pools)
    dataset = {**load_run(folder).info.dataset, "synthetic": True}
    fake_run.say(folder, created="2026-06-01T00:00:00+00:00", dataset=dataset)
    return real, folder


@pytest.mark.usefixtures("drawn_and_real")
def test_the_real_run_opens_before_a_newer_one_of_drawn_scenes():
    assert open_page("Home").session_state["run"] == "real"


def test_where_every_run_was_drawn_the_newest_opens(drawn_and_real):
    real, _ = drawn_and_real
    fake_run.say(real, dataset={**load_run(real).info.dataset, "synthetic": True})
    assert open_page("Home").session_state["run"] == "demo"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["Home", "Worst cases", "Prompts", "Subgroups", "Report"])
@pytest.mark.usefixtures("drawn_and_real")
def test_drawn_data_is_never_called_photographs(name, lang):
    page = open_page(name, run="demo", lang=lang)
    drawn, never = catalog(lang)["nouns.synthetic_photographs"], catalog(lang)["nouns.photograph"].lower()
    assert not page.exception and drawn in words(page) and never not in words(page).lower()


def test_the_command_line_calls_drawn_scenes_by_their_name_too(drawn_and_real, capsys):
    for folder in drawn_and_real:
        assert main(["compare", str(folder)]) == 0
    said = capsys.readouterr().out
    photographs = say("counts.photograph", n=6)
    with speaking_of_synthetic_scenes(True):
        drawn = say("counts.photograph", n=6)
    assert drawn != photographs and drawn in said and photographs in said


@pytest.mark.usefixtures("drawn_and_real")
def test_a_real_run_after_a_drawn_one_is_of_photographs_again():
    page = open_page("Home", run="demo")
    page.selectbox(key="run").select("real").run()
    assert catalog("en")["nouns.photographs"] in words(page)
    assert catalog("en")["nouns.synthetic_photographs"] not in words(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_noun_is_exchanged_in_every_form_and_never_within_braces(lang):
    with speaking(lang), speaking_of_synthetic_scenes(True):
        said = say("counts.photograph", n=1), say("counts.photograph", n=2)
        assert [one.split(" ", 1)[1] for one in said] == [
            catalog(lang)["nouns.synthetic_photograph"],
            catalog(lang)["nouns.synthetic_photographs"],
        ]
        assert "X and Y" in say("heading.alone", a="A", photographs="X and Y", data="d")


# 4. Contrast


def styles_of_the_palette():
    named = [one for one in vars(palette).values() if isinstance(one, palette.Style) and one != IGNORED]
    return {
        style.color
        for style in (*named, *palette.OUTCOME_STYLES.values(), *variant_styles(VARIANTS).values())
    }


@pytest.mark.parametrize("color", sorted(styles_of_the_palette() | {palette.MARK, palette.PROMPT}))
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_style_is_seen_at_3_to_1_in_light_and_in_dark(color, ground):
    assert contrast(color, ground) >= 3


def test_the_grounds_are_those_of_the_themes():
    import tomllib
    from pathlib import Path

    config = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())
    assert tuple(config["theme"][theme]["backgroundColor"] for theme in ("light", "dark")) == GROUNDS
    colors = config["theme"]["chartCategoricalColors"]
    assert colors == [style.color for style in variant_styles(VARIANTS).values()]


def marks(part, name=""):
    """The colors in which a chart's lines and marks are drawn, but for fills that have an edge."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "color" and isinstance(value, str) and value.startswith("#"):
                yield name, value
            elif key in ("zerolinecolor",):
                yield key, value
            elif key not in ("hoverlabel", "template", "textfont", "font", "colorscale"):
                yield from marks(value, key)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from marks(value, name)


def test_every_charts_lines_and_marks_are_seen_at_3_to_1_in_light_and_in_dark(run, monkeypatch):
    """As the pages draw them: the charts of all sections of a run with prompts, slices and errors."""
    import streamlit as st

    drawn = []
    monkeypatch.setattr(st, "plotly_chart", lambda figure, **_: drawn.append(figure))
    for name, section in [
        ("Subgroups", "slices"),
        ("Subgroups", "errors"),
        ("Prompts", "every"),
        ("Prompts", "between"),
    ]:
        assert not open_page(name, run="mine", section=section).exception
    assert not open_page("Distributions", run="mine").exception
    assert len(drawn) >= 6
    pale = {
        (where, color)
        for figure in drawn
        for where, color in marks(figure.to_dict())
        if color != "#FFFFFF" and min(contrast(color, ground) for ground in GROUNDS) < 3
    }
    assert not pale


def test_a_pale_fill_has_an_edge_that_is_seen():
    table = pd.DataFrame(
        [("a", kind, 0.1, 0.1, 3) for kind in ERROR_STYLES],
        columns=["variant", "kind", "frame", "share", "n"],
    )
    edges = [
        bar.marker.line.color for bar in errors_figure(table, variant_styles(["a"])).data[: len(ERROR_STYLES)]
    ]
    assert all(contrast(edge, ground) >= 3 for edge in edges for ground in GROUNDS)


@pytest.mark.parametrize("color", [style.color for style in variant_styles(VARIANTS).values()])
def test_numbers_on_color_are_read_at_4_5_to_1(color):
    agreement = pd.DataFrame([("box", "full", 1.0, 3)], columns=["first", "second", "iou", "n"])
    (cells,) = agreement_figure(agreement, ["box", "full"], color).data
    assert contrast(cells.textfont.color, color) >= 4.5


# 5. Words


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


# 6. Clicks


def test_all_clicks_are_drawn_in_their_order_on_the_mask_that_they_made():
    clicks = [ClickMark(10, 10, True), ClickMark(60, 40, False), ClickMark(90, 10, True)]
    drawn = draw_clicks(np.full((50, 100, 3), 120, np.uint8), clicks, 1.0)
    for click in clicks:
        disc = drawn[int(click.y) - 7 : int(click.y) + 8, int(click.x) - 7 : int(click.x) + 8].reshape(-1, 3)
        color = palette.rgb(palette.PROMPT if click.water else LAND_CLICK)
        assert (disc == color).all(axis=1).mean() > 0.3


def test_a_prompt_of_clicks_draws_those_of_the_variant_and_not_the_first_alone(pools, run):
    prompt = parse_prompt("clicks:max=20")
    masks = run / "masks" / "pretrained"
    (masks / "box").rename(masks / "clicks-max-20")
    case = read_case(run, "a", prompt, ["pretrained"], pools["a"], 96)
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


# 7. Thumbnails


def test_thumbnails_drawn_ahead_for_one_visitor_are_not_canceled_by_anothers_page_turn(monkeypatch):
    visitor, drawn = threading.local(), []
    first, go_on, over = Event(), Event(), Event()

    def draw(sample_id, _):
        first.set()
        go_on.wait(10)
        drawn.append(sample_id)
        if sample_id == "mine-3":
            over.set()
        return sample_id.encode()

    monkeypatch.setattr(thumbnails, "_drawing", lambda _: draw)
    monkeypatch.setattr(thumbnails, "_visitor", lambda: getattr(visitor, "name", "me"))
    thumbnails.draw_ahead(None, NOWHERE, ["mine-1", "mine-2", "mine-3"])
    assert first.wait(10)

    def other():
        visitor.name = "other"
        thumbnails.draw_ahead(None, NOWHERE, ["theirs-1"])

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    go_on.set()
    assert over.wait(10)
    assert [one for one in drawn if one.startswith("mine")] == ["mine-1", "mine-2", "mine-3"]
    assert drawn.index("theirs-1") < drawn.index("mine-3")  # visitors take turns


def test_a_visitors_own_page_turn_still_ends_what_was_drawn_ahead(monkeypatch):
    drawn, first, go_on, over = [], Event(), Event(), Event()

    def draw(sample_id, _):
        first.set()
        go_on.wait(10)
        drawn.append(sample_id)
        if sample_id == "new-1":
            over.set()
        return sample_id.encode()

    monkeypatch.setattr(thumbnails, "_drawing", lambda _: draw)
    thumbnails.draw_ahead(None, NOWHERE, ["old-1", "old-2"])
    assert first.wait(10)
    thumbnails.draw_ahead(None, NOWHERE, ["new-1"])
    go_on.set()
    assert over.wait(10) and drawn == ["old-1", "new-1"]


# Ignored pixels


@pytest.fixture
def partly_ignored(results, pools):
    """A run whose reference masks ignore their upper third; every variant calls all of it water."""
    for name in list("abcdef"):
        mask = np.asarray(Image.open(pools[name].mask).convert("L"))
        classes = (mask > 127).astype(np.uint8)
        classes[: len(classes) // 3] = 255
        Image.fromarray(classes).save(pools[name].mask)
    scheme = LabelScheme((1,), (255,))
    dataset = load_dataset(pools.folder, ReadingOptions(labels=scheme))
    folder = write_run(results / "runs" / "partly", dataset, predict=lambda truth, *_: np.ones_like(truth))
    return fake_run.say(folder, labels=scheme), dataset


def gray(picture):
    """Where a picture has no color: the photographs drawn here are green and blue."""
    values = picture.astype(int)
    return np.ptp(values, axis=-1) < 30


def test_ignored_pixels_are_hatched_gray_in_error_maps_and_in_no_class(partly_ignored):
    folder, dataset = partly_ignored
    case = read_case(folder, "a", parse_prompt("box"), ["pretrained"], dataset["a"], 400)
    drawn = error_panel(case, "pretrained", 1.0)
    third = drawn.shape[0] // 3
    assert gray(drawn[: third - 1]).all() and not gray(drawn[third + 1 :]).any()
    assert len(np.unique(drawn[: third - 1].reshape(-1, 3), axis=0)) == 2  # the style, and its hatch
    parts = case.errors["pretrained"]
    assert not any(part[: third - 1].any() for part in (parts.both, parts.first_only, parts.second_only))


def test_ignored_pixels_are_hatched_gray_in_the_galleries_of_the_data_set(partly_ignored):
    _, dataset = partly_ignored
    plain, drawn = np.asarray(Image.open(dataset["a"].photograph)), labeled(dataset["a"], 400)
    assert (drawn[:10] != plain[:10]).all(axis=-1).any() and (drawn[-5:] == plain[-5:]).all()


def test_ignored_pixels_have_a_class_of_their_own_in_the_viewer_and_a_legend(partly_ignored):
    page = open_page("Compare", run="partly", id="a")
    assert not page.exception
    (viewer,) = page.get("bidi_component")
    import json

    panes = {layer["key"]: layer for layer in json.loads(viewer.proto.json)["layers"]}
    for key in ("truth", "errors:pretrained", "mask:finetuned", "against"):
        assert panes[key]["styles"][-1]["color"] == IGNORED.color, key
        assert any(IGNORED.label in entry["text"] for entry in panes[key]["key_entries"]), key
    shares = [entry["text"] for entry in panes["errors:pretrained"]["key_entries"]]
    assert sum(float(re.search(r"([\d.]+)%", text)[1]) for text in shares[:2]) <= 100.1
    assert plain(IGNORED.label) in words(open_page("Worst cases", run="partly"))
    assert plain(IGNORED.label) in words(open_page("Dataset", run="partly"))
