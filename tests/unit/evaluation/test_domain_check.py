"""Distances from the training photographs in a run: whose, recorded, resumed, left out, and refused."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from floodeval import predict
from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.domain import DOMAIN_FILE, DomainModel
from floodeval.sam.inference import Encoder
from floodeval.sam.registry import published
from floodeval.storage.paths import find_checkpoint
from tests.support.documented_json import check
from tests.support.domains import domain_model
from tests.support.quick_runs import ask, quick  # noqa: F401

pytestmark = [pytest.mark.weights]
VARIANTS = {"pretrained": None, "mine": "mine", "half": "mine@0.5"}


@pytest.fixture
def mine(quick, small_vit_t):  # noqa: F811
    """A model with a domain model, in the results folder; returns the model's folder."""
    folder, state = quick / "models" / "mine", small_vit_t.sam.state_dict()
    write_checkpoint(
        folder / "checkpoint.safetensors",
        state,
        state,
        Provenance("vit_t", published("vit_t").sha256, "d", "f", "s", "{}"),
    )
    domain_model(small_vit_t.encoder_sha256).write(folder / DOMAIN_FILE)
    return folder


def test_a_run_has_a_distance_per_photograph_and_variant_with_a_domain_model(mine, pair_folder):
    run = ask(pair_folder, variants=VARIANTS)
    table = run.table("domain")
    assert [tuple(one) for one in table[["id", "variant"]].to_numpy()] == [
        ("a", "mine"),
        ("a", "half"),
        ("b", "mine"),
        ("b", "half"),
    ]
    assert table["distance"].gt(0).all() and table["percentile"].between(0, 100).all()
    assert table.groupby("id")["distance"].nunique().eq(1).all()  # a blend has the model's own distances
    assert table["routed_to"].isna().all()
    assert run.info.domain.keys() == {"mine", "half"}
    assert not run.info.request.no_domain


def test_a_photograph_is_encoded_once_more_only_if_no_variant_has_the_pretrained_encoder(
    mine, pair_folder, monkeypatch, small_vit_t
):
    calls, encode = [], Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, one: calls.append(one.shape) or encode(self, one))
    own = replace(small_vit_t, encoder_sha256="0" * 64)  # as if fine-tuning had changed its encoder
    monkeypatch.setattr(
        "floodeval.evaluation.sam_variants.load_source",
        lambda source, *_: own if source.checkpoint else small_vit_t,
    )

    def n_encodings(name, variants, **options):
        calls.clear()
        ask(pair_folder, name, variants=variants, **options)
        return sum(shape != (64, 64, 3) for shape in calls)  # without the first call of each encoder

    assert n_encodings("alone", {"mine": "mine"}) == 4
    assert n_encodings("both", {"pretrained": None, "mine": "mine"}) == 4
    assert n_encodings("without", {"mine": "mine"}, check_domain=False) == 2


def test_without_the_check_there_is_no_table_and_the_run_says_so(mine, pair_folder):
    run = ask(pair_folder, variants=VARIANTS, check_domain=False)
    assert run.info.domain == {} and run.info.request.no_domain
    with pytest.raises(FloodevalError, match=r"no table domain\.parquet|domain\.parquet"):
        run.table("domain")


def test_a_resumed_run_has_the_same_distances_and_the_same_domain_model(mine, pair_folder, monkeypatch):
    whole = ask(pair_folder, "whole", variants=VARIANTS)
    from floodeval.evaluation import run_files

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_files, "_conclude", stop)
        with pytest.raises(KeyboardInterrupt):
            ask(pair_folder, "torn", variants=VARIANTS)
    journal = whole.folder.parent / "torn" / "journal.jsonl"
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])
    with pytest.raises(FloodevalError, match="exists with other domain"):
        ask(pair_folder, "torn", variants=VARIANTS, check_domain=False)
    torn = ask(pair_folder, "torn", variants=VARIANTS)
    pd.testing.assert_frame_equal(torn.table("domain"), whole.table("domain"))


def test_a_run_from_before_the_domain_check_reads_as_before(mine, pair_folder):
    run = ask(pair_folder, variants=VARIANTS)
    path = run.folder / "run.json"
    content = json.loads(path.read_text())
    del content["domain"], content["request"]["no_domain"]
    path.write_text(json.dumps(content))
    assert load_run("r").info.domain == {}


def test_predict_warns_of_photographs_unlike_the_training_photographs(
    mine, pair_folder, tmp_path, capsys, small_vit_t
):
    given = ["predict", str(pair_folder / "images" / "a.png"), "--out", str(tmp_path / "out")]
    domain_model(small_vit_t.encoder_sha256, shift=5.0).write(mine / DOMAIN_FILE)
    assert main([*given, "--variant", "pretrained", "--variant", "mine=mine"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "a.png mine: very unlike the training photographs (percentile > 99.9): expect much less, and check "
        "the mask"
    ]
    (found,) = predict([pair_folder / "images" / "a.png"], {"pretrained": None})
    assert found.domain is None


def test_the_command_shows_how_unlike_a_data_set_is(mine, pair_folder, capsys):
    assert main(["domain", "mine", "--on", str(pair_folder), "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    check(entry, "floodeval domain")
    assert (entry["n"], entry["n_training"], entry["calibrated_on"]) == (2, 30, "validation")
    assert main(["domain", "mine", "--on", str(pair_folder)]) == 0
    assert "of 2 photographs" in capsys.readouterr().out
    (mine / DOMAIN_FILE).unlink()
    assert main(["domain", "mine", "--on", str(pair_folder)]) == 2
    assert "mine has no domain model; make it with `floodeval domain mine`" in capsys.readouterr().err
    assert main(["domain", "mine"]) == 2
    assert "split.csv, which says what the model was trained on" in capsys.readouterr().err


def test_the_domain_model_of_another_encoder_is_refused_before_anything_is_evaluated(mine, pair_folder):
    domain_model("f" * 64).write(mine / DOMAIN_FILE)
    with pytest.raises(FloodevalError, match=r"image encoder ffffffffffff.*floodeval domain mine"):
        ask(pair_folder, variants=VARIANTS)
    assert not (mine.parents[1] / "runs" / "r" / "run.json").exists()
    assert find_checkpoint("mine").parent == mine
    assert isinstance(domain_model("f"), DomainModel) and np.isfinite(domain_model("f").calibration).all()
