"""The README's figures are those of the landed run."""

import re
from pathlib import Path

import pandas as pd
import pytest

from floodeval.analysis.clicks import clicks_needed
from floodeval.analysis.compare import Comparison, compare
from floodeval.analysis.weakest import weakest_slices
from floodeval.evaluation.run import load_run

ROOT = Path(__file__).parents[1]
RUN = ROOT / "results" / "runs" / "flood-area-vit_t"
ROW = re.compile(
    r"\| `(?P<prompt>[^`]+)` \| (?P<truth>yes|no) \| (?P<a>[\d.]+) \| (?P<b>[\d.]+) "
    r"\| (?P<gap>[+-][\d.]+) \((?P<low>[+-][\d.]+) to (?P<high>[+-][\d.]+)\) "
    r"\| (?P<up>\d+) / (?P<down>\d+) \|"
)
STRESS_ROW = re.compile(
    r"\| `(?P<factor>\w+)` \| (?P<pretrained>[\d.]+) \| (?P<pretrained_fall>[^|]+) "
    r"\| (?P<finetuned>[\d.]+) \| (?P<finetuned_fall>[^|]+) \|"
)


@pytest.fixture(scope="module")
def landed() -> dict[str, Comparison]:
    run = load_run(RUN)
    return {comparison.prompt: comparison for comparison in compare(run)}


def test_every_row_of_the_table_of_figures_is_the_landed_runs(landed):
    rows = [match.groupdict() for match in ROW.finditer((ROOT / "README.md").read_text())]
    assert {row["prompt"] for row in rows} == set(landed)
    for row in rows:
        iou = landed[row["prompt"]].metrics["iou"]
        said = [row[name] for name in ("a", "b", "gap", "low", "high")]
        found = [f"{iou.mean_a:.3f}", f"{iou.mean_b:.3f}"]
        found += [f"{value:+.3f}" for value in (iou.gap, iou.ci_low, iou.ci_high)]
        assert said == found
        assert (int(row["up"]), int(row["down"])) == (iou.wins, iou.losses)
        assert landed[row["prompt"]].verdict == "better"
        assert row["truth"] == ("no" if row["prompt"] == "full" else "yes")


def test_what_is_said_of_the_weakest_slices_is_what_the_landed_run_says():
    run, said = load_run(RUN), " ".join((ROOT / "README.md").read_text().split())
    looked = weakest_slices(run, "pretrained", "finetuned", "full")
    by_name = {
        name.split(" (")[0]: row for name, row in looked.set_index("slice").iterrows() if "," not in name
    }
    for name in ("water_share low", "contrast high", "channel_width low"):
        row = by_name[name]
        assert f"{row['mean']:.3f} on" in said and f"{row['mean_rest']:.3f} on the rest" in said
    assert f"none of these is beyond chance (p {looked['p_adjusted'].min():.3f} or more)" in said
    assert f"looking at {looked.attrs['n_looked']} slices" in said
    assert not (looked["verdict"] == "worse").any()
    least = weakest_slices(run, "pretrained", "finetuned", "full", "iou_gap").iloc[0]
    p = "p < 0.001" if least["p_adjusted"] < 0.001 else f"p {least['p_adjusted']:.3f}"
    on = f"{least['mean']:+.3f} on {int(least['n'])}, {least['mean_rest']:+.3f} on the rest"
    assert f"({on}; {p})" in said
    assert least["verdict"] == "worse"


def test_what_is_said_of_clicks_is_what_the_landed_run_says():
    needed = clicks_needed(load_run(RUN), "clicks:max=20")
    rows = needed[needed["target"] == 0.8].set_index("variant")
    before, after = rows.loc["pretrained"], rows.loc["finetuned"]
    said = " ".join((ROOT / "README.md").read_text().split())
    assert f"after {after['noc']:.1f} clicks instead of {before['noc']:.1f}" in said
    never = f"never on {after['n_never']} of the {after['n']} photographs instead of {before['n_never']}"
    assert never in said


def test_every_row_of_the_stress_suites_table_is_that_of_its_curves():
    curves = pd.read_csv(ROOT / "docs" / "stress-curves.csv")
    worst = curves[(curves["prompt"] == "full") & (curves["severity"] == 3)].set_index(["factor", "variant"])
    rows = [match.groupdict() for match in STRESS_ROW.finditer((ROOT / "docs" / "stress.md").read_text())]
    assert {row["factor"] for row in rows} == set(curves["factor"])
    for row in rows:
        for variant in ("pretrained", "finetuned"):
            found = worst.loc[(row["factor"], variant)]
            fall = f"{found['fall']:+.3f} ({found['fall_ci_low']:+.3f} to {found['fall_ci_high']:+.3f})"
            assert (row[variant], row[f"{variant}_fall"]) == (f"{found['mean']:.3f}", fall)


def test_the_landed_results_stay_small():
    files = [
        path
        for path in (ROOT / "results").rglob("*")
        if path.is_file() and not {"demo", "stress"} & set(path.parts)
    ]
    assert sum(path.stat().st_size for path in files) < 25e6
