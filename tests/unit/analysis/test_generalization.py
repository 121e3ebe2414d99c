"""Runs on several data sets: gaps, verdicts, retention, prompts, the in-domain set, and what is refused."""

import numpy as np
import pytest

from floodeval.analysis.generalization import generalization
from floodeval.analysis.statistics import scene_intervals
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.i18n.language import speaking
from floodeval.viz.generalization_words import claim_words, notes, recommendation_words
from tests.support.set_runs import write_set_run

N = 12
RNG = np.random.default_rng(0)
NOISE = RNG.uniform(-0.05, 0.05, N)


def around(mean, n=N, spread=1.0):
    noise = np.resize(NOISE, n) * spread
    return mean + noise - noise.mean()


def scores(pretrained, finetuned, prompt="full", **more):
    named = {"pretrained": pretrained, "finetuned": finetuned, **more}
    return {name: {prompt: around(mean, spread=1 + i)} for i, (name, mean) in enumerate(named.items())}


@pytest.fixture
def write(tmp_path):
    def writing(name, of, **more):
        return load_run(write_set_run(tmp_path / name, of, **more))

    return writing


@pytest.fixture
def four(write):
    """As measured on the real sets: a gain in domain, less elsewhere, and a large loss on objects."""
    return [
        write("objects", scores(0.90, 0.29, "box", kept=0.87)),
        write("street", scores(0.56, 0.74, kept=0.75)),
        write("aerial", scores(0.43, 0.84, kept=0.83), trained_here=["finetuned"]),
    ]


def sentence(found, variant="finetuned"):
    return claim_words(found, found.claim(variant))


def test_every_number_is_that_of_the_photographs(four):
    found = generalization(four)
    assert [one.run for one in found.sets] == ["aerial", "objects", "street"]
    assert found.baseline.name == "pretrained"
    change = found.of("finetuned")[1]
    assert change.run == "objects"
    table = four[0].metrics.set_index(["variant", "id"])["iou"]
    gaps = (table["finetuned"] - table["pretrained"]).to_frame("gap")
    ends = scene_intervals(gaps, four[0].metrics.drop_duplicates("id").set_index("id")["scene"])["gap"]
    assert change.gap == pytest.approx(gaps["gap"].mean())
    assert (change.low, change.high) == pytest.approx((ends.low, ends.high))
    assert change.retention.value == pytest.approx(table["finetuned"].mean() / table["pretrained"].mean())
    assert (change.n, change.n_scenes, change.verdict) == (N, N, "worse")
    assert change.p == pytest.approx(3 * 2 / 2**N)  # exact, of three data sets


def test_the_trade_off_has_every_variant_and_recommends_by_the_tolerance(four):
    found = generalization(four)
    points = {one.variant: one for one in found.points}
    assert list(points) == ["pretrained", "finetuned", "kept"]
    assert (points["kept"].gain, points["kept"].worst) == pytest.approx((0.40, -0.03))
    assert points["kept"].worst_run == "objects"
    assert all(point.on_front for point in points.values())
    assert found.recommended == "kept"
    assert generalization(four, tolerance=0.02).recommended is None
    assert generalization(four, tolerance=0.7).recommended == "finetuned"


def test_a_variant_that_another_one_beats_everywhere_is_not_on_the_front(write):
    runs = [
        write("aerial", scores(0.4, 0.8, poor=0.6), trained_here=["finetuned"]),
        write("street", scores(0.5, 0.5, poor=0.4)),
    ]
    assert [one.on_front for one in generalization(runs).points] == [False, True, False]


def test_the_sentence_says_what_is_gained_and_what_it_costs(four):
    found = generalization(four)
    assert sentence(found) == "finetuned gains 0.410 on aerial and costs 0.610 on objects"
    with speaking("es"):
        assert sentence(found) == "finetuned gana 0,410 en aerial y cuesta 0,610 en objects"
    assert recommendation_words(found).startswith("Recommended: kept, +0.400 in domain and −0.030")


def two(write, aerial, street, n_street=N, spread=1.0):
    runs = [write("aerial", scores(*aerial), trained_here=["finetuned"])]
    low, high = (around(mean, n_street, spread * (1 + i)) for i, mean in enumerate(street))
    return [*runs, write("street", {"pretrained": {"full": low}, "finetuned": {"full": high}})]


