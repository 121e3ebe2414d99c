"""Checkpoints loaded, compared and refused."""

import numpy as np
import pytest
import torch

from floodeval.errors import FloodevalError
from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Encoder, decode
from floodeval.sam.loading import load_source
from floodeval.sam.preprocessing import AS_PUBLISHED, Preprocessing
from floodeval.sam.prompts import Prompt
from floodeval.sam.sources import parse_source
from tests.support.checkpoints import (
    PHOTOGRAPH,
    TINY,
    random_sam,
)
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type

BOX = Prompt(box=np.array([8.0, 8.0, 40.0, 32.0]))


@pytest.fixture
def tuned(tiny_type: Sam) -> Sam:
    """A fine-tuned model of the tiny type."""
    return random_sam(TINY, seed=1)


def load(source: object, default: str = TINY):
    return load_source(parse_source(str(source), default))


def logits(sam: Sam, preprocessing: Preprocessing = AS_PUBLISHED) -> torch.Tensor:
    from floodeval.sam.inference import decode_logits

    with torch.inference_mode():
        return decode_logits(sam, Encoder(sam, preprocessing).encode(PHOTOGRAPH), BOX)[0]


def masks_are_equal(first: Sam, second: Sam) -> bool:
    masks = [decode(sam, Encoder(sam).encode(PHOTOGRAPH), BOX).mask for sam in (first, second)]
    return bool((masks[0] == masks[1]).all())


def refusal(source: object, complaint: str, default: str = TINY) -> None:
    """The source is refused, in one line that matches."""
    with pytest.raises(FloodevalError, match=complaint) as error:
        load(source, default)
    assert "\n" not in str(error.value)
