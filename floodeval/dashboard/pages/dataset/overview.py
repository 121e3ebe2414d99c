"""The first screen of the page Dataset: what data this is, and whether it can be trusted."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.dataset.scan import Study
from floodeval.dashboard.widgets.legends import here, plain
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.datasets.audit.findings import GRAVITIES, Audit
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.dataset_charts import (
    NOT_IN_SPLIT,
    formats_figure,
    sizes_figure,
    subset_label,
    water_figures,
)
from floodeval.viz.charts.figure import CONFIG
from floodeval.viz.wording import SHARES, TRAITS, label_words, part_words, photograph_words, trait_title

# The first screen of the page Dataset: what data this is, and whether it can be trusted.

GRAVITY_COLORS = {
    "truth_in_doubt": "red",
    "leaking": "red",
    "unusable": "orange",
    "repeated": "blue",
    "harmless": "gray",
}
GRAVITY_ICONS = {
    "truth_in_doubt": ":material/error:",
    "leaking": ":material/water_drop:",
    "unusable": ":material/block:",
    "repeated": ":material/content_copy:",
    "harmless": ":material/info:",
}


def draw_overview(study: Study, run: Run) -> None:
    """Draw the data set in figures, with the audit's findings by gravity."""
    audit, table = study.audit, study.table
    st.markdown(trust_words(study, run))
    with st.grid(6, min_column_width=150):
        note = say("dataset.photographs_note", masks=audit.n_masks, pairs=audit.n_pairs)
        _figure(say("dataset.photographs"), str(audit.n_photographs), note)
        n_scenes, n_groups = table["scene"].nunique(), len(study.scenes.groups)
        _figure(say("dataset.scenes"), str(n_scenes), say("dataset.scenes_note", n=n_groups))
        _draw_measures(table)
        doubtful = len(audit.flags())
        value = say("dataset.doubtful_value", n=doubtful, total=audit.n_pairs)
        _figure(say("dataset.doubtful"), value, say("dataset.doubtful_note"))
        _draw_agreement(study)
    badges = [gravity_badge(name, n) for name, n in gravities(audit).items() if n]
    if badges:
        said = say("dataset.audit_made", findings=counted(len(audit.issues), "finding"))
        st.markdown(" ".join([said, *badges]))


def draw_run_overview(run: Run, table: pd.DataFrame) -> None:
    """Draw in figures what the run itself knows of its data set."""
    wanted = int(run.info.dataset.get("n_samples") or len(table))
    with st.grid(4, min_column_width=150):
        _figure(say("dataset.evaluated"), str(len(table)), say("dataset.evaluated_note", n=wanted))
        n_scenes = table["scene"].nunique()
        _figure(say("dataset.scenes"), str(n_scenes), say("dataset.scenes_evaluated"))
        _draw_measures(table)


def draw_reading(run: Run) -> None:
    """Say how the run read the masks and the photographs."""
    labels, photographs = plain(label_words(run.info.labels)), plain(photograph_words(run.info.photographs))
    titles = say("dataset_reading.labels"), say("dataset_reading.photographs")
    st.caption(f"**{titles[0]}**: {labels}. **{titles[1]}**: {photographs}.")


def trust_words(study: Study, run: Run) -> str:
    """Whether the data can be trusted, in a sentence or two."""
    doubtful, n = study.audit.flags(), study.audit.n_pairs
    if doubtful:
        said = {"n": len(doubtful), "total": n, "share": formats.percent(len(doubtful) / max(1, n))}
        first = say("dataset.in_doubt", handled=_handled_words(run), **said)
    else:
        first = say("dataset.none_in_doubt", pairs=counted(n, "pair"))
    leaks = len(study.audit.of_kind("leak"))
    where = say("dataset.the_split" if study.whole_split else "dataset.the_subsets")
    second = say("dataset.leaks", n=leaks, where=where) if leaks else say("dataset.no_leak", where=where)
    return f"{first} {second}"


def _handled_words(run: Run) -> str:
    """What the run's split does about pairs in doubt; nothing where it says nothing."""
    parts = {name: (run.info.split or {}).get(name) for name in ("excluded", "repaired")}
    n = {name: len(part) if isinstance(part, dict) else 0 for name, part in parts.items()}
    if not any(n.values()):
        return ""
    return say("dataset.handled", **n)


def gravities(audit: Audit) -> dict[str, int]:
    """How many findings there are of each gravity."""
    counts = audit.counts()
    return {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in GRAVITIES.items()}


def gravity_badge(name: str, n: int) -> str:
    """A gravity with its number of findings as a badge, in Markdown."""
    return f":{GRAVITY_COLORS[name]}-badge[{GRAVITY_ICONS[name]} {gravity_word(name)}: {n}]"


def gravity_word(name: str) -> str:
    """What a gravity is called."""
    return say(f"audit.gravity_{name}")


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


def _draw_agreement(study: Study) -> None:
    found = study.agreement.copies
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


# The section Balance: water, sizes and formats, subset beside subset.


def draw_balance(table: pd.DataFrame) -> None:
    """Draw how alike the subsets are."""
    st.markdown(f"#### {say('dataset.water_by_subset')}")
    figures = water_figures(table)
    subsets = table["subset"].fillna(NOT_IN_SPLIT)
    with st.grid(min(4, len(figures)), min_column_width=280):
        for place, (name, figure) in enumerate(figures.items()):
            with st.container(gap="xxsmall"):
                st.markdown(subset_words(name, table.loc[subsets == name, "water_share"]))
                alt = say("dataset.water_alt", name=subset_label(name))
                st.plotly_chart(figure, config=CONFIG, key=f"water_{place}", alt=alt)
    st.caption(say("dataset.same_height"))
    sizes, kinds = st.columns([3, 2], gap="medium")
    with sizes:
        st.markdown(f"#### {say('dataset.sizes')}")
        st.plotly_chart(sizes_figure(table), config=CONFIG, key="sizes", alt=say("dataset.sizes_alt"))
    with kinds:
        st.markdown(f"#### {say('dataset.formats')}")
        if table["format"].notna().any():
            st.plotly_chart(
                formats_figure(table), config=CONFIG, key="formats", alt=say("dataset.formats_alt")
            )
            st.caption(say("dataset.by_content"))
        else:
            st.caption(say("dataset.formats_unknown"))


def subset_words(name: str, water: pd.Series) -> str:
    """A subset with its n and its share of water, as Markdown."""
    known = water.dropna()
    mean = formats.percent(known.mean()) if len(known) else formats.NO_VALUE
    return say("dataset.subset_water", name=plain(subset_label(name)), n=len(water), share=mean)


def draw_traits(run: Run) -> None:
    """Draw what the run measured of its photographs, as a table."""
    with st.expander(say("dataset.traits"), icon=":material/table_chart:"):
        try:
            traits = run.table("traits")
        except FloodevalError as error:
            st.caption(here(error))
            return
        shown = traits.drop(columns="scene")
        shown["water_colour"] = [part_words("water_colour", one, None, None) for one in shown["water_colour"]]
        columns = {name: _trait_column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("dataset.traits_alt"))
        st.caption(say("dataset.traits_note"))


def _trait_column(name: str) -> Column:
    """A trait under its title, with shares in percent."""
    others = {"id": say("dataset.column_id"), "channel_width_px": say("dataset.column_channel_width_px")}
    title = trait_title(name) if name in TRAITS else others.get(name, name)
    return Column(title, formats.percent if name in SHARES else None)
