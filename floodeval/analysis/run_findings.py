"""The findings of a run about A and B with one prompt, each computed once and shared by all readers.

The home page, the command line and the report take what they show from here, so their figures agree.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from floodeval.analysis.compare import compare_both
from floodeval.analysis.comparison import Comparison, MetricComparison
from floodeval.analysis.cost import cost_table
from floodeval.analysis.pairing import mean_table, paired, prompt_table, prompts_in_common
from floodeval.analysis.ranking import by_id
from floodeval.analysis.review_queue import label_suspects, review_queue
from floodeval.analysis.subgroups import Subgroup, cut_subgroups
from floodeval.analysis.trainings import TrainingRecord, read_training
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import PairedRun
from floodeval.evaluation.run import Run
from floodeval.evaluation.shared_samples import SharedSamples
from floodeval.evaluation.sides import Side
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n.catalog import saying
from floodeval.sam.prompts import PromptSpec


@dataclass(frozen=True)
class RunFindings:
    """What a run says about A and B with one prompt; each finding is computed when it is first used.

    Attributes:
        run: the run; its `metrics` may be only some of the rows.
        a: the baseline variant.
        b: the candidate; the same as `a` where the run has one variant.
        prompt: the prompt of every finding that does not name several.
        subset: the split that the rows belong to; empty for all rows.
        without_flagged: whether the pairs that the audit flagged are left out of the rows.
    """

    run: Run
    a: str
    b: str
    prompt: PromptSpec
    subset: str = ""
    without_flagged: bool = False

    def prompt_of(self, variant: str) -> PromptSpec:
        """The prompt that A or B was given."""
        return self.run.prompt_of(variant, self.prompt)

    @property
    def sides(self) -> tuple[Side, Side]:
        """A and B with their own runs, variants and prompts."""
        a, b = (
            Side(self.run.run_of(name), self.run.variant_of(name), self.prompt_of(name))
            for name in (self.a, self.b)
        )
        return a, b

    @property
    def runs(self) -> list[Run]:
        """The run of A and, where it is another one, that of B."""
        a, b = self.sides
        return [a.run] if a.is_of_the_same_run(b) else [a.run, b.run]

    @property
    def left_out(self) -> SharedSamples | None:
        """The samples that are not compared; None where A and B are variants of one run with one prompt."""
        return self.run.shared if isinstance(self.run, PairedRun) else None

    @property
    def has_two_prompts(self) -> bool:
        """Whether A and B were given different prompts."""
        return self.prompt_of(self.a) != self.prompt_of(self.b)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A and B side by side, one row per sample, as `floodeval.analysis.pairing.paired` returns them.

        Raises:
            FloodevalError: a variant has no rows with the prompt, or A and B have different samples.
        """
        return paired(self.run.metrics, self.a, self.b, self.prompt.spec, self.run.info.failure_threshold)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The rows of the run's table that belong to A or B and to the prompt."""
        rows = self.run.metrics
        return rows[(rows["prompt"] == self.prompt.spec) & rows["variant"].isin([self.a, self.b])]

    @cached_property
    def comparison(self) -> Comparison:
        """B compared with A, with the prompt; raises FloodevalError as `table` does."""
        return compare_both(self.run, self.run.metrics, self.a, self.b, self.prompt.spec)

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """B compared with A for every prompt that both have rows with, by its spec; raises like `table`."""
        present = prompts_in_common(self.run.metrics, {self.a, self.b})
        return {
            spec: self.comparison
            if spec == self.prompt.spec
            else compare_both(self.run, self.run.metrics, self.a, self.b, spec)
            for spec in self.run.info.prompt_specs
            if spec in present
        }

    @property
    def iou(self) -> MetricComparison:
        """The comparison of the metric that decides, IoU."""
        return self.comparison.primary

    @property
    def titles(self) -> dict[str, str]:
        """The names of the run's variants that people read, in the current language, by their short names."""
        return variant_titles(self.run.info)

    @property
    def name_a(self) -> str:
        """The name of A that people read."""
        return self.titles.get(self.a, self.a)

    @property
    def name_b(self) -> str:
        """The name of B that people read."""
        return self.titles.get(self.b, self.b)

    @cached_property
    def means(self) -> pd.DataFrame:
        """The mean of every metric with its interval, for all variants with the prompt (`mean_table`)."""
        return mean_table(self.run.metrics, self.prompt.spec)

    @cached_property
    def prompts(self) -> pd.DataFrame:
        """The mean IoU of A and B and their gap, one row per prompt (`prompt_table`)."""
        return prompt_table(self.run.metrics, self.a, self.b, self.run.info.prompt_specs)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """How many samples have each outcome; outcomes without samples are missing."""
        counts = self.table["outcome"].value_counts()
        return {str(name): int(n) for name, n in counts.items()}

    @cached_property
    def traits(self) -> pd.DataFrame:
        """The traits of the samples, in the order of `table`; raises FloodevalError where there are none."""
        return self.table[["id"]].merge(self.run.table("traits"), on="id", how="left", validate="one_to_one")

    @cached_property
    def subgroups(self) -> list[Subgroup]:
        """The subgroups of the samples, with members as rows of `table`; raises as `traits` does."""
        return cut_subgroups(self.traits)

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """The label suspects over all prompts (`label_suspects`).

        Raises:
            FloodevalError: the run has one variant, or no table of agreement.
        """
        return label_suspects(self.run)

    @cached_property
    def review_queue(self) -> pd.DataFrame:
        """The images to look at before the comparison is believed (`floodeval.analysis.review_queue`)."""
        try:
            suspects = set(self.suspects["id"])
        except FloodevalError:  # one variant, or a run that did not compare the masks of its variants
            suspects = set()
        return review_queue(by_id(self.table), suspects, self.run.info.flagged)

    @cached_property
    def cost(self) -> pd.DataFrame:
        """The cost of A and B in time, memory and training, one row per prompt and variant (`cost_table`)."""
        table = cost_table(self.run)
        return table[table["variant"].isin([self.a, self.b])]

    @cached_property
    def trainings(self) -> dict[str, TrainingRecord | None]:
        """The fine-tunings of A and B by variant; None where the model's folder is missing or unreadable."""
        return {
            one.name: _read_training(one.checkpoint)
            for one in self.run.info.variants
            if one.name in (self.a, self.b) and one.checkpoint is not None
        }


