"""What was run, with what, on what machine."""

import pandas as pd
import streamlit as st

from floodeval.evaluation.run import Run
from floodeval.language.sentences import say
from floodeval.ui.folding import folded
from floodeval.ui.selection import Selection


def draw_provenance(selection: Selection) -> None:
    """The facts of `run.json` as a table, folded away."""
    with folded(say("home.about"), ":material/info:", "home_about") as opened:
        if not opened:
            return
        st.dataframe(
            provenance_rows(selection.run),
            hide_index=True,
            column_config={"what": say("home.column_what"), "value": say("home.column_value")},
            alt=say("home.about_alt"),
        )


def provenance_rows(run: Run) -> pd.DataFrame:
    """The facts of `run.json` as rows of what and value, all text; keys and values as the file has them."""
    info = run.info
    facts: list[tuple[str, object]] = [
        (say("home.fact_run"), run.folder.name),
        (say("home.fact_created"), info.created),
        *((say("home.fact_dataset", what=key), value) for key, value in info.dataset.items()),
        *((say("home.fact_split", what=key), value) for key, value in (info.split or {}).items()),
    ]
    for variant in info.variants:
        source = variant.checkpoint or say("home.published")
        facts.append(
            (
                say("home.fact_variant", name=variant.name),
                f"{variant.model_type}, {source}, sha256 {variant.sha256[:12]}",
            )
        )
        for key, value in (variant.trained_on or {}).items():
            facts.append((say("home.fact_trained_on", name=variant.name, what=key), value))
    parts = {"setting": info.metrics, "machine": info.environment, "seconds": info.timings}
    for title, part in parts.items():
        facts += [(say(f"home.fact_{title}", what=key), value) for key, value in part.items()]
    return pd.DataFrame([(what, str(value)) for what, value in facts], columns=["what", "value"])
