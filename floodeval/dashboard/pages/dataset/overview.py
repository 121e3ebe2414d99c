"""The top of the page Dataset: what data this is, and whether it can be trusted."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.dataset_queries import DatasetScan
from floodeval.dashboard.pages.dataset.finding_badges import gravities, gravity_badge
from floodeval.dashboard.widgets.markdown import plain
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import label_words, photograph_words


def draw_overview(scan: DatasetScan, run: Run) -> None:
    """Draw the data set in figures, with the audit's findings by gravity."""
    audit, table = scan.audit, scan.table
    st.markdown(trust_words(scan, run))
    with st.grid(6, min_column_width=150):
        note = say("dataset.photographs_note", masks=audit.n_masks, pairs=audit.n_pairs)
        _figure(say("dataset.photographs"), str(audit.n_photographs), note)
        n_scenes, n_groups = table["scene"].nunique(), len(scan.scenes.groups)
        _figure(say("dataset.scenes"), str(n_scenes), say("dataset.scenes_note", n=n_groups))
        _draw_measures(table)
        doubtful = len(audit.flags())
        value = say("dataset.doubtful_value", n=doubtful, total=audit.n_pairs)
        _figure(say("dataset.doubtful"), value, say("dataset.doubtful_note"))
        _draw_agreement(scan)
    badges = [gravity_badge(name, n) for name, n in gravities(audit).items() if n]
    if badges:
        audited = say("dataset.audit_made", findings=counted(len(audit.issues), "finding"))
        st.markdown(" ".join([audited, *badges]))


def draw_run_overview(run: Run, table: pd.DataFrame) -> None:
    """Draw the run's own record of its data set in figures."""
    wanted = int(run.info.dataset.get("n_samples") or len(table))
    with st.grid(4, min_column_width=150):
        _figure(say("dataset.evaluated"), str(len(table)), say("dataset.evaluated_note", n=wanted))
        n_scenes = table["scene"].nunique()
        _figure(say("dataset.scenes"), str(n_scenes), say("dataset.scenes_evaluated"))
        _draw_measures(table)


def draw_reading(run: Run) -> None:
    """Draw how the run read the masks and the photographs."""
    labels, photographs = plain(label_words(run.info.labels)), plain(photograph_words(run.info.photographs))
    st.caption(
        f"**{say('dataset_reading.labels')}**: {labels}. **{say('dataset_reading.photographs')}**: {photographs}."
    )


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
        sizes = ["×".join(formats.count(one[side]) for side in ("width", "height")) for one in (least, most)]
        spread = sizes[0] if sizes[0] == sizes[1] else say("dataset.range", low=sizes[0], high=sizes[1])
        spread += " px"
        _figure(say("dataset.median_size"), formats.decimal(pixels.median() / 1e6, 1, "MP"), spread)


def _draw_agreement(scan: DatasetScan) -> None:
    found = scan.agreement.copies
    if found.mean is None:
        _figure(say("dataset.labels_agree"), formats.NO_VALUE, say("dataset.not_twice"))
    else:
        spread = say("dataset.range", low=formats.decimal(found.low, 2), high=formats.decimal(found.high, 2))
        _figure(
            say("dataset.labels_agree_iou"),
            formats.score(found.mean),
            f"{spread}, n={formats.count(found.n)}",
        )


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(label, value)
        st.caption(note)
