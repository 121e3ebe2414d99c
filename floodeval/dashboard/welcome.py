"""What a page says where no evaluation is finished yet."""

import streamlit as st

from floodeval.dashboard.widgets.words import code, plain
from floodeval.i18n.catalog import say
from floodeval.storage.paths import results_folder


def draw_welcome(unfinished: list[str]) -> None:
    """Say that there are no runs yet and how to make one."""
    st.title(say("welcome.title"))
    st.markdown(say("welcome.purpose"))
    draw_unfinished(unfinished)
    quick, own = st.columns(2, gap="medium")
    with quick.container(border=True, height="stretch"):
        st.markdown(f"##### :material/rocket_launch: {say('welcome.demo')}")
        st.markdown(say("welcome.demo_what"))
        st.code("make demo", language=None)
        st.caption(say("welcome.demo_installed"))
        st.code("floodeval demo", language=None)
    with own.container(border=True, height="stretch"):
        st.markdown(f"##### :material/photo_library: {say('welcome.own')}")
        st.markdown(say("welcome.own_what"))
        st.code(
            "floodeval evaluate path/to/dataset \\\n"
            "    --name my-run \\\n"
            "    --variant pretrained \\\n"
            "    --variant finetuned=path/to/checkpoint",
            language=None,
            wrap_lines=True,
        )
        st.caption(say("welcome.own_more"))
    st.caption(say("welcome.where", folder=code(results_folder() / "runs")))


def draw_unfinished(names: list[str]) -> None:
    """Name the runs that were begun and are not finished, where there are any."""
    if names:
        said = say("welcome.unfinished", n=len(names), names=plain(", ".join(names)))
        st.caption(f":material/hourglass_top: {said}")
