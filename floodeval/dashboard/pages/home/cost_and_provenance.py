"""What the gain costs, beside it: once for the training, and for every photograph."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from floodeval.analysis.compare import Comparison
from floodeval.analysis.cost import cost_table
from floodeval.analysis.pairing import mean_table, prompt_table
from floodeval.analysis.review_queue import REASONS, doubtful
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.subgroups.subgroup_queries import suspects_of
from floodeval.dashboard.queries import comparison_of, photographs, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.gallery import thumbnails
from floodeval.dashboard.widgets.legends import code, draw_against_legend, draw_error_legend, folded
from floodeval.dashboard.widgets.tables import Column, draw_table, draw_words
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import catalog, say
from floodeval.i18n.language import language
from floodeval.viz.panels import data_url
from floodeval.viz.style import style_html
from floodeval.viz.wording import label_words, photograph_words

# What was run, with what, on what machine.

Fact = tuple[str, str]  # what, and its value


def draw_provenance(selection: Selection) -> None:
    """The facts of `run.json` as a table, folded away."""
    with folded(say("home.about"), ":material/info:", "home_about") as opened:
        if not opened:
            return
        columns = {name: Column(say(f"home.column_{name}")) for name in ("what", "value")}
        draw_table(provenance_rows(selection.run), columns, say("home.about_alt"))


def provenance_rows(run: Run) -> pd.DataFrame:
    """The facts of `run.json` as rows of what and value, all text; names of settings as the file has them."""
    info = run.info
    facts = [(say("home.fact_run"), run.folder.name), (say("home.fact_created"), info.created)]
    facts += _facts("dataset", info.dataset)
    facts.append((say("home.fact_labels"), label_words(info.labels)))
    facts.append((say("home.fact_photographs"), photograph_words(info.photographs)))
    facts += _facts("split", info.split or {})
    for variant in info.variants:
        facts += _variant_facts(variant)
    parts = {"setting": info.metrics, "machine": info.environment, "seconds": info.timings}
    for title, part in parts.items():
        facts += _facts(title, part)
    return pd.DataFrame(facts, columns=["what", "value"])


def _variant_facts(variant: Variant) -> Iterator[Fact]:
    source = variant.checkpoint or say("home.published")
    said = f"{variant.model_type}, {source}, sha256 {variant.sha256[:12]}"
    yield say("home.fact_variant", name=variant.name), said
    for key, value in _flat(variant.trained_on or {}):
        yield say("home.fact_trained_on", name=variant.name, what=key), value


def _facts(title: str, part: Mapping[str, object]) -> list[Fact]:
    return [(say(f"home.fact_{title}", what=key), value) for key, value in _flat(part)]


def _flat(part: Mapping[str, object], before: str = "") -> Iterator[Fact]:
    """A part of `run.json`, however deep, as rows: a mapping's own entries are rows of their own."""
    for key, value in part.items():
        name = f"{before}, {key}" if before else str(key)
        if isinstance(value, Mapping) and value:
            yield from _flat({str(one): of for one, of in value.items()}, name)
        else:
            yield name, _written(value)


def _written(value: object) -> str:
    """A value as people write it."""
    if value is None or (isinstance(value, Sequence | Mapping) and not value):
        return formats.NO_VALUE
    if isinstance(value, bool):
        return say("home.yes" if value else "home.no")
    if isinstance(value, str):
        known = f"audit.{value}"  # a kind of finding
        return say(known) if isinstance(catalog(language()).get(known), str) else value
    if isinstance(value, Sequence):
        return ", ".join(map(_written, value))
    return (
        formats.significant(value, 4) if isinstance(value, float) else str(value).replace("-", formats.MINUS)
    )


# The numbers of the home page, computed once and kept while the run's files stay the same.


def comparison(selection: Selection) -> Comparison:
    """A against B, or A with itself, with the chosen prompt."""
    b = selection.b or selection.a
    return comparison_of(
        selection.run, selection.a, b, selection.prompt.spec, selection.split, selection.flagged
    )


