"""The page Dataset: what data this is and whether it can be trusted, then one section."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from floodeval.analysis.domain_findings import DistanceSummary, domain_table, summarize_distances
from floodeval.dashboard.navigation import choose_section, go_to, section_title
from floodeval.dashboard.pages.dataset.dataset_gallery import draw_facts_table, draw_gallery
from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan, scan_of
from floodeval.dashboard.pages.dataset.findings_view import draw_findings, gravities, gravity_badge
from floodeval.dashboard.pages.dataset.recognized_view import draw_recognized
from floodeval.dashboard.pages.dataset.scenes_view import draw_agreement, draw_scenes
from floodeval.dashboard.pages.dataset.stress_view import draw_stress
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.jobs_allowed import are_jobs_allowed, ask_to_evaluate
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, run_inventory
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import (
    NOT_IN_SPLIT,
    formats_figure,
    sizes_figure,
    subset_label,
    water_figures,
)
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.wording import SHARES, TRAITS, label_words, part_words, photograph_words, trait_title

_FROM_FILES: dict[str, Callable[[DatasetScan], None]] = {
    "gallery": draw_gallery,
    "findings": draw_findings,
    "scenes": draw_scenes,
    "agreement": draw_agreement,
}


def draw_dataset(selection: Selection) -> None:
    """Draw what the selected run's data set was recognized as, then its figures; or what the run holds."""
    scan, reason = _scan_or_reason(selection)
    if scan:
        draw_evaluate(selection, scan.dataset.folder)
        table = scan.table
        draw_recognized(scan.description)
        draw_overview(scan, selection.run)
    else:
        table = run_inventory(selection.run)
        words = say("dataset.without_photographs", reason=plain(reason))
        st.info(words, icon=":material/no_photography:")
        draw_run_overview(selection.run, table)
    draw_reading(selection.run)
    draw_distances(selection.run)
    _draw_section(choose_section("Dataset"), selection, scan, table)


def draw_evaluate(selection: Selection, folder: Path) -> None:
    """Draw the button that leads to the evaluation of the data set, where jobs may be started."""
    if are_jobs_allowed() and st.button(
        say("dataset.evaluate"), key="dataset_evaluate", icon=":material/play_circle:"
    ):
        ask_to_evaluate(folder)
        go_to("Jobs", selection.params)


def _scan_or_reason(selection: Selection) -> tuple[DatasetScan | None, str]:
    """What was found in the data set, or why its files are not available."""
    found = photographs(selection.run)
    if found.dataset is None:
        return None, found.reason
    try:
        return scan_of(selection.run, found.dataset), ""
    except FloodevalError as error:
        return None, str(error)


def draw_overview(scan: DatasetScan, run: Run) -> None:
    """Draw the data set in figures, with the audit's findings by gravity."""
    audit, table = scan.audit, scan.table
    st.markdown(trust_words(scan, run))
    with st.grid(6, min_column_width=150):
        note = say("dataset.photographs_note", masks=audit.n_masks, pairs=audit.n_pairs)
        _figure(say("dataset.photographs"), formats.count(audit.n_photographs), note)
        n_scenes, n_groups = table["scene"].nunique(), len(scan.scenes.groups)
        _figure(say("dataset.scenes"), formats.count(n_scenes), say("dataset.scenes_note", n=n_groups))
        _draw_measures(table)
        doubtful = len(audit.flags())
        value = say("dataset.doubtful_value", n=doubtful, total=audit.n_pairs)
        _figure(say("dataset.doubtful"), value, say("dataset.doubtful_note"))
        _draw_label_agreement(scan)
    badges = [gravity_badge(name, n) for name, n in gravities(audit).items() if n]
    if badges:
        audited = say("dataset.audit_made", findings=counted(len(audit.issues), "finding"))
        st.markdown(" ".join([audited, *badges]))


def trust_words(scan: DatasetScan, run: Run) -> str:
    """Whether the labels and the split can be trusted, in two sentences."""
    doubtful, n = scan.audit.flags(), scan.audit.n_pairs
    if doubtful:
        counts = {"n": len(doubtful), "total": n, "share": formats.percent(len(doubtful) / max(1, n))}
        first = say("dataset.in_doubt", handled=_handled_words(run), **counts)
    else:
        first = say("dataset.none_in_doubt", pairs=counted(n, "pair"))
    leaks = len(scan.audit.of_kind("leak"))
    where = say("dataset.the_split" if scan.whole_split else "dataset.the_subsets")
    second = say("dataset.leaks", n=leaks, where=where) if leaks else say("dataset.no_leak", where=where)
    return f"{first} {second}"


def _handled_words(run: Run) -> str:
    """How the run's split handles doubtful pairs; empty where it does not."""
    parts = {name: (run.info.split or {}).get(name) for name in ("excluded", "repaired")}
    n = {name: len(part) if isinstance(part, dict) else 0 for name, part in parts.items()}
    if not any(n.values()):
        return ""
    return say("dataset.handled", **n)


def _draw_measures(table: pd.DataFrame) -> None:
    water = table["water_share"].dropna()
    if len(water):
        spread = say("dataset.range", low=formats.percent(water.min()), high=formats.percent(water.max()))
        _figure(say("dataset.median_water"), formats.percent(water.median()), spread)
    else:
        _figure(say("dataset.median_water"), formats.NO_VALUE, say("dataset.no_mask"))
    sized = table.dropna(subset=["width", "height"])
    pixels = (sized["width"] * sized["height"]).astype("float64")
    if len(sized):
        least, most = (sized.iloc[place] for place in (pixels.argmin(), pixels.argmax()))
        sizes = [formats.picture_size(one["width"], one["height"]) for one in (least, most)]
        spread = sizes[0] if sizes[0] == sizes[1] else say("dataset.range", low=sizes[0], high=sizes[1])
        _figure(say("dataset.median_size"), formats.decimal(pixels.median() / 1e6, 1, "MP"), spread)


