"""What a page says where no evaluation is finished yet."""

import streamlit as st

from floodeval.results import results_folder
from floodeval.ui.words import code, plain


def draw_welcome(unfinished: list[str]) -> None:
    """Say that there are no runs yet and how to make one."""
    st.title("Nothing to compare yet")
    st.markdown(
        "floodeval shows whether a specialised Segment Anything model is really better than the general one "
        "on your flood photographs: where, and by how much. It needs one finished evaluation to begin."
    )
    draw_unfinished(unfinished)
    quick, own = st.columns(2, gap="medium")
    with quick.container(border=True, height="stretch"):
        st.markdown("##### :material/rocket_launch: See it work")
        st.markdown("Draws a small flood data set, evaluates both variants on it and fills these pages.")
        st.code("make demo", language=None)
        st.caption("or, where floodeval is installed without its Makefile:")
        st.code("floodeval demo", language=None)
    with own.container(border=True, height="stretch"):
        st.markdown("##### :material/photo_library: Use your own photographs")
        st.markdown("A folder with photographs and their masks, and a fine-tuned checkpoint:")
        st.code(
            "floodeval evaluate path/to/dataset \\\n"
            "    --name my-run \\\n"
            "    --variant pretrained \\\n"
            "    --variant finetuned=path/to/checkpoint",
            language=None,
        )
        st.caption("`floodeval evaluate --help` says more.")
    st.caption(
        f"Runs are looked for in {code(results_folder() / 'runs')}. Reload this page when one is finished."
    )


def draw_unfinished(names: list[str]) -> None:
    """Name the runs that were begun and are not finished, where there are any."""
    if not names:
        return
    what = "A run is" if len(names) == 1 else f"{len(names)} runs are"
    st.caption(
        f":material/hourglass_top: {what} not finished and not listed: {plain(', '.join(names))}. "
        "Give its `floodeval evaluate` command again to go on."
    )
