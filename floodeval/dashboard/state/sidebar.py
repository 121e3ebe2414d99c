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
from floodeval.dashboard.queries import subgroups_of, table_of
from floodeval.dashboard.state.pair_choice import PairChoice
from floodeval.dashboard.state.selection import (
    IN,
    Selection,
    flagged_options,
    ranking_options,
    rows_of,
    split_names,
    threshold_text,
)
from floodeval.dashboard.state.settled_choices import SettledChoices
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import read_entries
from floodeval.evaluation.reviews import Reviews, reviewers_of
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import check_failure_threshold
from floodeval.i18n.catalog import say
from floodeval.viz.wording import subset_words

LONGEST_FIND = 200  # characters
_VIEW = re.compile(r"[\w.,:-]{1,200}")  # what the viewer writes into a link


class Sidebar:
    """Draws the choices and settles what is selected."""

    def __init__(self, adopted: frozenset[str], wants_id: bool, sections: Sequence[str] = ()) -> None:
        """Prepare the choices of a page.

        Args:
            adopted: the keys whose values come from the URL (`Arrival.adopted`).
            wants_id: whether the page shows one image.
            sections: of the page, the default first.
        """
        self._choices = SettledChoices(adopted)
        self._pair = PairChoice(self._choices)
        self._wants_id = wants_id
        self._sections = sections

    @property
    def notices(self) -> list[str]:
        """After `choose`, which values of the URL are not available, and what is shown instead."""
        return self._choices.notices

    @property
    def broken(self) -> list[str]:
        """After `choose`, the errors of files that cannot be read, which were passed over."""
        return self._pair.broken

    @property
    def run(self) -> Run | None:
        """The run of A, as far as it was read."""
        return self._pair.run

    def choose(self) -> Selection:
        """Draw the choices and return what is chosen.

        Raises:
            FloodevalError: the chosen run cannot be read, or contains nothing to compare.
        """
        pair = self._pair.choose()
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

    def _choose_split(self, run: Run) -> str:
        splits = split_names(run)
        if len(splits) < 2:
            return ALL
        return self._choices.pick(
            "split",
            say("sidebar.split"),
            splits,
            shown=lambda name: say("sidebar.all_splits") if name == ALL else subset_words(name),
        )

    def _choose_flagged(self, run: Run, rows: pd.DataFrame) -> str:
        """Offer to leave out the pairs whose reference mask the audit questions, if there are any."""
        options = flagged_options(rows, run)
        if len(options) < 2:
            return options[0]
        self._choices.settle("flagged", options, IN)
        st.segmented_control(
            say("sidebar.flagged"),
            options,
            format_func=lambda option: say(f"sidebar.flagged_{option}"),
            key="flagged",
            required=True,
        )
        return str(st.session_state["flagged"])

    def _settle_failure(self, run: Run) -> float:
        """The failure threshold: the chosen one, or else that of the requirements (of B's run, of two)."""
        own, asked = stated_failure_threshold(run), st.session_state.get("failure")
        try:
            return own if asked is None else check_failure_threshold(float(asked))
        except (ValueError, FloodevalError):
            self._choices.settle("failure", [ALL], ALL, threshold_text(own))
            st.session_state["failure"] = None
            return own

    def _settle_ranking(self, b: str | None, table: pd.DataFrame) -> Ranking:
        options = ranking_options(b, table)
        chosen = {key: self._choices.settle(key, names, names[0]) for key, names in options.items()}
        return Ranking(chosen["metric"], chosen["of"], chosen["order"], chosen["quadrant"])

    def _settle_section(self) -> str | None:
        """The section to show; a page without sections keeps the one of the page before."""
        if self._sections:
            return self._choices.settle("section", self._sections, self._sections[0])
        asked = st.session_state.get("section")
        return None if asked is None else str(asked)

    def _settle_filters(self, subgroups: Callable[[], list[Subgroup]], reviews: Reviews) -> Filters:
        """The filters of the list of images; subgroups are computed only where one is asked for."""
        asked = st.session_state.get("slice") or ALL
        keys = [] if asked == ALL else [subgroup_key(one) for one in subgroups()]
        return Filters(
            subgroup=self._choices.settle("slice", [ALL, *keys], ALL),
            between=self._settle_bounds(),
            marked=self._choices.settle("marked", [ALL, *MARKS, *self._asked_tag()], ALL),
            reviewer=self._choices.settle("reviewer", [ALL, *map(reviewer_key, reviewers_of(reviews))], ALL),
            find=str(st.session_state.get("find") or "").strip()[:LONGEST_FIND],
        )

    def _settle_bounds(self) -> tuple[float, float] | None:
        asked = st.session_state.get("between")
        if asked == ALL:  # in a link that drops the bounds
            st.session_state["between"] = asked = None
        try:
            return None if asked is None else bounds_of(str(asked))
        except ValueError:
            self._choices.settle("between", [ALL], ALL)
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
        if "id" in self._choices.adopted and "view" not in self._choices.adopted:
            st.session_state["view"] = None
        asked = str(st.session_state.get("view") or "")
        return asked if _VIEW.fullmatch(asked) and self._wants_id else None

    def _settle_id(self, selection: Selection) -> str | None:
        """The image to show: as chosen, else the first of the list; None where the page shows none."""
        ids, asked = selection.table["id"].tolist(), st.session_state.get("id")
        if asked in ids:
            return self._choices.settle("id", ids, str(asked))
        return self._choices.settle("id", ids, [*selection.listed["id"], *ids][0]) if self._wants_id else None
