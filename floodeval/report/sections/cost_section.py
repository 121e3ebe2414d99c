"""The section on cost and benefit: per photograph, per hour of fine-tuning, and in clicks saved."""

import math

import pandas as pd

from floodeval.analysis.clicks_needed import clicks_saved
from floodeval.analysis.run_findings import RunFindings
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.model import Block, Bullets, Paragraph, Section, Table


def cost_section(findings: RunFindings) -> Section:
    """Time, memory and size of A and B next to their IoU, and what fine-tuning brings for them."""
    benefits = (*_training(findings), *_clicks(findings))
    names = ("prompt", "variant", "iou", "encode", "decode", "parameters", "trained", "memory", "disk")
    rows = tuple(
        (
            findings.prompt_of(str(row["variant"])).spec if findings.has_two_prompts else str(row["prompt"]),
            str(row["variant"]),
            formats.score(row["iou"]),
            formats.count(row["encode_ms"]),
            formats.count(row["decode_ms"]),
            _millions(row["parameters"]),
            _millions(row["trained_parameters"]),
            formats.count(row["peak_memory_mb"]),
            formats.decimal(row["checkpoint_mb"], 1),
        )
        for row in findings.cost.to_dict("records")
    )
    machine = findings.run.info.environment
    return Section(
        "cost",
        say("report.cost"),
        (
            *_bullets(benefits),
            Table(tuple(say(f"report.head_{name}") for name in names), rows, n_words=2),
            Paragraph(
                say("report.cost_note", device=machine.get("device", "?"), cpu=machine.get("cpu", "?")),
                "quiet",
            ),
        ),
    )


def _bullets(items: tuple[str, ...]) -> tuple[Block, ...]:
    return (Bullets(items),) if items else ()


def _training(findings: RunFindings) -> list[str]:
    """The gap per hour of fine-tuning; nothing where the training is unknown or A is fine-tuned too."""
    costs = findings.cost.drop_duplicates("variant").set_index("variant")["training_s"]
    seconds, gap = costs.get(findings.b), findings.iou.gap
    if gap is None or pd.isna(seconds) or not seconds > 0 or not pd.isna(costs.get(findings.a)):
        return []
    return [
        say(
            "report.benefit_training",
            b=findings.name_b,
            a=findings.name_a,
            duration=formats.duration(float(seconds)),
            gap=formats.gap(gap),
            per_hour=formats.gap(gap / (float(seconds) / 3600)),
        )
    ]


def _clicks(findings: RunFindings) -> list[str]:
    """The clicks that B saves for each target IoU; nothing where the run simulated no clicks."""
    if findings.left_out is not None:
        return []
    try:
        saved = clicks_saved(findings.run)
    except FloodevalError:
        return []
    said = []
    for row in saved[saved["saved"].notna()].to_dict("records"):
        sides = (row["a"], row["b"])
        if sides not in ((findings.a, findings.b), (findings.b, findings.a)):
            continue
        sign = 1 if sides == (findings.a, findings.b) else -1
        low, high = (row["ci_low"], row["ci_high"]) if sign > 0 else (row["ci_high"], row["ci_low"])
        said.append(
            say(
                "report.benefit_clicks" if not pd.isna(low) else "report.benefit_clicks_alone",
                prompt=row["prompt"],
                target=formats.significant(row["target"]),
                a=findings.name_a,
                b=findings.name_b,
                saved=formats.gap(sign * row["saved"], 1),
                n=int(row["n"]),
                **(
                    {}
                    if pd.isna(low)
                    else {"low": formats.gap(sign * low, 1), "high": formats.gap(sign * high, 1)}
                ),
            )
        )
    return said


def _millions(value: float | None) -> str:
    if value is None or math.isnan(value):
        return formats.NO_VALUE
    return formats.decimal(value / 1e6, 1 if value else 0)
