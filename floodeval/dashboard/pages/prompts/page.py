"""The page Prompts: with which prompt B does best, in one sentence; a chart; then one section."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from floodeval.analysis.verdicts import BETTER, DECIDED, TOO_FEW_SCENES
from floodeval.dashboard.navigation import choose_section
from floodeval.dashboard.pages.prompts.clicks_view import draw_clicks
from floodeval.dashboard.pages.prompts.images_view import draw_images
from floodeval.dashboard.pages.prompts.prompt_queries import field_of, gains_of, gaps_of, kinds_of, scores_of
from floodeval.dashboard.pages.prompts.prompt_views import (
    draw_chart,
    draw_numbers,
    draw_prompt_pairs,
    draw_sensitivity,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec

CORRECTED = "clicks"  # the kind whose masks are corrected click by click, so that it is always first

_SECTIONS: dict[str, Callable[[Selection], None]] = {
    "every": draw_numbers,
    "between": draw_prompt_pairs,
    "sensitivity": draw_sensitivity,
    "clicks": draw_clicks,
    "images": draw_images,
}


def headline(selection: Selection) -> str:
    """The page's title: with which prompt B, or the only variant, scores highest and lowest, as Markdown."""
    variant = selection.b or selection.a
    kinds, scores = kinds_of(selection), scores_of(selection)
    uncorrected = [one for one in kinds if one.kind != CORRECTED]
    found, key = swing(scores, variant, uncorrected), "headline_uncorrected"
    if found is None or len(uncorrected) == len(kinds):
        found, key = swing(scores, variant, kinds), "headline"
    if found is None:
        return say("prompts_page.headline_one_prompt", prompt=plain(selection.prompt.spec))
    least, most = found
    words = {f"most_{name}": text for name, text in _end(most).items()}
    words |= {f"least_{name}": text for name, text in _end(least).items()}
    return say(f"prompts_page.{key}", variant=plain(selection.name_of(variant)), **words)


def _end(row: pd.Series) -> dict[str, str]:
    values = {name: formats.score(row[name]) for name in ("low", "high")}
    within = say("prompts_page.within", n=row["n"], **values)
    return {"prompt": code(row["prompt"]), "mean": formats.score(row["mean"]), "interval": within}


def draw_prompts_page(selection: Selection) -> None:
    """Draw the chart, what it says, and the chosen section; where the run lacks what it needs, show why."""
    draw_chart(selection)
    draw_summary(selection)
    section = choose_section("Prompts")
    try:
        _SECTIONS[section](selection)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")


def draw_summary(selection: Selection) -> None:
    """Draw how much the prompt matters, what field prompts reach, who needs more, and where B gains most."""
    kinds, titles = kinds_of(selection), selection.titles
    lines = [swing_words(selection, kinds), field_words(selection, kinds)]
    field = field_of(selection)
    if field and len(kinds) > 1:
        names = [selection.b, selection.a] if selection.b else [selection.a]
        gaps = gaps_of(selection, field.spec)
        lines += [need_words(gaps, name, field, kinds, titles) for name in names]
    gains = gains_of(selection)
    if gains is not None:
        lines.append(gain_words(gains, kinds, selection.name_of(str(selection.b))))
    st.markdown("\n".join(f"- {words}" for words in lines if words))


def swing_words(selection: Selection, kinds: list[PromptSpec]) -> str:
    """Each variant's lowest and highest mean IoU with their prompts; empty where there is one prompt."""
    parts = []
    for name in selection.variants:
        found = swing(scores_of(selection), name, kinds)
        if found:
            (least, most), variant = found, plain(selection.name_of(name))
            prompts = {"least_prompt": code(least["prompt"]), "most_prompt": code(most["prompt"])}
            means = {"least": formats.score(least["mean"]), "most": formats.score(most["mean"])}
            parts.append(say("prompts_page.swing", variant=variant, **prompts, **means))
    return say("prompts_page.swings", swings="; ".join(parts)) if parts else ""


def swing(scores: pd.DataFrame, variant: str, kinds: list[PromptSpec]) -> tuple[pd.Series, pd.Series] | None:
    """A variant's rows with the lowest and the highest mean among the prompts; None with fewer than two."""
    mine = _rows_of(scores, kinds, variant).dropna(subset=["mean"])
    if len(mine) < 2:
        return None
    return mine.iloc[int(mine["mean"].argmin())], mine.iloc[int(mine["mean"].argmax())]