def _draw_label_agreement(scan: DatasetScan) -> None:
    found = scan.agreement.copies
    if found.mean is None:
        _figure(say("dataset.labels_agree"), formats.NO_VALUE, say("dataset.not_twice"))
    else:
        spread = say("dataset.range", low=formats.score(found.low), high=formats.score(found.high))
        note = f"{spread}, n={formats.count(found.n)}"
        _figure(say("dataset.labels_agree_iou"), formats.score(found.mean), note)


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(label, value)
        st.caption(note)


def draw_run_overview(run: Run, table: pd.DataFrame) -> None:
    """Draw the run's own record of its data set in figures."""
    wanted = int(run.info.dataset.get("n_samples") or len(table))
    with st.grid(4, min_column_width=150):
        _figure(say("dataset.evaluated"), formats.count(len(table)), say("dataset.evaluated_note", n=wanted))
        n_scenes = table["scene"].nunique()
        _figure(say("dataset.scenes"), formats.count(n_scenes), say("dataset.scenes_evaluated"))
        _draw_measures(table)


def draw_reading(run: Run) -> None:
    """Draw how the run read the masks and the photographs."""
    labels, values = plain(label_words(run.info.labels)), plain(photograph_words(run.info.photographs))
    titles = say("dataset_reading.labels"), say("dataset_reading.photographs")
    st.caption(f"**{titles[0]}**: {labels}. **{titles[1]}**: {values}.")


def draw_distances(run: Run) -> None:
    """Draw how many photographs are unlike the training photographs of each variant, if that is known.

    Variants of one model, such as the model and its route, have the same figures and share a sentence.
    """
    table, titles = domain_table(run), variant_titles(run.info)
    named: dict[DistanceSummary, list[str]] = {}
    for name, of in () if table is None else table.groupby("variant", sort=False):
        named.setdefault(summarize_distances(of), []).append(titles.get(str(name), str(name)))
    for found, names in named.items():
        if found.n:
            counts = {"n": found.n_unlike, "total": found.n, "share": formats.percent(found.unlike_share)}
            st.markdown(say("domain.set_unlike", variant=plain(", ".join(names)), **counts))


def _draw_section(section: str, selection: Selection, scan: DatasetScan | None, table: pd.DataFrame) -> None:
    if section == "stress":
        draw_stress(selection)
    elif section == "balance":
        draw_balance(table)
        draw_traits(selection.run)
    elif scan:
        _FROM_FILES[section](scan)
    elif section == "gallery":
        draw_facts_table(table)
    else:
        st.markdown(say("dataset.only_from_files", section=section_title(section)))


def draw_balance(table: pd.DataFrame) -> None:
    """Draw the water share of each subset, the sizes and the file formats."""
    st.markdown(f"#### {say('dataset.water_by_subset')}")
    figures = water_figures(table)
    subsets = table["subset"].fillna(NOT_IN_SPLIT)
    with st.grid(min(4, len(figures)), min_column_width=220):
        for place, (name, figure) in enumerate(figures.items()):
            with st.container(gap="xxsmall"):
                st.markdown(subset_words(name, table.loc[subsets == name, "water_share"]))
                alt = say("dataset.water_alt", name=subset_label(name))
                st.plotly_chart(figure, config=CHART_CONFIG, key=f"water_{place}", alt=alt)
    st.caption(say("dataset.same_height"))
    sizes, kinds = st.columns([3, 2], gap="medium")
    with sizes:
        st.markdown(f"#### {say('dataset.sizes')}")
        st.plotly_chart(sizes_figure(table), config=CHART_CONFIG, key="sizes", alt=say("dataset.sizes_alt"))
    with kinds:
        st.markdown(f"#### {say('dataset.formats')}")
        if table["format"].notna().any():
            st.plotly_chart(
                formats_figure(table), config=CHART_CONFIG, key="formats", alt=say("dataset.formats_alt")
            )
            st.caption(say("dataset.by_content"))
        else:
            st.caption(say("dataset.formats_unknown"))


def subset_words(name: str, water: pd.Series) -> str:
    """A subset with its n and its mean share of water, as Markdown."""
    known = water.dropna()
    mean = formats.percent(known.mean()) if len(known) else formats.NO_VALUE
    return say("dataset.subset_water", name=plain(subset_label(name)), n=len(water), share=mean)


def draw_traits(run: Run) -> None:
    """Draw the traits that the run measured on its photographs, as a table."""
    with st.expander(say("dataset.traits"), icon=":material/table_chart:"):
        try:
            traits = run.table("traits")
        except FloodevalError as error:
            st.caption(error_text(error))
            return
        shown = traits.drop(columns="scene")
        shown["water_colour"] = [part_words("water_colour", one, None, None) for one in shown["water_colour"]]
        columns = {name: _trait_column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("dataset.traits_alt"))
        st.caption(say("dataset.traits_note"))


def _trait_column(name: str) -> Column:
    """The title and number format of a trait; shares are in percent."""
    others = {"id": say("dataset.column_id"), "channel_width_px": say("dataset.column_channel_width_px")}
    title = trait_title(name) if name in TRAITS else others.get(name, name)
    return Column(title, formats.percent if name in SHARES else None)
