"""The message that a page sends to the viewer in the browser. `contract.md` describes it field by field.

`contract.js` checks the same rules before anything is drawn; a test runs both on the same messages.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from floodeval.viz.hatches import HATCHES, hatch_table

VERSION = 3
WORDS = ("failed", "opacity", "zoom", "zoom_in", "zoom_out", "whole", "sets", "decimal_point")
COMPARING_WORDS = (
    *("pane", "stage", "divider", "link", "copied", "thumbnails", "swap", "actual", "png", "saved"),
    *("pixels", "previous_image", "next_image", "keyboard"),
    *("key_swap", "key_swap_other", "key_step", "key_zoom", "key_mark"),
)
EDITING_WORDS = (
    *("tools", "mode", "water", "land", "box", "move", "undo", "clear", "as_run", "outline"),
    *("hint", "keys", "position"),
)
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the photograph; x1 and y1 are exclusive."""

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True)
class PhotographFile:
    """The photograph, and the outline of its reference mask as an SVG path in pixels of the picture.

    `url` is a data URL; None where the browser already has the photograph `id`.
    """

    id: str
    url: str | None
    outline: str | None = None


@dataclass(frozen=True)
class GivenPrompt:
    """The prompt that the models were given, in pixels of the photograph."""

    color: str
    box: Box | None = None
    points: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True)
class NumberedClick:
    """A click that corrected a mask, in pixels of the photograph."""

    x: float
    y: float
    color: str


@dataclass(frozen=True)
class KeyEntry:
    """A text below a pane, after the swatch (a data URL, or "") of its class."""

    text: str
    swatch: str = ""
    strong: bool = False


@dataclass(frozen=True)
class ClassStyle:
    """How the pixels of a class are drawn: #RRGGBB, and a key of `HATCHES`."""

    color: str
    hatch: str = ""


@dataclass(frozen=True)
class LineStyle:
    """How an outline is drawn: its color, the color on either side of it, and its dashes in CSS pixels."""

    color: str
    casing: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Outline(LineStyle):
    """The outline of the mask whose bit is `bit`."""

    bit: int = 0


@dataclass(frozen=True)
class ViewerLayer:
    """What a pane can show over the photograph.

    Attributes:
        key: names the layer in a set's `panes`.
        title: above the pane.
        alt: the pane's content, for screen readers.
        swatch: before the title, a data URL or "".
        short: below a thumbnail; the title if empty.
        aside: after the title.
        footnote: below all panes, while this layer is shown large.
        prompt: whether the message's prompt is drawn.
        given: a prompt of the layer's own, drawn instead of the message's.
        clicks: drawn with their numbers.
        key_entries: what the colors mean.
        styles: of the classes.
        classes: for every value of the bits, the position in `styles` counted from 1; 0 is none.
        outlines: masks whose outlines are drawn.
    """

    key: str
    title: str
    alt: str
    swatch: str = ""
    short: str = ""
    aside: str = ""
    footnote: str = ""
    prompt: bool = False
    given: GivenPrompt | None = None
    clicks: tuple[NumberedClick, ...] = ()
    key_entries: tuple[KeyEntry, ...] = ()
    styles: tuple[ClassStyle, ...] = ()
    classes: tuple[int, ...] = ()
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True)
class LayerSet:
    """Layers that are shown together.

    Attributes:
        key: its name in links.
        label: on its button.
        panes: the layers that are shown large, one per pane; with `split`, two in one pane with a divider.
        split: whether there is a divider.
        thumbnails: the layers that are shown small, to be swapped with a large one.
    """

    key: str
    label: str
    panes: tuple[str, ...]
    split: bool = False
    thumbnails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Toolbar:
    """What the toolbar of a compared photograph shows.

    Attributes:
        previous: whether the list has a photograph before this one, as for `next`.
        next: whether it has one after it.
        position: the place in the list, in words.
        facts: of the photograph, such as its outcome.
        mark: the name of the button that marks it; None where nothing can be marked.
    """

    previous: bool
    next: bool
    position: str
    facts: tuple[str, ...] = ()
    mark: str | None = None


@dataclass(frozen=True)
class MarkedPrompt:
    """A prompt that the user places: a box, and clicks as x, y and whether they mark water."""

    box: Box | None = None
    clicks: tuple[tuple[float, float, bool], ...] = ()


@dataclass(frozen=True)
class EditorState:
    """What makes the viewer an editor of prompts.

    Attributes:
        marks: the prompt that gave the message's masks.
        run_marks: the run's own prompt, where it has one.
        outline: how the outline of the reference mask is drawn, where there is one.
        spoken: the result in words, for screen readers.
    """

    marks: MarkedPrompt
    run_marks: MarkedPrompt | None
    outline: LineStyle | None
    spoken: str


