"""The caches as a table, and what was removed from one."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats
from floodeval.storage.caches import CacheUse, Cleared


def show_uses(uses: Sequence[CacheUse]) -> None:
    """Print what each cache takes, and its limit."""
    shown = Table(title="Caches", title_justify="left")
    for heading in ("cache", "size", "files", "limit", "folder"):
        shown.add_column(heading, justify="left" if heading in ("cache", "folder") else "right")
    for use in uses:
        limit = "none" if use.limit is None else formats.size(use.limit)
        shown.add_row(
            use.name,
            formats.size(use.size),
            formats.count(use.files),
            limit,
            Text(str(use.folder), overflow="fold"),
        )
    console.print(shown)


def show_cleared(cleared: Cleared) -> None:
    """Print how much was removed, and what was left because it is being written."""
    files = "1 file" if cleared.files == 1 else f"{formats.count(cleared.files)} files"
    show_line(f"{cleared.name}: removed {files}, {formats.size(cleared.size)}")
    for path in cleared.in_use:
        show_line(f"{cleared.name}: kept {path}, because another process is writing it")
