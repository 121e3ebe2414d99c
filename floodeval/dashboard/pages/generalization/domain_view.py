"""The section on domain distance: how far each data set is from the training photographs, with IoU."""

import pandas as pd
import streamlit as st

from floodeval.analysis.domain_findings import correlation_with_iou, distances_with_iou, separations
from floodeval.dashboard.pages.generalization.generalization_queries import ChosenSets, PageFindings
from floodeval.dashboard.widgets.markdown import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import language, say
from floodeval.viz.charts.distance_strips import distance_figure
from floodeval.viz.charts.figure import CHART_CONFIG


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
    """The distances with the IoU of the variant that the page speaks of, as `distances_with_iou` has them.

    Where that variant has no distances, they are those of another compared variant that has some.
    """
    variants = [shown.candidate, *(one.name for one in shown.found.variants)]
    prompts = {one.run: one.prompt for one in shown.found.of(shown.candidate)}
    return distances_with_iou(chosen.runs, variants, prompts)


def distance_words(shown: PageFindings, rows: pd.DataFrame) -> list[str]:
    """How well the distance tells each other set from the in-domain set, and its correlation with IoU."""
    found = {one.run: one for one in separations(rows, shown.found.in_domain.run)}
    said = []
    for one in shown.found.sets[1:]:
        if (of := found.get(one.run)) is not None:
            counts = {"n": of.n, "inside": of.n_inside}
            said.append(say("generalization.auroc", set=one.name, auroc=formats.score(of.auroc), **counts))
    if (known := correlation_with_iou(rows)) is not None:
        said.append(say("generalization.correlation", value=formats.gap(known.value, 2), n=known.n))
    return said
