"""The prompt that a data set's variants are compared with, and the rule that chooses it.

A set has one prompt for all variants: the one that is named, else its best field prompt, else `box`, else its
first. The best field prompt is the one with which the best variant has the highest mean IoU. A set of another
class than water has no field prompt: the whole frame does not say which object is meant. A variant that takes
no prompt is compared with `none`.
"""

from collections.abc import Sequence

from floodeval.analysis.pairing import prompts_in_common
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import WATER
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import NO_PROMPT, PromptSpec, parse_prompt

ASKED, FIELD, BOX, FIRST, WITHOUT = PROMPT_RULES = ("asked", "field", "box", "first", "without")


def prompt_of_set(run: Run, names: Sequence[str], asked: PromptSpec | None) -> tuple[str, str]:
    """The prompt of a set, as its spec, and the rule that chose it.

    Args:
        run: on the set.
        names: of the compared variants.
        asked: the prompt that is named for the run.

    Raises:
        FloodevalError: the variants have no prompt in common.
    """
    prompted = [name for name in names if not is_promptless(run, name)]
    if not prompted:
        return NO_PROMPT, WITHOUT
    if asked is not None:
        return asked.spec, ASKED
    common = prompts_in_common(run.metrics, prompted)
    fields = [spec for spec in common if not parse_prompt(spec).uses_ground_truth]
    if fields and run.info.class_name == WATER:
        return max(fields, key=lambda spec: _best_mean(run, prompted, spec)), FIELD
    if common:
        others = [spec for spec in common if spec not in fields] or common
        return (BOX, BOX) if BOX in others else (others[0], FIRST)
    raise FloodevalError(
        saying("generalization.no_common_prompt", run=run.folder.name, names=", ".join(prompted))
    )


def _best_mean(run: Run, names: Sequence[str], spec: str) -> float:
    rows = run.metrics[(run.metrics["prompt"] == spec) & run.metrics["variant"].isin(list(names))]
    return float(rows.groupby("variant")["iou"].mean().max())


def is_promptless(run: Run, name: str) -> bool:
    """Whether a variant takes no prompt, as a folder of masks."""
    return prompts_in_common(run.metrics, [name]) == [NO_PROMPT]
