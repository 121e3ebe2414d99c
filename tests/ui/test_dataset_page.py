"""The page Dataset: what the data is, whether it can be trusted, and every section with its pictures."""

import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.data.audit.findings import GRAVITIES, KINDS
from floodeval.data.samples import load_dataset
from floodeval.data.splits import Split
from floodeval.data.spread import Spread
from floodeval.evaluation.inventory import find_split, run_inventory
from floodeval.evaluation.run import load_run
from floodeval.files import write_text
from floodeval.pictures.dataset_charts import UNDEALT
from floodeval.ui.dataset.gallery import ANY, NONE, chosen, fact_line
from floodeval.ui.dataset.scenes import relation, straddles
from floodeval.ui.dataset.stress import gap_words, weakness_words
from floodeval.ui.navigation import PAGES
from floodeval.ui.sections import SECTIONS
from tests.support.fake_run import HOSTILE_IDS, draw_dataset, say, write_run
from tests.support.pages import open_page, words

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
    say(run, flagged={"f0": ["grey_mask"]}, leaks={"finetuned": ["f0", "f3"]})
    return root


@pytest.fixture
def defects(defective, monkeypatch):
    for name, place in (("RESULTS", "results"), ("DATA", "data")):
        monkeypatch.setenv(f"FLOODEVAL_{name}", str(defective / place))
    monkeypatch.setenv("XDG_CACHE_HOME", str(defective / "cache"))
    return defective


@pytest.mark.usefixtures("defects")
def test_the_first_screen_says_what_data_this_is_and_whether_it_can_be_trusted():
    page = open_page("Dataset", run="r")
    assert not page.exception
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Photographs"] == "6" and figures["Scenes"] == "5"
    assert figures["Truth in doubt"] == "2 of 6" and "Water, median" in figures
    assert float(figures["Labels agree, IoU"]) < 1
    assert "2 of 6 pairs have a truth in doubt" in words(page)
    assert "1 scene stands in two subsets" in words(page)
    assert "truth in doubt:" in words(page) and "repeated: 1" in words(page)


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize(
    ("section", "said", "pictures"),
    [
        ("gallery", "6 of 6", 6),
        ("balance", "**test**, n=2", 0),
        ("findings", "Two pairs hold each other's mask", 6),
        ("scenes", "stands in test and train", 2),
        ("agreement", "the ceiling that every score is read against", 1),
        ("stress", "no run of the stress suite", 0),
    ],
)
def test_a_link_opens_each_section(section, said, pictures):
    page = open_page("Dataset", run="r", section=section)
    assert not page.exception
    assert said in words(page) and len(page.get("image")) == pictures
    assert page.query_params["section"] == section


@pytest.mark.usefixtures("defects")
def test_every_kind_of_finding_can_be_chosen():
    page = open_page("Dataset", run="r", section="findings")
    kinds = page.pills(key="finding_kind").options
    assert len(kinds) > 2
    page.pills(key="finding_kind").set_value("duplicate_bytes").run()
    assert not page.exception and "One photograph under several names" in words(page)
    assert len(page.get("image")) == 2


@pytest.mark.usefixtures("defects")
def test_the_gallery_can_be_narrowed_to_a_finding():
    page = open_page("Dataset", run="r")
    page.selectbox(key="gallery_finding").select("swapped_masks").run()
    assert not page.exception and len(page.get("image")) == 2


@pytest.mark.usefixtures("defects")
@pytest.mark.parametrize("name", list(PAGES))
def test_a_leak_is_marked_on_every_page(name):
    page = open_page(name, run="r")
    assert not page.exception
    assert "**finetuned was trained on 2 of the 4 samples" in page.error[0].value


@pytest.mark.usefixtures("defects")
def test_home_compares_without_flagged_pairs():
    assert "**1 flagged pair**" in words(open_page("Home", run="r"))
    assert "Without them mean IoU" in words(open_page("Home", run="r"))


