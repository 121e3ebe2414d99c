import re

import pandas as pd
import pytest

from floodeval.analysis.compare import compare
from floodeval.analysis.decision import decide
from floodeval.analysis.requirements_file import read_requirements
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.metrics.measures import LOWER_IS_BETTER, METRICS
from floodeval.report.render.score_files import write_form
from floodeval.report.sections.recommendation import SIGNS
from floodeval.report.select import MARKED, NAMED, CaseRule
from floodeval.viz.decision_words import state_words, value_text
from floodeval.viz.wording import metric_label
from tests.support.fake_run import HOSTILE_IDS
from tests.support.reports import NOTE, articles, by_id, parsed, tables, text
from tests.support.wording import holds

LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
def page(make, tmp_path):
    def written(*args, **kwargs):
        write_form("html", tmp_path / "r.html", make(*args, **kwargs))
        return (tmp_path / "r.html").read_text()

    return written


def even(value, digits=3, sign=False, language="en"):
    """A number as the report has it, made here from the table's own value."""
    if pd.isna(value):
        return "–"
    said = f"{abs(value):.{digits}f}".replace(".", "." if language == "en" else ",")
    mark = "−" if value < 0 else "+"
    return (mark if round(value, digits) else "±") + said if sign else said


@LANGUAGES
def test_the_page_is_valid_needs_no_network_and_no_script(page, language):
    html = page("two", language=language)
    tree = parsed(html)
    assert tree.get("lang") == language
    assert "<script" not in html and "javascript:" not in html
    assert not re.search(r"""(?:src|href|action)=["'](?!data:|#)""", html)
    assert "url(" not in html and "@import" not in html
    assert "default-src 'none'; img-src data:" in html
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))


def test_the_answer_with_its_interval_is_on_the_first_page(page, drawn):
    html = page("two")
    (found,) = compare(load_run(drawn / "runs" / "two"), "full")
    iou = found.metrics["iou"]
    cover = html[: html.index("<nav>")]
    for number in (even(iou.mean_a), even(iou.mean_b), even(iou.gap, sign=True), even(iou.ci_low, sign=True)):
        assert number in cover
    assert "January 2, 2026" in cover
    assert say(f"report.answer_{iou.verdict}", a="pretrained", b="finetuned") in cover


def test_the_first_page_decides_by_the_requirements_with_the_field_prompt(make, page, drawn):
    run = load_run(drawn / "runs" / "two")
    decision = decide(run, read_requirements(run), "finetuned", "full")
    html = page("two")
    cover = html[: html.index("<nav>")]
    assert make("two").report.first.recommendation.sentence in cover
    rows = tables(parsed(html))[0]
    for row, result in zip(rows[1:], decision.results, strict=True):
        assert state_words(result) in row[0] and row[0].startswith(SIGNS[result.state])
        assert row[3].startswith(value_text(result.name, result.measured.value))
    assert len(make("two").report.first.not_shown) == 3


def test_every_average_equals_the_runs_table(page, drawn):
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[rows["prompt"] == "full"]
    (table,) = tables(by_id(parsed(page("two")), "averages"))
    a, b = (rows[rows["variant"] == name].set_index("id") for name in ("pretrained", "finetuned"))
    assert len(table) > 8
    names = {metric_label(name): name for name in METRICS}
    for label, mean_a, mean_b, gap, *_ in table[1:]:
        name = names[label]
        digits = 1 if name in LOWER_IS_BETTER else 3
        both = a[name].notna() & b[name].notna()
        assert mean_a == even(a[name][both].mean(), digits)
        assert mean_b == even(b[name][both].mean(), digits)
        assert gap == even((b[name] - a[name])[both].mean(), digits, sign=True)


def test_every_prompts_mean_equals_the_runs_table(page, drawn):
    means = load_run(drawn / "runs" / "two").metrics.groupby(["prompt", "variant"])["iou"].mean()
    (field,), (helped,) = (tables(by_id(parsed(page("two")), name)) for name in ("results", "help"))
    table = [*field[1:], *helped[1:]]
    assert [row[0] for row in table] == ["full", "box"]
    for prompt, _, mean_a, mean_b, *_ in table:
        assert (mean_a, mean_b) == (even(means[prompt, "pretrained"]), even(means[prompt, "finetuned"]))


