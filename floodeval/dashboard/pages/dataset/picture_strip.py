"""Pictures side by side at one height, each with a caption; on a narrow screen they scroll."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from floodeval.viz.image_encoding import data_url


@dataclass(frozen=True)
class StripPicture:
    """A picture as JPEG or PNG, its width over its height, its caption (Markdown), and its alt text."""

    encoded: bytes
    ratio: float
    caption: str
    alt: str


def draw_strip(pictures: Sequence[StripPicture], least_ratio: float) -> None:
    """Draw pictures in a row that fills the width.

    Args:
        pictures: from left to right.
        least_ratio: the row's lowest width over height; a row of few pictures leaves space on the right.
    """
    ratios = [picture.ratio for picture in pictures]
    space = least_ratio - sum(ratios)
    columns = st.columns([*ratios, *([space] if space > 0 else [])], gap="xsmall", wrap=False)
    for picture, column in zip(pictures, columns, strict=False):
        column.image(data_url(picture.encoded), caption=picture.caption, width="stretch", alt=picture.alt)
