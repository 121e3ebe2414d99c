"""The page Prompts: the answers in words, and every section with every kind of run."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval.dashboard.navigation import SECTIONS
from floodeval.dashboard.pages.prompts.page import gain_words, need_words
from floodeval.dashboard.pages.prompts.prompt_views import more_prompts_command
from floodeval.datasets.dataset import load_dataset
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_parts import RequestRecord
from floodeval.evaluation.run_tables import DETAILS
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from tests.support import fake_run
from tests.support.fake_run import HOSTILE_RUN, draw_dataset, write_run
from tests.support.marked_sentences import read, unmarked
from tests.support.pages import open_page, says, words
from tests.support.wording import holds, said, within

RUNS = ["one", "three", "splits", "dry", "gone", HOSTILE_RUN]
MOVED = (
    "box",
    "box:jitter=40",
    "point",
    "points:n=1",
    "points:n=1,seed=1",
    "points:n=5",
    "full",
    "clicks:max=6",
)
DROP = {"pretrained": 9, "finetuned": 3}


def farther(truth, variant, prompt, sample_id):
    """The truth moved aside; farther with a worse prompt, and for a worse variant."""
    step = 1 + MOVED.index(prompt) + (sum(map(ord, sample_id)) % 3)
    return np.roll(truth, DROP.get(variant, 5) * step // 3, axis=1)


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The folder that holds `results` and `data`: a run with prompts that move, and with clicks."""
    root = tmp_path_factory.mktemp("moved")
    pools = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(8)])
    folder = write_run(root / "results" / "runs" / "two", pools, prompts=MOVED, predict=farther)
    fake_run.say(folder, flagged={"i0": ["foreign_mask"]})
    rows = [
        (f"i{i}", f"i{i}", variant, "clicks:max=6", click, 0.0, 0.0, True, start + 0.05 * click)
        for i in range(8)
        for variant, start in (("pretrained", 0.41), ("finetuned", 0.71))
        for click in range(1, 7)
    ]
    table = pd.DataFrame(rows, columns=list(DETAILS["clicks"]))
    table.to_parquet(folder / "clicks.parquet")
    return root


