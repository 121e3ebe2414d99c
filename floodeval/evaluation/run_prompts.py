"""The prompts of a run: which variant takes which of those that were asked for."""

from collections.abc import Collection, Mapping, Sequence

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import NO_PROMPT, PromptSpec, parse_prompt


def takes(prompt_kinds: Collection[str], spec: PromptSpec) -> bool:
    """Whether a variant that takes these kinds of prompt takes this one."""
    return spec.kind in prompt_kinds


def prompts_of_run(
    asked: Sequence[PromptSpec], prompt_kinds: Mapping[str, Collection[str]]
) -> tuple[PromptSpec, ...]:
    """The prompts of a run: those asked for that a variant takes, and `none` where a variant takes that.

    A variant answers those of these prompts that it takes; the others are left out for it.

    Args:
        asked: the prompts that were asked for, in order.
        prompt_kinds: the kinds of prompt that each variant takes, by its name.

    Raises:
        FloodevalError: a variant takes no prompt of the run, or `none` was asked for and no variant takes it.
    """
    wanted = list(asked)
    takes_none = any(NO_PROMPT in kinds for kinds in prompt_kinds.values())
    if takes_none and not any(spec.kind == NO_PROMPT for spec in asked):
        wanted.append(parse_prompt(NO_PROMPT))
    for variant, kinds in prompt_kinds.items():
        is_refused = not takes_none and any(spec.kind == NO_PROMPT for spec in asked)
        if is_refused or not any(takes(kinds, spec) for spec in wanted):
            given = ", ".join(spec.spec for spec in asked)
            known = ", ".join(kinds)
            raise FloodevalError(
                saying("prompt_errors.not_taken", variant=variant, prompts=given, known=known)
            )
    return tuple(spec for spec in wanted if any(takes(kinds, spec) for kinds in prompt_kinds.values()))


def left_out(asked: Sequence[PromptSpec], prompt_kinds: Collection[str]) -> list[str]:
    """The prompts that were asked for and that a variant does not take."""
    return [spec.spec for spec in asked if not takes(prompt_kinds, spec)]
