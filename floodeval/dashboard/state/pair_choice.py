"""The choice of A and B in the sidebar: each a run, a variant and a prompt."""

from collections.abc import Callable, Sequence

import streamlit as st

from floodeval.dashboard.queries import compare_sides, open_run
from floodeval.dashboard.state.compared_pair import ComparedPair
from floodeval.dashboard.state.selection import comparable_variants
from floodeval.dashboard.state.settled_choices import SettledChoices
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs
from floodeval.evaluation.sides import Side, prompts_of
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n.catalog import say, saying
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import truth_use

SAME = ""  # B has the run or the prompt of A


class PairChoice:
    """Draws the choice of A and B.

    Attributes:
        broken: after `choose`, the errors of runs that were passed over because they cannot be read.
        run: the run of A, as far as it was read.
    """

    def __init__(self, choices: SettledChoices) -> None:
        self.broken: list[str] = []
        self.run: Run | None = None
        self._choices = choices
        self._names: list[str] = []

    def choose(self) -> ComparedPair:
        """Draw the choice of A and B: each a run, a variant and a prompt.

        Raises:
            FloodevalError: a chosen run cannot be read, or contains nothing to compare.
        """
        run = self.run = self._choose_run()
        if not run.info.variant_names or not run.info.prompts:
            raise FloodevalError(saying("runs.nameless", run=run.folder))
        run_b = self._settle_run_b(run)
        names = run.info.variant_names
        is_alone = run_b is run and len(names) < 2 and not st.session_state.get("prompt_b")
        first = first_comparable(run)
        a = self._choices.pick(
            "a", say("sidebar.variant" if is_alone else "sidebar.a"), names, first, _named(run)
        )
        names_b = _variants_of_b(run, a, run_b)
        b = self._choices.pick("b", say("sidebar.b"), names_b, shown=_named(run_b)) if names_b else None
        prompt = self._pick_prompt(known_prompts(run, a), known_prompts(run_b, b or a))
        st.caption(truth_use(prompt))
        side_a = Side(run, a, prompt)
        side_b = self._choose_apart(side_a, run_b, b)
        return compare_sides(side_a, side_b)

    def _settle_run_b(self, run: Run) -> Run:
        """The run of B: A's, unless another one is chosen."""
        if st.session_state.get("run_b") == run.folder.name:
            st.session_state["run_b"] = SAME
        name = self._choices.settle("run_b", [SAME, *self._names], SAME, run.folder.name)
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
        spec = self._choices.settle("prompt_b", options, default, default or a.prompt.spec)
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
        return specs[self._choices.pick("prompt", say("sidebar.prompt"), list(specs), default)]

    def _choose_run(self) -> Run:
        names = self._names = list_runs()
        asked = st.session_state.get("run")
        default = asked if asked in names else self._first_readable(names)
        return open_run(self._choices.pick("run", say("sidebar.run"), names, default))

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


def _named(run: Run) -> Callable[[str], str]:
    """How the variants of a run are shown in a choice: by the names that people read."""
    titles = variant_titles(run.info)
    return lambda name: titles.get(name, name)


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
