"""Every figure of README and docs is the one that the bundled results give, or it is no figure."""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from floodeval.analysis.clicks_needed import clicks_needed
from floodeval.analysis.compare import compare
from floodeval.analysis.pairing import averages
from floodeval.analysis.subgroups import cut_subgroups, error_table, weakest_subgroups, with_traits
from floodeval.analysis.trainings import read_training, recipe_gaps, recipe_scores
from floodeval.cli import main
from floodeval.datasets.audit.audit import full_audit
from floodeval.evaluation.run import Run, load_run
from floodeval.storage.paths import model_folder
from floodeval.training.config import PRESETS
from floodeval.training.finetune import Training
from floodeval.viz.wording import slice_words

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = [
    ROOT / "README.md",
    DOCS / "index.md",
    DOCS / "quick-start.md",
    *sorted((DOCS / "how-to").glob("*.md")),
]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*GUIDES, *sorted((DOCS / "explanation").glob("*.md"))]
}
FLAT = {name: " ".join(text.split()) for name, text in PAGES.items()}
RESULTS, LIMITS = "docs/explanation/results.md", "docs/explanation/what-the-figures-are-not.md"
BENCHMARKS, FINETUNE = "docs/explanation/benchmarks.md", "docs/how-to/fine-tune.md"
AUDITING, EXPERIMENTS = "docs/how-to/read-an-audit.md", "docs/explanation/experiments.md"
WITHOUT_FREE_FIGURES = ("README.md", RESULTS, LIMITS)  # every number there is guarded, or listed below
NAME = "flood-area-vit_t"
PROMPTS = ("box", "point", "points:n=5", "full")
NO_FIGURES = (  # numbers that are names or settings, what the data set's authors say of it, and rough times
    "Python 3.11 or newer",
    "290 aerial photographs with reference masks",
    "evaluates two models on 12 synthetic flood scenes",
    "| 3 minutes | 2.5 GB |",
    "| 15 minutes | 2.5 GB |",
    "95% interval over scenes",
)
Claim = tuple[str, str]  # a page, and what it must say


@pytest.fixture(scope="module")
def bundled() -> Run:
    return load_run(ROOT / "results" / "runs" / NAME)


@pytest.fixture(autouse=True)
def bundled_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(ROOT / "results"))


def of_the_table(run: Run) -> Iterator[Claim]:
    """A row for every prompt of the run, and what is said of it all."""
    for found in compare(run):
        iou, truth = found.metrics["iou"], "no" if found.prompt == "full" else "yes"
        gap = f"{iou.gap:+.3f} ({iou.ci_low:+.3f} to {iou.ci_high:+.3f})"
        means = f"{iou.mean_a:.3f} | {iou.mean_b:.3f}"
        yield RESULTS, f"| `{found.prompt}` | {truth} | {means} | {gap} | {iou.wins} / {iou.losses} |"
        if found.prompt == "full":
            yield RESULTS, f"{iou.n} test photographs ({found.n_scenes} scenes)"
            yield LIMITS, f"The bundled run has {iou.n} test photographs."
            yield "README.md", f"Its {iou.n} test photographs"
            reached = f"reaches a mean IoU of {iou.mean_b:.3f} without any ground truth in the prompt"
            yield "README.md", f"{reached}, the pretrained one {iou.mean_a:.3f}"
        if found.prompt == "point":
            precision = found.metrics["precision"]
            assert precision.verdict == "undecided"
            yield RESULTS, f"precision falls from {precision.mean_a:.3f} to {precision.mean_b:.3f}"
    pooled = averages(run.metrics).set_index(["prompt", "metric", "variant"])["pooled"]["full"]["iou"]
    yield RESULTS, f"`full` goes from {pooled['pretrained']:.3f} to {pooled['finetuned']:.3f}"


