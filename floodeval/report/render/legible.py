"""Text from outside made fit to be read: letters and lines, nothing that steers a terminal or a page."""

import re

_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def legible(text: object) -> str:
    """The text with control characters and overrides of its direction replaced; line feeds stay."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", lines)