def collect_findings(
    run: Run,
    a: str | None = None,
    b: str | None = None,
    prompt: str | None = None,
    *,
    subset: str = "",
    without_flagged: bool = False,
    failure_threshold: float | None = None,
) -> RunFindings:
    """Check what is compared, and return the findings, which are computed when they are used.

    Args:
        run: a finished evaluation of two variants or more.
        a: the baseline; by default the run's first variant.
        b: the candidate; by default the first of the other variants.
        prompt: the prompt's spec; by default the run's first that both have rows with.
        subset: only the rows of this split; empty for all rows.
        without_flagged: leave out the pairs that the audit flagged.
        failure_threshold: the IoU below which a variant fails; by default the run's own.

    Raises:
        FloodevalError: the run has one variant, A and B are the same, a name is not in the run, no row is
            left, or the threshold is not between 0.01 and 0.99.
    """
    run = run.at_failure_threshold(failure_threshold)
    a, b = _two_variants(run, a, b)
    specs = {one.spec: one for one in run.info.prompts}
    if prompt not in (None, *specs):
        known = ", ".join(specs)
        raise FloodevalError(saying("runs.no_prompt", run=run.folder, prompt=prompt, known=known))
    rows = _rows(run, subset, without_flagged)
    present, common = set(rows["prompt"].unique()), prompts_in_common(rows, {a, b})
    spec = prompt or next((spec for spec in specs if spec in common), next(iter(specs)))
    if spec not in present:
        raise FloodevalError(saying("report_errors.no_rows", run=run.folder, prompt=spec))
    if spec not in common:
        raise FloodevalError(saying("report_errors.not_in_common", run=run.folder, a=a, b=b, prompt=spec))
    return RunFindings(replace(run, metrics=rows), a, b, specs[spec], subset, without_flagged)


def _two_variants(run: Run, a: str | None, b: str | None) -> tuple[str, str]:
    names = run.info.variant_names
    if len(names) < 2:
        raise FloodevalError(saying("report_errors.one_variant", run=run.folder, variant=names[0]))
    for name in (a, b):
        if name not in (None, *names):
            known = ", ".join(names)
            raise FloodevalError(saying("runs.no_variant", run=run.folder, variant=name, known=known))
    a = a or first_comparable(run, b)
    b = b or first_comparable(run, a)
    if a == b:
        raise FloodevalError(saying("report_errors.same", variant=a, known=", ".join(names)))
    return a, b


def first_comparable(run: Run, other: str | None = None) -> str:
    """The first variant that has a prompt in common with the other one, or with any; else the first.

    The run has two variants or more; the other one itself is never returned.
    """
    names = run.info.variant_names
    rest = [name for name in names if name != other]
    others = [other] if other else names
    comparable = (
        name for name in rest for one in others if one != name and prompts_in_common(run.metrics, {name, one})
    )
    return next(comparable, rest[0])


def _rows(run: Run, subset: str, without_flagged: bool) -> pd.DataFrame:
    rows = run.metrics
    if subset:
        rows = rows[rows["split"] == subset]
        if rows.empty:
            known = ", ".join(sorted({str(one) for one in run.metrics["split"].dropna()})) or "–"
            raise FloodevalError(saying("report_errors.no_split", run=run.folder, subset=subset, known=known))
    if without_flagged:
        rows = rows[~rows["id"].isin(list(run.info.flagged))]
    if rows.empty:
        raise FloodevalError(saying("report_errors.empty", run=run.folder))
    return rows


def _read_training(model: str) -> TrainingRecord | None:
    try:
        return read_training(model)
    except FloodevalError:
        return None
