"""Text from outside made safe to show: no control characters, and no Markdown syntax."""

import re

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#|&~$!@]|(?<=:)//|(?<=www)\.")
_LIST = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))")


def legible(text: object) -> str:
    """The text with control characters and overrides of its direction replaced; line feeds stay."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", lines)


def markdown_text(text: object) -> str:
    """The text as Markdown that any reader shows letter by letter: syntax becomes HTML entities."""
    safe = _MARKDOWN.sub(lambda found: "".join(f"&#{ord(sign)};" for sign in found[0]), legible(text))
    safe = _LIST.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", safe)
    return "<br>".join(safe.split("\n"))
