"""The section on domain distance: how far each data set is from the training photographs, with IoU."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from floodeval.analysis.verdicts import average_ranks
from floodeval.dashboard.pages.generalization.generalization_queries import ChosenSets, PageFindings
from floodeval.dashboard.widgets.markdown import plain
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import language, say
from floodeval.viz.charts.distance_strips import distance_figure
from floodeval.viz.charts.figure import CHART_CONFIG

COLUMNS = ("id", "variant", "distance", "percentile")  # of `domain.parquet`
FEWEST = 3  # photographs for a rank correlation


def draw_domain(chosen: ChosenSets, shown: PageFindings) -> None:
    """Draw every photograph's distance with its IoU, or how to get distances."""
    st.markdown(f"#### {say('generalization.distance')}", help=say("generalization.distance_help"))
    rows = distances(chosen, shown)
    if rows.empty:
        st.info(say("generalization.no_distance"), icon=":material/straighten:")
        return
    for words in distance_words(shown, rows):
        st.markdown(f"- {plain(words)}")
    labels = {one.run: one.name for one in shown.found.sets}
    figure = distance_figure(rows, labels, shown.found.label(shown.candidate))
    alt = say("generalization.distance_alt")
    st.plotly_chart(figure, config=CHART_CONFIG, key=f"distances_{language()}", alt=alt)
    st.caption(say("generalization.distance_note", variant=plain(shown.found.label(shown.candidate))))


def distances(chosen: ChosenSets, shown: PageFindings) -> pd.DataFrame:
    """One row per photograph that has a distance: run, id, distance, percentile, iou (may be missing).

    IoU and distance are those of the variant that the page speaks of; where it has none, the distance is that
    of another compared variant that has some.
    """
    tables = {run.folder.name: table for run in chosen.runs if (table := _table(run)) is not None}
    known = {name for table in tables.values() for name in table["variant"]}
    names = [shown.candidate, *(one.name for one in shown.found.variants)]
    measured = next((name for name in names if name in known), None)
    runs = {run.folder.name: run for run in chosen.runs}
    found = [
        _with_iou(runs[name], table[table["variant"] == measured], shown) for name, table in tables.items()
    ]
    columns = ["run", "id", "distance", "percentile", "iou"]
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


def _table(run: Run) -> pd.DataFrame | None:
    """The run's distances; None where it has none that can be read."""
    try:
        table = pd.read_parquet(run.folder / "domain.parquet")
    except (OSError, ValueError):
        return None
    return table if set(COLUMNS) <= set(table.columns) else None


def _with_iou(run: Run, table: pd.DataFrame, shown: PageFindings) -> pd.DataFrame:
    prompt = next(one.prompt for one in shown.found.of(shown.candidate) if one.run == run.folder.name)
    rows = run.metrics[(run.metrics["variant"] == shown.candidate) & (run.metrics["prompt"] == prompt)]
    ious = rows.set_index("id")["iou"]
    return table.assign(run=run.folder.name, iou=table["id"].map(ious)).dropna(subset=["distance"])


def distance_words(shown: PageFindings, rows: pd.DataFrame) -> list[str]:
    """How well the distance tells each other set from the in-domain set, and its correlation with IoU."""
    by_run: Mapping[str, pd.Series] = {str(run): of["distance"] for run, of in rows.groupby("run")}
    said = []
    inside = by_run.get(shown.found.in_domain.run)
    for one in shown.found.sets[1:]:
        if inside is not None and one.run in by_run:
            share = formats.score(auroc(inside, by_run[one.run]))
            counts = {"n": len(by_run[one.run]), "inside": len(inside)}
            said.append(say("generalization.auroc", set=one.name, auroc=share, **counts))
    known = rows.dropna(subset=["iou"])
    if len(known) >= FEWEST and (found := rank_correlation(known["distance"], known["iou"])) is not None:
        said.append(say("generalization.correlation", value=formats.gap(found, 2), n=len(known)))
    return said


def auroc(inside: pd.Series, outside: pd.Series) -> float:
    """The chance that a photograph from outside is further away than one from inside; ties count half.

    Examples:
        >>> auroc(pd.Series([1.0, 2.0]), pd.Series([2.0, 3.0]))
        0.875
    """
    ranks = average_ranks(pd.concat([outside, inside]).to_numpy(float))
    n = len(outside)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(inside)))


def rank_correlation(first: pd.Series, second: pd.Series) -> float | None:
    """Spearman's rank correlation; None where one of the two does not vary.

    Examples:
        >>> round(rank_correlation(pd.Series([1.0, 2.0, 3.0]), pd.Series([9.0, 5.0, 1.0])), 6)
        -1.0
    """
    ranks = [pd.Series(average_ranks(values.to_numpy(float))) for values in (first, second)]
    if any(one.nunique() < 2 for one in ranks):
        return None
    return float(ranks[0].corr(ranks[1]))
