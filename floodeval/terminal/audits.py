"""An audit as a table and a few sentences."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from floodeval.data.audit.findings import KINDS, Audit
from floodeval.data.listing import printable
from floodeval.language import formats
from floodeval.terminal.progress import console, show_line

FIRST_NAMED = 4  # issues of a kind, and samples of an issue, in the table


def show_audit(audit: Audit) -> None:
    """Print an audit: a row per kind of issue with its first samples and its cure, then the summary."""
    if audit.issues:
        console.print(_issue_table(audit))
    else:
        console.print(f"{printable(audit.dataset)}: nothing found", markup=False)
    for line in _audit_lines(audit):
        show_line(line)


def _issue_table(audit: Audit) -> Table:
    title = Text(f"{printable(audit.dataset)}: what was found, the gravest first")
    shown = Table(title=title, title_justify="left")
    shown.add_column("kind")
    shown.add_column("n", justify="right")
    for heading in ("what it means", "samples", "what to do"):
        shown.add_column(heading, overflow="fold")
    for kind, n in audit.counts().items():
        issues = audit.of_kind(kind)
        named = ", ".join(_together(issue.ids) for issue in issues[:FIRST_NAMED])
        named += " ..." if n > FIRST_NAMED else ""
        cells = (kind, str(n), KINDS[kind].meaning, printable(named), KINDS[kind].cure)
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def _together(ids: Sequence[str]) -> str:
    if not ids:
        return "the data set"
    return "+".join(ids[:FIRST_NAMED]) + ("+..." if len(ids) > FIRST_NAMED else "")


def _audit_lines(audit: Audit) -> Iterator[str]:
    """The summary of an audit, a sentence a line."""
    summary = audit.summary
    yield (
        f"{audit.n_pairs} pairs of {audit.n_photographs} photographs and {audit.n_masks} masks, "
        f"{summary['n_scenes']} scenes; the truth of {len(audit.flags())} is in doubt"
    )
    pictures = summary["photographs"]
    if pictures["n_readable"]:
        low, high = pictures["smallest"], pictures["largest"]
        kinds = ", ".join(f"{n} {name}" for name, n in pictures["formats"].items())
        yield f"photographs: {low[0]}x{low[1]} to {high[0]}x{high[1]} pixels; {kinds}"
    water, edges = summary["water_share"], summary["smooth_edges"]
    if water["n"]:
        least, first, median, third, most = (formats.percent(share) for share in water["quartiles"])
        spread = f"half of them {first} to {third}, all {least} to {most}"
        yield f"water: {median} of a photograph in the median, {spread}"
    yield from (f"labels: {note}" for note in audit.notes)
    if edges["n_grey"]:
        iou = f"{formats.score(edges['mean_iou'])} in the mean, {formats.score(edges['least_iou'])} at least"
        n = f"{edges['n_grey']} of {edges['n']}"
        yield f"smooth edges: {n} masks have grey values; water over 0 and over 127 agree to an IoU of {iou}"
    copies = (summary["label_agreement"] or {"copies": {"n": 0}})["copies"]
    if copies["n"]:
        spread = f"{formats.interval(copies['low'], copies['high'], formats.score)}, n {copies['n']}"
        mean = f"{formats.score(copies['mean'])} in the mean"
        yield f"two annotations of one photograph agree to an IoU of {mean} ({spread})"