@pytest.mark.parametrize(
    ("aerial", "street", "said"),
    [
        (
            (0.4, 0.8),
            (0.5, 0.7),
            "gains 0.400 on aerial and costs nothing elsewhere: it gains at least 0.200",
        ),
        ((0.6, 0.4), (0.7, 0.4), "costs 0.200 on aerial and costs 0.300 on street"),
        (
            (0.4, 0.8),
            (0.5, 0.5001),
            "gains 0.400 on aerial and shows no certain loss elsewhere: at worst ±0.000",
        ),
        (
            (0.5, 0.5001),
            (0.7, 0.4),
            "shows no certain difference on aerial (±0.000) and costs 0.300 on street",
        ),
    ],
)
def test_the_sentence_is_true_where_it_helps_or_hurts_everywhere(write, aerial, street, said):
    words = sentence(generalization(two(write, aerial, street)))
    assert words.startswith(f"Fine-tuning {said}")


def test_a_certain_loss_is_named_also_where_an_uncertain_one_is_larger(write):
    wild = np.where(np.arange(N) % 2, 0.9, 0.1)
    runs = [
        write("aerial", scores(0.4, 0.8), trained_here=["finetuned"]),
        write("wild", {"pretrained": {"full": np.full(N, 0.6)}, "finetuned": {"full": wild}}),
        write("calm", {"pretrained": {"full": around(0.6)}, "finetuned": {"full": around(0.55)}}),
    ]
    found = generalization(runs)
    assert found.point("finetuned").worst_run == "wild"
    assert sentence(found).endswith("costs 0.050 on calm")


def test_one_run_is_compared_in_domain_only(write):
    found = generalization([write("aerial", scores(0.4, 0.8), trained_here=["finetuned"])])
    assert sentence(found).endswith("what it does on other data sets is not measured")
    assert found.points == () and found.recommended is None


def test_below_six_scenes_nothing_is_claimed(write):
    found = generalization(two(write, (0.4, 0.8), (0.9, 0.1), n_street=5))
    assert found.of("finetuned")[1].verdict == "too_few_scenes"
    assert sentence(found).endswith("the other data sets have too few scenes for a claim")
    assert found.points == ()
    assert "street: 5 scenes, at least 6 are needed for a claim; it is not in the trade-off." in notes(found)


def test_photographs_of_few_scenes_are_few_scenes(write):
    scenes = [f"s{i % 5}" for i in range(N)]
    runs = [
        write("aerial", scores(0.4, 0.8), trained_here=["finetuned"], scenes=scenes),
        write("street", scores(0.5, 0.4)),
    ]
    found = generalization(runs)
    assert not found.in_domain.has_enough_scenes and found.points == ()
    assert "cannot be judged on aerial (5 scenes, at least 6 are needed) and costs 0.100" in sentence(found)


def test_names_for_people_are_used_where_runs_have_them(write):
    run = write(
        "aerial", scores(0.4, 0.8), trained_here=["finetuned"], dataset={"display_name": "aerial floods"}
    )
    assert "on aerial floods;" in sentence(generalization([run]))


def prompted(**means):
    """A set with several prompts: means of pretrained and finetuned by prompt."""
    by_prompt = {spec.replace("_", ":", 1): pair for spec, pair in means.items()}
    return {
        name: {spec: around(pair[place]) for spec, pair in by_prompt.items()}
        for place, name in enumerate(("pretrained", "finetuned"))
    }


def test_the_best_field_prompt_is_used_else_box(write):
    runs = [
        write("aerial", prompted(box=(0.5, 0.9), full=(0.4, 0.7)), trained_here=["finetuned"]),
        write("street", prompted(point=(0.5, 0.8), box=(0.6, 0.7))),
        write(
            "both",
            {name: of | {"full:multimask=1": around(0.75)} for name, of in prompted(full=(0.4, 0.7)).items()},
        ),
    ]
    found = generalization(runs)
    assert [(one.prompt, one.rule) for one in found.sets] == [
        ("full", "field"),
        ("box", "box"),
        ("full:multimask=1", "field"),
    ]
    asked = generalization(runs, prompts={"street": "point", "aerial": "box"})
    assert [(one.prompt, one.rule) for one in asked.sets[:2]] == [("box", "asked"), ("point", "asked")]


def test_a_set_of_another_class_has_no_field_prompt(write):
    runs = [
        write("aerial", scores(0.4, 0.8), trained_here=["finetuned"]),
        write("things", prompted(full=(0.3, 0.3), box=(0.9, 0.3)), dataset={"class_name": "object"}),
    ]
    found = generalization(runs)
    assert found.sets[1].prompt == "box"
    assert any("aerial: water, things: object" in note for note in notes(found))


