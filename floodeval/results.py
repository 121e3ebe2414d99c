"""Where runs, fine-tuned models and what is kept between runs lie, and what they may be called."""

import os
import re
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.language.sentences import saying

CHECKPOINT = "checkpoint.safetensors"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def results_folder() -> Path:
    """The folder that holds runs and models: $FLOODEVAL_RESULTS, or results/."""
    return Path(os.environ.get("FLOODEVAL_RESULTS", "results"))


def cache_folder() -> Path:
    """Where what can be made again is kept between runs: $XDG_CACHE_HOME/floodeval or ~/.cache/floodeval."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "floodeval"


def check_name(what: str, name: str) -> str:
    """Return a name that is safe as one folder's name.

    Raises:
        FloodevalError: it has a slash, begins with a dot, or the like.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FloodevalError(saying("files.no_name", name=name, what=what))
    return name


def run_folder(name: str) -> Path:
    """The folder of the run of that name, which need not exist."""
    return results_folder() / "runs" / check_name("run", name)


def model_folder(name: str) -> Path:
    """The folder of the fine-tuned model of that name, which need not exist."""
    return results_folder() / "models" / check_name("model", name)


def find_checkpoint(checkpoint: str | Path) -> Path:
    """Find a checkpoint: a file, a model's folder, or a model's name under `results/models`.

    Raises:
        FloodevalError: there is none.
    """
    models = results_folder() / "models"
    for place in (Path(checkpoint), models / checkpoint):
        for path in (place, place / CHECKPOINT):
            if path.is_file():
                return path
    known = ", ".join(sorted(path.parent.name for path in models.glob(f"*/{CHECKPOINT}")))
    key = "models.no_checkpoint" if known else "models.none"
    raise FloodevalError(saying(key, name=checkpoint, known=known))
