"""The page Dataset: what the data is, whether it can be trusted, and every section with its pictures."""

import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.dashboard.navigation import PAGES, SECTIONS
from floodeval.dashboard.pages.dataset.dataset_gallery import ANY, NONE, chosen, fact_line
from floodeval.dashboard.pages.dataset.scenes_view import relation, straddles
from floodeval.dashboard.pages.dataset.stress_view import gap_words, weakness_words
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.audit.findings import GRAVITIES, KINDS
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.splits import Split
from floodeval.evaluation.run import find_split, load_run, run_inventory
from floodeval.i18n.catalog import counted, say, speaking
from floodeval.storage.atomic import write_text
from floodeval.viz.charts.dataset_charts import NOT_IN_SPLIT
from tests.support import fake_run
from tests.support.fake_run import HOSTILE_IDS, draw_dataset, write_run
from tests.support.pages import open_page, says, words
from tests.support.wording import holds


def meaning(kind):
    """What a kind of finding means, as it begins a sentence."""
    said = say(f"audit.{kind}_meaning")
    return said[0].upper() + said[1:]


SIZES = [(240, 360), (200, 320), (220, 300)]  # height, width


def textured(folder, ids, seed=0):
    """Photographs with something to see everywhere, each with its own pool."""
    draw_dataset(folder, ids, SIZES)
    for number, sample_id in enumerate(ids):
        path = folder / "images" / f"{sample_id}.png"
        noise = np.random.default_rng(seed + number).integers(0, 255, (30, 40, 3), dtype=np.uint8)
        width, height = Image.open(path).size
        Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return folder


@pytest.fixture(scope="module")
def defective(tmp_path_factory):
    """A data set with two swapped masks and one photograph under two names, and a run of it."""
    root = tmp_path_factory.mktemp("defective")
    folder = textured(root / "data" / "floods", [f"f{i}" for i in range(6)])
    shutil.copy(folder / "images" / "f3.png", folder / "images" / "f0.png")
    masks = folder / "masks"
    for old, new in (("f1", "kept"), ("f2", "f1"), ("kept", "f2")):
        (masks / f"{old}.png").rename(masks / f"{new}.png")
    run = write_run(root / "results" / "runs" / "r", load_dataset(folder), splits=("test", "train"))
    fake_run.say(run, flagged={"f0": ["grey_mask"]}, leaks={"finetuned": ["f0", "f3"]})
    return root


@pytest.fixture
def defects(defective, monkeypatch):
    for name, place in (("RESULTS", "results"), ("DATA", "data")):
        monkeypatch.setenv(f"FLOODEVAL_{name}", str(defective / place))
    monkeypatch.setenv("XDG_CACHE_HOME", str(defective / "cache"))
    return defective


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_thing_is_what_the_data_set_was_recognized_as(language):
    page = open_page("Dataset", run="r", lang=language)
    assert not page.exception
    with speaking(language):
        first = plain(say("description.layout", name="floods", layout="folders", pairs=counted(6, "pair")))
        (section,) = [one for one in page.expander if one.label == first]
        shown = "\n".join(one.value for one in section.markdown)
        assert plain(say("description.no_split")) in shown
        meanings = [say("description.land"), say("description.water")]
    table = section.dataframe[0].value
    assert sorted(table.iloc[:, 3]) == sorted(meanings)


@pytest.mark.usefixtures("defects")
def test_the_first_screen_says_what_data_this_is_and_whether_it_can_be_trusted():
    page = open_page("Dataset", run="r")
    assert not page.exception
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures[say("dataset.photographs")] == "6" and figures[say("dataset.scenes")] == "5"
    assert figures[say("dataset.doubtful")] == say("dataset.doubtful_value", n=2, total=6)
    assert say("dataset.median_water") in figures
    assert float(figures[say("dataset.labels_agree_iou")]) < 1
    assert says(page, "dataset.in_doubt", n=2, total=6)
    assert says(page, "dataset.leaks", n=1)
    assert f"{say('audit.gravity_truth_in_doubt')}:" in words(page)
    assert f"{say('audit.gravity_repeated')}: 1" in words(page)


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize(
    ("section", "key", "values", "pictures"),
    [
        ("gallery", "dataset.as_drawn", {"shown": 6, "total": 6}, 6),
        ("balance", "dataset.subset_water", {"name": "test", "n": 2}, 0),
        ("findings", "dataset.kind_words", {"meaning": meaning("swapped_masks")}, 6),
        ("scenes", "dataset.stands_in", {"where": say("dataset.and").join(["test", "train"])}, 2),
        ("agreement", "dataset.ceiling", {}, 1),
        ("stress", "dataset.no_suite", {}, 0),
    ],
)
def test_a_link_opens_each_section(section, key, values, pictures):
    page = open_page("Dataset", run="r", section=section)
    assert not page.exception
    assert says(page, key, **values) and len(page.get("image")) == pictures
    assert page.query_params["section"] == section


