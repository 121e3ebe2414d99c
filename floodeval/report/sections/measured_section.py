"""The section on how it was measured: models, prompts, photographs, training data, and what IoU means."""

from floodeval.analysis.run_findings import RunFindings
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.report.model import Bullets, Section
from floodeval.report.sections.first_page import data_name, gap_words
from floodeval.viz.wording import protocol, source_words, truth_use


def measured_section(findings: RunFindings) -> Section:
    """How the results were measured, in half a page."""
    items = (
        *_models(findings),
        _photographs(findings),
        _prompt(findings),
        *_unseen(findings),
        say("report.lead_iou", threshold=formats.significant(findings.comparison.threshold)),
    )
    return Section("measured", say("report.measured"), (Bullets(items),))


def _models(findings: RunFindings) -> list[str]:
    """What A and B are."""
    variants = {one.name: one for one in findings.run.info.variants}
    return [
        say(
            "report.measured_model",
            letter=letter,
            name=findings.titles[name],
            source=source_words(variants[name]),
        )
        for letter, name in (("A", findings.a), ("B", findings.b))
    ]


def _photographs(findings: RunFindings) -> str:
    comparison = findings.comparison
    said = say(
        "report.measured_photographs",
        photographs=counted(comparison.n_images, "photograph"),
        scenes=counted(comparison.n_scenes, "scene"),
        data=data_name(findings),
    )
    if findings.iou.n_missing:
        said += " " + say("report.lead_missing", photographs=counted(findings.iou.n_missing, "photograph"))
    return said


def _two_prompts(findings: RunFindings) -> str:
    """The prompts of A and B."""
    a, b = (
        say(
            "report.lead_prompt_of", name=findings.titles[name], prompt=prompt.spec, protocol=protocol(prompt)
        )
        for name in (findings.a, findings.b)
        for prompt in (findings.prompt_of(name),)
    )
    return f"{a} {b}"


def _prompt(findings: RunFindings) -> str:
    """The prompt of the report; if it uses the ground truth, the result with a field prompt too."""
    if findings.has_two_prompts:
        return _two_prompts(findings)
    said = say(
        "report.lead_prompt",
        prompt=findings.prompt.spec,
        protocol=protocol(findings.prompt),
        truth_use=truth_use(findings.prompt),
    )
    others = [one for one in findings.run.info.prompts if not one.uses_ground_truth]
    if findings.prompt.uses_ground_truth and others and others[0].spec in findings.comparisons:
        iou = findings.comparisons[others[0].spec].primary
        said += " " + say(
            "report.lead_field",
            prompt=others[0].spec,
            mean_a=formats.score(iou.mean_a),
            mean_b=formats.score(iou.mean_b),
            gap=gap_words(iou),
        )
    return said


def _unseen(findings: RunFindings) -> list[str]:
    """That no photograph was trained on; nothing where a checkpoint does not record its training data."""
    tuned = [
        one for one in findings.run.info.variants if one.checkpoint and one.name in (findings.a, findings.b)
    ]
    if not tuned or any(one.has_unknown_training or one.name in findings.run.info.leaks for one in tuned):
        return []
    return [say("report.lead_unseen")]