def of_clicks(run: Run) -> Iterator[Claim]:
    """How many clicks either variant takes."""
    needed = clicks_needed(run, "clicks:max=20")
    rows = needed[needed["target"] == 0.8].set_index("variant")
    before, after = rows.loc["pretrained"], rows.loc["finetuned"]
    yield (
        RESULTS,
        f"reaches an IoU of 0.80 after at least {after['noc']:.1f} clicks instead of at least "
        f"{before['noc']:.1f}, and never on {after['n_never']} of the {after['n']} photographs instead of "
        f"{before['n_never']} (these count with all 20 clicks)",
    )


def of_weak_subgroups(run: Run) -> Iterator[Claim]:
    """Where the model is weakest, where it gains least, and what it gets wrong."""
    looked = weakest_subgroups(run, "pretrained", "finetuned", "full")
    subgroups = cut_subgroups(with_traits(run, "pretrained", "finetuned", "full"))
    words = {one.name: slice_words(one.trait, one.part, one.low, one.high) for one in subgroups}
    rows = {name.split(" (")[0]: row for name, row in looked.set_index("slice").iterrows() if name in words}
    low, contrast, thin = (rows[name] for name in ("water_share low", "contrast high", "channel_width low"))
    little = (
        f"({words[low.name]}: IoU {low['mean']:.3f} on {int(low['n'])} photographs, "
        f"{low['mean_rest']:.3f} on the rest)"
    )
    yield RESULTS, little
    yield EXPERIMENTS, little
    for row in (contrast, thin):
        means = f"{row['mean']:.3f} on {int(row['n'])}, {row['mean_rest']:.3f} on the rest"
        yield RESULTS, f"({words[row.name]}: {means})"
    yield (
        RESULTS,
        f"Corrected for looking at {looked.attrs['n_looked']} subgroups of 6 effective scenes or "
        f"more, none of these is beyond chance (p {looked['p_adjusted'].min():.3f} or more)",
    )
    least = weakest_subgroups(run, "pretrained", "finetuned", "full", "iou_gap").iloc[0]
    means = f"{least['mean']:+.3f} on {int(least['n'])}, {least['mean_rest']:+.3f} on the rest"
    p = "p < 0.001" if least["p_adjusted"] < 0.001 else f"p {least['p_adjusted']:.3f}"
    assert least["slice"].startswith("water_share high")
    yield RESULTS, f"({words[least['slice']]}: {means}; {p})"
    assert least["verdict"] == "worse" and not (looked["verdict"] == "worse").any()
    frame = error_table(run, "full").set_index(["variant", "kind"])["frame"].map("{:.1%}".format)
    own, before = frame["finetuned"], frame["pretrained"]
    yield (
        RESULTS,
        f"at the shore ({own['false_shore']} of the frame). Little of it spills over land "
        f"({own['false_spill']}; pretrained {before['false_spill']}). Most of the missed water is "
        f"in large bodies ({own['missed_large']})",
    )
    yield EXPERIMENTS, f"misses large areas ({own['missed_large']} of the frame)"


def of_the_training(run: Run) -> Iterator[Claim]:
    """How the bundled model was split and trained."""
    training = read_training(NAME)
    made = Training(model_folder(NAME), training.history, training.best_epoch, ())
    yield FINETUNE, f"results/models/{NAME}: {made.summary}"
    split = pd.read_csv(model_folder(NAME) / "split.csv", dtype=str)
    parts = {name: f"{len(rows)} ({rows['scene'].nunique()} scenes)" for name, rows in split.groupby("split")}
    yield (
        FINETUNE,
        f"split.csv: train {parts['train']}, validation {parts['validation']}, test {parts['test']}",
    )
    hours, epochs = (training.seconds or 0) / 3600, int(training.history["epoch"].max())
    size = (model_folder(NAME) / "checkpoint.safetensors").stat().st_size / 1e6
    yield (
        RESULTS,
        f"fine-tuned on {training.subsets['train']} photographs: {epochs} epochs in {hours:.1f} hours on a "
        f"CPU, {size:.1f} MB",
    )
    n_train, n_validation = training.subsets["train"], training.subsets["validation"]
    yield EXPERIMENTS, f"({n_train} photographs for training, {n_validation} for validation, whole scenes)"
    for preset in PRESETS:
        yield FINETUNE, f"| `{preset}` "


