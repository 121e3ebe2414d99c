"""Whether the dashboard may start commands on its machine."""

import os
import sys
from pathlib import Path

import streamlit as st

from floodeval.dashboard.state.read_only import is_read_only
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

VARIABLE = "FLOODEVAL_ALLOW_JOBS"
OPTION = "--allow-jobs"
_OFF = ("", "0", "false", "no")


ASKED = "_jobs_asked"  # in the session state: what another page asks the page Jobs to offer


def are_jobs_allowed() -> bool:
    """Whether `$FLOODEVAL_ALLOW_JOBS` is set, or `--allow-jobs` was given to the script; never if read-only.

    `floodeval dashboard` sets the variable where it listens on this machine alone, or with `--allow-jobs`.
    """
    asked = os.environ.get(VARIABLE, "").lower() not in _OFF or OPTION in sys.argv[1:]
    return asked and not is_read_only()


def refuse_unless_jobs_are_allowed() -> None:
    """Raise FloodevalError if nothing may be started, also by a form that was open before that was so."""
    if not are_jobs_allowed():
        raise FloodevalError(saying("jobs_page.refused", option=OPTION))


def ask_to_evaluate(folder: Path | None, kind: str = "evaluate") -> None:
    """Let the page Jobs open with a data set, or with one that is still to be chosen.

    Args:
        folder: of the data set.
        kind: which of the page's forms is opened.
    """
    st.session_state[ASKED] = {"kind": kind, "dataset": str(folder) if folder else None}


def asked_job() -> dict[str, str | None]:
    """What another page asked for, once: `kind` and `dataset`; empty where nothing was."""
    found: dict[str, str | None] = st.session_state.pop(ASKED, {})
    return found
