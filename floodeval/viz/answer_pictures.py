"""Two answers to one prompt on dry land, the pretrained model's and a variant's, over the photograph."""

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from floodeval.datasets.images import Mask, Photograph
from floodeval.evaluation.run_tables import ANSWER_PICTURES, PLACE
from floodeval.sam.prompts import Prompt
from floodeval.viz.case_pictures import against_overlays
from floodeval.viz.overlays import blend, compared_masks, draw_prompt, plain_ground
from floodeval.viz.style import LAND, Rgb, Style, rgb
from floodeval.viz.thumbnails import THUMBNAIL_PX, Size, averaged, coverage_at, shrunk_size

OPACITY = 0.6  # of the answers over the photograph
LARGEST_PX = 1024  # sides of a kept picture; a larger one is not floodeval's
FARTHEST_PX = 1e6  # of a prompt from the corner of the photograph
POINT = "point"  # the form of a prompt that is no box


@dataclass(frozen=True)
class KeptAnswers:
    """The pretrained model's answer and a variant's to one prompt on dry land.

    Attributes:
        first: h x w, the pretrained model's.
        second: h x w, the variant's.
        form: of the prompt: `point` or `box`.
        prompt: in pixels of the photograph.
    """

    first: Mask
    second: Mask
    form: str
    prompt: Prompt


def kept_answers(table: pd.DataFrame, sample_id: str, variant: str) -> KeptAnswers | None:
    """A variant's answer of lowest agreement on a photograph, among those whose pictures were kept.

    Args:
        table: `fidelity.parquet` of a run.
        sample_id: of the photograph.
        variant: its name.
    """
    if not {*ANSWER_PICTURES, *PLACE} <= set(table.columns):
        return None
    mine = table[(table["variant"] == variant) & (table["id"] == sample_id)]
    for row in mine.sort_values("agreement", kind="stable").to_dict("records"):
        first, second = (read_answer(row[name]) for name in ANSWER_PICTURES)
        if first is not None and second is not None and first.shape == second.shape:
            x, y, *box = place = [float(row[name]) for name in PLACE]
            if not all(abs(one) < FARTHEST_PX for one in place):  # nor is it a number
                continue
            if str(row["form"]) == POINT:
                prompt = Prompt(points=np.array([[x, y]], np.float32), labels=np.ones(1, np.int64))
                return KeptAnswers(first, second, POINT, prompt)
            return KeptAnswers(first, second, "box", Prompt(box=np.array(box, np.float32)))
    return None


def read_answer(content: object) -> Mask | None:
    """A picture of `fidelity.parquet`, a small PNG, as a mask; None where there is none that can be read."""
    if not isinstance(content, bytes) or not content:
        return None
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None or max(found.shape) > LARGEST_PX:
        return None
    return np.asarray(found > 127, np.bool_)


def answers_picture(photograph: Photograph | None, kept: KeptAnswers, a: Style, b: Style) -> Rgb:
    """Draw where both answers are, where only one of them is, and the prompt.

    Args:
        photograph: at its own size; None draws plain land, without the prompt.
        kept: the answers.
        a: how pixels of the pretrained answer alone are drawn.
        b: how pixels of the variant's alone are drawn.
    """
    size = kept.first.shape[0], kept.first.shape[1]
    if photograph is not None:
        size = shrunk_size(photograph.shape[0], photograph.shape[1], THUMBNAIL_PX)
    first, second = (_enlarged(one, size) for one in (kept.first, kept.second))
    parts = compared_masks(first, second, coverage_at(first, size), coverage_at(second, size))
    ground = plain_ground(size[0], size[1], rgb(LAND)) if photograph is None else averaged(photograph, size)
    picture = blend(ground, against_overlays(parts, a, b), OPACITY)
    if photograph is None:
        return picture
    return draw_prompt(picture, kept.prompt, size[1] / photograph.shape[1])


def _enlarged(mask: Mask, size: Size) -> Mask:
    """A small mask at the size of a picture, with smooth borders."""
    if mask.shape == size:
        return mask
    share = cv2.resize(mask.astype(np.float32), size[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(share > 0.5, np.bool_)