@pytest.mark.usefixtures("defects")
def test_every_kind_of_finding_can_be_chosen():
    page = open_page("Dataset", run="r", section="findings")
    kinds = page.pills(key="finding_kind").options
    assert len(kinds) > 2
    page.pills(key="finding_kind").set_value("duplicate_bytes").run()
    assert not page.exception
    assert says(page, "dataset.kind_words", meaning=meaning("duplicate_bytes"))
    assert len(page.get("image")) == 2


@pytest.mark.usefixtures("defects")
def test_the_gallery_can_be_narrowed_to_a_finding():
    page = open_page("Dataset", run="r")
    page.selectbox(key="gallery_finding").select("swapped_masks").run()
    assert not page.exception and len(page.get("image")) == 2


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"Jobs"}))  # which is about no run
def test_a_leak_is_marked_on_every_page(name):
    page = open_page(name, run="r")
    assert not page.exception
    assert page.error[0].value == say("heading.leak", variant="finetuned", leaked=2, total=4)


@pytest.mark.usefixtures("defects")
def test_home_compares_without_flagged_pairs():
    assert says(open_page("Home", run="r"), "home.flagged", pairs=say("counts.flagged_pair", n=1))


def test_home_draws_how_well_labels_agree_where_the_run_knows_it(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    folder = write_run(results / "runs" / "r", draw_dataset(tmp_path / "floods", ["a", "b"]))
    page = open_page("Home", run="r")
    assert not says(page, "home.agreement")
    page.button(key="all_12").click().run()
    assert says(page, "home.averages_how") and not says(page, "home.averages_agreement")

    fake_run.say(folder, label_agreement=Spread(28, 0.823, 0.085, 0.639, 0.954))
    page = open_page("Home", run="r")
    assert says(page, "home.agreement", mean="0.823")
    page.button(key="all_12").click().run()
    assert not page.exception
    pairs = say("counts.pair", n=28)
    assert says(page, "home.averages_agreement", pairs=pairs, low="0.639", high="0.954")


def test_photographs_unlike_the_training_photographs_are_counted(results, tmp_path, monkeypatch):
    folder = textured(tmp_path / "data" / "near", ["a", "b", "c"])
    monkeypatch.setenv("FLOODEVAL_DATA", str(folder.parent))
    run = write_run(results / "runs" / "near", load_dataset(folder))
    rows = [(name, "finetuned", 9.0, at, None) for name, at in zip("abc", (50.0, 95.0, 99.5), strict=True)]
    columns = ["id", "variant", "distance", "percentile", "routed_to"]
    pd.DataFrame(rows, columns=columns).to_parquet(run / "domain.parquet")
    page = open_page("Dataset", run="near")
    assert says(page, "domain.set_unlike", variant="finetuned", n=2, total="3")


def test_what_the_split_repaired_is_said_and_drawn_as_repaired(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    dataset = draw_dataset(tmp_path / "floods", ["a", "b", "c"], SIZES[:1])
    repairs = {"a": "b", "b": "a"}
    fake_run.say(write_run(results / "runs" / "r", dataset.repaired(repairs)), split={"repaired": repairs})
    page = open_page("Dataset", run="r")
    assert not page.exception and words(page).count(f"build: {say('dataset.repaired')}") == 2


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("section", list(SECTIONS["Dataset"]))
def test_without_photographs_it_shows_what_the_run_knows(section):
    page = open_page("Dataset", run="gone", section=section)
    assert not page.exception and "FLOODEVAL" in page.info[0].value
    assert {metric.label: metric.value for metric in page.metric}[say("dataset.evaluated")] == "2"
    if section == "gallery":
        assert page.dataframe[0].value["id"].tolist() == ["g1", "g2"]


def test_a_section_that_is_not_there_falls_back_and_is_said(dashboard_files):
    page = open_page("Dataset", run="gone", section="<b>")
    assert not page.exception and holds("\n".join(notice.value for notice in page.info), "sidebar.absent")
    assert page.query_params["section"] == "gallery"


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("section", ["gallery", "scenes", "findings", "agreement"])
def test_hostile_names_stay_text(section):
    page = open_page("Dataset", run="<b>*run* [x](y) `z`", section=section)
    assert not page.exception
    if section == "gallery":
        assert all(f"`{name}`" in words(page) or name in words(page) for name in HOSTILE_IDS)
    assert "\n<img" not in words(page) and "**<img" not in words(page)


def test_the_split_of_a_run_is_found_among_the_models(results, tmp_path):
    dataset = draw_dataset(tmp_path / "pools", ["a", "b", "c"])
    rows = [("a", "a", "train"), ("b", "b", "validation"), ("c", "c", "test")]
    split = Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))
    folder = fake_run.say(
        write_run(results / "runs" / "r", dataset), split={"name": "x", "sha256": split.sha256}
    )
    write_text(results / "models" / "broken" / "split.csv", "id\n")
    assert find_split(load_run(folder), dataset) is None
    write_text(results / "models" / "m" / "split.csv", split.text)
    found = find_split(load_run(folder), dataset)
    assert found is not None and found.column("split") == {"a": "train", "b": "validation", "c": "test"}


