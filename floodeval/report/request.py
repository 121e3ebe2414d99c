"""What report a person asks for."""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.report.select import CaseRule


@dataclass(frozen=True)
class ReportRequest:
    """A report to write, in the current language.

    Attributes:
        cases: which photographs it shows.
        a: the baseline; by default the run's first variant.
        b: the candidate; by default the first of the other variants.
        prompt: the prompt's spec; by default the run's first.
        subset: only the rows of this split; empty for all rows.
        without_flagged: leave out the pairs that the audit flagged.
        photographs: show photographs and reference masks where they are on this machine.
        date: YYYY-MM-DD; empty for today.
    """

    cases: CaseRule = field(default_factory=CaseRule)
    a: str | None = None
    b: str | None = None
    prompt: str | None = None
    subset: str = ""
    without_flagged: bool = False
    photographs: bool = True
    date: str = ""


def today() -> str:
    """Today's date, UTC, or that of SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.date().isoformat()


def check_date(text: str) -> str:
    """Return a date unchanged; raises FloodevalError where it is not YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FloodevalError(saying("report_errors.no_date", text=text)) from None
