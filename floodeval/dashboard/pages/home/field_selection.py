"""The selection that Home decides by: A and B with a field prompt, which needs no ground truth.

A prompt from the reference mask is not available in use, so what it reaches is an upper bound and not what a
model does on its own.
"""

from dataclasses import replace

from floodeval.analysis.pairing import prompts_in_common
from floodeval.analysis.set_prompts import FIELD, prompt_of_set
from floodeval.dashboard.queries import compare_sides, table_of
from floodeval.dashboard.state.selection import Selection
from floodeval.errors import FloodevalError
from floodeval.evaluation.sides import Side
from floodeval.sam.prompts import PromptSpec, parse_prompt


def field_selection(selection: Selection) -> Selection:
    """The same A and B with the best field prompt that both have.

    It is the selection itself where its prompt is a field prompt already, where A and B are of two runs or
    have two prompts, and where there is no field prompt for what the run measures.
    """
    pair = selection.pair
    if not pair.is_of_one_run or not selection.prompt.uses_ground_truth:
        return selection
    prompt = best_field_prompt(selection)
    if prompt is None:
        return selection
    a, b = (None if one is None else Side(one.run, one.variant, prompt) for one in (pair.side_a, pair.side_b))
    if a is None:
        return selection
    other = compare_sides(a, b)
    return replace(selection, pair=other, table=table_of(other, selection.rows_key, selection.threshold))


def best_field_prompt(selection: Selection) -> PromptSpec | None:
    """The field prompt that both sides have with which the better one has the highest mean IoU."""
    names = [selection.a, *([selection.b] if selection.b else [])]
    if not prompts_in_common(selection.metrics, names):
        return None
    try:
        spec, rule = prompt_of_set(replace(selection.run, metrics=selection.metrics), names, None)
    except FloodevalError:
        return None
    return parse_prompt(spec) if rule == FIELD else None
