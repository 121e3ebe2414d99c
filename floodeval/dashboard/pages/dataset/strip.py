"""Pictures side by side at one height, each under its own words; on a narrow screen they scroll."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from floodeval.viz.encode import data_url


@dataclass(frozen=True)
class Shown:
    """A picture as JPEG or PNG, its width over its height, its caption (Markdown), and its name in words."""

    encoded: bytes
    ratio: float
    caption: str
    alt: str


def draw_strip(pictures: Sequence[Shown], least_ratio: float) -> None:
    """Draw pictures in a row that fills the width.

    Args:
        pictures: from left to right.
        least_ratio: of the row's width to its height: a row of few pictures leaves space at the right.
    """
    ratios = [picture.ratio for picture in pictures]
    space = least_ratio - sum(ratios)
    columns = st.columns([*ratios, *([space] if space > 0 else [])], gap="xsmall", wrap=False)
    for picture, column in zip(pictures, columns, strict=False):
        column.image(data_url(picture.encoded), caption=picture.caption, width="stretch", alt=picture.alt)
