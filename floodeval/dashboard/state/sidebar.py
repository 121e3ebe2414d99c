"""The sidebar's choices: run, A, B, prompt and split. What a link asks for is checked first."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import (
    ALL,
    MARKS,
    Filters,
    Ranking,
    bounds_of,
    reviewer_key,
    subgroup_key,
    tag_of,
)
from floodeval.analysis.requirements_file import stated_failure_threshold
from floodeval.analysis.subgroups import Subgroup
from floodeval.dashboard.queries import compare_sides, open_run, subgroups_of, table_of
from floodeval.dashboard.state.compared_pair import ComparedPair
from floodeval.dashboard.state.selection import (
    IN,
    Selection,
    comparable_variants,
    flagged_options,
    ranking_options,
    rows_of,
    split_names,
    threshold_text,
)
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import read_entries
from floodeval.evaluation.reviews import Reviews, reviewers_of
from floodeval.evaluation.run import Run, list_runs
from floodeval.evaluation.run_info import check_failure_threshold
from floodeval.evaluation.sides import Side, prompts_of
from floodeval.i18n.catalog import say, saying
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import truth_use

SAME = ""  # B has the run or the prompt of A
_RUNS = ("run", "run_b")
LONGEST_FIND = 200  # characters
_VIEW = re.compile(r"[\w.,:-]{1,200}")  # what the viewer writes into a link


class Sidebar:
    """Draws the choices and settles what is selected.

    Attributes:
        notices: after `choose`, which values of the URL are not available, and what is shown instead.
        broken: after `choose`, the errors of runs that were passed over because they cannot be read.
        run: the run, as far as it was read.
    """

    def __init__(self, adopted: frozenset[str], wants_id: bool, sections: Sequence[str] = ()) -> None:
        """Prepare the choices of a page.

        Args:
            adopted: the keys whose values come from the URL (`Arrival.adopted`).
            wants_id: whether the page shows one image.
            sections: of the page, the default first.
        """
        self.notices: list[str] = []
        self.broken: list[str] = []
        self.run: Run | None = None
        self._names: list[str] = []
        self._adopted = adopted
        self._wants_id = wants_id
        self._sections = sections

    def choose(self) -> Selection:
        """Draw the choices and return what is chosen.

        Raises:
            FloodevalError: the chosen run cannot be read, or contains nothing to compare.
        """
        pair = self._choose_pair()
        run = pair.run
        split = self._choose_split(run)
        flagged = self._choose_flagged(run, rows_of(run, split))
        threshold = self._settle_failure(run)
        table = table_of(pair, (split, flagged), threshold)
        reviews = self._read_reviews(run)
        selection = Selection(
            pair=pair,
            split=split,
            flagged=flagged,
            metrics=rows_of(run, split, flagged),
            table=table,
            ranking=self._settle_ranking(pair.b, table),
            sample_id=None,
            section=self._settle_section(),
            filters=self._settle_filters(lambda: subgroups_of(pair, (split, flagged)), reviews),
            reviews=reviews,
            view=self._settle_view(),
            threshold=threshold,
        )
        return replace(selection, sample_id=self._settle_id(selection))

    def _choose_pair(self) -> ComparedPair:
        """Draw the choice of A and B: each a run, a variant and a prompt."""
        run = self.run = self._choose_run()
        if not run.info.variant_names or not run.info.prompts:
            raise FloodevalError(saying("runs.nameless", run=run.folder))
        run_b = self._settle_run_b(run)
        names = run.info.variant_names
        is_alone = run_b is run and len(names) < 2 and not st.session_state.get("prompt_b")
        first = first_comparable(run)
        a = self._pick("a", say("sidebar.variant" if is_alone else "sidebar.a"), names, first)
        names_b = _variants_of_b(run, a, run_b)
        b = self._pick("b", say("sidebar.b"), names_b) if names_b else None
        prompt = self._pick_prompt(known_prompts(run, a), known_prompts(run_b, b or a))
        st.caption(truth_use(prompt))
        side_a = Side(run, a, prompt)
        side_b = self._choose_apart(side_a, run_b, b)
        return compare_sides(side_a, side_b)

    def _settle_run_b(self, run: Run) -> Run:
        """The run of B: A's, unless another one is chosen."""
        if st.session_state.get("run_b") == run.folder.name:
            st.session_state["run_b"] = SAME
        name = self._settle("run_b", [SAME, *self._names], SAME, run.folder.name)
        return open_run(name) if name else run

    def _choose_apart(self, a: Side, run_b: Run, b: str | None) -> Side | None:
        """Draw the choice of another run and prompt for B, folded away until one is chosen; returns B."""
        runs = [SAME, *(name for name in self._names if name != a.run.folder.name)]
        known = {one.spec: one for one in known_prompts(run_b, b or a.variant)}
        is_variant_of_a = run_b is a.run and b in (None, a.variant)
        options = [spec for spec in known if not (is_variant_of_a and spec == a.prompt.spec)]
        default = options[0] if options and b is not None and a.prompt.spec not in options else SAME
        if is_variant_of_a or a.prompt.spec in options:  # once: two options of one name would be mixed up
            options = [SAME, *(spec for spec in options if spec != a.prompt.spec)]
            if st.session_state.get("prompt_b") == a.prompt.spec:
                st.session_state["prompt_b"] = SAME
        spec = self._settle("prompt_b", options, default, default or a.prompt.spec)
        if len(runs) > 1 or len(options) > 1:
            self._draw_apart(a, runs, options, known.get(spec))
        if b is None:
            return None
        return Side(run_b, b, known[spec] if spec else a.prompt)

    def _draw_apart(self, a: Side, runs: list[str], options: list[str], prompt: PromptSpec | None) -> None:
        """Draw the choice; what is the same as A's is named as A's."""
        of_a = a.run.folder.name, a.prompt.spec
        is_apart = prompt is not None or st.session_state["run_b"] != SAME
        with st.expander(say("sidebar.apart"), expanded=is_apart):
            st.selectbox(say("sidebar.run_b"), runs, format_func=lambda one: one or of_a[0], key="run_b")
            st.selectbox(
                say("sidebar.prompt_b"), options, format_func=lambda one: one or of_a[1], key="prompt_b"
            )
            if prompt is not None:
                st.caption(truth_use(prompt))

    def _pick_prompt(self, known: Sequence[PromptSpec], of_b: Sequence[PromptSpec]) -> PromptSpec:
        """Draw the choice of A's prompt, by default one that B has too."""
        specs = {prompt.spec: prompt for prompt in known}
        default = next((prompt.spec for prompt in known if prompt in of_b), None)
        return specs[self._pick("prompt", say("sidebar.prompt"), list(specs), default)]

    def _choose_run(self) -> Run:
        names = self._names = list_runs()
        asked = st.session_state.get("run")
        default = asked if asked in names else self._first_readable(names)
        return open_run(self._pick("run", say("sidebar.run"), names, default))

    def _first_readable(self, names: list[str]) -> str:
        """The newest run of photographs; if all readable runs are of synthetic scenes, the newest of those.

        Args:
            names: from `list_runs`, the newest first.
        """
        synthetic = None
        for name in names:
            try:
                if not open_run(name).info.is_synthetic:
                    return name
            except FloodevalError as error:
                self.broken.append(str(error))
            else:
                synthetic = synthetic or name
        if synthetic is None:
            self.broken.clear()  # the first one's error is about to be raised
        return synthetic or names[0]

    def _choose_split(self, run: Run) -> str:
        splits = split_names(run)
        if len(splits) < 2:
            return ALL
        return self._pick(
            "split",
            say("sidebar.split"),
            splits,
            shown=lambda name: say("sidebar.all_splits") if name == ALL else name,
        )

    def _choose_flagged(self, run: Run, rows: pd.DataFrame) -> str:
        """Offer to leave out the pairs whose reference mask the audit questions, if there are any."""
        options = flagged_options(rows, run)
        if len(options) < 2:
            return options[0]
        self._settle("flagged", options, IN)
        st.segmented_control(
            say("sidebar.flagged"),
            options,
            format_func=lambda option: say(f"sidebar.flagged_{option}"),
            key="flagged",
            required=True,
        )
        return str(st.session_state["flagged"])

    def _settle_failure(self, run: Run) -> float:
        """The failure threshold: the chosen one, or else that of the run's requirements."""
        own, asked = stated_failure_threshold(run), st.session_state.get("failure")
        try:
            return own if asked is None else check_failure_threshold(float(asked))
        except (ValueError, FloodevalError):
            self._settle("failure", [ALL], ALL, threshold_text(own))
            st.session_state["failure"] = None
            return own

    def _settle_ranking(self, b: str | None, table: pd.DataFrame) -> Ranking:
        options = ranking_options(b, table)
        chosen = {key: self._settle(key, names, names[0]) for key, names in options.items()}
        return Ranking(chosen["metric"], chosen["of"], chosen["order"], chosen["quadrant"])

    def _settle_section(self) -> str | None:
        """The section to show; a page without sections keeps the one of the page before."""
        if self._sections:
            return self._settle("section", self._sections, self._sections[0])
        asked = st.session_state.get("section")
        return None if asked is None else str(asked)

    def _settle_filters(self, subgroups: Callable[[], list[Subgroup]], reviews: Reviews) -> Filters:
        """The filters of the list of images; subgroups are computed only where one is asked for."""
        asked = st.session_state.get("slice") or ALL
        keys = [] if asked == ALL else [subgroup_key(one) for one in subgroups()]
        return Filters(
            subgroup=self._settle("slice", [ALL, *keys], ALL),
            between=self._settle_bounds(),
            marked=self._settle("marked", [ALL, *MARKS, *self._asked_tag()], ALL),
            reviewer=self._settle("reviewer", [ALL, *map(reviewer_key, reviewers_of(reviews))], ALL),
            find=str(st.session_state.get("find") or "").strip()[:LONGEST_FIND],
        )

    def _settle_bounds(self) -> tuple[float, float] | None:
        asked = st.session_state.get("between")
        try:
            return None if asked is None else bounds_of(str(asked))
        except ValueError:
            self._settle("between", [ALL], ALL)
            st.session_state["between"] = None
            return None

    def _asked_tag(self) -> list[str]:
        """The tag in the URL: tags are free text, so any may be looked for."""
        asked = str(st.session_state.get("marked"))
        return [] if tag_of(asked) is None else [asked]

    def _read_reviews(self, run: Run) -> Reviews:
        try:
            return tuple(read_entries(run.folder).values())
        except FloodevalError as error:
            self.broken.append(str(error))
            return ()

    def _settle_view(self) -> str | None:
        """How the viewer shows the image, until another one is shown; the viewer checks the value itself."""
        if "id" in self._adopted and "view" not in self._adopted:
            st.session_state["view"] = None
        asked = str(st.session_state.get("view") or "")
        return asked if _VIEW.fullmatch(asked) and self._wants_id else None

    def _settle_id(self, selection: Selection) -> str | None:
        """The image to show: as chosen, else the first of the list; None where the page shows none."""
        ids, asked = selection.table["id"].tolist(), st.session_state.get("id")
        if asked in ids:
            return self._settle("id", ids, str(asked))
        return self._settle("id", ids, [*selection.listed["id"], *ids][0]) if self._wants_id else None

    def _pick(
        self,
        key: str,
        label: str,
        options: Sequence[str],
        default: str | None = None,
        shown: Callable[[str], str] = str,
    ) -> str:
        self._settle(key, options, default or options[0])
        return str(st.selectbox(label, options, format_func=shown, key=key))

    def _settle(self, key: str, options: Sequence[str], default: str, named: str | None = None) -> str:
        """Return the session's choice, else the default; add a notice if a link asked for another value.

        The notice names the default as `named`, where that is another word.
        """
        asked, shown = st.session_state.get(key), named or default
        if asked not in options and key in self._adopted:
            what = say(f"sidebar.noun_{key}")
            self.notices.append(say("sidebar.absent", what=what, asked=asked, shown=shown))
        elif asked and asked not in options and key in _RUNS:  # deleted or renamed while the page was open
            self.notices.append(say("sidebar.gone", run=asked, shown=shown))
        chosen = str(asked) if asked in options else default
        st.session_state[key] = chosen  # even if it is that already: each page's widget is a new one
        return chosen


def first_comparable(run: Run) -> str:
    """The first variant that has a prompt in common with another one, else the first."""
    names, comparable = run.info.variant_names, comparable_variants(run)
    return next((name for name in names if comparable[name]), names[0])


def known_prompts(run: Run, variant: str) -> list[PromptSpec]:
    """The prompts to choose from for a variant; all of the run where it has results with none."""
    return prompts_of(run, variant) or list(run.info.prompts)


def _variants_of_b(run: Run, a: str, run_b: Run) -> list[str]:
    """The variants that B may be, the default first: in A's run another one, in another run the same one.

    B may be the variant that A is if its run or its prompt is another one.
    """
    names = run_b.info.variant_names
    if run_b is not run:
        return sorted(names, key=lambda name: name != a)
    comparable = comparable_variants(run)[a]  # with the prompt of A
    others = [*comparable, *(name for name in names if name not in (a, *comparable))]
    specs = [one.spec for one in known_prompts(run, a)]
    has_own_prompt = len(specs) > 1 and st.session_state.get("prompt_b") in specs
    return [*others, a] if has_own_prompt else others
