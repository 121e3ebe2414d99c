"""How a parameter is written on each surface: Python, the command line and the dashboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Surface = Literal["python", "cli", "dashboard"]

_surface: ContextVar[Surface] = ContextVar("surface", default="python")


@dataclass(frozen=True)
class Spelling:
    """How one parameter is written.

    Attributes:
        option: on the command line.
        argument: in Python.
        dashboard: key of the catalog with the words of the dashboard.
        kind: of its value: text, a list of numbers, a Python expression, or a flag without a value.
    """

    option: str
    argument: str
    dashboard: str = "parameters.command_line"
    kind: Literal["text", "numbers", "expression", "flag"] = "text"

    def as_option(self, value: str) -> str:
        """The option, with its value if it has one."""
        return f"{self.option}{'=' if value.startswith('-') else ' '}{value}" if value else self.option

    def as_argument(self, value: str) -> str:
        """The argument with its value, `...` if none is given."""
        if self.kind == "flag":
            return f"{self.argument}=True"
        if not value:
            return f"{self.argument}=..."
        numbers = ", ".join(value.split(",")) + ("" if "," in value else ",")
        values = {"text": f'"{value}"', "numbers": f"({numbers})", "expression": value}
        return f"{self.argument}={values[self.kind]}"

    def as_entry(self, value: str) -> str:
        """The entry of `dataset.toml`, with its value if it has one."""
        written = f'"{value}"' if self.kind == "text" else f"[{', '.join(value.split(','))}]"
        return f"{self.argument} = {written}" if value else self.argument


SPELLINGS = {
    "allow_leak": Spelling("--allow-leak", "allow_leak", kind="flag"),
    "bands": Spelling("--bands", "bands"),
    "bases": Spelling("--bases", "n_bases", kind="expression"),
    "class_name": Spelling("--class-name", "class_name"),
    "coco": Spelling("--coco", "coco"),
    "coco_polygons": Spelling("--coco-polygons", "coco_polygons"),
    "config": Spelling("--dataset-config", "config"),
    "dataset": Spelling("--dataset", "dataset"),
    "device": Spelling("--device", "device"),
    "exif": Spelling("--exif", "exif", "parameters.photographs_entry"),
    "force": Spelling("--force", "force", kind="flag"),
    "ids": Spelling("--ids", "ids", "parameters.chosen"),
    "ignore": Spelling("--ignore", "ignore", "parameters.labels_entry", "numbers"),
    "in_domain": Spelling("--in-domain", "in_domain", "parameters.in_domain"),
    "init": Spelling("--init", "init"),
    "learning_rate": Spelling("--learning-rate", "learning_rate", kind="expression"),
    "markdown": Spelling("--markdown", "markdown"),
    "model": Spelling("--model", "model_type"),
    "name": Spelling("--name", "name"),
    "prompt": Spelling("--prompt", "prompts", kind="expression"),
    "seed": Spelling("--seed", "seed", kind="expression"),
    "set_prompt": Spelling("--prompt", "prompts"),
    "split": Spelling("--split", "split"),
    "stretch": Spelling("--stretch", "stretch", "parameters.photographs_entry"),
    "subset": Spelling("--subset", "subset"),
    "trained_on": Spelling("--trained-on", "trained_on", kind="expression"),
    "variant": Spelling("--variant", "variants", kind="expression"),
    "water": Spelling("--water", "water", "parameters.labels_entry", "numbers"),
    "worst": Spelling("--worst", "n", "parameters.worst", "expression"),
}  # by the name that a token of the catalog has: `[[water]]`, or `[[device=cpu]]` with a value


def surface() -> Surface:
    """The current surface: Python, the command line or the dashboard."""
    return _surface.get()


def set_surface(surface: Surface) -> None:
    """Set the surface of this thread."""
    _surface.set(surface)


@contextmanager
def on_surface(surface: Surface) -> Iterator[None]:
    """Set the surface within a `with` block."""
    before = _surface.get()
    set_surface(surface)
    try:
        yield
    finally:
        set_surface(before)
