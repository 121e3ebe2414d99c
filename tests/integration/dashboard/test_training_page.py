"""The page Training: curves, cost and configuration of a fine-tuning, and of two held together."""

import json
import shutil

import pandas as pd
import pytest

from floodeval.analysis.trainings import list_trainings, read_training
from floodeval.dashboard.pages.training.page import first_choice
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.viz.charts.training_curves import retention_figure
from tests.support.pages import open_page, says, words

HISTORY = pd.DataFrame(
    {
        "epoch": [0, 1, 2, 3],
        "train_loss": [None, 0.9, 0.6, 0.5],
        "val_loss": [1.2, 0.8, 0.7, 0.75],
        "val_iou": [0.4, 0.6, 0.7, 0.69],
        "val_iou_box": [0.5, 0.7, 0.8, 0.79],
        "seconds": [0, 60, 60, 60],
        "peak_memory_mb": [1000, 1200, 1300, 1250],
    }
)
CONFIG = {
    "model_type": "vit_t",
    "epochs": 3,
    "learning_rate": 2e-4,
    "prompts": ["box", "full"],
    "best_epoch": 2,
}


def write_training(results, name, history=HISTORY, **config):
    folder = results / "models" / name
    folder.mkdir(parents=True)
    history.to_csv(folder / "history.csv", index=False)
    (folder / "config.json").write_text(json.dumps(CONFIG | config))
    (folder / "checkpoint.safetensors").write_bytes(bytes(2**20))
    (folder / "split.csv").write_text("id,scene,split\na,a,train\nb,b,train\nc,c,validation\nd,d,test\n")
    return folder


def test_a_training_is_shown_where_there_is_no_run_yet(results):
    write_training(results, "mine")
    page = open_page("Training")
    assert not page.exception and not page.error
    assert says(page, "training.gain", before="0.400", after="0.700", best="2", last="3")
    assert says(page, "training.after_best", n=1, change="−0.010")
    values = {metric.label: metric.value for metric in page.metric}
    assert values[say("training.time")] == "3 min" and values[say("training.memory")] == "1,300 MiB"
    assert values[say("training.samples")] == "2 + 1" and values[say("training.size")] == "1.0 MiB"
    assert len(page.get("plotly_chart")) == 2


def test_retention_is_drawn_where_the_history_has_it(results):
    write_training(results, "plain")
    retaining = HISTORY.assign(
        val_retention=[1.0, 0.7, 0.8, 0.9],
        val_retention_point=[1.0, 0.6, 0.7, 0.8],
        val_retention_box=[1.0, 0.8, 0.9, 1.0],
        val_water_share=[0.01, 0.1, 0.05, 0.02],
    )
    write_training(results, "retaining", retaining, created="2026-03-01T00:00:00+00:00")
    page = open_page("Training")
    assert not page.exception and not page.error
    assert len(page.get("plotly_chart")) == 3
    assert says(page, "training.retention_note")
    figure = retention_figure([read_training("retaining")])
    drawn = {trace.name: list(trace.y) for trace in figure.data if trace.name}
    assert drawn[say("training.retention_mean")] == [1.0, 0.7, 0.8, 0.9]
    assert drawn[say("training.water_share")] == [0.01, 0.1, 0.05, 0.02]
    assert drawn["box"] == [1.0, 0.8, 0.9, 1.0]
    two = retention_figure([read_training(name) for name in ("retaining", "plain")])
    assert {trace.name for trace in two.data if trace.name} == {
        f"{say('training.retention_mean')}, retaining",
        f"{say('training.water_share')}, retaining",
    }


def test_a_segmenter_does_not_start_from_published_masks(results):
    write_training(results, "plain", model_type="segmenter")
    page = open_page("Training")
    assert not page.exception and not page.error
    assert says(page, "training.gain_segmenter", before="0.400", after="0.700", best="2", last="3")


def test_without_any_training_it_says_how_to_make_one(dashboard_files):
    page = open_page("Training", run="two")
    assert not page.exception and "floodeval finetune" in words(page)


def test_two_trainings_are_held_against_each_other_and_a_link_restores_both(results):
    write_training(results, "mine")
    write_training(results, "study", learning_rate=1e-5)
    page = open_page("Training", model="mine", other="study")
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table.columns) == ["setting", "mine", "study", "differs"]
    assert table["setting"].iloc[0] == "learning_rate"
    assert says(page, "training.differing", n=1)
    page.selectbox(key="other").select("").run()
    assert not page.exception and "differs" not in page.dataframe[0].value


def test_what_a_link_asks_for_in_vain_is_the_newest(results):
    write_training(results, "mine")
    page = open_page("Training", model="../../etc", other="<b>")
    assert not page.exception and page.selectbox(key="model").value == "mine"


@pytest.mark.parametrize(
    ("name", "content"), [("history.csv", "a,b\n1,2\n"), ("config.json", "[1]"), ("config.json", "{")]
)
def test_a_broken_record_is_named_in_one_line(results, name, content):
    folder = write_training(results, "mine")
    (folder / name).write_text(content)
    with pytest.raises(FloodevalError, match=name):
        read_training("mine")
    page = open_page("Training")
    assert not page.exception and name.replace(".", "\\.") in page.error[0].value


def test_the_chosen_epoch_is_as_the_configuration_says_else_the_best(results):
    write_training(results, "said", best_epoch=1)
    write_training(results, "unsaid", best_epoch=99)
    assert read_training("said").best_epoch == 1 and read_training("unsaid").best_epoch == 2


def test_what_was_not_measured_is_a_dash(results):
    folder = write_training(results, "bare", HISTORY[["epoch", "train_loss", "val_loss", "val_iou"]])
    (folder / "checkpoint.safetensors").unlink()
    shutil.move(folder / "split.csv", folder / "away")
    page = open_page("Training")
    values = {metric.label: metric.value for metric in page.metric}
    assert not page.exception and list(values.values()).count("–") == 4


def test_the_newest_training_is_first_and_bs_own_where_it_is_at_hand(results):
    write_training(results, "old")
    assert list_trainings() == ["old"] and first_choice(["new", "old"], None) == "new"
