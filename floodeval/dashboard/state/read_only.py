"""Whether the dashboard changes nothing on disk: no marks, no renaming, no deleting."""

import os
import sys

VARIABLE = "FLOODEVAL_READ_ONLY"
OPTION = "--read-only"
_OFF = ("", "0", "false", "no")


def is_read_only() -> bool:
    """Whether `$FLOODEVAL_READ_ONLY` is set, or `--read-only` was given to the script.

    `floodeval dashboard --read-only` sets the variable. In a clone, `streamlit run dashboard.py --
    --read-only` does the same.
    """
    return os.environ.get(VARIABLE, "").lower() not in _OFF or OPTION in sys.argv[1:]
