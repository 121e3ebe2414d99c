"""The choices in the sidebar: run, A, B, prompt and split; what a link asks for is checked first."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import ALL, Ranking, ranked
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs
from floodeval.language.sentences import say
from floodeval.ui.loading import open_run
from floodeval.ui.selection import (
    IN,
    Selection,
    flagged_options,
    pair_rows,
    ranking_options,
    rows_of,
    split_names,
)
from floodeval.wording.prompts import truth_use


class Chooser:
    """Lets a person choose what to look at, and notes what a link asked for in vain.

    After `choose`, `notices` says which of the link's wishes could not be met, `broken` which runs were
    passed over because they cannot be read, and `run` is the run as far as it was read.
    """

    def __init__(self, adopted: frozenset[str], wants_id: bool, sections: Sequence[str] = ()) -> None:
        self.notices: list[str] = []
        self.broken: list[str] = []
        self.run: Run | None = None
        self._adopted = adopted
        self._wants_id = wants_id
        self._sections = sections

    def choose(self) -> Selection:
        """Draw the choices and return what is chosen.

        Raises:
            FloodevalError: the chosen run cannot be read, or holds nothing to compare.
        """
        run = self.run = self._choose_run()
        names = run.info.variant_names
        if not names or not run.info.prompts:
            raise FloodevalError(f"run {run.folder} names no variant or no prompt; evaluate it again")
        a = self._pick("a", say("choosing.a") if len(names) > 1 else say("choosing.variant"), names)
        others = [name for name in names if name != a]
        b = self._pick("b", say("choosing.b"), others) if others else None
        prompts = {prompt.spec: prompt for prompt in run.info.prompts}
        prompt = prompts[self._pick("prompt", say("choosing.prompt"), list(prompts))]
        st.caption(truth_use(prompt))
        split = self._choose_split(run)
        flagged = self._choose_flagged(run, rows_of(run, split))
        rows = rows_of(run, split, flagged)
        table = pair_rows(run, rows, a, b, prompt.spec)
        ranking = self._settle_ranking(b)
        section = self._settle_section()
        sample_id = self._settle_id(table, ranking)
        return Selection(run, a, b, prompt, split, flagged, rows, table, ranking, sample_id, section)

    def _choose_run(self) -> Run:
        names = list_runs()
        asked = st.session_state.get("run")
        default = asked if asked in names else self._first_readable(names)
        return open_run(self._pick("run", say("choosing.run"), names, default))

    def _first_readable(self, names: list[str]) -> str:
        for name in names:
            try:
                open_run(name)
            except FloodevalError as error:
                self.broken.append(str(error))
            else:
                return name
        self.broken.clear()  # the first one's error is about to be raised
        return names[0]

    def _choose_split(self, run: Run) -> str:
        splits = split_names(run)
        if len(splits) < 2:
            return ALL
        return self._pick(
            "split",
            say("choosing.split"),
            splits,
            shown=lambda name: say("choosing.all_splits") if name == ALL else name,
        )

    def _choose_flagged(self, run: Run, rows: pd.DataFrame) -> str:
        """Let the person leave out the pairs whose truth the audit doubts, where there are any."""
        options = flagged_options(rows, run)
        if len(options) < 2:
            return options[0]
        self._settle("flagged", options, IN)
        st.segmented_control(
            say("choosing.flagged"),
            options,
            format_func=lambda option: say(f"choosing.flagged_{option}"),
            key="flagged",
            required=True,
        )
        return str(st.session_state["flagged"])

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

    def _settle(self, key: str, options: Sequence[str], default: str) -> str:
        """Return the session's choice; where it is not to be had, the default, and note a link's wish."""
        asked = st.session_state.get(key)
        if asked not in options and key in self._adopted:
            self.notices.append(
                say("choosing.absent", what=say(f"choosing.noun_{key}"), asked=asked, shown=default)
            )
        chosen = str(asked) if asked in options else default
        st.session_state[key] = chosen  # also where it is that already: a widget of another page is a new one
        return chosen

    def _settle_ranking(self, b: str | None) -> Ranking:
        return Ranking(
            **{key: self._settle(key, names, names[0]) for key, names in ranking_options(b).items()}
        )

    def _settle_section(self) -> str | None:
        """The section to show; a page without sections keeps that of the page before it."""
        if self._sections:
            return self._settle("section", self._sections, self._sections[0])
        asked = st.session_state.get("section")
        return None if asked is None else str(asked)

    def _settle_id(self, table: pd.DataFrame, ranking: Ranking) -> str | None:
        """The image to show: as chosen, else the first of the ranking; only where a page shows one."""
        ids = list(table["id"])
        if not self._wants_id:
            asked = st.session_state.get("id")
            return str(asked) if asked in ids else None
        first = [*ranked(table, ranking)["id"], *ids][0]
        return self._settle("id", ids, first)
