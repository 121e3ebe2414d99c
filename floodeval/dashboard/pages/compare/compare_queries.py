"""What the page Compare shows of an image: its rows of the run, and its masks, read and packed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT
from floodeval.dashboard.queries import stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.viewer import packed_bits
from floodeval.datasets.listing import Sample
from floodeval.datasets.outlines import svg_path
from floodeval.evaluation.run import StoredMasks
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt, parse_prompt
from floodeval.viz.dataset_pictures import SampleImages, read_sample_images
from floodeval.viz.layers import Stack, stacked
from floodeval.viz.thumbnails import data_url, jpeg

QUALITY = 90

Row = dict[str, Any]
"""One row of the run's table, by column."""


def score_rows(selection: Selection) -> dict[str, Row]:
    """Each variant's row for the chosen image and prompt, if it has one: A, B, then the others."""
    rows = selection.metrics
    chosen = rows[(rows["id"] == selection.sample_id) & (rows["prompt"] == selection.prompt.spec)]
    found = {str(row["variant"]): {str(key): row[key] for key in row} for row in chosen.to_dict("records")}
    return {name: found[name] for name in selection.variants if name in found}


def disagreement_of(selection: Selection) -> float | None:
    """1 - IoU of A's mask with B's on the image; None if unknown."""
    if DISAGREEMENT not in selection.table:
        return None
    value = selection.table.loc[selection.table["id"] == selection.sample_id, DISAGREEMENT].iloc[0]
    return None if pd.isna(value) else float(value)


@dataclass(frozen=True)
class PackedCase:
    """An image as the browser receives it, with the masks that the words are computed from.

    Attributes:
        material: the masks as read.
        stack: the masks as layers of bits.
        photograph: a data URL; None where there is no photograph.
        bits: of the stack, deflated, in base64.
        outlines: of the stack's masks, in their order, as SVG paths.
        prompts: that the variants were given; None without a reference mask, or without water in it.
    """

    material: SampleImages
    stack: Stack
    photograph: str | None
    bits: str
    outlines: tuple[str, ...]
    prompts: Mapping[str, Prompt | None]


def packed_case(selection: Selection, sample: Sample | None) -> PackedCase:
    """The chosen image with all masks, as the browser receives it.

    Args:
        selection: whose image is shown.
        sample: the image's files; None where they are not on this machine.
    """
    run, prompt = selection.run, selection.prompt.spec
    masks = tuple((name, run.masks_of(name, prompt)) for name in score_rows(selection))
    return _packed(masks, stamp(run), str(selection.sample_id), sample)


@st.cache_resource(max_entries=6, show_spinner=False)
def _packed(
    masks: tuple[tuple[str, StoredMasks], ...],
    stamp: tuple[float, ...],
    sample_id: str,
    sample: Sample | None,
) -> PackedCase:
    material = read_sample_images(dict(masks), sample_id, sample)
    return pack(material, {name: parse_prompt(source.prompt) for name, source in masks})


def pack(material: SampleImages, prompts: Mapping[str, PromptSpec]) -> PackedCase:
    """Encode what was read: the photograph as a JPEG, the masks as bits and outlines.

    Args:
        material: photograph and masks.
        prompts: of the variants; all are made from the reference mask.
    """
    truth = material.truth
    made = {
        spec: None if truth is None else make_prompt(spec, truth, material.id) for spec in prompts.values()
    }
    stack = stacked(material)
    return PackedCase(
        material=material,
        stack=stack,
        photograph=None if stack.photograph is None else data_url(jpeg(stack.photograph, QUALITY)),
        bits=packed_bits(stack.bits),
        outlines=tuple(svg_path(stack.mask(place)) for place in range(len(stack.masks))),
        prompts={name: made[spec] for name, spec in prompts.items()},
    )
