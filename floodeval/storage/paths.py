"""Where runs, fine-tuned models and caches are on disk, and which names they may have.

Results are read from several folders: first the writable one, then the runs and models that an installed
package contains, which are never written.
"""

import os
import re
from importlib.resources import files
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

CHECKPOINT = "checkpoint.safetensors"
SHARD_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")  # of large models
HUGGING_FACE_FILES = ("model.safetensors", "pytorch_model.bin", *SHARD_INDEXES, "adapter_model.safetensors")
WEIGHT_FILES = (CHECKPOINT, *HUGGING_FACE_FILES)  # that a model's folder may contain
_NOTES = ("cases.csv", "requirements.toml")  # which may also belong to a packaged run of the same name
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def results_folder() -> Path:
    """The folder that runs and models are written to: $FLOODEVAL_RESULTS, or results/."""
    return Path(os.environ.get("FLOODEVAL_RESULTS", "results"))


def packaged_results() -> Path:
    """The read-only results that an installed package contains; in a clone this folder does not exist."""
    return Path(str(files("floodeval"))) / "bundled"


def is_packaged(folder: Path) -> bool:
    """Whether a run's or a model's folder is part of the installed package, and thus never written."""
    return folder.resolve().is_relative_to(packaged_results().resolve())


def result_folders(kind: str) -> list[Path]:
    """The folders of all runs or all models, one per name; the writable results hide packaged ones.

    Args:
        kind: `runs` or `models`.
    """
    found: dict[str, Path] = {}
    for root in (results_folder(), packaged_results()):
        for folder in sorted((root / kind).glob("*")):
            if _holds_results(folder):
                found.setdefault(folder.name, folder)
    return list(found.values())


def locate(kind: str, name: str) -> Path:
    """The folder of a run or model of any name: the first results that have it, else the writable ones.

    Args:
        kind: `runs` or `models`.
        name: unchecked; use `run_folder` or `model_folder` for a name that a person typed.
    """
    written, packaged = results_folder() / kind / name, packaged_results() / kind / name
    return packaged if _holds_results(packaged) and not _holds_results(written) else written


def notes_folder(run: Path) -> Path:
    """Where notes on a run are kept: its own folder; of a packaged run, one in the writable results."""
    return results_folder() / "runs" / run.name if is_packaged(run) else run


def _holds_results(folder: Path) -> bool:
    """Whether a folder has results of its own, rather than only notes on a packaged run."""
    try:
        return any(path.name not in _NOTES and path.name[0] != "." for path in folder.iterdir())
    except OSError:  # no such folder, a file, or not readable
        return folder.exists()


def cache_folder() -> Path:
    """Where what can be made again is kept between runs: $XDG_CACHE_HOME/floodeval or ~/.cache/floodeval."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "floodeval"


def is_name(name: object) -> bool:
    """Whether a name is safe as one folder's name: no slash, no dot at its beginning, or the like."""
    return isinstance(name, str) and bool(_NAME.fullmatch(name))


def check_name(what: str, name: str) -> str:
    """Return a name that is safe as one folder's name.

    Raises:
        FloodevalError: it has a slash, begins with a dot, or the like.
    """
    if not is_name(name):
        raise FloodevalError(saying("files.no_name", name=name, what=what))
    return name


def run_folder(name: str) -> Path:
    """The folder of the run of that name; the one to write it to where there is no such run.

    Raises:
        FloodevalError: the name is not allowed.
    """
    return locate("runs", check_name("run", name))


def writable_run_folder(name: str) -> Path:
    """The folder to write the run of that name to, also where the package contains a run of that name."""
    return results_folder() / "runs" / check_name("run", name)


def model_folder(name: str) -> Path:
    """The folder of the model of that name; the one to write it to where there is no such model.

    Raises:
        FloodevalError: the name is not allowed.
    """
    return locate("models", check_name("model", name))


def writable_model_folder(name: str) -> Path:
    """The folder to write the model of that name to, also where the package contains a model of that name."""
    return results_folder() / "models" / check_name("model", name)


def find_checkpoint(checkpoint: str | Path) -> Path:
    """Find a checkpoint: a file, a folder that contains one, or a model's name under `results/models`.

    Raises:
        FloodevalError: there is none.
    """
    for place in (Path(checkpoint), locate("models", str(checkpoint))):
        for path in (place, *(place / name for name in WEIGHT_FILES)):
            if path.is_file():
                return path
    if Path(checkpoint).is_dir():
        raise FloodevalError(
            saying("models.no_weights_in", folder=checkpoint, expected=", ".join(WEIGHT_FILES))
        )
    known = ", ".join(known_models())
    key = "models.no_checkpoint" if known else "models.none"
    raise FloodevalError(saying(key, name=checkpoint, known=known))


def known_models() -> list[str]:
    """The names of the models under `results/models` that have a checkpoint, sorted."""
    return sorted(path.name for path in result_folders("models") if (path / CHECKPOINT).is_file())