def means_of(selection: Selection) -> pd.DataFrame:
    """The average of every metric for every variant with the chosen prompt, with its interval."""
    run = _part(selection)
    return _means(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def prompts_of(selection: Selection) -> pd.DataFrame:
    """The mean IoU of A and B and their gap with every prompt."""
    run, b = _part(selection), selection.b or selection.a
    return _prompts(run, stamp(run.folder), selection.rows_key, selection.a, b)


def costs_of(selection: Selection) -> pd.DataFrame:
    """What every variant costs with the chosen prompt, by variant."""
    run = _part(selection)
    return _costs(run, stamp(run.folder), selection.rows_key, selection.prompt.spec)


def doubts_of(selection: Selection) -> pd.DataFrame:
    """The doubtful images with their reason, the gravest first."""
    try:
        suspected = set(suspects_of(selection)["id"]) if selection.b else set()
    except FloodevalError:
        suspected = set()  # the run was made before variants were held against each other
    run, key = selection.run, (selection.prompt.spec, selection.a, selection.b, *selection.rows_key)
    return _doubts(run, stamp(run.folder), key, selection.table, suspected)


def _part(selection: Selection) -> Run:
    return replace(selection.run, metrics=selection.metrics)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _doubts(
    run: Run,
    stamp: tuple[float, ...],
    key: tuple[str | None, ...],
    _table: pd.DataFrame,
    _suspected: set[str],
) -> pd.DataFrame:
    return doubtful(_table, _suspected, run.info.flagged)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _means(run: Run, stamp: tuple[float, ...], part: tuple[str, str], prompt: str) -> pd.DataFrame:
    return mean_table(run.metrics, prompt)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _prompts(run: Run, stamp: tuple[float, ...], part: tuple[str, str], a: str, b: str) -> pd.DataFrame:
    return prompt_table(run.metrics, a, b, run.info.prompt_specs)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _costs(run: Run, stamp: tuple[float, ...], part: tuple[str, str], prompt: str) -> pd.DataFrame:
    rows = run.metrics[run.metrics["prompt"] == prompt]
    return cost_table(replace(run, metrics=rows)).set_index("variant")


# What the gain costs, beside it: once for the training, and for every photograph.


def draw_price(selection: Selection) -> None:
    """Draw what A and B take as a small table, with a link to the whole."""
    st.markdown(f"#### {say('home.cost' if selection.b else 'home.cost_alone')}")
    names = [name for name in (selection.a, selection.b) if name]
    costs = costs_of(selection)
    prices = [price_rows(costs.loc[[name]].iloc[0]) for name in names]
    heads = ["", *(f"<b>{style_html(selection.styles[name])}</b>" for name in names)]
    rows = [[what, *(price[what] for price in prices)] for what in prices[0]]
    draw_words(heads, ([escape(cell) for cell in row] for row in rows), say("home.cost_alt"))
    link_to(
        "Slices",
        selection.params | {"section": "cost"},
        say("home.cost_more"),
        icon=":material/arrow_forward:",
    )


def price_rows(cost: pd.Series) -> dict[str, str]:
    """One variant's cost in words, by what it is a cost of; a dash where it is not known.

    Args:
        cost: its row of `floodeval.analysis.cost.cost_table`.
    """
    return {
        say("home.cost_training"): training_words(cost),
        say("home.cost_trained"): parameters_words(cost),
        say("home.cost_checkpoint"): formats.decimal(cost["checkpoint_mb"], 1, "MiB"),
        say("home.cost_seconds"): seconds_words(cost),
        say("home.cost_memory"): formats.decimal(cost["peak_memory_mb"], 0, "MiB"),
    }


def training_words(cost: pd.Series) -> str:
    """How long the fine-tuning took, and over how many epochs."""
    if pd.isna(cost["training_s"]):
        return say("home.untrained") if cost["trained_parameters"] == 0 else formats.NO_VALUE
    return say(
        "home.trained_for", took=formats.duration(cost["training_s"]), epochs=formats.count(cost["epochs"])
    )


def parameters_words(cost: pd.Series) -> str:
    """How many of the model's parameters were trained, in millions."""
    trained, of = cost["trained_parameters"], cost["parameters"]
    if pd.isna(trained) or pd.isna(of):
        return formats.NO_VALUE
    return say(
        "home.trained_of",
        trained=formats.decimal(trained / 1e6, 1 if trained else 0),
        of=formats.decimal(of / 1e6, 1),
    )


def seconds_words(cost: pd.Series) -> str:
    """Median seconds per photograph: encoding, where it was timed, and decoding."""
    if pd.isna(cost["decode_ms"]):
        return formats.NO_VALUE
    if pd.isna(cost["encode_ms"]):
        return say("home.decode_only", seconds=formats.decimal(cost["decode_ms"] / 1000, 2, "s"))
    return formats.decimal((cost["encode_ms"] + cost["decode_ms"]) / 1000, 2, "s")


# The doubtful images, each one click away.

SHOWN = 4
_COLORS = {
    "regressed": "orange",
    "flagged": "violet",
    "suspect": "violet",
    "lower": "orange",
    "both_fail": "gray",
}


def draw_doubts(selection: Selection) -> None:
    """Draw the gravest doubtful images as cards that open them, with why each is doubtful."""
    rows = doubts_of(selection)
    st.subheader(say("home.review_queue"), anchor="doubtful")
    if rows.empty:
        st.success(
            say("home.nothing_to_review" if selection.b else "home.nothing_to_review_alone"),
            icon=":material/check_circle:",
        )
        return
    st.markdown(doubts_words(rows, selection.b is None))
    shown = rows.head(SHOWN)
    pictures = thumbnails(selection, photographs(selection.run), shown["id"].tolist())
    with st.grid(4, min_column_width=190):
        for (_, row), picture in zip(shown.iterrows(), pictures, strict=True):
            with st.container(border=True, gap="xsmall", height="stretch"):
                _draw_card(selection, row, picture)
    if photographs(selection.run).dataset is None:
        draw_against_legend(selection)
    else:
        draw_error_legend(selection, say("home.sides") if selection.b else "")


def doubts_words(rows: pd.DataFrame, alone: bool) -> str:
    """How many images are doubtful, by reason, and how many are shown."""
    counts = rows["reason"].value_counts()
    kinds = [
        say(
            f"home.review_{reason}{'_alone' if alone and reason == 'both_fail' else ''}_count",
            n=counts[reason],
        )
        for reason in REASONS
        if reason in counts
    ]
    said = say("home.review_reasons", images=say("home.to_review", n=len(rows)), kinds=", ".join(kinds))
    return said + (" " + say("home.review_shown", n=SHOWN) if len(rows) > SHOWN else "")


def _draw_card(selection: Selection, row: pd.Series, picture: bytes | None) -> None:
    name = str(row["id"])
    if picture is None:
        st.caption(f":material/broken_image: {say('home.no_masks')}")
    else:
        st.image(data_url(picture), width="stretch", alt=say("home.thumbnail_alt", name=name))
    wanted = {"id": name, "quadrant": "all"}
    link_to(
        "Compare", selection.params | wanted, say("home.open_one", name=code(name)), ":material/open_in_full:"
    )
    alone = "_alone" if selection.b is None and row["reason"] == "both_fail" else ""
    reason = str(row["reason"])
    why = say(f"home.review_{reason}{alone}")
    st.markdown(f":{_COLORS[reason]}-badge[{why}]  \n{score_words(selection, row)}")


def score_words(selection: Selection, row: pd.Series) -> str:
    """An image's IoU under A and B, and the gap; of one variant its IoU."""
    if selection.b is None:
        return f"IoU {formats.score(row['iou_a'])}"
    a, b = (formats.score(row[name]) for name in ("iou_a", "iou_b"))
    return f"IoU {a} → {b}, **{formats.gap(row['iou_gap'])}**"
