"""`requirements.toml`: the requirements that are kept with a run, read strictly and written whole.

Of a run that the installed package contains, the file is in the writable results, in a folder of the run's
name.
"""

import tomllib
from dataclasses import asdict
from pathlib import Path

from floodeval.analysis.requirements import (
    NOT_REQUIRED,
    Requirements,
    default_requirements,
)
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import write_text
from floodeval.storage.paths import notes_folder

FILE = "requirements.toml"
LARGEST = 2**16  # bytes of a file that somebody wrote by hand
_HEAD = f'# What a variant of this run has to meet. "{NOT_REQUIRED}" leaves a requirement out.\n'


def requirements_file(run: Path) -> Path:
    """Where the requirements of the run in that folder are kept; it need not exist."""
    return notes_folder(run) / FILE


def read_requirements(run: Run) -> Requirements:
    """The requirements of a run; the defaults, with the run's failure threshold, where none are kept.

    A key that is missing in the file has its default.

    Raises:
        FloodevalError: the file cannot be read, has an unknown key, or a value that is out of range.
    """
    path, defaults = requirements_file(run.folder), default_requirements(run)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return defaults
    except OSError as error:
        raise _broken(path, error.strerror or error) from None
    if len(content) > LARGEST:
        raise _broken(path, saying("requirements.too_large", n=LARGEST))
    try:
        return defaults.changed(tomllib.loads(content.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:  # bytes that are no text, or text that is no TOML
        raise _broken(path, " ".join(str(error).split())) from None
    except FloodevalError as error:
        raise _broken(path, error) from None


def stated_failure_threshold(run: Run) -> float:
    """The IoU below which a variant fails by the requirements; the run's own where they can't be read."""
    try:
        return read_requirements(run).failure_iou
    except FloodevalError:
        return run.info.failure_threshold


def write_requirements(run: Run, requirements: Requirements) -> Path:
    """Keep the requirements of a run, and return the file.

    Raises:
        FloodevalError: the file cannot be written; it is untouched then.
    """
    path = requirements_file(run.folder)
    write_text(path, requirements_toml(requirements))
    return path


def requirements_toml(requirements: Requirements) -> str:
    """The text of the file.

    Examples:
        >>> print(requirements_toml(Requirements(seconds=None)).splitlines()[5])
        seconds = "not required"
    """
    lines = (
        f'{name} = "{NOT_REQUIRED}"' if value is None else f"{name} = {value!r}"
        for name, value in asdict(requirements).items()
    )
    return _HEAD + "\n".join(lines) + "\n"


def _broken(path: Path, why: object) -> FloodevalError:
    return FloodevalError(saying("requirements.broken", path=path, why=why))
