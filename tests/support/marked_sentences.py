"""All that a person reads on a page, and which of its words no sentence of the catalog says."""

import base64
import json
import re
from xml.etree import ElementTree

import pyarrow as pa
from google.protobuf.json_format import MessageToDict

READ = {"label", "body", "help", "alt", "caption", "placeholder", "options", "content"}
CHART = {"text", "name", "hovertemplate", "hovertext", "ticktext"}
VIEWER = {"title", "alt", "aside", "footnote", "text", "label", "position", "facts", "mark", "caption"}
DATA = {  # names of the run itself, abbreviations and commands, which are the same in every language
    "two",
    "pretrained",
    "finetuned",
    "pools",
    "test",
    "box",
    "full",
    "English",
    "Español",
    "vit",
    "sha",
    "A",
    "B",
    "IoU",
    "n",
    "px",
    "MB",
    "kB",
    "GiB",
    "MP",
    "L",
    "s",
    "ms",
    "x",
    "i",
    "iou",
    "id",
    "cpu",
    "PNG",
    "png",
    "jpg",
}


def read(page):
    """All that a person reads on a page."""
    for node in (*walk(page.main), *walk(page.sidebar)):
        content = MessageToDict(node)
        if node.DESCRIPTOR.name == "Html" or str(content.get("body", "")).startswith("<div "):
            yield from html_words(content["body"])
            continue
        yield from strings(content, READ)
        for key in ("spec", "columns"):
            if isinstance(content.get(key), str) and content[key]:
                yield from strings(json.loads(content[key]), CHART | READ)
        if node.DESCRIPTOR.name == "BidiComponent":
            message = json.loads(node.json)
            yield from message.get("words", {}).values()
            yield from strings(message, VIEWER)


def walk(block):
    """The protocol messages of all elements beneath a block."""
    if block.proto is not None and not hasattr(block.proto, "element"):
        yield block.proto
    for child in getattr(block, "children", {}).values():
        yield from walk(child)


def html_words(body):
    """What one reads in HTML, and what is read out of it."""
    shown = []
    for node in ElementTree.fromstring(body).iter():
        shown += () if node.tag == "style" else filter(None, (node.text, node.tail))
        yield from filter(None, map(node.get, ("title", "alt", "aria-label")))
    yield " ".join(shown)  # a sentence may stand in several lines of a drawing


def strings(content, keys):
    """The strings of a nested record that lie under one of the keys."""
    pairs = content.items() if isinstance(content, dict) else [(None, part) for part in content]
    for key, value in pairs:
        if key == "displayValues":
            yield from displayed(value)
        elif key in keys and isinstance(value, str):
            yield value
        elif key in keys and isinstance(value, list) and all(isinstance(one, str) for one in value):
            yield from value
        elif isinstance(value, dict | list):
            yield from strings(value, keys)


def displayed(encoded):
    """The cells of a table as they are shown, but for boxes to tick: Arrow's bytes, in base64."""
    table = pa.ipc.open_stream(base64.b64decode(encoded)).read_pandas()
    yield from (cell for column in table for cell in map(str, table[column]) if cell not in {"True", "False"})


def unmarked(text):
    """The words of a text that no sentence of the catalog says."""
    text = re.sub(
        r"%\{[^}]*\}|<[^>]*>|data:[^)\s]*|`[^`]*`|https?:\S*|:[a-z]+-?[a-z]*\[|:material/\w+:|[\w./-]+\.\w+",
        " ",
        text,
    )
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in DATA]
