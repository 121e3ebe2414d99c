"""Published models for small frames: the published weights, whose encoder and decoder then take a moment."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from floodeval.evaluation import sam_variants
from floodeval.sam import loading
from floodeval.sam.architecture import build_architecture
from floodeval.sam.loading import Model
from floodeval.sam.preprocessing import Preprocessing

SIDE = 128  # of the frame in pixels: the decoder has 64 cells to attend to, not 4096


def with_small_frame(model: Model) -> Model:
    """A model of type vit_t with the same weights for a small frame."""
    sam = build_architecture("vit_t", SIDE)
    sam.load_state_dict(model.sam.state_dict())
    return replace(model, sam=sam.requires_grad_(False))


def use_small_frames(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let every vit_t that is loaded have a small frame, also a fine-tuned one.

    Args:
        put: sets an attribute; a fixture gives one that is undone.
    """
    for module in (loading, sam_variants):
        put(module, "AS_PUBLISHED", Preprocessing(SIDE))
    put(Model, "encoder_key", property(lambda model: f"{SIDE}-{model.encoder_sha256}"))  # of what is kept


SMALL_FLOODEVAL = """
import sys
from tests.support.small_frames import use_small_frames
use_small_frames()
from floodeval.cli import main
sys.exit(main(sys.argv[1:]))
"""  # the command line, as a program
SLOW_FLOODEVAL = (
    """
import time
from floodeval.evaluation import sam_variants
decode = sam_variants.decode
def slowly(*given):
    time.sleep(0.3)
    return decode(*given)
sam_variants.decode = slowly
"""
    + SMALL_FLOODEVAL
)  # the same, slow enough to be stopped between two photographs
