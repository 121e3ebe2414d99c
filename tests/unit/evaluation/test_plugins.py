"""Plugins as variants: what they are given, what they may answer, and what is refused."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.report.rerun_commands import evaluate_command
from floodeval.storage.atomic import write_text
from tests.support.commands import refused
from tests.support.datasets import make_pairs
from tests.support.mask_folders import write_folder
from tests.support.pages import open_page

ASK = ["evaluate", "pairs", "--name", "r"]
BOXED = """
import numpy as np

SEEN = []

class Boxed:
    prompts = ["box", "point", "none"]

    def encode(self, image):
        SEEN.append(image.copy())
        image[:] = 0  # a copy: no other variant sees it
        return image.shape[:2]

    def predict(self, state, prompt):
        SEEN.append(prompt)
        mask = np.zeros(state, bool)
        if prompt.box is not None:
            x0, y0, x1, y1 = prompt.box.astype(int)
            mask[y0:y1, x0:x1] = True
        elif prompt.points is not None:
            mask[:, : int(prompt.points[0, 0])] = True
        return mask, (0.75 if prompt.box is not None else None)
"""


@pytest.fixture
def files(results, tmp_path, monkeypatch) -> Iterator[Path]:
    """A data set whose left half is water, in the working folder; modules that tests import are dropped."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    make_pairs(tmp_path / "pairs", ["a", "b", "c"])
    yield tmp_path
    for name in ("boxed", "answers"):
        sys.modules.pop(name, None)


def ask(variants, name="r", prompts=("box", "point", "full"), **options):
    return evaluate(load_dataset("pairs"), name, variants, list(prompts), **options)


def test_a_plugin_is_given_photographs_and_prompts_and_its_masks_are_measured(files):
    (files / "boxed.py").write_text(BOXED)
    run = ask({"mine": "python:boxed:Boxed"})
    rows = run.metrics.set_index(["id", "prompt"])
    assert run.info.prompt_specs == ["box", "point", "none"]  # `full` is left out: it takes none
    assert (rows.xs("box", level="prompt")["iou"] == 1).all()  # the tight box of the left half
    assert (rows.xs("none", level="prompt")["iou"] == 0).all()
    assert rows.xs("box", level="prompt")["score"].tolist() == [0.75] * 3
    assert rows.xs("none", level="prompt")["score"].isna().all()
    assert (rows["encode_ms"] >= 0).all() and (rows["decode_ms"] >= 0).all()
    seen = sys.modules["boxed"].SEEN
    photographs = [one for one in seen if isinstance(one, np.ndarray)]
    assert len(photographs) == 3  # encoded once each
    assert all(one.shape == (32, 48, 3) and one.dtype == np.uint8 and one.any() for one in photographs)
    assert [one for one in seen if not isinstance(one, np.ndarray)][2] == type(seen[1])()  # no prompt
    (variant,) = run.info.variants
    assert (variant.source, variant.plugin.factory) == ("plugin", "boxed:Boxed")
    assert variant.plugin.prompts == ("box", "point", "none")
    assert run.info.untraceable == ["mine"] and load_run("r").info == run.info


def test_a_finished_run_is_answered_until_the_plugins_file_changes(files):
    (files / "boxed.py").write_text(BOXED)
    command = [*ASK, "--variant", "mine=python:boxed:Boxed"]
    assert main(command) == 0
    made = load_run("r").info
    assert "--variant mine=python:boxed:Boxed" in evaluate_command(made)
    del sys.modules["boxed"]
    assert main(command) == 0 and load_run("r").info == made
    assert ask({"mine": "python:boxed:Boxed"}).info == made
    assert "boxed" not in sys.modules  # a finished run needs no plugin
    (files / "boxed.py").write_text(BOXED + "\n# another version\n")
    assert main(command) == 2


def test_a_plugin_stands_next_to_a_folder_of_masks(files):
    (files / "boxed.py").write_text(BOXED)
    write_folder(files / "unet", dict.fromkeys("abc", 20))
    run = ask({"mine": "python:boxed:Boxed", "unet": "unet"}, prompts=["box"])
    pairs = set(run.metrics[["variant", "prompt"]].itertuples(index=False, name=None))
    assert pairs == {("mine", "box"), ("mine", "none"), ("unet", "none")}


ANSWERS = """
import numpy as np

class Plugin:
    prompts = ("none",)

    def __init__(self):
        self.turn = 0

    def encode(self, image):
        self.turn += 1
        {encode}
        return image.shape[:2]

    def predict(self, state, prompt):
        mask = np.ones(state, bool)
        if self.turn == 2:
            {predict}
        return mask, None

class Odd(Plugin):
    prompts = "none"

class Empty(Plugin):
    prompts = ()

class Clicking(Plugin):
    prompts = ("box", "clicks")

class Half:
    prompts = ("none",)

    def encode(self, image):
        return image

def raises():
    raise RuntimeError("no weights\\nsecond line")

constant = 3
"""