def of_seeds(run: Run) -> Iterator[Claim]:
    """What three trainings of a recipe reach."""
    seeds = load_run(ROOT / "docs" / "experiments" / "runs" / "seeds")
    scores = recipe_scores(seeds).set_index(["recipe", "prompt"])
    gaps = recipe_gaps(seeds).set_index(["a", "b", "prompt"]).loc["plain"].loc["encoder"]
    for prompt in PROMPTS:
        trained = seeds.metrics[seeds.metrics["variant"].str.startswith("encoder-s")]
        spread = trained[trained["prompt"] == prompt].groupby("variant")["iou"].mean().std()
        yield RESULTS, f"{scores.loc[('encoder', prompt), 'mean']:.3f} ± {spread:.3f} with `{prompt}`"
    shown = [
        f"{gap['gap']:.3f} ({gap['low']:+.3f} to {gap['high']:+.3f})"
        for _, gap in gaps.loc[list(PROMPTS)].iterrows()
    ]
    yield RESULTS, f"above three trainings with `--preset plain` by {', '.join(shown[:3])} and {shown[3]}."
    for recipe, start in (
        ("plain", "The plain recipe has"),
        ("study", "One training with `--preset study` has"),
    ):
        means = [f"{scores.loc[(recipe, prompt), 'mean']:.3f}" for prompt in PROMPTS]
        yield RESULTS, f"{start} {', '.join(means[:3])} and {means[3]}."
    n_seeds = scores["n_seeds"]
    assert {*n_seeds["encoder"], *n_seeds["plain"]} == {3} and {*n_seeds["study"]} == {1}


def of_speed(run: Run) -> Iterator[Claim]:
    """What the benchmarks' own tables say in short."""
    text = PAGES[BENCHMARKS]
    found = re.search(r"\| evaluate (\d+) scenes, s \| ([\d.]+) \| ([\d.]+) \| ([\d.]+)x \|", text)
    encode = re.search(r"\| encode one photograph, s \| ([\d.]+) \| ([\d.]+) \|", text)
    metrics = {
        size: (float(ours), ratio)
        for size, ours, ratio in re.findall(
            r"\| ([\d.]+) \| [\d.]+% \| all \| [^|]+ \| [\d.]+ \| ([\d.]+) \| ([\d.]+)x \|", text
        )
    }
    n, loop, ours, ratio = found.groups()
    yield BENCHMARKS, f"**{ratio} times as fast** as a plain loop over `SamPredictor`"
    yield BENCHMARKS, f"({float(ours):.1f} s instead of {float(loop):.1f} s for {n} synthetic scenes;"
    yield (
        BENCHMARKS,
        f"encoding one photograph takes {float(encode[2]):.1f} s instead of {float(encode[1]):.1f} s",
    )
    (fast, least), (fast_large, most) = metrics["0.3"], metrics["18"]
    yield BENCHMARKS, f"take {fast:.0f} ms at 0.3 megapixels and {fast_large:.0f} ms at 18"
    yield BENCHMARKS, f"**{least} to {most} times as fast**"


GUARDS = (of_the_table, of_clicks, of_weak_subgroups, of_the_training, of_seeds, of_speed)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_every_figure_is_what_the_bundled_results_give(guard, bundled):
    expected = list(guard(bundled))
    assert expected
    assert [(page, claim) for page, claim in expected if claim not in FLAT[page]] == []


