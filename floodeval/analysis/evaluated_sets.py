"""Runs on several data sets, made comparable: the in-domain set, the variants, and each set's prompt.

- The in-domain set is the one that is named, else that of the runs' group, else the only one whose data set
  a variant was trained on.
- Variants are compared if they are the same model in every run and have results with each set's prompt. The
  others are left out and named.
- Each set has one prompt for all variants, by the rule of `floodeval.analysis.set_prompts`.
- Photographs that a compared variant was trained on count nowhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from floodeval.analysis.pairing import prompts_in_common
from floodeval.analysis.set_prompts import is_promptless, prompt_of_set
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.variant_record import MASKS, SAM
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import NO_PROMPT, PromptSpec, parse_prompt

ABSENT, OTHER_MODEL, OTHER_PROMPT = LEFT_OUT = ("absent", "other_model", "other_prompt")


@dataclass(frozen=True)
class LeftOutVariant:
    """A variant that is not compared, why (of `LEFT_OUT`), and the names of the runs that are the reason."""

    name: str
    reason: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class ComparedVariant:
    """A variant of all runs: its name, its record with the display name that any run states, its origin."""

    name: str
    record: Variant
    is_finetuned: bool


@dataclass(frozen=True)
class EvaluatedSet:
    """A data set with the scores of all compared variants.

    Attributes:
        run: the name of its run.
        name: the name that people read.
        class_name: what its reference masks show.
        prompt: the spec that all variants were given, except for those that take none.
        rule: why it is that prompt, of `PROMPT_RULES`.
        in_domain: whether it is the in-domain set.
        scores: IoU, 0 to 1, one row per photograph (index: id) and one column per variant, baseline first.
        scenes: the scene of each photograph.
        n_leaked: the number of photographs left out because a variant was trained on them.
        promptless: the variants that take no prompt.
    """

    run: str
    name: str
    class_name: str
    prompt: str
    rule: str
    in_domain: bool
    scores: pd.DataFrame
    scenes: pd.Series
    n_leaked: int = 0
    promptless: tuple[str, ...] = ()

    @property
    def uses_ground_truth(self) -> bool:
        """Whether the prompt is made from the reference mask."""
        return parse_prompt(self.prompt).uses_ground_truth


@dataclass(frozen=True)
class EvaluatedSets:
    """The sets, the in-domain one first; the compared variants, the baseline first; and the others."""

    sets: tuple[EvaluatedSet, ...]
    variants: tuple[ComparedVariant, ...]
    left_out: tuple[LeftOutVariant, ...]


def evaluated_sets(
    runs: Sequence[Run],
    in_domain: str | None = None,
    baseline: str | None = None,
    prompts: Mapping[str, str] | None = None,
) -> EvaluatedSets:
    """Make runs on different data sets comparable.

    Args:
        runs: one per data set.
        in_domain: the name of the run on the in-domain set.
        baseline: the name of the variant that the others are compared with; by default the first published
            SAM, else the first variant.
        prompts: specs by the names of runs.

    Raises:
        FloodevalError: two runs are of one data set; the in-domain set or a set's prompt is not certain;
            fewer than two variants are in all runs; no photograph of a set is left.
    """
    _refuse_one_data_set_twice(runs)
    asked = {run: parse_prompt(spec) for run, spec in (prompts or {}).items()}
    for name in (*asked, *([in_domain] if in_domain else [])):
        _check_known(name, runs)
    first = _in_domain_run(runs, in_domain)
    ordered = [first, *(run for run in runs if run is not first)]
    names, left_out = _same_everywhere(ordered)
    names = _baseline_first(ordered, names, baseline)
    lacking = [one for run in ordered for one in _without_asked(run, names, asked.get(run.folder.name))]
    left_out += lacking
    names = [name for name in names if name not in {one.name for one in lacking}]
    if len(names) < 2:
        raise FloodevalError(_too_few_variants(ordered, names, left_out))
    sets = tuple(
        _evaluated(run, names, *prompt_of_set(run, names, asked.get(run.folder.name)), run is first)
        for run in ordered
    )
    return EvaluatedSets(sets, tuple(_compared(ordered, name) for name in names), tuple(left_out))


def trained_on_sets(runs: Sequence[Run]) -> list[Run]:
    """The runs on a data set that one of the runs' variants was trained on."""
    trained = {
        one.trained_on["fingerprint"]
        for run in runs
        for one in run.info.variants
        if one.trained_on and "fingerprint" in one.trained_on
    }
    return [run for run in runs if run.info.dataset["fingerprint"] in trained]


def set_name(run: Run) -> str:
    """The name of a run's data set that people read."""
    return run.info.dataset.get("display_name") or run.info.dataset["name"]


