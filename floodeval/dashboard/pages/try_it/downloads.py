"""What can be taken from Try it: masks, outlines, all results, and the command that makes the same masks."""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from floodeval.dashboard.pages.try_it.answers import PromptAnswer
from floodeval.dashboard.pages.try_it.results import PhotographResult, results_archive
from floodeval.dashboard.widgets.markdown import chip
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.recorded_source import source_text
from floodeval.evaluation.variant_record import Variant
from floodeval.i18n.catalog import counted, say
from floodeval.sam.marks import Marks
from floodeval.viz.style import Style

if TYPE_CHECKING:
    from floodeval.sam.inference import Prediction


def draw_archive(results: Sequence[PhotographResult]) -> None:
    """Offer the names, masks and scores of all photographs that were predicted as one zip archive."""
    st.download_button(
        say("try_it.archive"),
        partial(results_archive, results),
        file_name="try-it.zip",
        mime="application/zip",
        key="try_archive",
        on_click="ignore",
        icon=":material/folder_zip:",
        help=say("try_it.archive_help", photographs=counted(len(results), "photograph")),
    )


def draw_downloads(answer: PromptAnswer, styles: dict[str, Style]) -> None:
    """Offer each model's mask as PNG and its outline as GeoJSON, made on demand."""
    stem = Path(answer.encoded.name).stem
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
                        partial(_outline, prediction, answer.encoded.name, name, answer.marks),
                        file_name=f"{stem}-{name}.geojson",
                        mime="application/geo+json",
                        key=f"outline/{name}",
                        on_click="ignore",
                        icon=":material/polyline:",
                    )
    st.caption(say("try_it.download_note"))


def _outline(prediction: "Prediction", image: str, variant: str, marks: Marks) -> str:
    from floodeval.evaluation.predict import outline_of

    return outline_of(prediction, image, variant, marks)


def draw_command(path: str, variants: Sequence[Variant], marks: Marks) -> None:
    """Show the command that makes the same masks."""
    st.caption(say("try_it.command"))
    st.code(predict_command(path, variants, marks), language=None, wrap_lines=True)


def predict_command(path: str, variants: Sequence[Variant], marks: Marks) -> str:
    """The command `floodeval predict` for a photograph, the chosen variants and marks."""
    words = ["floodeval", "predict", path]
    types = {variant.model_type for variant in variants}
    for variant in variants:
        is_default = variant.checkpoint is None and variant.alpha is None and variant.route is None
        source = "" if is_default and len(types) == 1 else source_text(variant)
        words += ["--variant", f"{variant.name}={source}" if source else variant.name]
    if len(types) == 1 and types != {"vit_t"}:
        words += ["--model", *types]
    if str(marks) != "full":
        words += ["--prompt", str(marks)]
    return shlex.join([*words, "--out", "masks"])