@pytest.mark.parametrize(
    ("encode", "predict", "stage", "reason"),
    [
        (
            "if self.turn == 2: raise ValueError('odd\\n')",
            "pass",
            "encoding",
            "encode (ValueError: odd)",
        ),
        ("if self.turn == 2: raise SystemExit(3)", "pass", "encoding", "in encode (SystemExit: 3)"),
        ("pass", "raise SystemExit('x')", "decoding", "in predict (SystemExit: x)"),
        ("pass", "raise KeyError('x')", "decoding", "in predict (KeyError: 'x')"),
        ("pass", "open('/nowhere/at/all')", "decoding", "in predict (FileNotFoundError"),
        ("pass", "return mask", "decoding", "expected a tuple of mask and score"),
        (
            "pass",
            "return mask[:5], None",
            "decoding",
            "5 x 48; expected the photograph's own size, 32 x 48",
        ),
        ("pass", "return None, None", "decoding", "a mask of 0; expected"),
        ("pass", "return mask.astype(np.uint8), None", "decoding", "of the type uint8; expected booleans"),
        ("pass", "return mask.astype(float), None", "decoding", "of the type float64; expected booleans"),
        ("pass", "return mask * np.nan, None", "decoding", "a mask with NaN"),
        ("pass", "return mask, float('nan')", "decoding", "a score that is not a finite number"),
        ("pass", "return mask, 'good'", "decoding", "a score that is not a finite number"),
    ],
)
def test_a_plugin_that_fails_on_a_photograph_skips_it_for_all_with_the_reason(
    files, encode, predict, stage, reason
):
    (files / "answers.py").write_text(ANSWERS.replace("{encode}", encode).replace("{predict}", predict))
    write_folder(files / "unet", dict.fromkeys("abc", 20))
    run = ask({"mine": "python:answers:Plugin", "unet": "unet"})
    assert set(run.metrics["id"]) == {"a", "c"} and len(run.metrics) == 4
    assert run.skipped[["id", "stage"]].values.tolist() == [["b", stage]]
    (said,) = run.skipped["reason"]
    assert "plugin 'mine'" in said and reason in said and "\n" not in said


def test_what_a_plugin_raises_is_logged_with_its_traceback_and_tried_again(files, monkeypatch):
    (files / "answers.py").write_text(
        ANSWERS.replace("{encode}", "pass").replace("{predict}", "raise KeyError('once')")
    )
    with monkeypatch.context() as patched:
        patched.setattr(
            "floodeval.evaluation.run_files._conclude", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            ask({"mine": "python:answers:Plugin"})
    log = (files / "results" / "runs" / "r" / "errors.log").read_text()
    assert "b, decoding" in log and "answers.py" in log and "KeyError: 'once'" in log
    resumed = ask({"mine": "python:answers:Plugin"})  # a new plugin, whose first turn this is
    assert set(resumed.metrics["id"]) == {"a", "b", "c"} and resumed.skipped.empty


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (
            "python:absent_module:Plugin",
            "(ModuleNotFoundError: No module named 'absent_module')",
        ),
        ("python:broken:Plugin", "cannot be imported (SyntaxError"),
        ("python:leaving:Plugin", "cannot be imported (SystemExit: 3)"),
        ("python:answers:Absent", "module answers has no factory 'Absent'"),
        ("python:answers:constant", "has no factory 'constant'"),
        ("python:answers:raises", "cannot be created (RuntimeError: no weights)"),
        ("python:answers:Half", "has no method predict"),
        ("python:answers:Odd", "lists no prompts; expected an attribute prompts with some of box, point"),
        ("python:answers:Empty", "lists no prompts"),
        (
            "python:answers:Clicking",
            "the prompt 'clicks'; expected some of box, point, points, full, none",
        ),
        ("python:answers", "expected python:PACKAGE.MODULE:FACTORY"),
    ],
)
def test_what_is_no_plugin_is_refused_in_one_line(files, capsys, source, complaint):
    (files / "answers.py").write_text(ANSWERS.replace("{encode}", "pass").replace("{predict}", "pass"))
    (files / "broken.py").write_text("def")
    (files / "leaving.py").write_text("raise SystemExit(3)")
    assert complaint in refused([*ASK, "--variant", f"mine={source}"], capsys)


def test_a_plugin_without_a_prompt_of_the_run_is_refused(files):
    (files / "boxed.py").write_text(BOXED.replace('["box", "point", "none"]', '["box"]'))
    with pytest.raises(
        FloodevalError, match="'mine' does not take the prompt full; expected at least one of box"
    ):
        ask({"mine": "python:boxed:Boxed"}, prompts=["full"])


@pytest.mark.heavy
def test_a_run_that_names_a_plugin_never_imports_it(files, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(files))
    (files / "boxed.py").write_text(BOXED)
    run = ask({"mine": "python:boxed:Boxed"})
    (files / "harmful.py").write_text("raise SystemExit('imported')")
    text = (run.folder / "run.json").read_text().replace("boxed:Boxed", "harmful:Plugin")
    write_text(run.folder / "run.json", text)
    sources = {"checkpoint": "python:harmful:Plugin", "source": "sam"}
    info = RunInfo.from_json(text)
    write_text(
        run.folder.parent / "other" / "run.json",
        replace(info, variants=(replace(info.variants[0], **sources),)).to_json(),
    )
    for name in ("metrics.parquet", "metrics.csv", "skipped.csv"):
        (run.folder.parent / "other" / name).write_bytes((run.folder / name).read_bytes())
    for named in ("r", "other"):
        for page in ("Home", "Try it", "Report"):
            assert not open_page(page, run=named).exception
        assert "harmful:Plugin" in evaluate_command(load_run(named).info)
    assert "harmful" not in sys.modules