def _refuse_one_data_set_twice(runs: Sequence[Run]) -> None:
    if not runs:
        raise FloodevalError(saying("generalization.no_runs"))
    seen: dict[str, Run] = {}
    for run in runs:
        other = seen.setdefault(run.info.dataset["fingerprint"], run)
        if other is not run:
            values = {"a": other.folder.name, "b": run.folder.name, "data": run.info.dataset["name"]}
            raise FloodevalError(saying("generalization.one_set_twice", **values))
    names = [run.folder.name for run in runs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise FloodevalError(saying("generalization.one_name_twice", run=twice[0]))


def _check_known(name: str, runs: Sequence[Run]) -> None:
    known = [run.folder.name for run in runs]
    if name not in known:
        raise FloodevalError(saying("generalization.unknown_run", run=name, known=", ".join(known)))


def _in_domain_run(runs: Sequence[Run], asked: str | None) -> Run:
    if asked:
        return next(run for run in runs if run.folder.name == asked)
    found = trained_on_sets(runs)
    if len(found) != 1:
        known = ", ".join(run.folder.name for run in found or runs)
        raise FloodevalError(
            saying(
                "generalization.several_in_domain" if found else "generalization.no_in_domain", known=known
            )
        )
    return found[0]


def _same_everywhere(runs: Sequence[Run]) -> tuple[list[str], list[LeftOutVariant]]:
    """The names of the variants that are one model with results in every run; the others, with reasons."""
    found, left_out = [], []
    for name in dict.fromkeys(one for run in runs for one in run.info.variant_names):
        present = [run for run in runs if name in set(run.metrics["variant"])]
        digests = {_identity(run, name) for run in present}
        if len(present) < len(runs):
            absent = tuple(run.folder.name for run in runs if run not in present)
            left_out.append(LeftOutVariant(name, ABSENT, absent))
        elif len(digests) > 1:
            left_out.append(LeftOutVariant(name, OTHER_MODEL, tuple(run.folder.name for run in runs)))
        else:
            found.append(name)
    return found, left_out


def _identity(run: Run, name: str) -> tuple[str, str]:
    """What a model must have in common between runs; folders of masks differ from data set to data set."""
    variant = _record(run, name)
    return variant.source, "" if variant.source == MASKS else variant.sha256


def _record(run: Run, name: str) -> Variant:
    return next(one for one in run.info.variants if one.name == name)


def _baseline_first(runs: Sequence[Run], names: Sequence[str], asked: str | None) -> list[str]:
    if asked is not None and asked not in names:
        raise FloodevalError(saying("generalization.no_baseline", name=asked, known=", ".join(names) or "-"))
    published = [name for name in names if _is_published(_record(runs[0], name))]
    first = asked or next(iter([*published, *names]), None)
    return [] if first is None else [first, *(name for name in names if name != first)]


def _is_published(variant: Variant) -> bool:
    return variant.source == SAM and variant.checkpoint is None


def _without_asked(run: Run, names: Sequence[str], asked: PromptSpec | None) -> list[LeftOutVariant]:
    """The variants without results with the prompt that is named for a run.

    Raises:
        FloodevalError: no variant has them.
    """
    prompted = [name for name in names if not is_promptless(run, name)]
    if asked is None or not prompted:
        return []
    having = [name for name in prompted if asked.spec in prompts_in_common(run.metrics, [name])]
    if not having:
        known = ", ".join(run.info.prompt_specs)
        raise FloodevalError(saying("runs.no_prompt", run=run.folder.name, prompt=asked.spec, known=known))
    return [LeftOutVariant(name, OTHER_PROMPT, (run.folder.name,)) for name in prompted if name not in having]


def _evaluated(run: Run, names: Sequence[str], spec: str, rule: str, in_domain: bool) -> EvaluatedSet:
    promptless = tuple(name for name in names if is_promptless(run, name))
    rows = run.metrics.drop_duplicates("id").set_index("id")
    scores = pd.DataFrame(dict(_columns(run, names, promptless, spec)), index=rows.index)
    leaked = {one for name in names for one in run.info.leaks.get(name, ())}
    kept = ~scores.index.isin(list(leaked))
    if not kept.any():
        raise FloodevalError(saying("generalization.all_leaked", run=run.folder.name))
    return EvaluatedSet(
        run=run.folder.name,
        name=set_name(run),
        class_name=run.info.class_name,
        prompt=spec,
        rule=rule,
        in_domain=in_domain,
        scores=scores[kept],
        scenes=rows["scene"][kept],
        n_leaked=int((~kept).sum()),
        promptless=promptless,
    )


def _columns(
    run: Run, names: Sequence[str], promptless: Sequence[str], spec: str
) -> Iterator[tuple[str, pd.Series]]:
    for name in names:
        given = NO_PROMPT if name in promptless else spec
        mine = (run.metrics["variant"] == name) & (run.metrics["prompt"] == given)
        yield name, run.metrics[mine].set_index("id")["iou"].astype(float)


def _compared(runs: Sequence[Run], name: str) -> ComparedVariant:
    records = [_record(run, name) for run in runs]
    stated = next((one.display_name for one in records if one.display_name), None)
    record = replace(records[0], display_name=stated)
    return ComparedVariant(name, record, records[0].source == SAM and records[0].checkpoint is not None)


def _too_few_variants(
    runs: Sequence[Run], names: Sequence[str], left_out: Sequence[LeftOutVariant]
) -> object:
    values = {"names": ", ".join(names) or "-", "others": ", ".join(one.name for one in left_out) or "-"}
    key = "generalization.one_variant" if len(runs) == 1 else "generalization.nothing_in_common"
    return saying(key, **values)
