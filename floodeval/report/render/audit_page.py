"""An audit as one HTML file: no script, no network, and every name from disk escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from floodeval import __version__
from floodeval.datasets.audit.findings import KINDS, Audit
from floodeval.datasets.layouts import list_dataset, printable
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.audit_pictures import AuditPictures, names_of


def audit_page(audit: Audit, dataset: str | Path) -> str:
    """Draw an audit as a page.

    Args:
        audit: what was found.
        dataset: the folder that was audited, or its name, for the pictures.

    Raises:
        FloodevalError: the data set is not there any more.
    """
    pictures = AuditPictures(audit, list_dataset(dataset))
    sections = [_section(audit, kind, pictures) for kind in audit.counts()]
    return (
        _environment()
        .get_template("audit.html")
        .render(audit=audit, sections=sections, n_doubtful=len(audit.flags()), version=__version__)
    )


def _section(audit: Audit, kind: str, pictures: AuditPictures) -> dict[str, Any]:
    """One kind of issue: its name, meaning, cure, and its issues with and without pictures."""
    items = [(issue, pictures.rows(issue)) for issue in audit.of_kind(kind)]
    return {
        "kind": kind,
        "about": KINDS[kind],
        "n": len(items),
        "seen": [(issue, rows) for issue, rows in items if rows],
        "unseen": [issue for issue, rows in items if not rows],
    }


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("floodeval.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    environment.filters["title_of"] = lambda kind: say(f"audit.{kind}")
    environment.filters["names"] = names_of
    environment.filters["percent"] = formats.percent
    environment.filters["size"] = lambda size: f"{size[0]} × {size[1]}"
    return environment
