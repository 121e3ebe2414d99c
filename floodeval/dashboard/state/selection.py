"""The selection: A and B, a split, the order and filters of the images, one image."""

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from floodeval.analysis.pairing import OUTCOMES, paired, prompts_in_common
from floodeval.analysis.ranking import (
    ALL,
    DISAGREEMENT,
    ORDERS,
    RANKED_METRICS,
    SIDES,
    Filters,
    Ranking,
    bounds_text,
    matching,
)
from floodeval.analysis.requirements_file import stated_failure_threshold
from floodeval.dashboard.state.compared_pair import ComparedPair
from floodeval.dashboard.state.interface_language import asked_language
from floodeval.evaluation.reviews import Reviews, reviews_by_id
from floodeval.evaluation.run import Run
from floodeval.evaluation.variant_names import variant_titles
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import Style, variant_styles

IN, OUT = "in", "out"  # whether flagged pairs are included


@dataclass(frozen=True)
class Selection:
    """What a page shows.

    Attributes:
        pair: A and B.
        split: the chosen split, or "all".
        flagged: "in", or "out" where pairs whose reference mask the audit questions are left out.
        metrics: the rows of `split` and `flagged` in the run of the pair, all variants and prompts.
        table: A paired with B (A with itself where there is no B), one row per image, with
            the columns that images are ranked and filtered by.
        ranking: the order of the images.
        sample_id: the image that the page shows; None where it shows none.
        section: the page's section.
        filters: which images are listed.
        reviews: what reviewers say about the images.
        view: the state of the viewer in the URL.
        threshold: the IoU below which a variant fails on an image; outcomes in `table` follow from it.
        linked: A and B in links, where `pair` shows only a part of them.
    """

    pair: ComparedPair
    split: str
    flagged: str
    metrics: pd.DataFrame
    table: pd.DataFrame
    ranking: Ranking
    sample_id: str | None
    section: str | None
    filters: Filters
    reviews: Reviews
    view: str | None
    threshold: float
    linked: ComparedPair | None = None

    @property
    def run(self) -> Run:
        """The run that has rows of A and B."""
        return self.pair.run

    @property
    def a(self) -> str:
        """The baseline's name among the run's variants."""
        return self.pair.a

    @property
    def b(self) -> str | None:
        """The candidate's name; None where there is none."""
        return self.pair.b

    @property
    def prompt(self) -> PromptSpec:
        """The prompt of the rows of A and B; `pair.prompt_of` has the one that each was given."""
        return self.pair.prompt

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The images that the outcome and the filters keep, in the order of the ranking."""
        return matching(self.table, self.ranking, self.filters, self.reviews)

    @cached_property
    def reviews_by_id(self) -> dict[str, Reviews]:
        """The entries for each image that has any."""
        return reviews_by_id(self.reviews)

    @property
    def whole_ranking(self) -> Ranking:
        """The order without its outcome."""
        return replace(self.ranking, outcome=ALL)

    @property
    def name(self) -> str:
        """The name of A's run: its folder's."""
        return self.pair.side_a.run.folder.name

    @property
    def variants(self) -> list[str]:
        """A, B, then the other variants of their run, without those that have only other prompts."""
        chosen = [self.a] + ([self.b] if self.b else [])
        rows = self.run.metrics
        left_out = {*chosen, *rows["variant"]} - set(rows.loc[rows["prompt"] == self.prompt.spec, "variant"])
        others = [name for name in self.run.info.variant_names if name not in (*chosen, *left_out)]
        return chosen + others

    @property
    def titles(self) -> dict[str, str]:
        """The names of the run's variants that people read, by their short names."""
        return variant_titles(self.run.info)

    def name_of(self, variant: str) -> str:
        """The name of a variant that people read."""
        return self.titles.get(variant, variant)

    @property
    def styles(self) -> dict[str, Style]:
        """How each variant is drawn; A and B have their letter."""
        styles = variant_styles(self.variants, self.titles)
        letters = {self.a: "A", self.b: "B"} if self.b else {}
        return {
            name: replace(style, title=with_letter(style.label, letter), letter=letter)
            if (letter := letters.get(name))
            else style
            for name, style in styles.items()
        }

    @property
    def rows_key(self) -> tuple[str, str]:
        """The part of a cache's key that names the selected rows: split, and flagged in or out."""
        return self.split, self.flagged

    @property
    def subset(self) -> str:
        """The split that all rows belong to; empty if there are several or none."""
        found = self.metrics["split"].dropna().unique()
        return str(found[0]) if len(found) == 1 else ""

    @property
    def own_threshold(self) -> float:
        """The failure threshold of the requirements of B's run, or of A's where there is no B."""
        return stated_failure_threshold((self.linked or self.pair).run)

    @property
    def params(self) -> dict[str, str]:
        """The selection as URL parameters."""
        ranking, filters = self.ranking, self.filters
        wanted = {
            **side_params(self.linked or self.pair),
            "split": self.split,
            "metric": ranking.metric,
            "of": ranking.of,
            "order": ranking.order,
            "quadrant": ranking.outcome,
            "slice": None if filters.subgroup == ALL else filters.subgroup,
            "between": bounds_text(filters.between) if filters.between else None,
            "marked": None if filters.marked == ALL else filters.marked,
            "reviewer": None if filters.reviewer == ALL else filters.reviewer,
            "find": filters.find or None,
            "id": self.sample_id,
            "view": self.view,
            "section": self.section,
            "flagged": None if self.flagged == IN else self.flagged,
            "lang": asked_language(),
            "failure": None if self.threshold == self.own_threshold else threshold_text(self.threshold),
        }
        return {key: value for key, value in wanted.items() if value is not None}


