"""The page Subgroups: the answers in words, and every section with every kind of run."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

from floodeval.dashboard.navigation import PAGES, SECTIONS
from floodeval.dashboard.pages.subgroups.subgroup_queries import name_in_words
from floodeval.dashboard.pages.subgroups.subgroup_views import significance_words, suspect_words
from floodeval.dashboard.pages.subgroups.subgroup_words import (
    error_words,
    gain_words,
    level_words,
    weakest_words,
)
from floodeval.dashboard.pages.training.variant_costs import cost_words
from floodeval.datasets.dataset import load_dataset
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from tests.support import fake_run
from tests.support.fake_run import HOSTILE_IDS, HOSTILE_RUN, draw_dataset, write_run
from tests.support.marked_sentences import walk
from tests.support.pages import open_page, says, words
from tests.support.wording import holds, said

RUNS = ["one", "splits", "dry", HOSTILE_RUN]


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("section", SECTIONS["Subgroups"][1:])  # test_pages.py opens the first
@pytest.mark.parametrize("run", RUNS)
def test_every_section_shows_every_kind_of_run(section, run):
    page = open_page("Subgroups", run=run, section=section)
    assert not page.exception
    assert page.query_params["section"] == section


@pytest.mark.usefixtures("dashboard_files")
def test_the_page_opens_with_one_sentence_and_the_chart():
    page = open_page("Subgroups", run="two")
    within = said("subgroups.within")
    ends = {"most_interval": within, "least_interval": within}
    title = page.title[0].value
    assert any(
        holds(title, f"subgroups.{key}", variant="finetuned", **ends) for key in ("lead_gains", "lead_mixed")
    )
    first = [one for one in walk(page.main) if one.DESCRIPTOR.name in ("PlotlyChart", "ButtonGroup")]
    assert first[0].DESCRIPTOR.name == "PlotlyChart"


@pytest.mark.usefixtures("dashboard_files")
def test_the_weakest_subgroup_and_the_errors_are_said_in_their_sections():
    weakest = open_page("Subgroups", run="two", section="weakest")
    assert says(weakest, "subgroups.weakest_nowhere", variant="finetuned") or says(
        weakest, "subgroups.weakest_unsure", variant="finetuned"
    )
    errors = open_page("Subgroups", run="two", section="errors")
    assert says(errors, "subgroups.wrong_against", variant="finetuned", a="pretrained")


@pytest.mark.usefixtures("dashboard_files")
def test_slices_can_be_seen_by_another_metric_and_as_a_table():
    page = open_page("Subgroups", run="two")
    table = page.dataframe[0].value
    assert {"trait", "slice", "n", "mean_a", "mean_b", "gap", "gap_low", "gap_high"} <= set(table)
    page.segmented_control(key="subgroups_metric").set_value("recall").run()
    assert not page.exception
    assert not table["mean_a"].equals(page.dataframe[0].value["mean_a"])


@pytest.mark.usefixtures("dashboard_files")
def test_one_variant_is_cut_alone_and_says_what_needs_two():
    page = open_page("Subgroups", run="one")
    assert "gap" not in page.dataframe[0].value
    assert holds(page.title[0].value, "subgroups.lead_level", variant="pretrained")
    assert says(open_page("Subgroups", run="one", section="weakest"), "subgroups.weakest_single")
    assert says(open_page("Subgroups", run="one", section="suspects"), "subgroups.suspects_single")
    assert len(open_page("Subgroups", run="one", section="errors").dataframe[0].value) == 6


@pytest.mark.usefixtures("dashboard_files")
def test_the_chosen_photographs_are_honored():
    whole = open_page("Subgroups", run="splits", section="errors").dataframe[0].value
    part = open_page("Subgroups", run="splits", section="errors", split="test").dataframe[0].value
    assert set(whole["n"]) == {15} and set(part["n"]) == {8}
    cost = open_page("Training", run="splits", split="test").dataframe[-1].value
    assert set(cost["n"]) == {8}


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("asked", [{"section": "cost"}, {"slice": "glare_share.middle"}])
def test_an_old_link_opens_the_page_and_says_what_is_gone(asked):
    page = open_page("Subgroups", run="two", **asked)
    assert not page.exception and says(page, "sidebar.absent")
    assert page.query_params["section"] == "slices"


@pytest.mark.usefixtures("dashboard_files")
def test_a_chosen_row_opens_its_images():
    page = open_page("Subgroups", run="two")
    page.session_state["subgroup_rows"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    assert not page.exception and page.title[0].value == say("pages.worst_cases")
    wanted = {"slice": "shoreline.low", "metric": "iou", "of": "gap", "quadrant": "all"}
    assert wanted == {key: page.query_params[key] for key in wanted}


def test_flagged_pairs_that_are_left_out_are_in_no_number(all_runs, results, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(all_runs / "data"))
    whole = all_runs / "results" / "runs" / "two"
    folder = shutil.copytree(whole, results / "runs" / "doubted")
    fake_run.say(folder, flagged={"i0": ["foreign_mask"], "i4": ["size_mismatch"]})
    for flagged, n in (("in", 15), ("out", 13)):
        counts = {
            section: open_page("Subgroups", run="doubted", section=section, flagged=flagged)
            .dataframe[0]
            .value
            for section in ("errors", "slices")
        }
        assert set(counts["errors"]["n"]) == {n}
        parts = counts["slices"].groupby("trait", sort=False)["n"].sum()
        assert set(parts) == {n}


@pytest.mark.usefixtures("dashboard_files")
def test_every_variant_has_its_errors():
    table = open_page("Subgroups", run="three", section="errors").dataframe[0].value
    assert list(dict.fromkeys(table["variant"])) == ["pretrained", "finetuned", "other_one"]


@pytest.fixture
def suspicious(results, tmp_path, monkeypatch):
    """A run with hostile names whose variants all find the same other water."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    dataset = draw_dataset(tmp_path / "data" / "odd", HOSTILE_IDS)
    return write_run(results / "runs" / "r", load_dataset(dataset.folder), predict=lambda t, *_: ~t)


