"""The viewer as a Streamlit component; its JavaScript modules are bundled into one script.

Streamlit gives a component to the browser as one script. The modules stay real ES modules, which Node's test
runner loads as they are; each of them is wrapped in a function, so that names that two modules share don't
collide.
"""

import base64
import re
import zlib
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from floodeval.dashboard.viewer.message import ViewerMessage

MARKUP = "viewer.html"
STYLES = ("case_tools.css", "controls.css", "panes.css", "notes.css")  # in this order
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)"\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b(?! default function).*", re.MULTILINE)


def draw_viewer(
    message: ViewerMessage,
    key: str,
    on_marks_change: Callable[[], None] | None = None,
    on_step_change: Callable[[], None] | None = None,
) -> bool:
    """Draw the viewer.

    Args:
        message: what it shows.
        key: of the component in the session state.
        on_marks_change: for an editor, called before the page reruns with new marks. The component's state
            `marks` is then `{"photograph": id, "has": id or None, "box": ..., "clicks": ...}`, as
            `contract.md` says.
        on_step_change: for a message with a toolbar, called before the page reruns for another photograph.
            The component's state `step` is then "previous" or "next".

    Returns:
        Whether the form that marks the photograph was asked for.
    """
    callbacks: dict[str, Callable[[], None]] = {}
    if on_marks_change is not None:
        callbacks["on_marks_change"] = on_marks_change
    if on_step_change is not None:
        callbacks |= {"on_step_change": on_step_change, "on_mark_change": _nothing}
    drawn = _component()(key=key, data=message.to_json(), **callbacks)
    return on_step_change is not None and drawn.get("mark") is True


def _nothing() -> None:
    """Streamlit keeps a trigger's value only where a callback is named."""


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Register the component, once."""
    html, *css = ((files(__package__) / name).read_text(encoding="utf-8") for name in (MARKUP, *STYLES))
    return st.components.v2.component("floodeval_viewer", html=html, css="".join(css), js=script())


def script() -> str:
    """The viewer's JavaScript, all modules in one."""
    return bundle(files(__package__), "viewer.js")


def packed_bits(bits: npt.NDArray[np.uint8]) -> str:
    """An H x W map of masks, one bit each, deflated (zlib), in base64."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(bits).tobytes(), 6)).decode()


def bundle(folder: Traversable, entry: str) -> str:
    """Join a module and all that it imports into one ES module with the entry's default export.

    Args:
        folder: where the modules are.
        entry: the file name of the module that the browser loads; only it may have a default export.

    Raises:
        ValueError: modules import each other in a circle, or a statement is neither
            `import {...} from "./name.js"` nor an export of a function, class or const.
    """
    done: dict[str, str] = {}
    _add_module(folder, entry, done, ())
    return "\n".join(done.values())


def _add_module(folder: Traversable, name: str, done: dict[str, str], importers: tuple[str, ...]) -> None:
    """Add a module to `done` after all that it imports."""
    if name in importers:
        raise ValueError(f"modules import each other in a circle: {' -> '.join((*importers, name))}")
    code = (folder / name).read_text(encoding="utf-8")
    for _, imported in _IMPORT.findall(code):
        if imported not in done:
            _add_module(folder, imported, done, (*importers, name))
    exported = _EXPORT.findall(code)
    code = _IMPORT.sub(lambda found: f"const {{{_renamed(found[1])}}} = {_variable(found[2])}\n", code)
    code = _EXPORT.sub("", code)
    is_entry = not importers
    if other := next((one[0] for one in _OTHER.finditer(code)), None):
        raise ValueError(f"{name}: {other!r} cannot be bundled")
    if not is_entry and "\nexport default" in f"\n{code}":
        raise ValueError(f"{name}: only the entry may have a default export")
    wrapped = f"const {_variable(name)} = (() => {{\n{code}\nreturn {{ {', '.join(exported)} }}\n}})()\n"
    done[name] = f"// {name}\n{code if is_entry else wrapped}"


def _variable(name: str) -> str:
    """The variable that holds a module's exports."""
    return "$" + name.removesuffix(".js").replace("-", "_")


def _renamed(names: str) -> str:
    """The names of an import as those of a destructured object: `a as b` is `a: b` there."""
    return re.sub(r"\s+as\s+", ": ", names)
