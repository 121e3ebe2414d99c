"""A side of a comparison: a run, a variant and a prompt, written `RUN[:VARIANT[:PROMPT]]`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, load_run
from floodeval.i18n.catalog import Saying, saying
from floodeval.sam.prompts import PromptSpec, parse_prompt
from floodeval.storage.paths import locate

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")  # a path on Windows


@dataclass(frozen=True)
class SideText:
    """A side as a person writes it; None where the variant or the prompt is left out."""

    run: str
    variant: str | None = None
    prompt: str | None = None


def parse_side(text: str) -> SideText:
    """Read `RUN[:VARIANT[:PROMPT]]`.

    The longest beginning that is an existing folder, or one in the results folders, is the run, and the colon
    of a drive letter belongs to it. The prompt is the rest, colons included.

    Examples:
        >>> parse_side("demo:finetuned:points:n=5")
        SideText(run='demo', variant='finetuned', prompt='points:n=5')

    Raises:
        FloodevalError: a part is empty.
    """
    run = _existing_folder(text)
    if run is None:
        first = text.find(":", 2 if _DRIVE.match(text) else 0)
        run = text if first < 0 else text[:first]
    rest = text[len(run) + 1 :]
    variant, *prompt = rest.split(":", 1) if len(text) > len(run) else (None,)
    if not run or variant == "" or prompt == [""]:
        raise FloodevalError(saying("sides.empty_part", text=text))
    return SideText(run, variant, prompt[0] if prompt else None)


def _existing_folder(text: str) -> str | None:
    ends = [len(text), *(place for place, letter in enumerate(text) if letter == ":")]
    for end in sorted(ends, reverse=True):
        name = text[:end]
        if name and any(place.is_dir() for place in (Path(name), locate("runs", name))):
            return name
    return None


@dataclass(frozen=True)
class Side:
    """A variant of a run with one prompt."""

    run: Run
    variant: str
    prompt: PromptSpec

    @property
    def name(self) -> str:
        """The side as `parse_side` reads it, with the run's name: `demo:finetuned:full`."""
        return f"{self.run.folder.name}:{self.variant}:{self.prompt.spec}"

    @property
    def rows(self) -> pd.DataFrame:
        """The rows of the run's table that belong to the side, one per sample."""
        rows = self.run.metrics
        return rows[(rows["variant"] == self.variant) & (rows["prompt"] == self.prompt.spec)]

    def is_of_the_same_run(self, other: "Side") -> bool:
        """Whether both sides are of one run."""
        return self.run.folder.resolve() == other.run.folder.resolve()

    def is_same(self, other: "Side") -> bool:
        """Whether both are one side, also where links of different names lead to its run."""
        return (
            self.is_of_the_same_run(other) and self.variant == other.variant and self.prompt == other.prompt
        )


def open_sides(a: str, b: str, prompt: str | None = None) -> list[tuple[Side, Side]]:
    """Read two sides, and fill in what they leave out where only one thing can be meant.

    Without a variant, it is the run's only one. With a prompt on one side alone, the other has the same
    prompt, or its only one. Without a prompt on both, there is a pair of sides for each prompt that both
    have; where they share none, each has its only one.

    Args:
        a: the baseline, as `parse_side` reads it.
        b: the candidate.
        prompt: of the sides that name none.

    Raises:
        FloodevalError: a run, variant or prompt does not exist, more than one could be meant, or A is B.
    """
    texts = [parse_side(a), parse_side(b)]
    runs = [load_run(text.run) for text in texts]
    variants = [_variant(run, text.variant) for run, text in zip(runs, texts, strict=True)]
    known = [prompts_of(run, variant) for run, variant in zip(runs, variants, strict=True)]
    asked = [text.prompt or prompt for text in texts]
    pairs = [
        (Side(runs[0], variants[0], first), Side(runs[1], variants[1], second))
        for first, second in _prompts(runs, variants, known, asked)
    ]
    for first_side, second_side in pairs:
        if first_side.is_same(second_side):
            raise FloodevalError(saying("sides.same", side=first_side.name))
    return pairs


def prompts_of(run: Run, variant: str) -> list[PromptSpec]:
    """The prompts that a variant has rows with, in the run's order."""
    specs = set(run.metrics.loc[run.metrics["variant"] == variant, "prompt"])
    return [prompt for prompt in run.info.prompts if prompt.spec in specs]


def _variant(run: Run, asked: str | None) -> str:
    names = run.info.variant_names
    known = ", ".join(names)
    if asked is None and len(names) > 1:
        example = f"{run.folder.name}:{names[0]}"
        raise FloodevalError(saying("sides.which_variant", run=run.folder, known=known, example=example))
    if asked is not None and asked not in names:
        raise FloodevalError(saying("runs.no_variant", run=run.folder, variant=asked, known=known))
    return asked or names[0]


def _prompts(
    runs: Sequence[Run],
    variants: Sequence[str],
    known: Sequence[Sequence[PromptSpec]],
    asked: Sequence[str | None],
) -> list[tuple[PromptSpec, PromptSpec]]:
    """The prompts of A and B, pair by pair."""
    if not any(asked):
        both = [one for one in known[0] if one in known[1]]
        if both:
            return [(one, one) for one in both]
    chosen = []
    for place, text in enumerate(asked):
        other = asked[1 - place]
        side, mine = (runs[place], variants[place]), known[place]
        if text is not None:
            chosen.append(_prompt(side, mine, text))
        elif other is not None and parse_prompt(other) in mine:
            chosen.append(parse_prompt(other))
        else:
            chosen.append(_only(side, mine))
    return [(chosen[0], chosen[1])]


def _prompt(side: tuple[Run, str], known: Sequence[PromptSpec], text: str) -> PromptSpec:
    prompt = parse_prompt(text)
    if prompt not in known:
        raise FloodevalError(_saying("sides.no_prompt", side, known, prompt=prompt.spec))
    return prompt


def _only(side: tuple[Run, str], known: Sequence[PromptSpec]) -> PromptSpec:
    if len(known) != 1:
        raise FloodevalError(_saying("sides.which_prompt" if known else "sides.no_rows", side, known))
    return known[0]


def _saying(key: str, side: tuple[Run, str], known: Sequence[PromptSpec], **values: str) -> Saying:
    run, variant = side
    specs = ", ".join(one.spec for one in known)
    return saying(key, run=run.folder, variant=variant, known=specs, **values)