@pytest.mark.usefixtures("suspicious")
def test_each_suspect_has_its_reason_and_a_link_and_stays_text():
    page = open_page("Subgroups", run="r", section="suspects")
    assert not page.exception
    assert says(page, "subgroups.suspects_list", suspects=say("counts.suspect", n=5))
    assert len(said("subgroups.reason_false").findall(words(page))) == 5
    assert says(page, "subgroups.suspects_what")
    labels = {link.proto.label: link.proto.query_string for link in page.page_link}
    assert "id=a_b_c" in labels[say("subgroups.look", id=r"a\_b\_c")]
    assert say("subgroups.look", id=r"\<img src\=x onerror\=alert\(1\)\>") in labels


@pytest.mark.usefixtures("dashboard_files")
def test_without_suspects_it_says_so():
    page = open_page("Subgroups", run="gone", section="suspects")
    assert page.success[0].value == say("subgroups.suspects_none")


@pytest.mark.parametrize("section", list(SECTIONS["Subgroups"]))
def test_a_run_without_the_tables_says_how_to_make_them(suspicious, section):
    for name in ("traits", "errors", "agreement"):
        (suspicious / f"{name}.parquet").unlink()
    page = open_page("Subgroups", run="r", section=section)
    assert not page.exception and not page.error
    assert holds("\n".join(info.value for info in page.info), "runs.no_table_here")


def test_errors_that_were_not_counted_are_not_taken_for_none(suspicious):
    path = suspicious / "errors.parquet"
    pd.read_parquet(path).query("variant == 'pretrained'").to_parquet(path)
    page = open_page("Subgroups", run="r", section="errors")
    assert not page.exception and holds(page.info[0].value, "runs.no_errors_here", variants="finetuned")
    assert not says(page, "subgroups.nothing_wrong")


@pytest.mark.usefixtures("dashboard_files")
def test_another_pages_section_is_not_taken_for_this_ones():
    page = open_page("Dataset", run="gone", section="findings")
    slices = next(link for link in page.page_link if link.proto.label == PAGES["Subgroups"].title)
    assert "section" not in slices.proto.query_string
    page.switch_page(PAGES["Subgroups"].script).run()
    assert not page.exception and not says(page, "sidebar.absent")
    assert page.query_params["section"] == "slices"


def two_parts():
    row = {"trait": "n_bodies", "n": 9, "n_scenes": 9, "n_effective": 9.0}
    low = row | {"part": "low", "low": np.nan, "high": 3.0}
    values = {"mean_a": 0.5, "mean_a_low": 0.4, "mean_a_high": 0.6, "gap_low": -0.2, "gap_high": 0.0}
    high = row | {"part": "high", "low": 3.0, "high": np.nan}
    return pd.DataFrame([low | values | {"gap": -0.1}, high | values | {"gap": 0.1, "mean_a": 0.7}])


