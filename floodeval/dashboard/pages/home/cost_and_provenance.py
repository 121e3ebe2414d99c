"""What the variants cost, and what was run, with which settings, on which machine."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column, draw_table, folded
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n import formats
from floodeval.i18n.catalog import catalog, say
from floodeval.i18n.language import language
from floodeval.viz.wording import label_words, photograph_words, source_words

Fact = tuple[str, str]
"""What the fact is about, and its value."""


def training_words(cost: pd.Series) -> str:
    """How long the fine-tuning took, and over how many epochs."""
    if pd.isna(cost["training_s"]):
        return say("home.untrained") if cost["trained_parameters"] == 0 else formats.NO_VALUE
    return say(
        "home.trained_for", took=formats.duration(cost["training_s"]), epochs=formats.count(cost["epochs"])
    )


def seconds_words(cost: pd.Series) -> str:
    """Median seconds per photograph: encoding, where it was timed, and decoding."""
    if pd.isna(cost["decode_ms"]):
        return formats.NO_VALUE
    if pd.isna(cost["encode_ms"]):
        return say("home.decode_only", seconds=formats.decimal(cost["decode_ms"] / 1000, 2, "s"))
    return formats.decimal((cost["encode_ms"] + cost["decode_ms"]) / 1000, 2, "s")


def draw_provenance(selection: Selection) -> None:
    """Draw the facts of `run.json` as a table, folded away."""
    with folded(say("home.about"), ":material/info:", "home_about") as opened:
        if not opened:
            return
        columns = {name: Column(say(f"home.column_{name}")) for name in ("what", "value")}
        draw_table(pd.concat(map(provenance_rows, selection.pair.runs)), columns, say("home.about_alt"))


def provenance_rows(run: Run) -> pd.DataFrame:
    """The facts of `run.json` as text, in the columns what and value."""
    info = run.info
    facts = [(say("home.fact_run"), run.folder.name), (say("home.fact_created"), info.created)]
    facts += _facts("dataset", info.dataset)
    facts.append((say("home.fact_labels"), label_words(info.labels)))
    facts.append((say("home.fact_photographs"), photograph_words(info.photographs)))
    facts += _facts("split", info.split or {})
    titles = variant_titles(info)
    for variant in info.variants:
        facts += _variant_facts(variant, f"{titles[variant.name]} ({variant.name})")
    parts = {"setting": info.metrics, "machine": info.environment, "seconds": info.timings}
    for title, part in parts.items():
        facts += _facts(title, part)
    return pd.DataFrame(facts, columns=["what", "value"])


def _variant_facts(variant: Variant, name: str) -> Iterator[Fact]:
    text = f"{source_words(variant)}, sha256 {variant.sha256[:12]}"
    yield say("home.fact_variant", name=name), text
    for key, value in _flat(variant.trained_on or {}):
        yield say("home.fact_trained_on", name=name, what=key), value


def _facts(title: str, part: Mapping[str, object]) -> list[Fact]:
    return [(say(f"home.fact_{title}", what=key), value) for key, value in _flat(part)]


def _flat(part: Mapping[str, object], before: str = "") -> Iterator[Fact]:
    """A part of `run.json` as rows; each entry of a nested mapping is a row of its own."""
    for key, value in part.items():
        name = f"{before}, {key}" if before else str(key)
        if isinstance(value, Mapping) and value:
            yield from _flat({str(one): of for one, of in value.items()}, name)
        else:
            yield name, _written(value)


def _written(value: object) -> str:
    """A value as text."""
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
