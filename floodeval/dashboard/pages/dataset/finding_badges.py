"""The audit's findings as words and badges, colored by how serious they are."""

from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.audit.findings import GRAVITIES, Audit
from floodeval.i18n.catalog import say

GRAVITY_COLORS = {
    "truth_in_doubt": "red",
    "leaking": "red",
    "unusable": "orange",
    "repeated": "blue",
    "harmless": "gray",
}
GRAVITY_ICONS = {
    "truth_in_doubt": ":material/error:",
    "leaking": ":material/water_drop:",
    "unusable": ":material/block:",
    "repeated": ":material/content_copy:",
    "harmless": ":material/info:",
}


def finding_badges(kinds: tuple[str, ...]) -> list[str]:
    """Kinds of finding as badges, in Markdown."""
    return [f":{_color(kind)}-badge[{plain(finding_word(kind))}]" for kind in kinds]


def finding_word(kind: str) -> str:
    """The name of a kind of finding, within a sentence."""
    return say(f"audit.{kind}").lower()


def finding_title(kind: str) -> str:
    """The name of a kind of finding, as a title."""
    return say(f"audit.{kind}")


def gravity_of(kind: str) -> str:
    """How serious a kind of finding is: a key of `GRAVITIES`."""
    return next(name for name, kinds in GRAVITIES.items() if kind in kinds)


def gravities(audit: Audit) -> dict[str, int]:
    """How many findings there are of each gravity."""
    counts = audit.counts()
    return {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in GRAVITIES.items()}


def gravity_badge(name: str, n: int) -> str:
    """A gravity and its number of findings as a badge, in Markdown."""
    return f":{GRAVITY_COLORS[name]}-badge[{GRAVITY_ICONS[name]} {gravity_word(name)}: {n}]"


def gravity_word(name: str) -> str:
    """The name of a gravity."""
    return say(f"audit.gravity_{name}")


def _color(kind: str) -> str:
    return next((GRAVITY_COLORS[name] for name, kinds in GRAVITIES.items() if kind in kinds), "gray")
