"""floodeval: is the fine-tuned SAM really better at mapping floods, where, by how much, at what cost?"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from floodeval.analysis.compare import compare as compare
    from floodeval.datasets.audit.audit import full_audit as full_audit
    from floodeval.datasets.dataset import load_dataset as load_dataset
    from floodeval.datasets.dataset_config import ReadingOptions as ReadingOptions
    from floodeval.datasets.label_scheme import LabelScheme as LabelScheme
    from floodeval.evaluation.evaluate import evaluate as evaluate
    from floodeval.evaluation.predict import predict as predict
    from floodeval.evaluation.run import load_run as load_run
    from floodeval.sam.loading import build_sam as build_sam
    from floodeval.training.finetune import finetune as finetune

__version__ = "0.2.0.dev0"

_HOMES = {
    "full_audit": "floodeval.datasets.audit.audit",
    "compare": "floodeval.analysis.compare",
    "LabelScheme": "floodeval.datasets.label_scheme",
    "ReadingOptions": "floodeval.datasets.dataset_config",
    "load_dataset": "floodeval.datasets.dataset",
    "evaluate": "floodeval.evaluation.evaluate",
    "load_run": "floodeval.evaluation.run",
    "predict": "floodeval.evaluation.predict",
    "finetune": "floodeval.training.finetune",
    "build_sam": "floodeval.sam.loading",
}
__all__ = [
    "LabelScheme",
    "ReadingOptions",
    "build_sam",
    "compare",
    "evaluate",
    "finetune",
    "full_audit",
    "load_dataset",
    "load_run",
    "predict",
]


def __getattr__(name: str) -> Any:
    """Import the library's functions when they are asked for: torch takes seconds to load."""
    if name not in _HOMES:
        raise AttributeError(f"module 'floodeval' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
