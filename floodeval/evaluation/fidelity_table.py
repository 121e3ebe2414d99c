"""The table of prompt fidelity: answers to prompts on dry land, with pictures of the worst ones."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import pandas as pd

from floodeval.datasets.images import Mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_tables import ANSWER_PICTURES, OPTIONAL, PLACE
from floodeval.i18n.catalog import saying

KEPT_PHOTOGRAPHS = 12  # of each variant, those of lowest mean agreement: one answer each has pictures
LONGEST_PX = 128  # of a kept picture
WORDS = ("id", "scene", "split", "variant", "prompt", "form")
SHARES = ("agreement", "water_share", "sameness")


def answer_picture(mask: Mask) -> str:
    """An H x W answer as a PNG with 1 bit a pixel and at most `LONGEST_PX` on the longer side, in Base64.

    This is how the journal of a run keeps it, whose lines are text.
    """
    height, width = mask.shape
    scale = min(1.0, LONGEST_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    black_and_white = (share > 0.5).astype(np.uint8) * 255
    ok, encoded = cv2.imencode(".png", black_and_white, [cv2.IMWRITE_PNG_BILEVEL, 1])
    if not ok:
        raise FloodevalError(saying("images.no_png", size=f"{size[0]} x {size[1]}"))
    return b64encode(bytes(encoded)).decode()


def fidelity_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The table of a run from the rows of its photographs, as `PromptFidelity.rows` makes them.

    Pictures stay on the `KEPT_PHOTOGRAPHS` photographs of each variant with the lowest mean agreement; the
    others lose theirs, so that the file stays small.

    Args:
        rows: in the order of the photographs, with `answer_picture`s where there are any.

    Returns:
        One row per photograph, variant, thing and form of prompt, with the columns `OPTIONAL["fidelity"]`;
        `ANSWER_PICTURES` are bytes, or None.
    """
    table = pd.DataFrame(rows, columns=list(OPTIONAL["fidelity"]))
    table = table.astype(
        dict.fromkeys(WORDS, "str") | {"thing": "int64"} | dict.fromkeys((*PLACE, *SHARES), "float64")
    )
    keys = ["variant", "id"]
    means = table.groupby(keys)["agreement"].mean().reset_index().sort_values(["agreement", "id"])
    worst = means.groupby("variant").head(KEPT_PHOTOGRAPHS)[keys]
    kept = pd.MultiIndex.from_frame(table[keys]).isin(pd.MultiIndex.from_frame(worst))
    for name in ANSWER_PICTURES:
        pictures = [
            b64decode(text) if is_kept and isinstance(text, str) else None
            for text, is_kept in zip(table[name], kept, strict=True)
        ]
        table[name] = pd.Series(pictures, index=table.index, dtype="object")
    return table
