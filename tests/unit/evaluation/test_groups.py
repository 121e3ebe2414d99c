"""Several data sets in one command: what is refused before anything runs, kept, recorded and leaked."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.cli.inputs import split_files
from floodeval.datasets.dataset import digest_of, load_dataset
from floodeval.datasets.splitting import split_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.groups import evaluate_group, find_in_domain
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_parts import Group
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.registry import published
from floodeval.storage.paths import run_folder
from floodeval.synthetic.demo import demo_scenes, draw_dataset
from tests.support.datasets import make_pairs
from tests.support.quick_runs import quick  # noqa: F401

pytestmark = [pytest.mark.weights]
TIMES = ["encode_ms", "decode_ms"]


@pytest.fixture
def places(tmp_path):
    """Three data sets of noise, with different photographs."""
    ids = {"home": ["a", "b"], "away": ["c", "d", "e"], "far": ["f", "g", "h", "i"]}
    made = {name: make_pairs(tmp_path / "data" / name, of) for name, of in ids.items()}
    for number, folder in enumerate(made.values()):
        for path in (folder / "images").iterdir():
            Image.fromarray(np.asarray(Image.open(path)) // 2 + 50 * number).save(path)
    return made


def group(places, **options):
    datasets = [load_dataset(place) for place in places.values()]
    options = {"in_domain": "home", "variants": {"pretrained": None}, "prompts": ["box", "full"]} | options
    return evaluate_group(datasets, "g", **options)


@pytest.mark.usefixtures("quick")
def test_each_data_set_gets_a_run_of_its_own_that_names_the_group(places):
    runs = group(places)
    assert [run.info.name for run in runs] == ["g-home", "g-away", "g-far"]
    assert {run.info.group for run in runs} == {Group("g", ("g-home", "g-away", "g-far"), "g-home")}
    assert [len(run.metrics) for run in runs] == [4, 6, 8]
    assert load_run("g-far").info.group.in_domain == "g-home"


@pytest.mark.usefixtures("quick")
def test_a_run_of_a_group_has_the_numbers_of_a_single_run(places):
    from floodeval.evaluation.evaluate import evaluate

    _, away, _ = group(places)
    alone = evaluate(load_dataset(places["away"]), "alone", {"pretrained": None}, ["box", "full"])
    pd.testing.assert_frame_equal(away.metrics.drop(columns=TIMES), alone.metrics.drop(columns=TIMES))
    assert alone.info.group is None


@pytest.mark.usefixtures("quick")
def test_models_are_loaded_once_for_all_data_sets(places, monkeypatch, small_vit_t):
    loaded = []
    monkeypatch.setattr(
        "floodeval.evaluation.sam_variants.load_source", lambda *given: loaded.append(given[0]) or small_vit_t
    )
    group(places)
    assert len(loaded) == 1


@pytest.mark.usefixtures("quick")
def test_the_same_command_keeps_finished_runs_and_adds_a_data_set(places):
    first = dict(list(places.items())[:2])
    before = {run.folder: (run.folder / "metrics.parquet").stat().st_mtime_ns for run in group(first)}
    runs = group(places)
    assert {f: (f / "metrics.parquet").stat().st_mtime_ns for f in before} == before
    assert all(load_run(run.info.name).info.group.runs == ("g-home", "g-away", "g-far") for run in runs)


@pytest.mark.usefixtures("quick")
def test_a_failure_in_the_middle_keeps_what_is_done(places, monkeypatch):
    from floodeval.evaluation import pipeline

    real = pipeline.encode_mask

    def full_disk(mask):
        if (run_folder("g-away") / "journal.jsonl").is_file():
            raise OSError(28, "No space left on device")
        return real(mask)

    monkeypatch.setattr(pipeline, "encode_mask", full_disk)
    with pytest.raises(OSError, match="No space"):
        group(places)
    assert len(load_run("g-home").metrics) == 4
    monkeypatch.setattr(pipeline, "encode_mask", real)
    assert [len(run.metrics) for run in group(places)] == [4, 6, 8]


@pytest.mark.usefixtures("quick")
def test_a_finished_run_of_other_settings_is_refused_before_anything_runs(places):
    group({"far": places["far"], "home": places["home"]}, prompts=["point"])
    with pytest.raises(FloodevalError, match="exists with other prompts"):
        group(places)
    assert not run_folder("g-away").exists()


@pytest.mark.usefixtures("quick")
def test_broken_labels_of_the_last_data_set_are_refused_before_anything_runs(places):
    gray = np.tile(np.arange(0, 240, 5, dtype=np.uint8), (32, 1))
    for mask in (places["far"] / "masks").iterdir():
        Image.fromarray(gray).save(mask)
    with pytest.raises(FloodevalError, match="water="):
        group(places)
    assert not (run_folder("g-home") / "run.json").exists()


def test_split_and_subset_are_of_the_in_domain_data_set_alone(quick, places, tmp_path):  # noqa: F811
    places["home"] = make_pairs(tmp_path / "data" / "home", [str(n) for n in range(8)])
    split = split_dataset(load_dataset(places["home"]))
    home, away, far = group(places, split=split, subset="test")
    assert set(home.metrics["id"]) == split.ids("test")
    assert (away.info.split, far.info.split) == (None, None)
    assert far.metrics["id"].nunique() == 4


def test_data_sets_may_have_splits_of_their_own(quick, places, tmp_path):  # noqa: F811
    made = {name: split_dataset(load_dataset(places[name])) for name in ("home", "far")}
    in_test = {"home": ["b"], "far": ["f", "i"]}
    splits = {
        name: replace(
            one,
            table=one.table.assign(
                split=one.table["id"].map(
                    lambda id_, name=name: "test" if id_ in in_test[name] else "validation"
                )
            ),
        )
        for name, one in made.items()
    }
    home, away, far = group(places, split=splits, subset="test")
    assert set(home.metrics["id"]) == {"b"}
    assert set(far.metrics["id"]) == {"f", "i"}
    assert away.metrics["id"].nunique() == 3
    with pytest.raises(FloodevalError, match="there is no data set 'near' here"):
        group(places, split={"near": splits["far"]})


def test_a_file_of_a_split_is_named_with_its_data_set(tmp_path):
    (file := tmp_path / "a=b.csv").touch()
    assert split_files([str(file), "far=x.csv"], "home") == {"home": file, "far": Path("x.csv")}
    with pytest.raises(FloodevalError, match="'home'"):
        split_files([str(file), "home=x.csv"], "home")


def test_a_split_of_another_data_set_is_refused(quick, places):  # noqa: F811
    split = split_dataset(load_dataset(places["far"]))
    with pytest.raises(FloodevalError, match="was made for far, and not for home"):
        group(places, split=split)


@pytest.mark.usefixtures("quick")
def test_few_scenes_are_evaluated_with_a_note(places):
    notes = []
    group(places, progress=lambda step: notes.append(step.note) if step.note else None)
    assert "home has 2 scenes; comparing two variants needs at least 6" in notes


@pytest.mark.usefixtures("quick")
def test_names_are_recorded_and_change_nothing_else(places):
    before = group(places)
    names = {"pretrained": "Pretrained SAM", "home": "Aerial floods"}
    after = group(places, display_names=names, class_names={"far": "object"})
    home, _, far = (RunInfo.from_json((run.folder / "run.json").read_text()) for run in after)
    assert home.variants[0].display_name == "Pretrained SAM"
    assert home.dataset["display_name"] == "Aerial floods"
    assert "display_name" not in far.dataset
    assert (home.class_name, far.class_name) == ("water", "object")
    pd.testing.assert_frame_equal(before[0].metrics, after[0].metrics)
    assert group(places)[2].info.class_name == "object"  # what is not stated stays


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"in_domain": "nowhere"}, "no data set 'nowhere' here to be in domain; expected one of home"),
        ({"in_domain": None}, "choose one of home, away, far with in_domain="),
        ({"display_names": {"other": "Other"}}, "no variant or data set is named 'other'"),
        ({"display_names": {"home": "two\nlines"}}, "cannot be shown as a name"),
        ({"display_names": {"far": "Far"}, "variants": {"far": None}}, "'far' is a variant and a data set"),
        ({"class_names": {"other": "object"}}, "there is no data set 'other' here"),
        ({"class_names": {"far": ""}}, "cannot be shown as a name"),
    ],
)
def test_what_names_nothing_is_refused_in_one_line(quick, places, options, said):  # noqa: F811
    with pytest.raises(FloodevalError) as error:
        group(places, **options)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert not (quick / "runs").exists()


def test_data_sets_of_one_name_are_refused(quick, places, tmp_path):  # noqa: F811
    places["twice"] = make_pairs(tmp_path / "elsewhere" / "Home", ["z"])
    with pytest.raises(FloodevalError, match="two data sets are named 'Home'"):
        group(places)


def trained_on(dataset, ids, root, vit_t, fingerprint=""):
    """Write a model whose checkpoint says that it was trained on samples of a data set."""
    digests = " ".join(digest_of(dataset[one].photograph) for one in ids)
    origin = Provenance("vit_t", published("vit_t").sha256, "some", fingerprint, "s", "{}", digests)
    state = vit_t.sam.state_dict()
    name = "mask_decoder.mask_tokens.weight"
    folder = root / "models" / "tuned"
    write_checkpoint(folder / "checkpoint.safetensors", {name: state[name] + 0.1}, state, origin)


@pytest.mark.parametrize("by_fingerprint", [True, False])
def test_the_data_set_that_a_variant_was_trained_on_is_in_domain(results, places, vit_t, by_fingerprint):
    datasets = [load_dataset(place) for place in places.values()]
    away = datasets[1]
    trained_on(away, [] if by_fingerprint else ["c", "d"], results, vit_t, away.fingerprint * by_fingerprint)
    assert find_in_domain(datasets, {"pretrained": None, "tuned": "tuned"}).name == "away"
    assert find_in_domain(datasets, {"tuned": "tuned"}, in_domain="far").name == "far"


def test_near_duplicates_of_training_photographs_in_another_data_set_are_leaks(
    results, tmp_path, vit_t, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, n, seed in (("home", 4, 0), ("away", 2, 9)):
        scenes = [replace(one, width=one.width // 8, height=one.height // 8) for one in demo_scenes(n, seed)]
        draw_dataset(tmp_path / name, scenes)
    home = load_dataset(tmp_path / "home")
    copied = home.samples[0]
    away = load_dataset(tmp_path / "away")
    with Image.open(copied.photograph) as picture:  # another file: resized and compressed again
        smaller = picture.convert("RGB").resize((picture.width * 3 // 4, picture.height * 3 // 4))
    photograph, mask = (one.parent for one in (away.samples[0].photograph, away.samples[0].mask))
    target = photograph / f"copy{away.samples[0].photograph.suffix}"
    smaller.save(target, quality=80)
    with Image.open(copied.mask) as truth:
        truth.convert("L").resize(smaller.size, Image.Resampling.NEAREST).save(mask / "copy.png")
    if (tmp_path / "away" / "metadata.csv").is_file():
        with (tmp_path / "away" / "metadata.csv").open("a") as table:
            table.write(f"{target.name},copy.png\n")
    away = load_dataset(tmp_path / "away")
    assert "copy" in {sample.id for sample in away.samples}
    trained_on(home, [copied.id], results, vit_t, home.fingerprint)
    others = [sample.id for sample in home.samples if sample.id != copied.id]
    split = split_dataset(home)
    table = split.table.assign(split=["test" if one in others else "train" for one in split.table["id"]])
    options = {"split": replace(split, table=table), "subset": "test"}
    variants = {"pretrained": None, "tuned": "tuned"}
    with pytest.raises(FloodevalError, match=r"'tuned' was fine-tuned on 1 of the 3 samples.*\(copy\)"):
        evaluate_group([home, away], "g", variants, ["full"], **options)
    assert not (run_folder("g-home") / "run.json").exists()


def test_the_command_shows_one_table_and_answers_at_once_when_repeated(quick, places, capsys):  # noqa: F811
    command = ["evaluate", *map(str, places.values()), "--name", "g", "--in-domain", "home"]
    command += ["--variant", "pretrained", "--prompt", "box", "--class-name", "far=object"]
    command += ["--display-name", "pretrained=Pretrained SAM"]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert first.count("IoU, mean over images") == 1
    rows = {line.split()[1]: line.split() for line in first.splitlines() if " pretrained " in line}
    assert {"home", "away", "far"} == set(rows)
    assert "object" in rows["far"]
    metrics = load_run("g-far").metrics
    assert f"{metrics['iou'].mean():.3f}" in rows["far"]
    assert main(command) == 0
    again = capsys.readouterr().out
    assert [line for line in again.splitlines() if " pretrained " in line] == [
        line for line in first.splitlines() if " pretrained " in line
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--water", "1"], "--water describes one data set; with several, write it into the dataset.toml"),
        (["--display-name", "pretrained"], "'pretrained' names nothing; expected NAME=TEXT"),
        (["--class-name", "far=a", "--class-name", "far=b"], "'far' is named twice"),
        (["--split", "none.csv"], "none.csv"),
    ],
)
def test_options_that_do_not_fit_several_data_sets_exit_with_2(quick, places, capsys, more, said):  # noqa: F811
    command = ["evaluate", *map(str, places.values()), "--name", "g", "--in-domain", "home", *more]
    assert main(command) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1


def test_a_folder_that_is_no_data_set_is_refused_before_anything_runs(quick, places, capsys, tmp_path):  # noqa: F811
    shutil.rmtree(places["far"] / "masks")
    assert main(["evaluate", *map(str, places.values()), "--name", "g", "--in-domain", "home"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (quick / "runs").exists()


def test_in_domain_with_one_data_set_is_refused(quick, pair_folder, capsys):  # noqa: F811
    assert main(["evaluate", str(pair_folder), "--name", "g", "--in-domain", "pairs"]) == 2
    assert "--in-domain needs several data sets" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_a_run_names_a_group_as_it_should_or_is_not_read(places):
    run = group(places)[0]
    content = json.loads((run.folder / "run.json").read_text())
    assert RunInfo.from_json(json.dumps(content | {"group": None})).group is None
    for wrong in (
        {"name": "g", "runs": ["../x"], "in_domain": "../x"},
        {"name": "g", "runs": ["a"], "in_domain": "b"},
        {"name": "g", "runs": ["a"], "in_domain": "a", "more": 1},
        "g",
    ):
        with pytest.raises(ValueError, match="group"):
            RunInfo.from_json(json.dumps(content | {"group": wrong}))
