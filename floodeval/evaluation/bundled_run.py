"""The bundled run: copied into the results, so that there is something to look at before anything was run."""

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import unwritable
from floodeval.storage.locks import hold
from floodeval.storage.paths import packaged_results, writable_run_folder

NAME = "flood-area-vit_t"
_TABLE = "metrics.parquet"


def bundled_run() -> Path | None:
    """The folder of the bundled run: of the installed package, or of the clone; None where there is none."""
    clone = Path(str(files("floodeval"))).parent / "results"
    places = (results / "runs" / NAME for results in (packaged_results(), clone))
    return next((folder for folder in places if (folder / _TABLE).is_file()), None)


def add_bundled_run() -> Path:
    """Copy the bundled run into the results, whole or not at all; returns its folder there.

    Raises:
        FloodevalError: there is none, there is a run of its name, or the folder is not writable.
    """
    source, target = bundled_run(), writable_run_folder(NAME)
    if source is None:
        raise FloodevalError(saying("runs.no_bundled"))
    with hold(target, f"run {NAME}"):
        if target.exists():
            raise FloodevalError(saying("runs.taken", run=NAME))
        partial = None
        try:
            partial = Path(tempfile.mkdtemp(prefix=f".{NAME}.", suffix=".partial", dir=target.parent))
            shutil.copytree(source, partial / NAME)
            (partial / NAME).rename(target)
        except OSError as error:
            raise unwritable(target, error) from error
        finally:
            if partial is not None:
                shutil.rmtree(partial, ignore_errors=True)
    return target
