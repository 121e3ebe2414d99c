"""What reviewers say about an image, as badges and lines of Markdown."""

from collections.abc import Iterable

from floodeval.dashboard.state.reviewer import reviewer_words
from floodeval.dashboard.widgets.markdown import plain
from floodeval.evaluation.reviews import ACCEPTABLE, NOTE, MarkedCase, Reviews, is_disputed
from floodeval.i18n.catalog import say
from floodeval.viz.wording import tag_words

_LOOKS = {ACCEPTABLE: ("green", "thumb_up"), NOTE: ("gray", "notes")}  # of the badges; others are red


def judgment_words(case: MarkedCase) -> str:
    """An entry in a word or two: its tag, or its judgment; not escaped."""
    if case.is_failure:
        return tag_words(case.tag) if case.tag else say("cases.marked")
    return say(f"cases.judgment_{case.judgment}")


def mark_badge(case: MarkedCase) -> str:
    """An entry as a badge, with the reviewer's name where there is one."""
    color, icon = _LOOKS.get(case.judgment, ("red", "flag"))
    name = f" · {plain(case.reviewer)}" if case.reviewer else ""
    return f":{color}-badge[:material/{icon}: {plain(judgment_words(case))}{name}]"


def review_badges(entries: Reviews) -> list[str]:
    """A badge for each entry of an image, after one that says that reviewers disagree where they do."""
    dispute = f":violet-badge[:material/compare_arrows: {say('cases.disputed')}]"
    return [*([dispute] if is_disputed(entries) else []), *map(mark_badge, entries)]


def note_lines(entries: Iterable[MarkedCase], longest: int | None = None) -> list[str]:
    """The notes of an image, each after its reviewer's name.

    Args:
        entries: of the image.
        longest: number of characters after which a note is cut; None for whole notes.
    """
    return [
        f":material/notes: {f'{plain(one.reviewer)}: ' if one.reviewer else ''}"
        f"{plain(shortened(one.note, longest) if longest else one.note)}"
        for one in entries
        if one.note
    ]


def shortened(note: str, longest: int) -> str:
    """A note on one line, cut to a number of characters."""
    line = " ".join(note.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def entry_words(case: MarkedCase) -> str:
    """An entry as a line of Markdown: reviewer, judgment and note."""
    words = f"**{plain(reviewer_words(case.reviewer))}**: {plain(judgment_words(case))}"
    return f"{words}. {plain(case.note)}" if case.note else words
