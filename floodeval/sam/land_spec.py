"""The spec of prompts on dry land, such as `land:n=5`: how many things a model is prompted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import LAND

DEFAULT_THINGS, MOST_THINGS = 5, 20


@dataclass(frozen=True)
class LandSpec:
    """Prompts on dry land: a point and a box on each of up to `n` things of a photograph.

    They have no reference, so they take no part in a run's scores
    (see `floodeval.evaluation.prompt_fidelity`).
    """

    n: int = DEFAULT_THINGS

    @property
    def spec(self) -> str:
        """The spec as text: `land:n=5`."""
        return f"{LAND}:n={self.n}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `land` or `land:n=5`.

        Raises:
            FloodevalError: another option than n, or a number that is not from 1 to `MOST_THINGS`.

        Examples:
            >>> LandSpec.parse("land").spec
            'land:n=5'
        """
        _, colon, rest = text.strip().partition(":")
        if not colon:
            return cls()
        option, _, value = rest.partition("=")
        if option != "n":
            raise FloodevalError(
                saying("prompt_errors.no_option", text=text, option=option, kind=LAND, known="n")
            )
        if not value.isdecimal() or not 1 <= int(value) <= MOST_THINGS:
            expected = saying("prompt_errors.expects_things", most=MOST_THINGS)
            raise FloodevalError(
                saying("prompt_errors.no_value", text=text, option=option, value=value, expected=expected)
            )
        return cls(int(value))


def is_land(text: str) -> bool:
    """Whether a spec is one of prompts on dry land."""
    return text.strip().partition(":")[0] == LAND


def find_land(prompts: Sequence[str]) -> LandSpec | None:
    """The prompts on dry land among specs; None where there are none.

    Raises:
        FloodevalError: a spec of them is wrong, there are two different ones, or there is no other prompt.
    """
    found = list(dict.fromkeys(LandSpec.parse(text) for text in prompts if is_land(text)))
    if not found:
        return None
    if len(found) > 1:
        given = ", ".join(one.spec for one in found)
        raise FloodevalError(saying("prompt_errors.land_twice", given=given))
    if all(map(is_land, prompts)):
        raise FloodevalError(saying("prompt_errors.land_alone", text=found[0].spec))
    return found[0]