@LANGUAGES
def test_every_number_of_a_case_equals_the_runs_table(page, drawn, language):
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[rows["prompt"] == "full"].set_index(["variant", "id"])
    ids = ("i1", "i2", "i4", "i7")
    cases = articles(parsed(page("two", CaseRule(NAMED, ids=ids), language=language)))
    assert len(cases) == len(ids)
    for one, case in zip(ids, cases, strict=True):
        a, b = rows.loc["pretrained", one], rows.loc["finetuned", one]
        _, of_a, of_b, gaps = tables(case)[0]
        for place, name in enumerate(("iou", "dice", "precision", "recall"), start=1):
            assert of_a[place] == even(a[name], language=language)
            assert of_b[place] == even(b[name], language=language)
            assert gaps[place] == even(b[name] - a[name], sign=True, language=language)
        caption = text(next(iter(case.iter("{http://www.w3.org/1999/xhtml}p"))))
        first, last = (even(side["iou"], language=language) for side in (a, b))
        gap = even(b["iou"] - a["iou"], sign=True, language=language)
        assert f"IoU {first} → {last} ({gap})" in caption
        if b["tp"] + b["fp"]:
            missed, false = (
                float(found.replace(",", ".")) for found in re.findall(r"([\d.,]+)\s?%", caption)
            )
            assert abs(missed - 100 * b["fn"] / (b["tp"] + b["fn"])) <= 0.5
            assert abs(false - 100 * b["fp"] / (b["tp"] + b["fp"])) <= 0.5
        else:
            assert "%" not in caption


def test_the_outcomes_add_up_to_the_photographs(page):
    (table,) = tables(by_id(parsed(page("two")), "outcomes"))
    assert sum(int(row[-1].split()[0]) for row in table[1:]) == 12


def test_a_case_shows_photograph_truth_masks_and_errors(page):
    html = page("two", CaseRule(n=1))
    assert html.count("data:image/jpeg") == 9 and "data:image/png" not in html
    prompted, truth = say("report.figure_prompted"), say("report.figure_truth")
    for caption in (prompted, truth, say("report.figure_errors", name="A pretrained")):
        assert f"<figcaption>{caption}</figcaption>" in html


def test_without_photographs_no_truth_is_shown_and_the_page_says_so(page):
    html = page("two", CaseRule(n=2), photographs=False)
    assert html.count("data:image/png") == 9 and "data:image/jpeg" not in html
    assert say("report.photographs_left_out") in html
    assert not holds(html, "report.figure_errors")


def test_hostile_names_and_notes_are_text(page):
    html = page("odd", CaseRule(MARKED))
    cases = articles(parsed(html))
    assert len(cases) == len(HOSTILE_IDS)
    assert "<script" not in html and "<img src=x" not in html and "\u202e" not in html
    for name, case in zip(HOSTILE_IDS, cases, strict=True):
        said = "".join(case.itertext())
        assert name in said and NOTE.replace("\u202e", "\ufffd") in said
        assert "<img src=x onerror" not in {tag.tag for tag in case.iter()}


@pytest.mark.parametrize("form", ["html", "csv", "summary", "coco", "coco_polygons"])
def test_the_same_run_and_cases_give_the_same_bytes(make, tmp_path, form):
    assert written(make, tmp_path, form, 1) == written(make, tmp_path, form, 2)


@pytest.mark.usefixtures("pdf_tools")
def test_the_same_run_and_cases_give_the_same_pdf(make, tmp_path):
    assert written(make, tmp_path, "pdf", 1) == written(make, tmp_path, "pdf", 2)


def written(make, folder, form, time):
    """The bytes of a form's files, from a report that is prepared for this time."""
    path = folder / f"{form}-{time}"
    write_form(form, path, make("two", CaseRule(n=1), time=time))
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [(one.name.replace(path.name, form), one.read_bytes()) for one in files]


def test_a_report_of_no_case_says_so(page):
    html = page("two", CaseRule(n=0))
    assert not articles(parsed(html)) and say("report.cases_none") in html


def test_the_commands_make_the_run_and_the_report_again(page, drawn):
    html = page("two", CaseRule(n=2, by="b", outcome="both_fail"), prompt="full")
    assert "floodeval evaluate pools --name two --model vit_t --variant pretrained" in html
    command = f"floodeval report {drawn / 'runs' / 'two'} --prompt full --a pretrained --b finetuned"
    assert f"{command} --worst 2 --by b --quadrant both_fail" in html


@LANGUAGES
def test_where_no_photograph_has_an_iou_the_report_says_so(page, language):
    html = page("dry", CaseRule(n=2), language=language, prompt="full")
    assert len(articles(parsed(html))) == 2
    with speaking(language):
        assert say("report.answer_nothing") in html
    assert not re.search(r"\bnan\b", html, re.IGNORECASE)