@pytest.fixture
def moved_run(moved, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(moved / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(moved / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(moved / "cache"))
    return moved / "results" / "runs" / "two"


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize("section", SECTIONS["Prompts"][1:])  # test_pages.py opens the first
@pytest.mark.parametrize("run", RUNS)
def test_every_section_shows_every_kind_of_run(section, run):
    page = open_page("Prompts", run=run, section=section)
    assert not page.exception and not page.error
    assert page.query_params["section"] == section


@pytest.mark.usefixtures("moved_run")
def test_the_first_screen_says_how_much_the_prompt_matters_and_what_exists_in_the_field():
    page = open_page("Prompts", run="two")
    within = said("prompts_page.within", n="8")
    ends = {"most_interval": within, "least_interval": within}
    assert holds(page.title[0].value, "prompts_page.headline_uncorrected", variant="finetuned", **ends)
    assert says(page, "prompts_page.field", prompt="`full`", scores=said("prompts_page.score"))
    assert says(
        page, "prompts_page.need_none", variant="finetuned", field="`full`", gaps=re.compile("`box`.+")
    )
    assert says(page, "prompts_page.gain", b="finetuned")
    assert say("prompts_page.protocol", prompt="`box`", protocol=say("prompts.box")) in words(page)


@pytest.mark.usefixtures("moved_run")
def test_all_prompts_can_be_seen_by_any_metric_and_as_a_table():
    page = open_page("Prompts", run="two")
    table = page.dataframe[0].value
    assert len(table) == 2 * len(MOVED) and set(table["truth"]) == {
        say("prompts_page.yes"),
        say("prompts_page.no"),
    }
    assert set(table.loc[table["truth"] == say("prompts_page.no"), "prompt"]) == {"full"}
    page.segmented_control(key="prompts_shown").set_value("all").run()
    page.selectbox(key="prompts_metric").select("recall").run()
    assert not page.exception
    assert not table["mean"].equals(page.dataframe[0].value["mean"])


@pytest.mark.usefixtures("moved_run")
def test_any_prompt_can_be_what_the_others_are_held_against():
    page = open_page("Prompts", run="two", section="between")
    assert page.selectbox(key="prompts_reference").value == "full"
    page.selectbox(key="prompts_reference").select("box:jitter=40").run()
    assert not page.exception
    assert says(page, "prompts_page.between_title", reference="`box:jitter=40`")
    assert not says(page, "prompts_page.agreement_of")
    page.toggle(key="prompts_agreement").set_value(True).run()
    assert not page.exception and len(said("prompts_page.agreement_of").findall(words(page))) == 2


@pytest.mark.usefixtures("moved_run")
def test_clicks_and_jitter_are_followed_where_the_run_has_them():
    page = open_page("Prompts", run="two", section="sensitivity")
    assert says(page, "prompts_page.n_change", first="1", last="5")
    assert says(page, "prompts_page.jitter_change", last="40") and says(page, "prompts_page.n_seeds")
    clicks, jitter = (frame.value for frame in page.dataframe)
    assert list(clicks["value"]) == [1, 5] * 2 and list(jitter["value"]) == [0, 40] * 2


@pytest.mark.usefixtures("dashboard_files")
@pytest.mark.parametrize(
    ("section", "wanted"), [("sensitivity", "box:jitter=20"), ("clicks", "clicks:max=20")]
)
def test_what_a_run_lacks_is_said_with_the_command_that_makes_it(section, wanted):
    page = open_page("Prompts", run="two", section=section)
    assert page.info and f"--prompt {wanted}" in page.code[0].value
    assert page.code[0].value.startswith("floodeval evaluate pools")


@pytest.mark.usefixtures("moved_run")
def test_the_clicks_that_are_needed_are_told_per_variant_and_target():
    page = open_page("Prompts", run="two", section="clicks")
    found = {metric.label: metric.value for metric in page.metric}
    never = say("prompts_page.needed_not")
    assert found == {
        say("prompts_page.needed", target="0.80", variant="pretrained"): never,
        say("prompts_page.needed", target="0.85", variant="pretrained"): never,
        say("prompts_page.needed", target="0.80", variant="finetuned"): say(
            "prompts_page.needed_clicks", clicks="2.0"
        ),
        say("prompts_page.needed", target="0.85", variant="finetuned"): say(
            "prompts_page.needed_clicks", clicks="3.0"
        ),
    }
    assert says(page, "prompts_page.needed_reached", n=0, of=8)
    assert says(page, "prompts_page.needed_reached", n=8, of=8)
    sides = {"a": "pretrained", "b": "finetuned"}
    nowhere = say("prompts_page.saved_nowhere", target="0.80", **sides)
    nowhere += say("prompts_page.saved_unreached", only_a=0, only_b=8, neither=0, **sides)
    assert nowhere in words(page)


@pytest.mark.usefixtures("moved_run")
def test_flagged_pairs_that_are_left_out_are_in_no_number():
    for flagged, n in (("in", 8), ("out", 7)):
        tables = [
            open_page("Prompts", run="two", section=section, flagged=flagged).dataframe[0].value
            for section in ("every", "sensitivity", "images")
        ]
        assert set(tables[0]["n"]) == set(tables[1]["n"]) == {n} and len(tables[2]) == n
        clicks = open_page("Prompts", run="two", section="clicks", flagged=flagged)
        assert says(clicks, "prompts_page.needed_reached", n=n, of=n)


@pytest.mark.usefixtures("moved_run")
def test_the_photographs_that_depend_most_on_the_prompt_come_first_with_links_to_compare():
    page = open_page("Prompts", run="two", section="images")
    table = page.dataframe[0].value
    assert table["spread"].is_monotonic_decreasing
    links = [link.proto for link in page.page_link if holds(link.proto.label, "prompts_page.images_open")]
    assert [f"id={name}" in link.query_string for name, link in zip(table["id"], links, strict=False)]
    assert "prompt=" in links[0].query_string and len(page.get("image")) == 4 * 5
    page.segmented_control(key="prompts_variant").set_value("pretrained").run()
    assert not page.exception
    assert page.dataframe[0].value["spread"].iloc[0] != table["spread"].iloc[0]


@pytest.fixture
def alone(results, tmp_path, monkeypatch):
    """A run with one prompt, made from the ground truth."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    dataset = draw_dataset(tmp_path / "data" / "pools", ["i0", "i1", "i2"])
    return write_run(results / "runs" / "r", load_dataset(dataset.folder), prompts=("box",))


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("section", SECTIONS["Prompts"])
def test_one_prompt_has_nothing_to_be_held_against(section):
    page = open_page("Prompts", run="r", section=section)
    assert not page.exception and not page.error
    assert page.title[0].value == say("prompts_page.headline_one_prompt", prompt="box")
    assert says(page, "prompts_page.field_none")


@pytest.fixture
def mixed(results, tmp_path, monkeypatch):
    """A run of SAM with two prompts, next to a folder of masks."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    dataset = draw_dataset(tmp_path / "data" / "pools", ["i0", "i1", "i2"])
    return write_run(
        results / "runs" / "r",
        load_dataset(dataset.folder),
        variants=("pretrained", "finetuned", "unet"),
        prompts=("box", "full", "none"),
        folders=("unet",),
        prompts_of={"pretrained": ("full",), "finetuned": ("box", "full"), "unet": ("none",)},
    )


@pytest.mark.usefixtures("mixed")
def test_prompts_that_neither_a_nor_b_takes_are_not_shown():
    alone = open_page("Prompts", run="r", a="unet")
    assert alone.title[0].value == say("prompts_page.headline_one_prompt", prompt="none")
    pair = open_page("Prompts", run="r", a="pretrained", b="finetuned", prompt="full")
    assert holds(pair.title[0].value, "prompts_page.headline", variant="finetuned")
    assert says(pair, "prompts_page.field") and not says(pair, "prompts_page.field_several")


def test_a_run_without_its_tables_beside_the_metrics_is_shown_all_the_same(alone):
    for name in ("traits", "errors", "agreement"):
        (alone / f"{name}.parquet").unlink()
    page = open_page("Prompts", run="r")
    assert not page.exception and len(page.dataframe) == 1


def test_clicks_that_cannot_be_read_say_so_in_one_line(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    dataset = draw_dataset(tmp_path / "data" / "pools", ["i0", "i1", "i2"])
    folder = write_run(results / "runs" / "r", dataset, prompts=("full", "clicks:max=6"))
    (folder / "clicks.parquet").write_bytes(b"no table")
    broken = open_page("Prompts", run="r", section="clicks")
    path = re.compile(r"\S*clicks\.parquet")
    assert not broken.exception and holds(broken.info[-1].value, "runs.broken_table", path=path)
    (folder / "clicks.parquet").unlink()
    absent = open_page("Prompts", run="r", section="clicks")
    told = absent.info[-1].value
    assert not absent.exception and holds(told, "runs.no_table_here", table="clicks.parquet")


@pytest.mark.parametrize("section", SECTIONS["Prompts"])
@pytest.mark.usefixtures("moved_run", "marked")
def test_no_section_says_a_word_that_is_not_in_the_catalog(section):
    page = open_page("Prompts", run="two", lang="es", section=section)
    if section == "between":
        page.toggle(key="prompts_agreement").set_value(True).run()
    assert not page.exception
    data = {"jitter", "point", "points", "seed", "clicks", "max"}
    missed = {text: found for text in read(page) if (found := set(unmarked(text)) - data)}
    assert not missed


KINDS = [parse_prompt(spec) for spec in ("box", "point", "full")]


def gaps(**values):
    rows = [(spec, "new", *ends, word(*ends)) for spec, ends in values.items()]
    return pd.DataFrame(rows, columns=["prompt", "variant", "gap", "low", "high", "verdict"])


def word(gap, low, high):
    """The verdict where the test agrees with the interval."""
    if np.isnan(low):
        return "too_few_scenes"
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


def test_a_prompt_helps_only_where_it_is_decided():
    new = {"variant": "new", "field": "`full`"}
    sure = need_words(gaps(box=(0.1, 0.05, 0.2), point=(-0.2, -0.3, -0.1)), "new", KINDS[2], KINDS, {})
    box = say("prompts_page.one_gap", prompt="`box`", gap="**+0.100**", low="+0.050", high="+0.200")
    point = say("prompts_page.one_gap", prompt="`point`", gap="**−0.200**", low="−0.300", high="−0.100")
    assert sure == say("prompts_page.need_some", **new, gaps=f"{box}, {point}")
    unsure = need_words(gaps(box=(0.1, -0.05, 0.2)), "new", KINDS[2], KINDS, {})
    box = say("prompts_page.one_gap", prompt="`box`", gap="+0.100", low="−0.050", high="+0.200")
    assert unsure == say("prompts_page.need_none", **new, gaps=box)
    alone = need_words(gaps(box=(0.1, np.nan, np.nan)), "new", KINDS[2], KINDS, {})
    assert alone == say("prompts_page.need_few", **new, gaps="`box` +0.100")


def test_a_gain_is_a_share_of_the_largest_only_where_it_is_a_gain():
    both = gain_words(gaps(box=(0.1, 0, 0.2), full=(0.4, 0.3, 0.5)), KINDS, "new")
    most = {"most_prompt": "`full`", "most": "+0.400", "most_low": "+0.300", "most_high": "+0.500"}
    assert holds(both, "prompts_page.gain", b="new", **most, left=said("prompts_page.gain_left"))
    assert within("prompts_page.gain_left", both.rstrip("."))["share"].startswith("25")
    lost = gain_words(gaps(box=(-0.1, -0.2, 0), full=(0.4, 0.3, 0.5)), KINDS, "new")
    assert holds(lost, "prompts_page.gain", least_prompt="`box`", least="−0.100", left="")
    assert not holds(lost, "prompts_page.gain_left")
    assert gain_words(gaps(box=(0.1, 0, 0.2)), KINDS, "new") == ""


def test_the_command_reads_the_files_as_the_run_did(alone):
    asked = RequestRecord("/data/my floods", water=(1,), ignore=(-1, 255), stretch="none")
    command = more_prompts_command(replace(load_run(alone).info, request=asked), ["box"])
    assert command.startswith("floodeval evaluate '/data/my floods' ")
    assert "--water=1 --ignore=-1,255 --stretch none" in command


def test_the_command_names_what_the_run_was_made_of(alone):
    info = load_run(alone).info
    command = more_prompts_command(info, ["box:jitter=20,seed=1", "points:n=1"])
    assert "--variant pretrained" in command and "--variant finetuned=finetuned.safetensors" in command
    assert "--prompt box:jitter=20,seed=1" in command and "--split" not in command
    fake_run.say(alone, split={"name": "a b.csv", "subset": "test"})
    command = more_prompts_command(load_run(alone).info, ["full"])
    assert "--split 'a b.csv'" in command and "--subset test" in command
