import json
from dataclasses import replace

import pandas as pd
import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import list_runs, load_run, mask_path
from floodeval.evaluation.run_info import RunInfo, Variant
from floodeval.evaluation.run_tables import COLUMNS, DETAILS, write_tables
from floodeval.sam.prompts import parse_prompt
from floodeval.storage.atomic import write_text

INFO = RunInfo(
    name="r",
    created="2026-01-01T00:00:00+00:00",
    dataset={"name": "floods", "fingerprint": "f", "n_samples": 1},
    split=None,
    variants=(Variant("pretrained", "vit_t", None, "a", "b"),),
    prompts=(parse_prompt("points:n=5"),),
    metrics={},
)
TRAITS = pd.DataFrame(columns=list(DETAILS["traits"]))


def write_run(results, name="r", info=INFO, metrics=None):
    folder = results / "runs" / name
    table = pd.DataFrame(columns=list(COLUMNS)) if metrics is None else metrics
    write_text(folder / "run.json", info.to_json())
    write_tables(folder, table, pd.DataFrame(columns=["id", "stage", "reason"]), {"traits": TRAITS})
    return folder


def test_run_json_is_read_back_as_it_was_written():
    assert RunInfo.from_json(INFO.to_json()) == INFO
    prompt = json.loads(INFO.to_json())["prompts"][0]
    assert prompt == {
        "spec": "points:n=5",
        "uses_ground_truth": True,
        "kind": "points",
        "n": 5,
        "jitter": 0.0,
        "seed": 0,
        "multimask": False,
        "max": None,
    }


def test_keys_of_later_versions_are_kept_within_open_parts_and_refused_elsewhere():
    content = json.loads(INFO.to_json())
    content["dataset"]["license"] = "CC0"
    assert json.loads(RunInfo.from_json(json.dumps(content)).to_json()) == content
    for part in (content, content["variants"][0], content["inference"]):
        part["surprise"] = 1
        with pytest.raises(ValueError, match="has the unknown key 'surprise'"):
            RunInfo.from_json(json.dumps(content))
        del part["surprise"]


def test_a_run_is_found_by_name_and_by_path_and_listed(results):
    folder = write_run(results)
    assert list_runs() == ["r"]
    assert load_run("r").info == load_run(folder).info == INFO


def test_an_unfinished_run_is_not_listed_and_says_how_to_finish(results):
    folder = write_run(results)
    (folder / "metrics.parquet").unlink()
    assert list_runs() == []
    with pytest.raises(FloodevalError, match="is not finished"):
        load_run("r")


def test_an_absent_run_names_those_that_there_are(results):
    write_run(results)
    with pytest.raises(FloodevalError, match=r"no run 'x' \(known: r\)"):
        load_run("x")


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"schema": 99}', INFO.to_json().replace("points:n=5", "x")]
)
def test_a_run_json_of_another_kind_is_refused_in_one_line(results, content):
    folder = write_run(results)
    (folder / "run.json").write_text(content)
    with pytest.raises(FloodevalError) as refused:
        load_run("r")
    assert "\n" not in str(refused.value)


def test_a_table_that_lacks_columns_is_refused_by_name(results):
    write_run(results, metrics=pd.DataFrame({"id": ["a"]}))
    with pytest.raises(FloodevalError, match=r"lacks the columns .*iou"):
        load_run("r")


def test_a_table_beside_the_metrics_is_read_or_refused_by_name(results):
    folder = write_run(results)
    assert list(load_run("r").table("traits").columns) == list(DETAILS["traits"])
    with pytest.raises(FloodevalError, match=r"has no errors.parquet; evaluate it again with force=True"):
        load_run("r").table("errors")
    pd.DataFrame({"id": ["a"]}).to_parquet(folder / "errors.parquet")
    with pytest.raises(FloodevalError, match=r"errors.parquet lacks the columns .*missed_thin"):
        load_run("r").table("errors")
    (folder / "errors.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(FloodevalError, match=r"errors.parquet cannot be read"):
        load_run("r").table("errors")


@pytest.mark.parametrize("repaired", [[1], {"a": 1}, "a"])
def test_repairs_that_name_no_masks_are_refused_in_one_line(results, repaired):
    write_run(results, info=replace(INFO, split={"name": "s", "repaired": repaired}))
    with pytest.raises(FloodevalError, match=r"split\.repaired"):
        load_run("r")


@pytest.mark.parametrize(
    "said",
    [
        1,
        {"n": 1},
        {"n": 1, "mean": 0.8, "sd": None, "low": 0.8, "high": 0.8, "more": 1},
        {"n": 0, "mean": 0.8, "sd": None, "low": 0.8, "high": 0.8},
        {"n": 2, "mean": None, "sd": None, "low": 0.8, "high": 0.8},
        {"n": 2, "mean": 0.8, "sd": None, "low": "0.8", "high": 0.8},
        {"n": 2, "mean": 0.8, "sd": None, "low": 0.8, "high": float("nan")},
    ],
)
def test_an_agreement_of_labels_that_is_none_is_refused_in_one_line(results, said):
    folder = write_run(results)
    content = json.loads(INFO.to_json()) | {"label_agreement": said}
    (folder / "run.json").write_text(json.dumps(content))
    with pytest.raises(FloodevalError, match=r"\A[^\n]+\Z"):
        load_run("r")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", ""])
def test_a_variant_that_would_lead_out_of_the_run_is_refused(results, name):
    write_run(results, info=replace(INFO, variants=(replace(INFO.variants[0], name=name),)))
    with pytest.raises(FloodevalError):
        load_run("r")


def test_a_mask_path_never_leaves_the_run(tmp_path):
    assert mask_path(tmp_path, "v", "points:n=5", "a").name == "a.png"
    for escape in ("../../../../etc/passwd", "a\0b"):
        with pytest.raises(FloodevalError, match="is outside run"):
            mask_path(tmp_path, "v", "box", escape)


def test_photographs_that_are_not_here_are_asked_for(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "nowhere"))
    write_run(results)
    with pytest.raises(FloodevalError, match="put the same data set in"):
        load_run("r").dataset()


def test_other_photographs_under_the_same_name_are_not_taken_for_those_evaluated(
    results, pair_folder, monkeypatch
):
    monkeypatch.setenv("FLOODEVAL_DATA", str(pair_folder.parent))
    write_run(results, info=replace(INFO, dataset={"name": "pairs", "fingerprint": "f", "n_samples": 1}))
    with pytest.raises(FloodevalError, match="not those of the run"):
        load_run("r").dataset()
