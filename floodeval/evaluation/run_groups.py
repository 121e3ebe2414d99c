"""Groups of runs: those that one command made on several data sets, with the in-domain set among them."""

from collections.abc import Sequence

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs, load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_parts import Group
from floodeval.storage.paths import locate


def list_groups() -> list[Group]:
    """The groups of the finished runs, the newest first; a run that cannot be read is left out."""
    found: dict[str, Group] = {}
    for name in list_runs():
        try:
            info = RunInfo.from_json((locate("runs", name) / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if info.group is not None:
            found.setdefault(info.group.name, info.group)
    return list(found.values())


def runs_of_groups(names: Sequence[str]) -> tuple[list[Run], str | None]:
    """The runs of these names, where the name of a group stands for its runs; each run once.

    Returns:
        The runs, and the name of the in-domain run where all of them are of one group, else None.

    Raises:
        FloodevalError: there is no run or group of a name, or a run cannot be read.
    """
    known = set(list_runs())
    groups = {group.name: group for group in list_groups() if group.name not in known}
    wanted = [one for name in names for one in (groups[name].runs if name in groups else [name])]
    runs = [load_run(name) for name in dict.fromkeys(wanted)]
    of = [run.info.group for run in runs]
    first = of[0] if of else None
    same = first is not None and all(one == first for one in of)
    in_domain = first.in_domain if first and same else None
    return runs, in_domain if in_domain in {run.folder.name for run in runs} else None


def others_of_group(run: Run) -> list[Run]:
    """The other runs of a run's group; none without a group, or where one of them cannot be read.

    A finding over only some of a group's data sets could hide the worst of them.
    """
    if run.info.group is None:
        return []
    try:
        return [load_run(name) for name in run.info.group.runs if name != run.folder.name]
    except FloodevalError:
        return []
