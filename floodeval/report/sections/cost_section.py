"""The sections on the model: how it was fine-tuned, and what the gain costs."""

import math

from floodeval.analysis.cost import cost_table
from floodeval.analysis.trainings import TrainingRecord, read_training
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.report.model import Block, Charts, Paragraph, Section, Subject, Table
from floodeval.viz.svg.report_charts import curves_svg

LOSSES, IOUS = ("train_loss", "val_loss"), ("train_iou", "val_iou")


def training_section(subject: Subject) -> Section:
    """The course of every fine-tuning behind A and B that is at hand."""
    blocks: list[Block] = []
    for variant in subject.run.info.variants:
        if variant.name in (subject.a, subject.b) and variant.checkpoint is not None:
            blocks += _training(variant)
    if not blocks:
        blocks = [Paragraph(say("report.training_none"))]
    return Section("training", say("report.training"), tuple(blocks))


def cost_section(subject: Subject) -> Section:
    """Time, memory and size of A and B beside their IoU."""
    table = cost_table(subject.run)
    table = table[table["variant"].isin([subject.a, subject.b])]
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
        for row in table.to_dict("records")
    )
    machine = subject.run.info.environment
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


def _training(variant: Variant) -> list[Block]:
    training = _at_hand(str(variant.checkpoint))
    if training is None:
        return [Paragraph(say("report.training_absent", name=variant.name, model=variant.checkpoint))]
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
        name=variant.name,
        model=variant.checkpoint,
        n=max(epochs),
        duration=formats.duration(float(history["seconds"].sum())),
        first=formats.score(training.at(0, "val_iou")),
        last=formats.score(training.at(kept, "val_iou") if kept else None),
        kept=kept or formats.NO_VALUE,
    )
    return [
        Paragraph(said),
        Charts(f"training-{variant.name}", drawings, say("report.training_caption")),
    ]


def _at_hand(checkpoint: str) -> TrainingRecord | None:
    """A fine-tuning; None where its model's folder is not at hand, or cannot be read."""
    try:
        found = read_training(checkpoint)
    except FloodevalError:
        return None
    return found if len(found.history) and {"seconds", *LOSSES, *IOUS} <= set(found.history) else None


def _millions(value: float | None) -> str:
    if value is None or math.isnan(value):
        return formats.NO_VALUE
    return formats.decimal(value / 1e6, 2 if value else 0)
