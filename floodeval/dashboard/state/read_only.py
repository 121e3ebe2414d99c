"""Whether the dashboard changes nothing on disk: no marks, no renaming, no deleting."""

import os
import sys

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

VARIABLE = "FLOODEVAL_READ_ONLY"
OPTION = "--read-only"
_OFF = ("", "0", "false", "no")


def is_read_only() -> bool:
    """Whether `$FLOODEVAL_READ_ONLY` is set, or `--read-only` was given to the script.

    `floodeval dashboard --read-only` sets the variable. In a clone, `streamlit run dashboard.py --
    --read-only` does the same.
    """
    return os.environ.get(VARIABLE, "").lower() not in _OFF or OPTION in sys.argv[1:]


def refuse_if_read_only() -> None:
    """Raise FloodevalError if nothing may be changed, also by a form that was open before that was so."""
    if is_read_only():
        raise FloodevalError(saying("sidebar.read_only", option=OPTION))
