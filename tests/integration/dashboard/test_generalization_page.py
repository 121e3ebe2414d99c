"""The page Generalization: the sentence, the choices and every state that lacks something."""

from html import escape
from itertools import product

import numpy as np
import pandas as pd
import pytest

from floodeval.datasets.images import encode_mask
from floodeval.evaluation.run_parts import Group
from floodeval.i18n.catalog import say
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import UNVARIED, Condition
from floodeval.viz.answer_pictures import kept_answers
from tests.support.fake_run import say as say_in
from tests.support.pages import open_page, says, words
from tests.support.set_runs import made_fidelity as fidelity
from tests.support.set_runs import write_set_run

N = 8
NOISE = np.linspace(-0.02, 0.02, N)
SETS = "aerial,street,objects"


def scores(prompt="full", **means):
    return {name: {prompt: mean + (1 + i) * NOISE} for i, (name, mean) in enumerate(means.items())}


@pytest.fixture
def runs(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = results / "runs"
    write_set_run(folder / "objects", scores("box", pretrained=0.9, special=0.3, kept=0.88))
    write_set_run(folder / "street", scores(pretrained=0.5, special=0.6, kept=0.6))
    trained = ["special", "kept"]
    write_set_run(folder / "aerial", scores(pretrained=0.4, special=0.8, kept=0.79), trained_here=trained)
    return folder


def html(page):
    """The tables of words and the drawings on a page."""
    return "\n".join([*(str(one.proto.body) for one in page.get("html")), words(page)])


def test_the_first_screen_has_the_sentence_the_chart_and_the_table(runs):
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception and not page.error
    assert page.title[0].value == r"special gains 0\.400 on aerial and costs 0\.600 on objects"
    assert r"Recommended\: kept\, \+0\.390 in domain" in words(page)
    assert r"special keeps 33\%" in words(page)
    shown = html(page)
    for text in (
        escape(say("generalization.chart_alt")),
        "0.900",
        "→ 0.300",
        "−0.600",
        "box (no field prompt)",
    ):
        assert text in shown


def test_a_link_restores_runs_in_domain_set_and_tolerance(runs):
    wanted = {"runs": "street,objects", "in_domain": "street", "tolerance": "0.7"}
    page = open_page("Generalization", run="aerial", b="special", **wanted)
    assert not page.exception
    assert {name: page.query_params[name] for name in wanted} == wanted
    assert page.selectbox(key="tolerance").value == "0.7"
    assert page.title[0].value.startswith(r"special gains 0\.100 on street and costs 0\.600 on objects")


def test_another_tolerance_recommends_another_variant(runs):
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    page.selectbox(key="tolerance").set_value("0.01").run()
    assert says(page, "generalization.recommended_none")
    assert page.query_params["tolerance"] == "0.01"


def test_the_recommended_variant_becomes_b_on_the_in_domain_set(runs):
    page = open_page("Generalization", run="objects", runs=SETS, b="special")
    page.button(key="generalization_use").click().run()
    assert not page.exception
    state = {key: page.session_state[key] for key in ("run", "a", "b", "prompt")}
    assert state == {"run": "aerial", "a": "pretrained", "b": "kept", "prompt": "full"}
    assert page.title[0].value.startswith(r"kept gains 0\.390 on aerial")


def test_runs_are_chosen_on_the_page_and_kept_in_the_url(runs):
    page = open_page("Generalization", run="aerial")
    assert says(page, "generalization.one_set") and "floodeval evaluate" in words(page)
    page.multiselect[0].set_value(["aerial", "objects"]).run()
    assert not page.exception
    assert page.query_params["runs"] == "aerial,objects"
    assert page.title[0].value.endswith(r"costs 0\.600 on objects")
    assert not says(page, "generalization.one_set")


@pytest.mark.parametrize(
    "asked", ["nowhere,aerial,street", "../../etc,aerial,street", "<b>x</b>,aerial,street"]
)
def test_runs_that_do_not_exist_are_named_and_left_out(runs, asked):
    page = open_page("Generalization", run="aerial", runs=asked, tolerance="nan", in_domain="?")
    assert not page.exception and not page.error
    assert says(page, "generalization.absent")
    assert page.selectbox(key="tolerance").value == "0.05"


def test_the_group_of_a_run_is_shown_first_with_its_in_domain_set(runs):
    group = Group("both", ("aerial", "street"), "street")
    for name in group.runs:
        say_in(runs / name, group=group)
    page = open_page("Generalization", run="aerial", b="special")
    assert not page.exception
    assert page.title[0].value.startswith(r"special gains 0\.100 on street and costs nothing elsewhere")
    assert "both" in page.multiselect[0].options[0]
    assert "runs" not in page.query_params


def test_without_a_known_in_domain_set_it_is_asked_for(runs):
    page = open_page("Generalization", run="street", runs="street,objects")
    assert not page.exception
    assert any("In\\-domain set" in info.value for info in page.info)
    page.selectbox(key="in_domain").set_value("street").run()
    assert page.query_params["in_domain"] == "street"
    assert "on street" in page.title[0].value


def test_what_a_run_lacks_is_said_with_the_command_that_makes_it(runs):
    page = open_page("Generalization", run="aerial", runs=SETS)
    for key in ("no_fidelity", "no_distance", "no_stress"):
        assert says(page, f"generalization.{key}")
    assert "floodeval stress" in words(page)


def stress_suite(folder, n_bases=12):
    """A run of the suite: haze takes 0.1 a step from `special` and 0.05 from the others."""
    conditions = [
        Condition(f"base{base:02d}", factor, severity)
        for base in range(n_bases)
        for factor, severity in [(UNVARIED, 0), *product(FACTORS, (1, 2, 3))]
    ]

    def iou(variant, one):
        step = {"special": 0.1}.get(variant, 0.05) if one.factor == "haze" else 0.0
        return 0.9 - 0.001 * int(one.base[4:]) - step * one.severity

    scores = {name: {"full": [iou(name, one) for one in conditions]} for name in ("pretrained", "special")}
    ids = [one.id for one in conditions]
    return write_set_run(folder, scores, ids=ids, dataset={"synthetic": True})


def test_the_stress_suite_is_shown_as_controlled_shifts(runs):
    stress_suite(runs / "stress")
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception and not says(page, "generalization.no_stress")
    shown = html(page)
    haze = shown[shown.index(say("dataset.factor_haze")) :].split("</tr>")[0]
    for text in ("+0.150", "+0.300", "+0.150 (+0.150 to +0.150)", say("generalization.shift_more"), "12"):
        assert text in haze
    glare = shown[shown.index(say("dataset.factor_glare")) :].split("</tr>")[0]
    assert say("generalization.shift_undecided") in glare


def test_prompt_fidelity_is_said_with_its_numbers(runs):
    fidelity(pretrained=(1.0, 0.02), special=(0.2, 0.8)).to_parquet(runs / "aerial" / "fidelity.parquet")
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception
    said = {"a": "pretrained", "b": "special", "of_a": "2.0%", "of_b": "80%", "set": "aerial"}
    assert says(page, "generalization.water", **said)
    assert "0.200 (0.200 to 0.200)" in html(page)
    assert "80% (80% to 80%)" in html(page)
    assert [link.proto.label for link in page.page_link if link.proto.label.startswith("p00")]


def test_kept_answers_are_shown_and_broken_ones_are_not(runs):
    table = fidelity(pretrained=(1.0, 0.02), special=(0.2, 0.8))
    thing = np.zeros((40, 60), bool)
    thing[:20] = True
    table["pretrained_answer"], table["answer"] = encode_mask(thing), encode_mask(~thing)
    kept = kept_answers(table, "p000", "special")
    assert np.array_equal(kept.first, thing) and np.array_equal(kept.second, ~thing)
    assert kept.form == "point" and kept.prompt.points.tolist() == [[20, 10]]
    table.to_parquet(runs / "aerial" / "fidelity.parquet")
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception and len(page.get("image")) == 3
    assert kept_answers(table.assign(answer=b"no picture"), "p000", "special") is None
    assert kept_answers(table.assign(answer=None), "p000", "special") is None
    assert kept_answers(table.drop(columns="answer"), "p000", "special") is None
    assert kept_answers(table.assign(x=np.nan), "p000", "special") is None


def test_photographs_without_things_are_not_taken_for_a_run_that_was_not_asked(runs):
    fidelity().to_parquet(runs / "aerial" / "fidelity.parquet")
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception
    assert says(page, "generalization.no_things") and not says(page, "generalization.no_fidelity")


def distances(shift):
    rows = [(f"p{i:03d}", "special", shift + i / 10, 50.0, None) for i in range(N)]
    return pd.DataFrame(rows, columns=["id", "variant", "distance", "percentile", "routed_to"])


def test_distances_are_drawn_and_their_auroc_is_said(runs):
    distances(1.0).to_parquet(runs / "aerial" / "domain.parquet")
    distances(5.0).to_parquet(runs / "objects" / "domain.parquet")
    page = open_page("Generalization", run="aerial", runs=SETS, b="special")
    assert not page.exception and not says(page, "generalization.no_distance")
    assert says(page, "generalization.auroc", set="objects", auroc="1.000", n="8", inside="8")
    assert says(page, "generalization.correlation", n="16")
    assert len(page.get("plotly_chart")) == 1


def test_a_broken_table_of_distances_is_as_none(runs):
    (runs / "aerial" / "domain.parquet").write_bytes(b"no table")
    pd.DataFrame({"id": []}).to_parquet(runs / "objects" / "domain.parquet")
    page = open_page("Generalization", run="aerial", runs=SETS)
    assert not page.exception and says(page, "generalization.no_distance")


def test_the_page_speaks_spanish(runs):
    page = open_page("Generalization", run="aerial", runs=SETS, b="special", lang="es")
    assert not page.exception
    assert page.title[0].value == r"special gana 0\,400 en aerial y cuesta 0\,600 en objects"