def _rows_of(table: pd.DataFrame, prompts: list[PromptSpec], variant: str | None = None) -> pd.DataFrame:
    """The rows of those prompts, in their order, and of one variant or of all."""
    order = {prompt.spec: place for place, prompt in enumerate(prompts)}
    rows = table[table["prompt"].isin(list(order))]
    if variant is not None:
        rows = rows[rows["variant"] == variant]
    return rows.sort_values("prompt", key=lambda specs: specs.map(order), kind="stable")


def field_words(selection: Selection, kinds: list[PromptSpec]) -> str:
    """Which prompts are field prompts, and what each variant reaches with the first one."""
    field = field_of(selection)
    if field is None:
        return say("prompts_page.field_none")
    scores = _rows_of(scores_of(selection), [field])
    rows = {str(row["variant"]): row for _, row in scores.iterrows()}
    parts = [_score_words(selection.name_of(name), rows[name]) for name in selection.variants if name in rows]
    fields = [kind.spec for kind in kinds if not kind.uses_ground_truth]
    if len(fields) > 1:
        prompts = ", ".join(code(spec) for spec in fields)
        return say(
            "prompts_page.field_several", prompts=prompts, prompt=code(field.spec), scores="; ".join(parts)
        )
    key = "field" if len(kinds) > 1 else "field_only"
    return say(f"prompts_page.{key}", prompt=code(field.spec), scores="; ".join(parts))


def _score_words(variant: str, row: pd.Series) -> str:
    key = "score_alone" if pd.isna(row["low"]) else "score"
    values = {name: formats.score(row[name]) for name in ("mean", "low", "high")}
    return say(f"prompts_page.{key}", variant=plain(variant), **values)


def need_words(
    gaps: pd.DataFrame,
    variant: str,
    field: PromptSpec,
    kinds: list[PromptSpec],
    titles: Mapping[str, str],
) -> str:
    """Whether a variant gains from prompts that use the ground truth, and how much; empty without any."""
    from_truth = [prompt for prompt in kinds if prompt.uses_ground_truth]
    mine = _rows_of(gaps, from_truth, variant).dropna(subset=["gap"])
    if mine.empty:
        return ""
    verdicts = set(mine["verdict"])
    key = "need_some" if BETTER in verdicts else "need_few" if verdicts == {TOO_FEW_SCENES} else "need_none"
    gap_list = ", ".join(_gap_words(row) for _, row in mine.iterrows())
    return say(
        f"prompts_page.{key}",
        variant=plain(titles.get(variant, variant)),
        field=code(field.spec),
        gaps=gap_list,
    )


def _gap_words(row: pd.Series) -> str:
    """A gap with its interval; in bold where it is significant."""
    gap = formats.gap(row["gap"])
    if pd.isna(row["low"]):
        return f"{code(row['prompt'])} {gap}"
    gap = f"**{gap}**" if row["verdict"] in DECIDED else gap
    return say(
        "prompts_page.one_gap",
        prompt=code(row["prompt"]),
        gap=gap,
        low=formats.gap(row["low"]),
        high=formats.gap(row["high"]),
    )


def gain_words(gains: pd.DataFrame, kinds: list[PromptSpec], b: str) -> str:
    """With which prompt B gains most and least over A; empty with fewer than two prompts."""
    known = _rows_of(gains, kinds).dropna(subset=["gap"])
    if len(known) < 2:
        return ""
    most, least = (known.iloc[int(end)] for end in (known["gap"].argmax(), known["gap"].argmin()))
    values = {}
    for end, row in (("most", most), ("least", least)):
        values[f"{end}_prompt"] = code(row["prompt"])
        values |= {end: formats.gap(row["gap"]), f"{end}_low": formats.gap(row["low"])}
        values[f"{end}_high"] = formats.gap(row["high"])
    left = ""
    if least["gap"] > 0:
        left = say("prompts_page.gain_left", share=formats.percent(least["gap"] / most["gap"]))
    return say("prompts_page.gain", b=plain(b), left=left, **values)