def test_a_run_alone_tells_its_samples(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", ["a", "b"])
    folder = fake_run.say(
        write_run(tmp_path / "r", dataset, splits=("test", "train")), flagged={"b": ["full_mask"]}
    )
    table = run_inventory(load_run(folder))
    assert table["id"].tolist() == ["a", "b"] and table["subset"].tolist() == ["test", "train"]
    assert table["findings"].tolist() == [(), ("full_mask",)] and table["width"].tolist() == [96, 60]


def test_every_kind_of_issue_has_one_gravity():
    assert sorted(kind for kinds in GRAVITIES.values() for kind in kinds) == sorted(KINDS)


TABLE = pd.DataFrame(
    {
        "id": ["10", "9", "1"],
        "water_share": [0.5, np.nan, 0.1],
        "width": [10, 20, None],
        "height": [10, 20, None],
        "subset": ["test", None, "train"],
        "findings": [("leak",), (), ("full_mask", "leak")],
    }
)


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id", ["1", "9", "10"]),
        ("dry", ["1", "10", "9"]),
        ("wet", ["10", "1", "9"]),
        ("large", ["9", "10", "1"]),
    ],
)
def test_the_gallery_sorts_with_missing_values_last(order, ids):
    assert chosen(TABLE, order, "all", "all")["id"].tolist() == ids


def test_the_gallery_filters_by_subset_and_finding():
    assert chosen(TABLE, "id", NOT_IN_SPLIT, "all")["id"].tolist() == ["9"]
    assert chosen(TABLE, "id", "all", NONE)["id"].tolist() == ["9"]
    assert chosen(TABLE, "id", "all", ANY)["id"].tolist() == ["1", "10"]
    assert chosen(TABLE, "id", "train", "full_mask")["id"].tolist() == ["1"]


def test_a_mask_of_another_size_is_said():
    row = {"water_share": 0.04, "width": 9, "height": 8, "format": "PNG", "mask_width": 8, "mask_height": 9}
    assert fact_line(row) == " · ".join(
        (
            say("dataset.water", share="4.0%"),
            "9 × 8 px",
            "PNG",
            say("dataset.mask_size", size="8 × 9 px"),
        )
    )


def test_what_is_in_no_subset_makes_no_scene_straddle():
    assert not straddles(("a", "b"), {"a": "test", "b": NOT_IN_SPLIT})
    assert straddles(("a", "b"), {"a": "test", "b": "train"})
    assert relation("a", ("a", "b"), ()) == ""


def test_weak_factors_are_named_only_where_they_are_significant():
    ranks = pd.DataFrame(
        {
            "variant": ["v"] * 3,
            "factor": ["haze", "night", "glare"],
            "slope": [0.3, 0.2, 0.1],
            "n": [8] * 3,
            "verdict": ["worse", "worse", "undecided"],
            "rank": [1.0, 2.0, 3.0],
        }
    )
    haze, night = (say(f"dataset.factor_{name}").lower() for name in ("haze", "night"))
    assert weakness_words(ranks, {"v": "v"}) == [
        say("dataset.loses", variant="v", factors=f"{haze} (0.300), {night} (0.200)", more="")
    ]
    gaps = pd.DataFrame({"factor": ["haze"], "n": [8], "gap": [0.25], "verdict": ["more"]})
    assert gap_words(gaps, "a", "b") == say(
        "dataset.falls", a="a", b="b", more=f"{haze} (+0.250)", less=say("dataset.no_factor")
    )


def test_too_few_bases_for_so_many_factors_are_said_with_how_many_could_decide():
    ranks = pd.DataFrame(
        {"variant": "v", "factor": ["haze"] * 9, "slope": 0.1, "n": 6, "verdict": "undecided"}
    )
    assert weakness_words(ranks, {"v": "v"}) == [
        say("dataset.suite_few", variant="v", n=6, factors=9, scenes=9)
    ]
    gaps = pd.DataFrame({"factor": ["haze"] * 9, "n": 6, "gap": -0.25, "verdict": "undecided"})
    largest = f"{say('dataset.factor_haze').lower()} (\N{MINUS SIGN}0.250)"
    assert holds(gap_words(gaps, "a", "b"), "dataset.falls_few", n=6, largest=largest)


def test_the_stress_suites_curves_are_drawn_whichever_run_is_looked_at(results, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    ids = [f"{what}base0{n}" for n in (0, 1) for what in ("", "glare-1-", "glare-2-", "glare-3-")]
    drawn = draw_dataset(tmp_path / "drawn", ids)
    of_suite = {"name": drawn.name, "fingerprint": drawn.fingerprint, "n_samples": 8, "synthetic": True}
    fake_run.say(write_run(results / "runs" / "stress", drawn), dataset=of_suite)
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", ["a"]))
    page = open_page("Dataset", run="r", section="stress")
    assert not page.exception and len(page.get("plotly_chart")) == 1
    assert says(page, "dataset.suite_few", n=2)