def test_a_loss_is_said_as_a_loss():
    table = two_parts()
    few, many = "up to 2 water bodies", "at least 3 water bodies"
    lost = {"variant": "new", "most_slice": many, "least_slice": few, "least_value": "−0.100"}
    assert holds(gain_words(table, "new"), "subgroups.lead_mixed", **lost)
    assert holds(gain_words(table.assign(gap=[-0.3, -0.1]), "new"), "subgroups.lead_losses")
    assert holds(gain_words(table.assign(gap=[0.3, 0.1]), "new"), "subgroups.lead_gains", most_slice=few)
    unknown = say("subgroups.no_gain_known")
    assert gain_words(table.assign(n=4), "new") == unknown
    assert gain_words(table.assign(n_effective=5.9), "new") == unknown
    assert gain_words(pd.DataFrame(), "new") == unknown


def test_one_variant_is_said_without_a_gap():
    ends = {"least_slice": "up to 2 water bodies", "least_value": "0.500", "most_value": "0.700"}
    assert holds(level_words(two_parts(), "old"), "subgroups.lead_level", variant="old", **ends)
    assert level_words(pd.DataFrame(), "old") == say("subgroups.no_level_known")


def ranking(p):
    row = {"slice": "haze low (0.1 to 0.2), water_colour brown", "n": 6, "n_scenes": 6, "mean": 0.4}
    found = {"mean_rest": 0.7, "difference": -0.3, "low": -0.4, "high": -0.2, "p_adjusted": p}
    table = pd.DataFrame([row | found | {"verdict": "worse" if p < 0.05 else "undecided"}])
    table.attrs["n_looked"] = 210
    return table


def test_chance_is_said_where_a_slice_is_not_significantly_weaker():
    found = {"haze low (0.1 to 0.2)": "low haze (0.1 to 0.2)", "water_colour brown": "brown water"}
    both = {"first": "low haze (0.1 to 0.2)", "second": "brown water"}
    assert name_in_words(ranking(0.5)["slice"][0], found) == say("subgroups.both", **both)
    sure = weakest_words(ranking(0.026), found, "new")
    told = {"slice": re.compile("low haze.+"), "slices": say("counts.subgroup", n=210)}
    assert holds(sure, "subgroups.weakest_sure", variant="new", p="p=0.026", **told)
    assert holds(weakest_words(ranking(0.5), found, "new"), "subgroups.weakest_unsure", variant="new", **told)
    assert holds(significance_words(ranking(0.026)), "subgroups.some_sure", n=1)
    assert significance_words(ranking(0.5)) == say("subgroups.none_sure", slices=told["slices"])
    assert formats.p_words(0.0001) == "p<0.001"
    none = ranking(0.5).iloc[:0]
    none.attrs["n_looked"] = 0
    assert holds(weakest_words(none, found, "new"), "subgroups.weakest_few", variant="new")


def test_masks_without_errors_are_said_to_have_none():
    table = pd.DataFrame({"variant": ["b"] * 2, "kind": ["false_shore", "missed_thin"], "frame": 0.0, "n": 3})
    assert error_words(table, "b", None, {}) == say("subgroups.nothing_wrong", variant="b")


def test_the_price_of_a_gain_is_said_in_one_sentence():
    known = {"training_s": 1268, "epochs": 15, "checkpoint_mb": 7.76, "parameters": 9.8e6}
    times = {"encode_ms": 1300.0, "decode_ms": 71.0}
    a = pd.Series(times | {"training_s": None}, name="old")
    b = pd.Series(times | known | {"trained_parameters": 4.06e6, "decode_ms": 70.0}, name="new")
    price = cost_words(a, b, 0.21, {})
    once = say("costs.once_of", time="21 min", epochs="15", trained="4.1", of="9.8", size="7.8 MiB")
    decode = say("costs.decode_other", time="70 ms", before="71 ms")
    encode = say("costs.encode_same", time="1,300 ms")
    each = say("costs.each", costs=say("costs.both", first=decode, second=encode))
    assert price == say("costs.price", a="old", b="new", gap="+0.210", costs=f"{once}; {each}")
    unknown = pd.Series({"training_s": np.nan, "encode_ms": np.nan, "decode_ms": np.nan}, name="new")
    assert cost_words(a, unknown, 0.1, {}) == say("costs.unknown", a="old", b="new", gap="+0.100")


def test_a_suspects_reason_is_text():
    shares = {"false_share": 0.12, "missed_share": np.nan, "truth_share": 0.3}
    row = shares | {"doubt": 0.2, "agreement": 0.9, "best_iou": 0.7, "prompt": "<b>x</b>"}
    told = suspect_words(row)
    assert say("subgroups.reason_false", false="12%", truth="30%") in told
    assert holds(told, "subgroups.suspect", prompt="`<b>x</b>`")
    missed = suspect_words(row | {"missed_share": 0.08})
    assert say("subgroups.reason_both", false="12%", missed="8.0%", truth="30%") in missed
