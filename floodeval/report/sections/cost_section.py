"""The sections on training and cost: how the variants were fine-tuned, and what the gain costs."""

import math

from floodeval.analysis.findings import RunFindings
from floodeval.analysis.trainings import TrainingRecord
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.model import Block, Charts, Paragraph, Section, Table
from floodeval.viz.svg.report_charts import curves_svg

LOSSES, IOUS = ("train_loss", "val_loss"), ("train_iou", "val_iou")


def training_section(findings: RunFindings) -> Section:
    """The training curves of every fine-tuned variant among A and B."""
    blocks: list[Block] = []
    for name, training in findings.trainings.items():
        if training is None or not _is_complete(training):
            model = next(one.checkpoint for one in findings.run.info.variants if one.name == name)
            blocks.append(Paragraph(say("report.training_absent", name=name, model=model)))
        else:
            blocks += _training(name, training)
    if not blocks:
        blocks = [Paragraph(say("report.training_none"))]
    return Section("training", say("report.training"), tuple(blocks))


def cost_section(findings: RunFindings) -> Section:
    """Time, memory and size of A and B next to their IoU."""
    names = ("prompt", "variant", "iou", "encode", "decode", "parameters", "trained", "memory", "disk")
    rows = tuple(
        (
            str(row["prompt"]),
            str(row["variant"]),
            formats.score(row["iou"]),
            formats.count(row["encode_ms"]),
            formats.count(row["decode_ms"]),
            _millions(row["parameters"]),
            _millions(row["trained_parameters"]),
            formats.count(row["peak_memory_mb"]),
            formats.count(row["checkpoint_mb"]),
        )
        for row in findings.cost.to_dict("records")
    )
    machine = findings.run.info.environment
    return Section(
        "cost",
        say("report.cost"),
        (
            Table(tuple(say(f"report.head_{name}") for name in names), rows, n_words=2),
            Paragraph(
                say("report.cost_note", device=machine.get("device", "?"), cpu=machine.get("cpu", "?")),
                "quiet",
            ),
        ),
    )


def _training(name: str, training: TrainingRecord) -> list[Block]:
    history, kept = training.history, training.best_epoch
    epochs = [int(one) for one in history["epoch"]]
    lines = {
        name: (say(f"report.curve_{name}"), list(history[name].astype(float))) for name in (*LOSSES, *IOUS)
    }
    drawings = tuple(
        curves_svg(say(f"report.curve_{kind}"), epochs, lines[train], lines[validation], kept or None)
        for kind, (train, validation) in (("loss", LOSSES), ("iou", IOUS))
    )
    said = say(
        "report.training_words",
        name=name,
        model=training.name,
        n=max(epochs),
        duration=formats.duration(float(history["seconds"].sum())),
        first=formats.score(training.at(0, "val_iou")),
        last=formats.score(training.at(kept, "val_iou") if kept else None),
        kept=kept or formats.NO_VALUE,
    )
    return [
        Paragraph(said),
        Charts(f"training-{name}", drawings, say("report.training_caption")),
    ]


def _is_complete(training: TrainingRecord) -> bool:
    """Whether the history has an epoch and every column that is drawn."""
    history = training.history
    return len(history) > 0 and {"seconds", *LOSSES, *IOUS} <= set(history)


def _millions(value: float | None) -> str:
    if value is None or math.isnan(value):
        return formats.NO_VALUE
    return formats.decimal(value / 1e6, 2 if value else 0)