def test_the_verdict_that_is_printed_is_what_the_command_prints(capsys):
    assert main(["compare", NAME]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert verdict() in printed


def verdict() -> str:
    """What the guide to fine-tuning shows of the output of `floodeval evaluate`."""
    return re.search(r"box: finetuned is .*? photographs(?= \.\.\.)", FLAT[FINETUNE])[0]


AUDIT = re.search(r"swapped_masks \d+, .*? mean [\d.]+ \(.*?\)", FLAT[AUDITING])[0]
AGREEMENT = re.search(r"two annotations of the same photograph agree .*?\)", FLAT[RESULTS])[0]


@pytest.mark.slow
@pytest.mark.real
def test_what_is_shown_of_the_audit_is_what_the_audit_of_the_real_data_finds(real_dataset):
    found = full_audit(real_dataset.folder)
    counts, summary = found.counts(), found.summary
    kinds, rest = AUDIT.split("; ", 1)
    assert dict(re.findall(r"(\w+) (\d+)", kinds)) == {kind: str(n) for kind, n in counts.items()}
    copies = summary["label_agreement"]["copies"]
    low, high, n = f"{copies['low']:.3f}", f"{copies['high']:.3f}", copies["n"]
    assert rest == (
        f"{found.n_pairs} pairs, {summary['n_scenes']} scenes; IoU of two annotations of one "
        f"photograph: mean {copies['mean']:.3f} ({low} to {high}, n={n})"
    )
    assert (
        f"two annotations of the same photograph agree to an IoU of {copies['mean']:.3f}** "
        f"({n} pairs of this data set, {low} to {high})"
    ) == AGREEMENT
    assert f"Two people who annotate one photograph agree to {copies['mean']:.3f}." in FLAT[EXPERIMENTS]


@pytest.mark.parametrize("page", WITHOUT_FREE_FIGURES)
def test_no_figure_is_left_without_a_guard(page, bundled):
    guarded = [claim for guard in GUARDS for _, claim in guard(bundled)] + [verdict(), AUDIT, AGREEMENT]
    left = FLAT[page]
    for claim in sorted((*guarded, *NO_FIGURES), key=len, reverse=True):
        left = left.replace(claim, " ")
    code = re.sub(r"```.*?```|`[^`]*`|!?\[[^\]]*\]\([^)]*\)", " ", left)
    assert re.findall(r"[^ ]* ?[^ ]* ?[^ ]*\d[^ ]*", code) == []


def test_every_line_that_a_command_prints_is_guarded(bundled):
    guarded = " ".join([*(claim for _, claim in of_the_training(bundled)), verdict(), AUDIT, "..."])
    printed = [
        line.strip()
        for path in GUIDES
        for block in re.findall(
            r"^```\n(.*?)^```", PAGES[path.relative_to(ROOT).as_posix()], re.DOTALL | re.M
        )
        for line in block.splitlines()
        if line.startswith("    ") and not line.strip().startswith("--")
    ]
    assert len(printed) > 5
    assert [line for line in printed if line not in guarded] == []


STRESS_ROW = re.compile(
    r"\| `(?P<factor>\w+)` \| (?P<pretrained>[\d.]+) \| (?P<pretrained_fall>[^|]+) "
    r"\| (?P<finetuned>[\d.]+) \| (?P<finetuned_fall>[^|]+) \|"
)


def test_every_row_of_the_stress_suites_table_is_that_of_its_curves():
    curves = pd.read_csv(ROOT / "docs" / "stress-curves.csv")
    worst = curves[(curves["prompt"] == "full") & (curves["severity"] == 3)].set_index(["factor", "variant"])
    rows = [
        match.groupdict()
        for match in STRESS_ROW.finditer((DOCS / "explanation" / "stress.md").read_text(encoding="utf-8"))
    ]
    assert {row["factor"] for row in rows} == set(curves["factor"])
    for row in rows:
        for variant in ("pretrained", "finetuned"):
            found = worst.loc[(row["factor"], variant)]
            fall = f"{found['fall']:+.3f} ({found['fall_ci_low']:+.3f} to {found['fall_ci_high']:+.3f})"
            assert (row[variant], row[f"{variant}_fall"]) == (f"{found['mean']:.3f}", fall.replace("-", "−"))


@pytest.mark.parametrize(("kind", "most"), [("models", 40e6), ("runs", 16e6)])
def test_the_bundled_results_stay_small(kind, most):
    files = [
        path
        for path in (ROOT / "results" / kind).rglob("*")
        if path.is_file() and not {"demo", "stress"} & set(path.parts)
    ]
    assert files and sum(path.stat().st_size for path in files) < most