def test_a_variant_without_a_prompt_is_compared_with_none(write):
    runs = [
        write(
            name, scores(0.5, high) | {"unet": {"none": around(0.7)}}, folders=["unet"], trained_here=trained
        )
        for name, high, trained in (("aerial", 0.8, ["finetuned"]), ("street", 0.4, []))
    ]
    found = generalization(runs)
    assert [one.name for one in found.variants] == ["pretrained", "finetuned", "unet"]
    assert {one.prompt for one in found.of("unet")} == {"none"}
    assert found.point("unet").gain == pytest.approx(0.2)
    assert any("Without a prompt: unet" in note for note in notes(found))


def test_what_is_not_in_all_runs_or_another_model_is_left_out_by_name(write):
    runs = [
        write("aerial", scores(0.4, 0.8, extra=0.7, other=0.6), trained_here=["finetuned"]),
        write("street", scores(0.5, 0.4, other=0.6), sha256={"other": "f" * 64}),
    ]
    found = generalization(runs)
    assert [one.name for one in found.variants] == ["pretrained", "finetuned"]
    assert {(one.name, one.reason, one.runs) for one in found.left_out} == {
        ("extra", "absent", ("street",)),
        ("other", "other_model", ("aerial", "street")),
    }
    said = notes(found)
    assert "Left out: extra, which is not evaluated in street." in said


def test_photographs_that_a_variant_was_trained_on_count_nowhere(write):
    runs = [
        write("aerial", scores(0.4, 0.8), trained_here=["finetuned"]),
        write("street", scores(0.5, 0.4), leaks={"finetuned": ["p000", "p001"]}),
    ]
    found = generalization(runs)
    assert (found.sets[1].n, found.sets[1].n_leaked) == (N - 2, 2)
    assert any(note.startswith("street: 2 photographs left out") for note in notes(found))
    seen = write("seen", scores(0.5, 0.4), leaks={"finetuned": [f"p{i:03d}" for i in range(N)]})
    with pytest.raises(FloodevalError, match="trained on every photograph of run seen"):
        generalization([runs[0], seen])


def test_the_in_domain_set_is_never_guessed(write):
    known = write("aerial", scores(0.4, 0.8), trained_here=["finetuned"])
    a, b = write("one", scores(0.4, 0.8)), write("two", scores(0.4, 0.8), trained_here=["finetuned"])
    with pytest.raises(FloodevalError, match=r"in_domain=.* \(one of one, street\)"):
        generalization([a, write("street", scores(0.5, 0.4))])
    with pytest.raises(FloodevalError, match=r"several of the data sets.*aerial, two"):
        generalization([known, b])
    assert generalization([known, b], in_domain="two").in_domain.run == "two"
    with pytest.raises(FloodevalError, match="'nowhere' is none of the runs"):
        generalization([known, a], in_domain="nowhere")


def test_what_cannot_be_compared_is_refused_in_one_line(write, tmp_path):
    aerial = write("aerial", scores(0.4, 0.8), trained_here=["finetuned"])
    cases = {
        "no run was given": [],
        "both on the data set aerial": [aerial, load_run(_copied(tmp_path, "aerial", "again"))],
        "fewer than two variants": [aerial, write("alone", {"pretrained": {"full": around(0.5)}})],
    }
    for words, runs in cases.items():
        with pytest.raises(FloodevalError, match=words):
            generalization(runs)
    with pytest.raises(FloodevalError, match=r"expected a loss of IoU from 0 to 1"):
        generalization([aerial], tolerance=float("nan"))
    with pytest.raises(FloodevalError, match="no variant 'nobody'"):
        generalization([aerial], baseline="nobody")
    with pytest.raises(FloodevalError, match="has no prompt 'point'"):
        generalization([aerial], prompts={"aerial": "point"})


def _copied(tmp_path, name, new):
    folder = tmp_path / new
    folder.mkdir()
    for path in (tmp_path / name).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_another_baseline_turns_the_comparison_around(four):
    found = generalization(four, baseline="finetuned")
    assert found.baseline.name == "finetuned"
    assert found.of("pretrained")[0].gap == pytest.approx(-0.41)
    assert sentence(found, "pretrained").startswith("pretrained costs 0.410 on aerial")
