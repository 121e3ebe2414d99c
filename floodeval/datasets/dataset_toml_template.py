"""A `dataset.toml` to edit, from what a data set was recognized as: it reads the data set in the same way."""

from floodeval.datasets.classes import Classes
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.description import Description
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.sample_names import printable

HEAD = """\
# How floodeval reads this data set. Every entry is optional.
# Reference: docs/reference/data-sets.md
"""
FILES = """\
# Instead of a layout, globs of photographs and masks: {stem} is what the two have in common, **/ any folders.
# images = "photos/**/{stem}.jpg"
# masks = "gt/**/{stem}_seg.png"
"""
SPLIT = """\
# [split]  # folders or globs of photographs
# train = "north/"
# test = ["south/**", "west/**"]
"""


def template(description: Description) -> str:
    """Write a description as TOML: the layout, classes, labels, and how photographs are read."""
    files = f"[files]\nlayout = {_text(description.listing.layout)}\n{FILES}"
    declared = description.listing.declared
    if declared.images:
        files = f"[files]\nimages = {_text(declared.images)}\nmasks = {_text(declared.masks)}\n"
    parts = [HEAD, files, _split(description), _labels(description), _photographs(description)]
    return "\n".join(part for part in parts if part)


def _split(description: Description) -> str:
    declared = description.listing.declared.subsets
    if not declared:
        return SPLIT
    lines = [f"{subset} = [{', '.join(map(_text, globs))}]" for subset, globs in declared]
    return "\n".join(["[split]", *lines]) + "\n"


def _labels(description: Description) -> str:
    classes = description.classes
    lines = ["[labels]", *_label_lines(description.labels, classes)]
    single = all(len(values) == 1 for values in classes.values.values())
    if classes and single and _is_picture(description):
        pairs = (f"{_text(name)} = {values[0]}" for name, values in classes.values.items())
        lines.append(f"classes = {{{', '.join(pairs)}}}")
    if classes.colors and single:
        names = {value: name for name, (value,) in classes.values.items()}
        pairs = (f"{_text(names[v])} = [{', '.join(map(str, color))}]" for color, v in classes.colors.items())
        lines.append(f"colors = {{{', '.join(pairs)}}}")
    return "\n".join(lines) + "\n"


def _is_picture(description: Description) -> bool:
    """Whether masks are pictures, whose classes can be declared: annotation files name their own."""
    return all(pair.source.annotation is None for pair in description.listing.pairs)


def _label_lines(labels: LabelScheme | None, classes: Classes) -> list[str]:
    if labels is None:
        known = f" of {printable(classes.listed())}" if classes else ""
        return [f"# water = [1]  # the classes that are water, by value or name{known}"]
    if labels.water is None:
        return ["# Masks are black and white; otherwise:", "# water = [1]", "# ignore = [255]"]
    return [
        f"{key} = [{', '.join(_word(one, classes) for one in values)}]" for key, values in _stated(labels)
    ]


def _stated(labels: LabelScheme) -> list[tuple[str, tuple[int, ...]]]:
    return [("water", labels.water or ()), ("ignore", labels.ignore)]


def _word(value: int, classes: Classes) -> str:
    """A class by its name where it is its only value."""
    name = classes.name_of(value)
    return _text(name) if name and classes.values[name] == (value,) else str(value)


def _photographs(description: Description) -> str:
    reading = description.photographs
    if reading is None:
        lines = ["# bands = [0, 1, 2]  # red, green and blue, counted from 0", '# stretch = "percentiles"']
    else:
        lines = _reading_lines(reading)
    return "\n".join(["[photographs]", *lines]) + "\n"


def _reading_lines(reading: PhotographReading) -> list[str]:
    lines = [f'{key} = "{value}"' for key, value in reading.options.items()]
    if reading.bands is not None:
        lines.append(f"bands = [{', '.join(map(str, reading.bands))}]")
    return lines or ['# exif = "ignore"  # leave photographs as they are stored']


def _text(text: str) -> str:
    """Text as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(sign if sign.isprintable() else f"\\U{ord(sign):08X}" for sign in escaped)
    return f'"{plain}"'
