"""Prompts in plain words: what SAM is told, and whether that was made from the ground truth."""

from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec


def protocol(prompt: PromptSpec) -> str:
    """What SAM is told with this prompt, in a sentence without its full stop."""
    said = say(f"prompts.{prompt.kind}", clicks=counted(prompt.n or 1, "click"))
    if prompt.jitter:
        said += say("prompts.jitter", px=formats.significant(prompt.jitter))
    if prompt.multimask:
        said += say("prompts.multimask")
    return said


def truth_use(prompt: PromptSpec) -> str:
    """Whether the prompt was made from the ground truth, and what that means: a sentence."""
    return say("prompts.from_truth" if prompt.uses_ground_truth else "prompts.without_truth")
