"""The commands that a job may run, with the options and the form of values that each of them takes.

A command is built from a form, or read from `job.json`. Both are checked here, word by word: nothing else is
ever started.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.paths import is_name

_NUMBER = re.compile(r"[0-9]{1,6}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(@[01](\.[0-9]{1,4})?)?")
_PROMPT = re.compile(r"[a-z]{1,20}(:[a-z]{1,20}=[0-9]{1,6}(,[a-z]{1,20}=[0-9]{1,6})*)?")
SUBSETS = ("train", "validation", "test")


def is_number(text: str) -> bool:
    """Whether a text is a whole number from 0."""
    return bool(_NUMBER.fullmatch(text))


def is_word(text: str) -> bool:
    """Whether a text is a lower-case word, such as a preset or a model type."""
    return bool(_WORD.fullmatch(text))


def is_subset(text: str) -> bool:
    """Whether a text names a subset."""
    return text in SUBSETS


def is_variant(text: str) -> bool:
    """Whether a text is `NAME` or `NAME=SOURCE`, the source a model or a blend; never a path or code."""
    name, equals, source = text.partition("=")
    return is_name(name) and (not equals or bool(_SOURCE.fullmatch(source)))


def is_prompt(text: str) -> bool:
    """Whether a text has the form of a prompt."""
    return bool(_PROMPT.fullmatch(text))


def is_path(text: str) -> bool:
    """Whether a text is an absolute path without `..`, in one line."""
    path = Path(text)
    return path.is_absolute() and ".." not in path.parts and text.isprintable() and len(text) < 4096


_EVALUATED = {"--name": is_name, "--variant": is_variant, "--prompt": is_prompt, "--model": is_word}
OPTIONS: Mapping[str, Mapping[str, object]] = {
    "demo": {"--scenes": is_number, "--seed": is_number},
    "evaluate": {**_EVALUATED, "--split": is_path, "--subset": is_subset},
    "stress": {**_EVALUATED, "--bases": is_number, "--seed": is_number},
    "finetune": {"--name": is_name, "--preset": is_word, "--split": is_path, "--epochs": is_number},
    "split": {"--out": is_path, "--seed": is_number},
}
"""The options of each command, with what checks a value."""
_TAKES_DATASET = ("evaluate", "finetune", "split")


@dataclass(frozen=True)
class EvaluationForm:
    """An evaluation as a form states it.

    Attributes:
        dataset: absolute path of the data set.
        name: of the run.
        variants: the source of each variant by its name; None for the pretrained model.
        prompts: at least one.
        split: absolute path of the split's file; None for all photographs, or the data set's own folders.
        subset: of the split.
    """

    dataset: Path
    name: str
    variants: Mapping[str, str | None]
    prompts: Sequence[str]
    split: Path | None = None
    subset: str | None = None

    def command(self) -> list[str]:
        """The words after `floodeval`; raises FloodevalError where one is not allowed."""
        optional = {"--split": self.split, "--subset": self.subset}
        words = ["evaluate", str(self.dataset), "--name", self.name, *_given(optional)]
        return check_command([*words, *_sides(self.variants, self.prompts)])


@dataclass(frozen=True)
class DemoForm:
    """The demo: how many synthetic scenes, and their seed."""

    scenes: int = 12
    seed: int = 0

    def command(self) -> list[str]:
        """The words after `floodeval`."""
        return check_command(["demo", "--scenes", str(self.scenes), "--seed", str(self.seed)])


@dataclass(frozen=True)
class StressForm:
    """The stress suite: its number of base scenes, and what is evaluated on it."""

    name: str = "stress"
    bases: int = 9
    variants: Mapping[str, str | None] = field(default_factory=dict)
    prompts: Sequence[str] = ()

    def command(self) -> list[str]:
        """The words after `floodeval`; raises FloodevalError where one is not allowed."""
        words = ["stress", "--name", self.name, "--bases", str(self.bases)]
        return check_command([*words, *_sides(self.variants, self.prompts)])


@dataclass(frozen=True)
class TrainingForm:
    """A fine-tuning: the data set, the model's name, the preset, and the split; None: the own folders."""

    dataset: Path
    name: str
    preset: str
    split: Path | None = None
    epochs: int | None = None

    def command(self) -> list[str]:
        """The words after `floodeval`; raises FloodevalError where one is not allowed."""
        words = ["finetune", str(self.dataset), "--name", self.name, "--preset", self.preset]
        return check_command([*words, *_given({"--split": self.split, "--epochs": self.epochs})])


@dataclass(frozen=True)
class SplitForm:
    """A split of a data set: the file to write, and the seed."""

    dataset: Path
    out: Path
    seed: int = 0

    def command(self) -> list[str]:
        """The words after `floodeval`; raises FloodevalError where one is not allowed."""
        words = ["split", str(self.dataset), "--out", str(self.out), "--seed", str(self.seed)]
        return check_command(words)


def check_command(words: Sequence[str]) -> list[str]:
    """Return the words of a command that a job may run.

    Raises:
        FloodevalError: names the word that is not allowed.
    """
    kind, *rest = [*words] or [""]
    if kind not in OPTIONS:
        raise FloodevalError(saying("jobs.no_command", word=kind))
    if kind in _TAKES_DATASET:
        dataset, *rest = rest or [""]
        if not is_path(dataset):
            raise FloodevalError(saying("jobs.no_path", path=dataset))
    for option, value in _pairs(rest):
        allows = OPTIONS[kind].get(option)
        if not callable(allows) or not allows(value):
            raise FloodevalError(saying("jobs.no_value", option=option, value=value))
    return [*words]


def command_line(words: Sequence[str]) -> str:
    """A command as a person types it in a terminal."""
    return shlex.join(["floodeval", *words])


def wrapped_command_line(words: Sequence[str], width: int = 58) -> str:
    """A command as a person types it, in lines of at most so many letters where its words allow that.

    An option and its value stay in one line.
    """
    lines = ["floodeval"]
    for part in _parts(words):
        if lines[-1] != "floodeval" and len(lines[-1]) + 1 + len(part) > width - 2:
            lines.append(f"    {part}")
        else:
            lines[-1] += f" {part}"
    return " \\\n".join(lines)


def _parts(words: Sequence[str]) -> list[str]:
    """The words as a shell takes them, each option together with its value."""
    parts: list[str] = []
    for at, word in enumerate(words):
        if at and words[at - 1].startswith("--"):
            parts[-1] += f" {shlex.quote(word)}"
        else:
            parts.append(shlex.quote(word))
    return parts


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The options with their values; a value is missing where an option is the last word."""
    for at in range(0, len(words), 2):
        yield words[at], words[at + 1] if at + 1 < len(words) else ""


def _sides(variants: Mapping[str, str | None], prompts: Iterable[str]) -> Iterator[str]:
    for name, source in variants.items():
        yield from ("--variant", name if source is None else f"{name}={source}")
    for prompt in prompts:
        yield from ("--prompt", prompt)


def _given(options: Mapping[str, object]) -> Iterator[str]:
    for option, value in options.items():
        if value is not None:
            yield from (option, str(value))
