"""floodeval: compare pretrained and fine-tuned Segment Anything models on flood photographs.

It measures whether the specialized model is really better than the general one, where, by how much and at
what cost. The public API is in `__all__` and in `floodeval.metrics`. It follows semantic versioning, as the
command line, the columns of tables and the keys of `run.json` do: within a major version they are extended,
and neither renamed nor removed. Modules that the API reference does not list may change in any version.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from floodeval.errors import FloodevalError

if TYPE_CHECKING:
    from floodeval.analysis.compare import compare, compare_sides
    from floodeval.datasets.audit.audit import full_audit
    from floodeval.datasets.dataset import load_dataset
    from floodeval.datasets.dataset_config import ReadingOptions
    from floodeval.datasets.description import describe_dataset
    from floodeval.datasets.label_scheme import LabelScheme, StatedLabels
    from floodeval.datasets.splits import read_split, write_split
    from floodeval.datasets.splitting import split_dataset
    from floodeval.evaluation.evaluate import evaluate
    from floodeval.evaluation.groups import evaluate_group
    from floodeval.evaluation.predict import predict
    from floodeval.evaluation.run import load_run
    from floodeval.sam.loading import build_sam
    from floodeval.training.config import TrainingConfig, preset
    from floodeval.training.finetune import finetune

__all__ = [
    "FloodevalError",
    "LabelScheme",
    "ReadingOptions",
    "StatedLabels",
    "TrainingConfig",
    "build_sam",
    "compare",
    "compare_sides",
    "describe_dataset",
    "evaluate",
    "evaluate_group",
    "finetune",
    "full_audit",
    "load_dataset",
    "load_run",
    "predict",
    "preset",
    "read_split",
    "split_dataset",
    "write_split",
]

__version__ = "0.2.0.dev0"

_DEFINED_IN = {
    "LabelScheme": "datasets.label_scheme",
    "ReadingOptions": "datasets.dataset_config",
    "StatedLabels": "datasets.label_scheme",
    "TrainingConfig": "training.config",
    "build_sam": "sam.loading",
    "compare": "analysis.compare",
    "compare_sides": "analysis.compare",
    "describe_dataset": "datasets.description",
    "evaluate": "evaluation.evaluate",
    "evaluate_group": "evaluation.groups",
    "finetune": "training.finetune",
    "full_audit": "datasets.audit.audit",
    "load_dataset": "datasets.dataset",
    "load_run": "evaluation.run",
    "predict": "evaluation.predict",
    "preset": "training.config",
    "read_split": "datasets.splits",
    "split_dataset": "datasets.splitting",
    "write_split": "datasets.splits",
}


def __getattr__(name: str) -> Any:
    """Import a function when it is used: PyTorch takes seconds to load."""
    if name not in _DEFINED_IN:
        raise AttributeError(f"module 'floodeval' has no attribute '{name}'")
    return getattr(import_module(f"floodeval.{_DEFINED_IN[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
