"""The description of a data set in sentences."""

from floodeval.datasets.description import Description, LabelValue
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import label_words, photograph_words


def summary_lines(found: Description) -> list[str]:
    """What was recognized: layout, photographs, labels, classes and split, a sentence each."""
    pairs = counted(len(found.listing.pairs), "pair")
    lines = [say("description.layout", name=found.listing.name, layout=found.listing.layout, pairs=pairs)]
    if found.smallest and found.largest:
        kinds = ", ".join(f"{n} {name}" for name, n in found.formats.items())
        sizes = formats.picture_sizes(found.smallest, found.largest)
        bands = ", ".join(str(n) for n in sorted(found.bands))
        lines.append(say("description.photographs", sizes=sizes, kinds=kinds, bands=bands))
    if found.photographs:
        lines.append(say("description.reading", words=photograph_words(found.photographs)))
    if found.classes:
        lines.append(say("description.classes", classes=found.classes.listed()))
    if found.labels:
        lines.append(say("description.labels", words=label_words(found.labels)))
    sizes_of = ", ".join(f"{subset} {formats.count(n)}" for subset, n in found.subset_sizes.items())
    lines.append(say("description.split", sizes=sizes_of) if sizes_of else say("description.no_split"))
    return lines


def doubt_lines(found: Description) -> list[str]:
    """Notes on label values, and what is in doubt, a sentence each."""
    notes = [say("description.note", note=note) for note in found.notes]
    return notes + [say("description.doubt", doubt=doubt) for doubt in found.doubts]


def value_words(found: Description, one: LabelValue) -> str:
    """A value of the masks with its class, its share of the pixels and its meaning."""
    words = say("description.value", value=found.classes.word_of(one.value), share=formats.percent(one.share))
    return f"{words}, {meaning_words(one)}" if one.meaning else words


def meaning_words(one: LabelValue) -> str:
    """What a value means; empty where nothing says it."""
    meanings = {
        "water": say("description.water"),
        "land": say("description.land"),
        "ignored": say("description.ignored"),
    }
    return meanings.get(one.meaning, "")