def threshold_text(threshold: float) -> str:
    """A failure threshold in a link."""
    return f"{threshold:.6g}"


def with_letter(name: str, letter: str) -> str:
    """A side's name with its letter: `finetuned (B)`, `Fine-tuned SAM (vit_t), B`."""
    return f"{name}, {letter}" if name.endswith(")") else f"{name} ({letter})"


def side_params(pair: ComparedPair) -> dict[str, str | None]:
    """A and B as URL parameters; the run and the prompt of B only where they are not those of A."""
    a, b = pair.side_a, pair.side_b
    params: dict[str, str | None] = {"run": a.run.folder.name, "a": a.variant, "prompt": a.prompt.spec}
    if b is None:
        return params
    return params | {
        "b": b.variant,
        "run_b": None if a.is_of_the_same_run(b) else b.run.folder.name,
        "prompt_b": None if a.prompt == b.prompt else b.prompt.spec,
    }


def split_names(run: Run) -> list[str]:
    """The splits to choose from: all, then each that has rows if there are several."""
    found = sorted(map(str, run.metrics["split"].dropna().unique()))
    return [ALL, *found] if len(found) > 1 else [ALL]


def comparable_variants(run: Run) -> dict[str, list[str]]:
    """For each variant, those that it can be compared with: there are masks of both with one prompt."""
    names, common = run.info.variant_names, prompts_in_common
    nothing = run.metrics.empty
    return {
        name: [one for one in names if one != name and (nothing or common(run.metrics, {name, one}))]
        for name in names
    }


def rows_of(run: Run, split: str, flagged: str = IN) -> pd.DataFrame:
    """The rows of a split, or of all; without the flagged pairs where `flagged` is "out"."""
    rows = run.metrics if split == ALL else run.metrics[run.metrics["split"] == split]
    return rows if flagged == IN else rows[~rows["id"].isin(list(run.info.flagged))]


def flagged_options(rows: pd.DataFrame, run: Run) -> list[str]:
    """Whether flagged pairs may be left out: only if some rows are of such pairs, and not all."""
    n = rows["id"].isin(list(run.info.flagged)).sum()
    return [IN, OUT] if 0 < n < len(rows) else [IN]


def pair_rows(
    run: Run, metrics: pd.DataFrame, a: str, b: str | None, prompt: str, threshold: float | None = None
) -> pd.DataFrame:
    """Pair A with B, or A with itself, with outcomes by the failure threshold, by default the run's own.

    Raises:
        FloodevalError: a variant has no rows, or A and B have different samples.
    """
    return paired(metrics, a, b or a, prompt, threshold or run.info.failure_threshold)


def outcome_names(b: str | None) -> list[str]:
    """The outcomes that can have images; with one variant an image fails or is good."""
    return list(OUTCOMES) if b else ["both_fail", "both_good"]


def ranking_options(b: str | None, table: pd.DataFrame) -> dict[str, list[str]]:
    """The options for each part of a ranking by its URL parameter, the default first."""
    return {
        "metric": [*RANKED_METRICS, *([DISAGREEMENT] if DISAGREEMENT in table else [])],
        "of": list(SIDES) if b else ["a"],
        "order": list(ORDERS),
        "quadrant": [ALL, *outcome_names(b)],
    }
