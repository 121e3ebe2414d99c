"""The page Runs: a table of all runs, variants and prompts; each row can be used as A or as B."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from floodeval.analysis.run_overview import STATES
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.runs.run_dialogs import ask_delete, ask_rename
from floodeval.dashboard.pages.runs.runs_queries import BEING_WRITTEN, all_runs, can_be_compared, filtered
from floodeval.dashboard.state.compared_pair import ComparedPair
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column, configs, written
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

SHOWN = (
    "run",
    "variant",
    "prompt",
    "use",
    "dataset",
    "n",
    "n_scenes",
    "iou",
    "interval",
    "field_prompt",
    "state",
    "created",
    "bytes",
)
STATE_WORDS = (*STATES, BEING_WRITTEN)


def draw_runs(selection: Selection) -> None:
    """Draw the page below its heading."""
    link_to("Jobs", selection.params, say("runs_page.evaluate"), ":material/play_circle:")
    table = all_runs()
    rows = draw_filters(table)
    if rows.empty:
        st.info(say("runs_page.none"), icon=":material/filter_alt:")
        return
    draw_table_of_runs(selection, rows)
    draw_actions(selection, rows)


def draw_filters(table: pd.DataFrame) -> pd.DataFrame:
    """Draw the filters; returns the rows that they keep."""
    datasets = [None, *sorted(table["dataset"].dropna().unique())]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(say("runs_page.search"), key="runs_search", width=280, persist_state="session")
        dataset = st.selectbox(
            say("runs_page.dataset"),
            datasets,
            format_func=lambda name: name or say("runs_page.every_dataset"),
            key="runs_dataset",
            width=220,
            persist_state="session",
        )
        only_field = st.toggle(say("runs_page.only_field"), key="runs_field", persist_state="session")
    return filtered(table, words, dataset, only_field)


def draw_table_of_runs(selection: Selection, rows: pd.DataFrame) -> None:
    """Draw the table; a click on a row chooses its side for the buttons below."""
    shown = table_rows(selection.linked or selection.pair, rows)
    columns = {
        name: Column(say(f"runs_page.column_{name}"), _FORMS.get(name), _WIDTHS.get(name)) for name in SHOWN
    }
    key = f"runs_table/{len(rows)}"
    st.dataframe(
        written(shown[list(SHOWN)], columns),
        hide_index=True,
        key=key,
        on_select=_keeper(key, rows["side"].tolist()),
        selection_mode="single-row",
        column_config=configs(columns),
        placeholder=formats.NO_VALUE,
        alt=say("runs_page.alt"),
    )


_WIDTHS = {"prompt": 102, "use": 45}  # pixels
_FORMS = {
    "n": formats.count,
    "n_scenes": formats.count,
    "iou": formats.score,
    "bytes": formats.size,
}


def table_rows(pair: ComparedPair, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as the table shows them: with the letter of A and B, words, and the day of creation."""
    letters = {pair.side_a.name: "A"} | ({pair.side_b.name: "B"} if pair.side_b else {})
    use = {None: "", True: say("runs_page.yes"), False: say("runs_page.no")}
    return rows.assign(
        variant=rows["title"].fillna(rows["variant"]),
        interval=[
            interval_words(iou, low, high)
            for iou, low, high in zip(rows["iou"], rows["iou_low"], rows["iou_high"], strict=True)
        ],
        use=[letters.get(side, "") for side in rows["side"]],
        field_prompt=[use[None if pd.isna(one) else bool(one)] for one in rows["field_prompt"]],
        created=rows["created"].fillna("").str.slice(0, 10),
        state=[say(f"runs_page.state_{state}") for state in rows["state"]],
    )


def interval_words(iou: float, low: float, high: float) -> str:
    """An interval; why there is none where there is a mean; a dash where there is not."""
    if pd.notna(low):
        return say("home.range", low=formats.score(low), high=formats.score(high))
    return formats.NO_VALUE if pd.isna(iou) else say("runs_page.no_interval")


def _keeper(key: str, sides: list[str]) -> Callable[[], None]:
    def keep() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        if chosen and chosen[0] < len(sides):
            st.session_state["runs_side"] = sides[chosen[0]]

    return keep


def draw_actions(selection: Selection, rows: pd.DataFrame) -> None:
    """Draw the choice of a row, and what can be done with it."""
    sides = rows["side"].tolist()
    if st.session_state.get("runs_side") not in sides:
        st.session_state["runs_side"] = sides[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = st.selectbox(say("runs_page.side"), sides, key="runs_side", width=360)
        row = rows.iloc[sides.index(side)]
        pair = selection.linked or selection.pair
        for letter in "ab":
            st.button(
                say(f"runs_page.use_as_{letter}"),
                key=f"runs_use_{letter}",
                disabled=not can_be_compared(row),
                on_click=use_side,
                args=(pair, letter, str(row["run"]), row["variant"], row["prompt"]),
            )
        if not is_read_only():
            _draw_changes(row)
    if row["packaged"] and not is_read_only():
        st.caption(say("runs_page.packaged"))


def _draw_changes(row: pd.Series) -> None:
    fixed = bool(row["packaged"]) or row["state"] == BEING_WRITTEN
    reason = say("runs_page.state_being_written") if row["state"] == BEING_WRITTEN else None
    if st.button(
        say("runs_page.rename"), key="runs_rename", icon=":material/edit:", disabled=fixed, help=reason
    ):
        ask_rename(str(row["run"]))
    if st.button(
        say("runs_page.delete"), key="runs_delete", icon=":material/delete:", disabled=fixed, help=reason
    ):
        ask_delete(str(row["run"]), int(row["bytes"]))


def use_side(pair: ComparedPair, letter: str, run: str, variant: str, prompt: str) -> None:
    """Make a side A or B; the other one stays, or takes the former place of a side that it was itself."""
    a, b = pair.side_a, pair.side_b or pair.side_a
    sides = {side: (one.run.folder.name, one.variant, one.prompt.spec) for side, one in (("a", a), ("b", b))}
    before, other = sides[letter], {"a": "b", "b": "a"}[letter]
    sides[letter] = (run, variant, prompt)
    if sides[letter] == sides[other]:
        sides[other] = before
    (run_a, variant_a, prompt_a), (run_b, variant_b, prompt_b) = sides["a"], sides["b"]
    st.session_state.update(
        {
            "run": run_a,
            "a": variant_a,
            "prompt": prompt_a,
            "b": variant_b,
            "run_b": "" if run_b == run_a else run_b,
            "prompt_b": "" if prompt_b == prompt_a else prompt_b,
        }
    )
