"""Messages to the image viewer, as tests send them."""

import numpy as np

from floodeval.dashboard.viewer.message import (
    COMPARING_WORDS,
    EDITING_WORDS,
    WORDS,
    ClassStyle,
    EditorState,
    GivenPrompt,
    KeyEntry,
    LayerSet,
    LineStyle,
    MarkedPrompt,
    NumberedClick,
    Outline,
    PhotographFile,
    Toolbar,
    ViewerLayer,
    ViewerMessage,
)
from floodeval.dashboard.viewer.viewer import packed_bits
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, MISSED

STYLES = (FOUND, FALSE_ALARM, MISSED, IGNORED)
LINE = LineStyle("#0072B2", "#FFFFFF", (9, 5))


def layer(**changes):
    drawn = tuple(ClassStyle(style.color, style.hatch) for style in STYLES)
    fields = {
        "styles": drawn,
        "classes": (0, 1, 2, 3, 4, 4, 4, 4),
        "clicks": (NumberedClick(1.5, 2, "#C2185B"),),
        "key_entries": (KeyEntry("water found", strong=True),),
        "outlines": (Outline("#0072B2", "#FFFFFF", (9, 5), bit=1),),
    }
    return ViewerLayer("errors", "Errors", "Errors of a", **fields | changes)


def message(**changes):
    fields = {
        "photograph": PhotographFile("run/a", "data:image/jpeg;base64,"),
        "bits": packed_bits(np.zeros((3, 4), np.uint8)),
        "outline_paths": ("", "M0 0h1v1h-1z", ""),
        "prompt": GivenPrompt("#C2185B", points=((3.0, 4.0),)),
        "layers": (layer(),),
        "sets": (LayerSet("errors", "Errors", ("errors",)),),
        "words": dict.fromkeys((*WORDS, *COMPARING_WORDS), "said"),
        "toolbar": Toolbar(previous=True, next=False, position="35 of 35", facts=("a",), mark="Mark"),
        "caption": ("Photograph a",),
    }
    return ViewerMessage("run/box/a", "a", (4, 3), (8, 6), **fields | changes)


def editing(**changes):
    marks = MarkedPrompt((0, 0, 3, 3), ((3, 4, True),))
    fields = {
        "words": dict.fromkeys((*WORDS, *EDITING_WORDS), "said"),
        "toolbar": None,
        "photograph": PhotographFile("p", None),
        "editor": EditorState(marks, None, LINE, "IoU 0.5"),
    }
    return message(**fields | changes)
