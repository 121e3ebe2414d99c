"""Downloads of Try it: each variant's mask and outline, and the command that makes the same masks."""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer
from floodeval.dashboard.pages.try_it.try_it_queries import EncodedPhotograph
from floodeval.dashboard.widgets.markdown import chip
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.run_info import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.clicks import Marks
from floodeval.viz.style import Style

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


def draw_downloads(encoded: EncodedPhotograph, answer: PromptAnswer, styles: dict[str, Style]) -> None:
    """Offer each variant's mask as PNG and its outline as GeoJSON, made on demand."""
    stem = Path(encoded.name).stem
    st.markdown(f"#### {say('try_it.download')}")
    with st.container(horizontal=True, gap="medium"):
        for name, prediction in answer.predictions.items():
            with st.container(width="content", gap="xsmall"):
                st.markdown(chip(styles[name]))
                with st.container(horizontal=True, gap="xsmall"):
                    st.download_button(
                        say("try_it.mask"),
                        partial(encode_mask, prediction.mask),
                        file_name=f"{stem}-{name}.png",
                        mime="image/png",
                        key=f"mask/{name}",
                        on_click="ignore",
                        icon=":material/image:",
                    )
                    st.download_button(
                        say("try_it.outline"),
                        partial(_outline, prediction, encoded.name, name, answer.marks),
                        file_name=f"{stem}-{name}.geojson",
                        mime="application/geo+json",
                        key=f"outline/{name}",
                        on_click="ignore",
                        icon=":material/polyline:",
                    )
    st.caption(say("try_it.download_note"))


def draw_command(path: str, variants: Sequence[Variant], marks: Marks) -> None:
    """Show the command that makes the same masks."""
    st.caption(say("try_it.command"))
    st.code(predict_command(path, variants, marks), language=None, wrap_lines=True)


def predict_command(path: str, variants: Sequence[Variant], marks: Marks) -> str:
    """The command `floodeval predict` for a photograph, the chosen variants and marks."""
    words = ["floodeval", "predict", path]
    for variant in variants:
        checkpoint = f"={variant.checkpoint}" if variant.checkpoint else ""
        words += ["--variant", f"{variant.name}{checkpoint}"]
    if variants[0].model_type != "vit_t":
        words += ["--model", variants[0].model_type]
    if str(marks) != "full":
        words += ["--prompt", str(marks)]
    return shlex.join([*words, "--out", "masks"])


def _outline(prediction: "Prediction", image: str, variant: str, marks: Marks) -> str:
    from floodeval.evaluation.predict import outline_of

    return outline_of(prediction, image, variant, marks)