def test_home_draws_how_well_labels_agree_where_the_run_knows_it(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    folder = write_run(results / "runs" / "r", draw_dataset(tmp_path / "floods", ["a", "b"]))
    assert "two annotations" not in words(open_page("Home", run="r"))
    say(folder, label_agreement=Spread(28, 0.823, 0.085, 0.639, 0.954))
    page = open_page("Home", run="r")
    assert not page.exception
    assert "two annotations of one photograph agree, as IoU (28 pairs, 0.639 to 0.954" in words(page)


def test_what_the_split_repaired_is_said_and_drawn_as_repaired(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    dataset = draw_dataset(tmp_path / "floods", ["a", "b", "c"], SIZES[:1])
    repairs = {"a": "b", "b": "a"}
    say(write_run(results / "runs" / "r", dataset.repaired(repairs)), split={"repaired": repairs})
    page = open_page("Dataset", run="r")
    assert not page.exception and words(page).count("build: repaired") == 2


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("section", list(SECTIONS["Dataset"]))
def test_without_photographs_it_shows_what_the_run_knows(section):
    page = open_page("Dataset", run="gone", section=section)
    assert not page.exception and "FLOODEVAL" in page.info[0].value
    assert {metric.label: metric.value for metric in page.metric}["Evaluated"] == "2"
    if section == "gallery":
        assert page.dataframe[0].value["id"].tolist() == ["g1", "g2"]


def test_a_section_that_is_not_there_falls_back_and_is_said(dashboard_files):
    page = open_page("Dataset", run="gone", section="<b>")
    assert not page.exception and "which is not here" in "".join(notice.value for notice in page.info)
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
    folder = say(write_run(results / "runs" / "r", dataset), split={"name": "x", "sha256": split.sha256})
    write_text(results / "models" / "broken" / "split.csv", "id\n")
    assert find_split(load_run(folder), dataset) is None
    write_text(results / "models" / "m" / "split.csv", split.text)
    found = find_split(load_run(folder), dataset)
    assert found is not None and found.column("split") == {"a": "train", "b": "validation", "c": "test"}


def test_a_run_alone_tells_its_samples(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", ["a", "b"])
    folder = say(write_run(tmp_path / "r", dataset, splits=("test", "train")), flagged={"b": ["full_mask"]})
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
    assert chosen(TABLE, "id", UNDEALT, "all")["id"].tolist() == ["9"]
    assert chosen(TABLE, "id", "all", NONE)["id"].tolist() == ["9"]
    assert chosen(TABLE, "id", "all", ANY)["id"].tolist() == ["1", "10"]
    assert chosen(TABLE, "id", "train", "full_mask")["id"].tolist() == ["1"]


def test_a_mask_of_another_size_is_said():
    row = {"water_share": 0.04, "width": 9, "height": 8, "format": "PNG", "mask_width": 8, "mask_height": 9}
    assert fact_line(row) == "water 4.0% · 9 × 8 px · PNG · its mask is 8 × 9 px"


def test_what_is_in_no_subset_makes_no_scene_straddle():
    assert not straddles(("a", "b"), {"a": "test", "b": UNDEALT})
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
    assert weakness_words(ranks, ["v"]) == [
        "**v** loses most IoU per step of severity to **haze (0.30), night (0.20)**."
    ]
    gaps = pd.DataFrame({"factor": ["haze"], "n": [8], "gap": [0.25], "verdict": ["more"]})
    assert "more with haze (+0.250); less with no factor that can be distinguished from chance" in gap_words(
        gaps, "a", "b"
    )


def test_too_few_bases_for_so_many_factors_are_said_with_how_many_could_decide():
    ranks = pd.DataFrame(
        {"variant": "v", "factor": ["haze"] * 9, "slope": 0.1, "n": 6, "verdict": "undecided"}
    )
    (said,) = weakness_words(ranks, ["v"])
    assert "Too few scenes (6) to decide" in said
    assert "at least 9 scenes are needed" in said
    gaps = pd.DataFrame({"factor": ["haze"] * 9, "n": 6, "gap": -0.25, "verdict": "undecided"})
    assert "The largest difference: haze (\N{MINUS SIGN}0.250)" in gap_words(gaps, "a", "b")


def test_the_stress_suites_curves_are_drawn_whichever_run_is_looked_at(results, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    ids = [f"{what}base0{n}" for n in (0, 1) for what in ("", "glare-1-", "glare-2-", "glare-3-")]
    drawn = draw_dataset(tmp_path / "drawn", ids)
    of_suite = {"name": drawn.name, "fingerprint": drawn.fingerprint, "n_samples": 8, "synthetic": True}
    say(write_run(results / "runs" / "stress", drawn), dataset=of_suite)
    write_run(results / "runs" / "r", draw_dataset(tmp_path / "pools", ["a"]))
    page = open_page("Dataset", run="r", section="stress")
    assert not page.exception and len(page.get("plotly_chart")) == 1
    assert "Too few scenes (2) to decide" in words(page)