@dataclass(frozen=True)
class ViewerMessage:
    """All that the browser needs to draw the panes.

    Attributes:
        name: of the subject; with another name, the viewer shows the whole picture again.
        id: of the photograph, as in links.
        size: of the shown picture and of `bits`.
        full: of the photograph itself; prompts are in its pixels.
        photograph: None where only masks are available.
        bits: one byte per pixel, one bit per mask, deflated (zlib), in base64.
        outline_paths: the outline of every mask as an SVG path, in the order of the bits.
        prompt: that the models were given.
        layers: all that panes can show.
        sets: which layers are shown together; the first is shown when the page opens.
        words: in the user's language; `WORDS` and those of the kind of viewer.
        view: the view in a link, as the viewer wrote it.
        toolbar: of the page Compare; None elsewhere.
        caption: lines below an exported picture.
        editor: None where prompts are only shown.
    """

    name: str
    id: str
    size: Size
    full: Size
    photograph: PhotographFile | None
    bits: str
    layers: tuple[ViewerLayer, ...]
    sets: tuple[LayerSet, ...]
    words: dict[str, str]
    outline_paths: tuple[str, ...] = ()
    prompt: GivenPrompt | None = None
    view: str | None = None
    toolbar: Toolbar | None = None
    caption: tuple[str, ...] = ()
    editor: EditorState | None = None
    hatches: dict[str, Any] = field(default_factory=hatch_table)
    version: int = VERSION

    def __post_init__(self) -> None:
        """Check what the types cannot express.

        Raises:
            ValueError: a field is wrong; it names the field, what was expected and what it got.
        """
        if min(*self.size, *self.full) < 1:
            raise ValueError(f"size and full: expected at least one pixel, got {self.size} and {self.full}")
        wanted = (*WORDS, *(EDITING_WORDS if self.editor else COMPARING_WORDS))
        if missing := [word for word in wanted if word not in self.words]:
            raise ValueError(f"words: expected {', '.join(missing)} too")
        self._check_photograph()
        for layer in self.layers:
            _check_layer(layer, len(self.outline_paths))
        self._check_sets()

    def to_json(self) -> dict[str, Any]:
        """The message as plain data."""
        return asdict(self)

    def _check_photograph(self) -> None:
        if self.editor and not self.photograph:
            raise ValueError("photograph: expected one to edit, got None")
        if not self.editor and self.photograph and self.photograph.url is None:
            raise ValueError(
                "photograph.url: expected a data URL, got None; only an editor keeps photographs"
            )

    def _check_sets(self) -> None:
        keys = {layer.key for layer in self.layers}
        if not self.sets:
            raise ValueError("sets: expected at least one")
        for one in self.sets:
            shown = (*one.panes, *one.thumbnails)
            if not one.panes or not keys.issuperset(shown):
                raise ValueError(f"sets, {one.key}: expected keys of layers ({sorted(keys)}), got {shown}")
            if one.split and len(one.panes) != 2:
                raise ValueError(f"sets, {one.key}: expected two layers to split, got {one.panes}")


def _check_layer(layer: ViewerLayer, masks: int) -> None:
    name = f"layers, {layer.key}"
    if layer.styles and len(layer.classes) not in [2**n for n in range(1, 9)]:
        raise ValueError(f"{name}: expected a class for every value of the bits, got {len(layer.classes)}")
    if layer.classes and not 0 <= min(layer.classes) <= max(layer.classes) <= len(layer.styles):
        raise ValueError(f"{name}: expected classes up to {len(layer.styles)}, got {max(layer.classes)}")
    if unknown := [style.hatch for style in layer.styles if style.hatch not in HATCHES]:
        raise ValueError(f"{name}: expected hatches of {list(HATCHES)}, got {unknown}")
    if wrong := [line.bit for line in layer.outlines if not 0 <= line.bit < masks]:
        raise ValueError(f"{name}: expected outlines of {masks} masks, got {wrong}")
    if not all(map(_COLOR.fullmatch, _colors(layer))):
        raise ValueError(f"{name}: expected colors such as #0072B2, got {list(_colors(layer))}")


def _colors(layer: ViewerLayer) -> Iterable[str]:
    yield from (style.color for style in layer.styles)
    yield from (click.color for click in layer.clicks)
    yield from (layer.given.color,) if layer.given else ()
    for line in layer.outlines:
        yield from (line.color, line.casing)
