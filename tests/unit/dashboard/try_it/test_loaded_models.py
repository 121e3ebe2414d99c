"""Models of Try it: on the graphics card where one can be used, else on the processor, and why."""

from types import SimpleNamespace

import pytest
import streamlit as st

from floodeval.dashboard.pages.try_it import loaded_models
from floodeval.dashboard.pages.try_it.available_models import device_words
from floodeval.dashboard.pages.try_it.loaded_models import Models, load_models
from floodeval.errors import FloodevalError
from floodeval.evaluation.variant_record import Variant
from floodeval.i18n.catalog import say
from floodeval.sam.marks import Marks

PRETRAINED = Variant("pretrained", "vit_t", None, "0", "0")


class Predictor:
    """A model that does not fit on the graphics card."""

    def __init__(self, broken=""):
        self.broken = broken

    def encode(self, photograph, keep):
        if self.broken:
            raise RuntimeError(f"{self.broken}\nand more lines")
        return photograph.shape

    def decode(self, encodings, marks):
        return {}


@pytest.fixture
def loaded(monkeypatch):
    """Loads on the device `cuda`, which fails as `broken` says."""
    about = SimpleNamespace(broken="")

    def on_device(wanted, device, device_name="", no_gpu=""):
        broken = about.broken if device == "cuda" else ""
        return Models(Predictor(broken), device, device_name, no_gpu=no_gpu)

    monkeypatch.setattr(loaded_models, "_on_device", on_device)
    monkeypatch.setattr("floodeval.sam.devices.fastest_device", lambda: "cuda")
    monkeypatch.setattr("floodeval.sam.devices.device_title", lambda device: "H200")
    st.cache_resource.clear()
    return about


def test_a_graphics_card_is_used_and_named(loaded):
    models = load_models([PRETRAINED])
    assert models.device == "cuda" and device_words(models) == say("try_it.on_gpu", name="H200")


def test_where_the_graphics_card_fails_the_processor_is_used_and_the_reason_is_said(loaded):
    loaded.broken = "out of memory"
    models = load_models([PRETRAINED])
    assert models.device == "cpu"
    assert device_words(models) == say("try_it.on_cpu_instead", why="out of memory")


def test_a_later_failure_of_the_graphics_card_is_one_line():
    models = Models(Predictor("lost"), "cuda")
    with pytest.raises(FloodevalError, match="the graphics card failed: lost;") as failed:
        models.encode(loaded_models._BLACK, keep=False)
    assert "\n" not in str(failed.value)
    assert Models(Predictor(), "cuda").decode(None, Marks()) == {}
