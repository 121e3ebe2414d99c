"""The first screen of the page Dataset: what data this is, and whether it can be trusted."""

import pandas as pd
import streamlit as st

from floodeval.data.audit.findings import GRAVITIES, Audit
from floodeval.evaluation.run import Run
from floodeval.ui.dataset.study import Study
from floodeval.wording.numbers import NO_VALUE, counted

GRAVITY_COLOURS = {
    "truth in doubt": "red",
    "leaking": "red",
    "unusable": "orange",
    "repeated": "blue",
    "harmless": "gray",
}
GRAVITY_ICONS = {
    "truth in doubt": ":material/error:",
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
        _figure("Photographs", str(audit.n_photographs), f"{audit.n_masks} masks, {audit.n_pairs} pairs")
        n_scenes, n_groups = table["scene"].nunique(), len(study.scenes.groups)
        _figure("Scenes", str(n_scenes), f"{n_groups} of several photographs")
        _draw_measures(table)
        doubtful = len(audit.flags())
        _figure("Truth in doubt", f"{doubtful} of {audit.n_pairs}", "pairs, as they lie on disk")
        _draw_agreement(study)
    badges = [gravity_badge(name, n) for name, n in gravities(audit).items() if n]
    if badges:
        st.markdown(f"The audit made {counted(len(audit.issues), 'finding')}: " + " ".join(badges))


def draw_run_overview(run: Run, table: pd.DataFrame) -> None:
    """Draw in figures what the run itself knows of its data set."""
    wanted = int(run.info.dataset.get("n_samples") or len(table))
    with st.grid(4, min_column_width=150):
        _figure("Evaluated", str(len(table)), f"of {wanted} samples")
        _figure("Scenes", str(table["scene"].nunique()), "among those evaluated")
        _draw_measures(table)


def trust_words(study: Study, run: Run) -> str:
    """Whether the data can be trusted, in a sentence or two."""
    doubtful, n = study.audit.flags(), study.audit.n_pairs
    if doubtful:
        first = (
            f"**{len(doubtful)} of {n} pairs have a truth in doubt** "
            f"({share(len(doubtful) / max(1, n))}, see Findings){_handled_words(run)}."
        )
    else:
        first = f"**No pair's truth is in doubt** ({counted(n, 'pair')} looked at)."
    leaks = len(study.audit.of_kind("leak"))
    where = "the split" if study.whole_split else "the evaluated subsets"
    if leaks:
        stand = "scene stands" if leaks == 1 else "scenes stand"
        return f"{first} In {where} **{leaks} {stand} in two subsets**, so scores may flatter the model."
    return f"{first} In {where} no scene stands in two subsets."


def _handled_words(run: Run) -> str:
    """What the run's split does about pairs in doubt; nothing where it says nothing."""
    parts = {name: (run.info.split or {}).get(name) for name in ("excluded", "repaired")}
    n = {name: len(part) if isinstance(part, dict) else 0 for name, part in parts.items()}
    if not any(n.values()):
        return ""
    return f"; this run's split leaves out {n['excluded']} and repairs {n['repaired']}"


def gravities(audit: Audit) -> dict[str, int]:
    """How many findings there are of each gravity."""
    counts = audit.counts()
    return {name: sum(counts.get(kind, 0) for kind in kinds) for name, kinds in GRAVITIES.items()}


def gravity_badge(name: str, n: int) -> str:
    """A gravity with its number of findings as a badge, in Markdown."""
    return f":{GRAVITY_COLOURS[name]}-badge[{GRAVITY_ICONS[name]} {name}: {n}]"


def share(value: float) -> str:
    """A share in per cent; one decimal under ten."""
    return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"


def _draw_measures(table: pd.DataFrame) -> None:
    water = table["water_share"].dropna()
    if len(water):
        _figure("Water, median", share(water.median()), f"{share(water.min())} to {share(water.max())}")
    else:
        _figure("Water, median", NO_VALUE, "no mask could be read")
    sized = table.dropna(subset=["width", "height"])
    pixels = (sized["width"] * sized["height"]).astype("float64")
    if len(sized):
        least, most = (sized.iloc[place] for place in (pixels.argmin(), pixels.argmax()))
        spread = f"{least['width']:.0f}×{least['height']:.0f} to {most['width']:.0f}×{most['height']:.0f} px"
        if pixels.min() == pixels.max():
            spread = f"{least['width']:.0f}×{least['height']:.0f} px"
        _figure("Size, median", f"{pixels.median() / 1e6:.1f} MP", spread)


def _draw_agreement(study: Study) -> None:
    found = study.agreement.copies
    if found.mean is None:
        _figure("Labels agree", NO_VALUE, "no photograph is annotated twice")
    else:
        _figure("Labels agree, IoU", f"{found.mean:.3f}", f"{found.low:.2f} to {found.high:.2f}, n={found.n}")


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        st.metric(label, value)
        st.caption(note)
