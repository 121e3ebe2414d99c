"""A report in each of its formats; the cases as CSV and the scores in nnU-Net's format are written here."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.analysis.decision import Decision
from floodeval.analysis.run_findings import RunFindings
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.report.model import Report
from floodeval.report.render.case_images import CaseImages
from floodeval.report.render.coco import TRUTH, write_coco
from floodeval.report.render.html import write_html, write_pdf
from floodeval.report.render.markdown_report import FILES, PAGE, write_markdown
from floodeval.report.select import ChosenCases
from floodeval.storage import spreadsheet
from floodeval.storage.atomic import write_text

FORMS = ("html", "markdown", "csv", "summary", "coco", "coco_polygons", "pdf")  # in the order of writing
FOLDERS = {  # the formats that are folders, with the names in them that only `force` replaces
    "markdown": (PAGE, FILES),
    "coco": (TRUTH,),
    "coco_polygons": (TRUTH,),
}
WATER = "1"  # the label's name in nnU-Net's files


@dataclass(frozen=True)
class PreparedReport:
    """What every format is written from; `dataset` is None where photographs are left out."""

    report: Report
    findings: RunFindings
    decision: Decision
    cases: ChosenCases
    images: CaseImages
    dataset: Dataset | None


_WRITE: Mapping[str, Callable[[Path, PreparedReport], None]] = {
    "html": lambda path, made: write_html(path, made.report, made.images),
    "pdf": lambda path, made: write_pdf(path, made.report, made.images),
    "markdown": lambda path, made: write_markdown(path, made.report, made.images),
    "csv": lambda path, made: write_csv(path, made.findings, made.cases),
    "summary": lambda path, made: write_summary(path, made.findings, made.decision, made.dataset),
    "coco": lambda path, made: write_coco(path, made.findings, made.dataset),
    "coco_polygons": lambda path, made: write_coco(path, made.findings, made.dataset, as_polygons=True),
}


def write_form(form: str, path: Path, prepared: PreparedReport) -> None:
    """Write one format, completely or not at all; raises FloodevalError where that is impossible."""
    _WRITE[form](path, prepared)


def check_targets(targets: Mapping[str, Path], force: bool) -> None:
    """Refuse, before anything is drawn, to replace existing files or to write two formats to one path.

    Raises:
        FloodevalError: a target exists and `force` is not given, is a folder (or, for a format in `FOLDERS`,
            a file), or is the target of two formats.
    """
    paths = [path.absolute() for path in targets.values()]
    for form, path in targets.items():
        if paths.count(path.absolute()) > 1:
            raise FloodevalError(f"{path} is the target of two formats of the report; give each its own file")
        if form in FOLDERS:
            if path.exists() and not path.is_dir():
                raise FloodevalError(f"{path} is a file; {Parameter(form)} needs a folder")
            if not force:
                _refuse_existing(path, FOLDERS[form])
        elif path.is_dir():
            raise FloodevalError(f"{path} is a folder; name a file in it")
        elif path.exists() and not force:
            raise FloodevalError(f"{path} exists; give another name, or replace it with {Parameter('force')}")


def _refuse_existing(folder: Path, names: tuple[str, ...]) -> None:
    for path in (folder / name for name in names):
        if path.exists():
            raise FloodevalError(
                f"{path} exists; give another folder, or replace it with {Parameter('force')}"
            )


def write_csv(path: Path, findings: RunFindings, cases: ChosenCases) -> None:
    """Write one row per case: the paired scores in full precision, the outcome, a person's tag and note."""
    rows = findings.table.set_index("id").loc[list(cases.ids)].reset_index()
    rows = rows.rename(columns={"outcome": "quadrant"})  # as readers of these files know it
    rows.insert(1, "prompt", findings.comparison.prompts)
    for name in ("tag", "note"):
        rows[name] = [getattr(cases.mark(one), name) for one in cases.ids]
    spreadsheet.write_csv(path, rows)


def write_summary(path: Path, findings: RunFindings, decision: Decision, dataset: Dataset | None) -> None:
    """Write the scores of all photographs in the shape of nnU-Net's `summary.json`.

    `metric_per_case`, `mean` and `foreground_mean` are those of B, so that programs for nnU-Net's files can
    read them. `baseline` has the same for A. `floodeval` names run, prompt and variants, and has the decision
    as `floodeval decide --json` writes it. Paths are relative to the run's folder and to the data set's.
    """
    run = findings.run
    content = _summary(findings, findings.b, dataset) | {
        "baseline": _summary(findings, findings.a, dataset),
        "floodeval": {
            "run": run.info.name,
            "data_set": run.info.dataset["name"],
            "fingerprint": run.info.dataset["fingerprint"],
            "prompt": findings.prompt_of(findings.b).spec,
            "variant": findings.b,
            "baseline": findings.a,
            "failure_threshold": run.info.failure_threshold,
            "labels": {WATER: "water"},
            "drawn_by_floodeval": run.info.is_synthetic,
            "sides": [side.name for side in findings.sides],
            "decision": decision.to_dict(),
        },
    }
    write_text(path, json.dumps(content, indent=2, allow_nan=False) + "\n")


def _summary(findings: RunFindings, variant: str, dataset: Dataset | None) -> dict[str, Any]:
    rows = findings.scores[findings.scores["variant"] == variant]
    records = rows.to_dict("records")
    cases = [
        {
            "metrics": {WATER: _metrics(row)},
            "prediction_file": _prediction(findings, variant, str(row["id"])),
            "reference_file": _reference(str(row["id"]), dataset),
        }
        for row in records
    ]
    every = pd.DataFrame([_metrics(row) for row in records], dtype=float)
    mean = {str(name): _known(every[name].mean()) for name in every}
    return {"foreground_mean": mean, "mean": {WATER: mean}, "metric_per_case": cases}


def _metrics(row: dict[Any, Any]) -> dict[str, float | int | None]:
    tp, fp, fn, tn = (int(row[name]) for name in ("tp", "fp", "fn", "tn"))
    return {
        "Dice": _known(row["dice"]),
        "FN": fn,
        "FP": fp,
        "IoU": _known(row["iou"]),
        "TN": tn,
        "TP": tp,
        "n_pred": tp + fp,
        "n_ref": tp + fn,
    }


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _prediction(findings: RunFindings, variant: str, sample_id: str) -> str:
    source = findings.run.masks_of(variant, findings.prompt.spec)
    return source.file(sample_id).relative_to(source.folder).as_posix()


def _reference(sample_id: str, dataset: Dataset | None) -> str:
    try:
        return dataset[sample_id].mask.relative_to(dataset.folder).as_posix() if dataset else sample_id
    except (KeyError, ValueError):
        return sample_id
