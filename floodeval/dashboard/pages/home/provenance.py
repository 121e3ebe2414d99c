"""What was run, with what, on what machine."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.columns import Column, draw_table
from floodeval.dashboard.widgets.folding import folded
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import Variant
from floodeval.i18n import formats
from floodeval.i18n.catalog import catalogue, say
from floodeval.i18n.language import language
from floodeval.viz.reading import label_words, photograph_words

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
        return say(known) if isinstance(catalogue(language()).get(known), str) else value
    if isinstance(value, Sequence):
        return ", ".join(map(_written, value))
    return (
        formats.significant(value, 4) if isinstance(value, float) else str(value).replace("-", formats.MINUS)
    )
