"""Renaming and deleting runs; refused for a run that is being written, and for packaged ones."""

import json
import shutil
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import unwritable, write_text
from floodeval.storage.locks import LockedError, check_free, hold
from floodeval.storage.paths import check_name, is_packaged, locate, results_folder, writable_run_folder

_MARKERS = ("metrics.parquet", "journal.jsonl", "run.json")  # without them a folder is no run


def rename_run(name: str, new: str) -> Path:
    """Rename a run with all its files; returns its new folder.

    Raises:
        FloodevalError: a name is not allowed or taken, or the run is being written or is read-only.
    """
    folder, target = _own_folder(name), writable_run_folder(new)
    if name == new:
        raise FloodevalError(saying("runs.taken", run=new))
    with hold(folder, f"run {name}"), hold(target, f"run {new}"):
        if taken := _others_like(target, folder):
            raise FloodevalError(saying("runs.taken", run=taken[0]))
        try:
            folder.rename(target)
        except OSError as error:
            raise unwritable(target, error) from error
        _write_name(target / "run.json", new)
    return target


def delete_run(name: str) -> None:
    """Delete a run with all its files, marked cases included.

    What makes the folder a run goes first: a process that is killed in between leaves none that looks whole.

    Raises:
        FloodevalError: there is no such run, or it is being written or is read-only.
    """
    folder = _own_folder(name)
    with hold(folder, f"run {name}"):
        try:
            for marker in _MARKERS:
                (folder / marker).unlink(missing_ok=True)
            shutil.rmtree(folder)
        except OSError as error:
            raise unwritable(folder, error) from error


def is_being_written(folder: Path) -> bool:
    """Whether another process or thread writes a run at this moment."""
    try:
        check_free(folder, folder.name)
    except LockedError:
        return True
    return False


def _others_like(target: Path, folder: Path) -> list[str]:
    """The names next to a run that differ from its new one in case at most: some systems hold them equal."""
    names = [path.name for path in target.parent.iterdir() if path.name != folder.name]
    return [name for name in names if name.casefold() == target.name.casefold()]


def _own_folder(name: str) -> Path:
    """The folder of a run that may be changed: below the results folder, and no link to elsewhere."""
    runs = results_folder() / "runs"
    is_inside = Path(name).name == name and name not in ("", ".", "..") and "\0" not in name
    folder = runs / name if is_inside else runs
    if is_inside and is_packaged(locate("runs", name)):
        raise FloodevalError(saying("runs.read_only", run=name))
    if not is_inside or folder.is_symlink() or not any((folder / one).is_file() for one in _MARKERS):
        raise FloodevalError(saying("runs.not_own", run=name, folder=runs))
    return folder


def _write_name(path: Path, name: str) -> None:
    """Write the run's name into its `run.json`, and nothing else; a file that cannot be read stays."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(content, dict):
        write_text(path, json.dumps(content | {"name": check_name("run", name)}, indent=2) + "\n")
