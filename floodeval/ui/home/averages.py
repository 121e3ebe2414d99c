"""The averages: as bars with their intervals, as a table, and the mean IoU with every prompt."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.data.agreement import Spread
from floodeval.language.sentences import say
from floodeval.pictures.averages import averages_html
from floodeval.ui.folding import folded
from floodeval.ui.home.numbers import comparison, means_of, prompts_of
from floodeval.ui.loading import agreement_at_hand
from floodeval.ui.selection import Selection
from floodeval.ui.words import code
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import SPACE, counted, number, signed, whole


def draw_averages(selection: Selection) -> None:
    """Draw every metric's average as bars, for the chosen prompt."""
    st.markdown(f"#### {say('home.averages')}", help=say("home.averages_help"))
    agreement = agreement_at_hand(selection.run)
    gaps = comparison(selection).metrics if selection.b else None
    means = means_of(selection)
    st.html(averages_html(means, selection.inks, agreement, gaps))
    st.caption(averages_words(agreement))


def averages_words(agreement: Spread | None) -> str:
    """What bars, whiskers, diamonds and the band are."""
    said = say("home.averages_how")
    if not agreement:
        return said
    low, high = (f"{value:.3f}" for value in (agreement.low, agreement.high))
    return f"{said} {say('home.averages_agreement', pairs=counted(agreement.n, 'pair'), low=low, high=high)}"


def draw_prompts(selection: Selection) -> None:
    """Draw the mean IoU for every prompt of the run, where there are several."""
    if len(selection.run.info.prompts) < 2:
        return
    st.markdown(f"#### {say('home.prompts')}")
    st.table(prompt_rows(selection), border="horizontal", hide_index=True, alt=say("home.prompts_alt"))


def prompt_rows(selection: Selection) -> pd.DataFrame:
    """Per prompt, as text: whether it uses the ground truth, mean IoU of A and B over images, gap, n."""
    table = prompts_of(selection)
    use = {
        prompt.spec: say("home.yes" if prompt.uses_ground_truth else "home.no")
        for prompt in selection.run.info.prompts
    }
    rows = table.to_dict("records")
    columns: dict[str, Iterable[str]] = {
        say("home.column_prompt"): table["prompt"].map(code),
        say("home.column_uses"): table["prompt"].map(use),
    }
    if selection.b:
        columns["A → B"] = [f"{number(row['mean_a'])}{SPACE}→ {number(row['mean_b'])}" for row in rows]
        columns[say("home.column_gap")] = map(gap_words, rows)
    else:
        columns["IoU"] = table["mean_a"].map(number)
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()} | {"n": table["n"].map(whole)})


def gap_words(row: Mapping[Hashable, Any]) -> str:
    """A prompt's gap with its interval; the gap alone where there is none."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return signed(row["gap"])
    return say("home.gap_within", **{name: signed(row[name]) for name in ("gap", "low", "high")})


def draw_numbers(selection: Selection) -> None:
    """All averages as a table: over images with their intervals, and pooled over pixels."""
    with folded(say("home.numbers"), ":material/table_chart:", "home_numbers") as opened:
        if not opened:
            return
        rows = means_of(selection)
        st.dataframe(
            rows.assign(metric=rows["metric"].map(metric_label))[
                ["metric", "variant", "mean", "low", "high", "pooled", "n", "n_missing"]
            ],
            hide_index=True,
            column_config={
                "metric": say("home.column_metric"),
                "variant": say("home.column_variant"),
                "mean": st.column_config.NumberColumn(say("home.column_mean"), format="%.3f"),
                "low": st.column_config.NumberColumn(say("home.column_low"), format="%.3f"),
                "high": st.column_config.NumberColumn(say("home.column_high"), format="%.3f"),
                "pooled": st.column_config.NumberColumn(say("home.column_pooled"), format="%.3f"),
                "n": say("home.column_n"),
                "n_missing": say("home.column_missing"),
            },
            alt=say("home.numbers_alt"),
        )
