"""What docs say of the experiments is what the kept histories and the kept run say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from floodeval.analysis.trainings import recipe_gaps, recipe_scores
from floodeval.evaluation.run import load_run

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "experiments"
SAID = (ROOT / "docs" / "explanation" / "experiments.md").read_text(encoding="utf-8")
PROMPTS = ("box", "point", "points:n=5", "full")


@pytest.fixture(scope="module")
def seeds():
    return load_run(KEPT / "runs" / "seeds")


def test_the_table_of_experiments_is_the_one_that_its_command_prints(monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(KEPT))
    command = [sys.executable, "-m", "benchmarks.experiments", "table"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(printed.splitlines()) > 2 and printed.strip() in SAID


def test_the_recipes_scores_are_those_of_the_kept_run(seeds):
    scores = recipe_scores(seeds).set_index(["recipe", "prompt"])
    for recipe in scores.index.levels[0]:
        means = " | ".join(f"{scores.loc[(recipe, prompt), 'mean']:.3f}" for prompt in PROMPTS)
        assert f"| `{recipe}` | {scores.loc[(recipe, 'box'), 'n_seeds']} | {means} |" in SAID


def test_the_recipes_gaps_are_those_of_the_kept_run_here_and_among_the_results(seeds):
    gaps = recipe_gaps(seeds).set_index(["a", "b", "prompt"]).loc["plain"]
    results = " ".join((ROOT / "docs/explanation/results.md").read_text(encoding="utf-8").split())
    for recipe in ("decoder", "study", "encoder"):
        rows = [gaps.loc[(recipe, prompt)] for prompt in PROMPTS]
        cells = [f"{row['gap']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})" for row in rows]
        row = f"| `{recipe}` over `plain` |  | {' | '.join(cells)} |"
        assert row.replace("-", "−") in SAID
        if recipe == "encoder":
            assert all(cell.lstrip("+") in results for cell in cells)


def test_no_photograph_that_a_training_saw_is_in_the_kept_run(seeds):
    assert seeds.info.split["subset"] == "test" and not seeds.info.leaks
    assert not re.search(r"\.(png|jpg)", " ".join(str(path) for path in KEPT.rglob("*")))
