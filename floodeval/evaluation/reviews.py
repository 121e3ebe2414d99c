"""What reviewers say about samples: failures, accepted samples and notes; and where reviewers disagree.

Each reviewer has an entry of their own for a sample.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

TAG_LENGTH, NOTE_LENGTH, REVIEWER_LENGTH = 80, 4000, 60  # characters
FAILURE, ACCEPTABLE, NOTE = JUDGMENTS = ("failure", "acceptable", "note")

Key = tuple[str, str]
"""A sample's id and a reviewer's name."""


@dataclass(frozen=True)
class MarkedCase:
    """What a reviewer says about a sample.

    `tag` says in a word or two why it fails, `note` says more; both are free text. `prompt` is the one that
    was looked at, `marked` when (UTC, ISO 8601). `reviewer` is empty where no name was given. `judgment` is
    "failure", "acceptable", or "note" where only a note was taken.
    """

    id: str
    tag: str = ""
    note: str = ""
    prompt: str = ""
    marked: str = ""
    reviewer: str = ""
    judgment: str = FAILURE

    @property
    def key(self) -> Key:
        """What identifies the entry."""
        return self.id, self.reviewer

    @property
    def is_failure(self) -> bool:
        """Whether the reviewer calls the sample a failure."""
        return self.judgment == FAILURE


Reviews = tuple[MarkedCase, ...]
"""Entries of any reviewers for any samples, in the order in which they were made."""

TAGS_BETWEEN = "; "  # in the tag of an entry that combines several
NAMES_BETWEEN = ", "  # in its reviewer


def reviewer_name(text: str) -> str:
    """A reviewer's name on one line, without commas, at most `REVIEWER_LENGTH` characters.

    Examples:
        >>> reviewer_name("  Ruiz,  Ana ")
        'Ruiz Ana'
    """
    line = " ".join("".join(sign if sign.isprintable() and sign != "," else " " for sign in text).split())
    return line[:REVIEWER_LENGTH].rstrip()


def new_entry(case: MarkedCase) -> MarkedCase:
    """An entry as it is written: texts trimmed and not too long, with the present time."""
    return MarkedCase(
        id=case.id,
        tag=case.tag.strip()[:TAG_LENGTH],
        note=case.note.strip()[:NOTE_LENGTH],
        prompt=case.prompt,
        marked=datetime.now(UTC).isoformat(timespec="seconds"),
        reviewer=reviewer_name(case.reviewer),
        judgment=case.judgment,
    )


def of_reviewers(reviews: Iterable[MarkedCase], reviewers: Sequence[str]) -> Reviews:
    """The entries of these reviewers; of everybody where none is named."""
    return tuple(one for one in reviews if not reviewers or one.reviewer in reviewers)


def reviewers_of(reviews: Iterable[MarkedCase]) -> tuple[str, ...]:
    """The reviewers who made entries, sorted; the name is empty for those who gave none."""
    return tuple(sorted({one.reviewer for one in reviews}))


def reviews_by_id(reviews: Iterable[MarkedCase]) -> dict[str, Reviews]:
    """The entries for each sample, by id."""
    found: dict[str, Reviews] = {}
    for one in reviews:
        found[one.id] = (*found.get(one.id, ()), one)
    return found


def cases_by_id(reviews: Iterable[MarkedCase]) -> dict[str, MarkedCase]:
    """One entry for each sample, by id: what all its reviewers say together (`combined`)."""
    return {name: combined(entries) for name, entries in reviews_by_id(reviews).items()}


def combined(entries: Reviews) -> MarkedCase:
    """What the reviewers of one sample say together.

    It is a failure if any of them calls it one. The tags are joined, and each note follows its reviewer's
    name. A single entry is returned as it is.

    Examples:
        >>> both = combined((MarkedCase("7", note="trees", reviewer="Ana"), MarkedCase("7", reviewer="Ben")))
        >>> both.reviewer, both.note, both.judgment
        ('Ana, Ben', 'Ana: trees', 'failure')
    """
    if len(entries) == 1:
        return entries[0]
    notes = [f"{one.reviewer}: {one.note}" if one.reviewer else one.note for one in entries if one.note]
    return replace(
        entries[0],
        tag=TAGS_BETWEEN.join(dict.fromkeys(one.tag for one in entries if one.tag)),
        note="\n".join(notes),
        marked=max(one.marked for one in entries),
        reviewer=NAMES_BETWEEN.join(one.reviewer for one in entries if one.reviewer),
        judgment=min((one.judgment for one in entries), key=JUDGMENTS.index),
    )


def is_disputed(entries: Reviews) -> bool:
    """Whether reviewers of one sample disagree: on whether it is a failure, or on why it fails.

    Notes alone and failures without a tag contradict nobody.

    Examples:
        >>> shadow, glare = (MarkedCase("7", tag, reviewer=tag) for tag in ("shadow", "glare"))
        >>> is_disputed((shadow, glare)), is_disputed((shadow,))
        (True, False)
    """
    judgments = {one.judgment for one in entries} - {NOTE}
    tags = {one.tag for one in entries if one.judgment == FAILURE and one.tag}
    return len(judgments) > 1 or len(tags) > 1


def disputed_ids(by_id: Mapping[str, Reviews]) -> list[str]:
    """The ids of the samples that reviewers disagree on."""
    return [name for name, entries in by_id.items() if is_disputed(entries)]


def names_in(entries: Iterable[MarkedCase]) -> tuple[str, ...]:
    """The names of the reviewers of entries, of combined ones too, sorted; empty names are left out."""
    return tuple(sorted({name for one in entries for name in one.reviewer.split(NAMES_BETWEEN) if name}))
