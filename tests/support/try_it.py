"""Try it without weights: models that answer with the marked box, and what its tests do on the page."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from floodeval.dashboard.pages.try_it import page as try_it
from floodeval.i18n.catalog import say
from floodeval.sam.marks import Marks
from tests.support.pages import panes

EMPTY = Marks()


@pytest.fixture(autouse=True)
def no_photograph_of_another_test():
    st.cache_resource.clear()


class FakeModels:
    """Answers with the box that was marked, a pixel larger for each variant in turn."""

    encoders = ("e" * 64,)
    no_domain = ""
    device, device_name, no_gpu = "cpu", "", ""

    def __init__(self, variants):
        self.names = [variant.name for variant in variants]
        self.encoded, self.told, self.seen, self.far = [], [], {}, {}

    def encode(self, photograph, keep):
        self.encoded.append(photograph.shape)
        return photograph.shape[:2]

    def decode(self, size, marks):
        self.told.append(marks)
        x0, y0, x1, y1 = map(int, marks.box or (5, 5, 20, 20))
        answers = {}
        for more, name in enumerate(self.names):
            mask = np.zeros(size, bool)
            mask[y0 : y1 + more, x0 : x1 + more] = True
            answers[name] = SimpleNamespace(mask=mask, score=0.5 + more / 10)
        return answers

    def distances(self, photograph, embeddings, keep):
        return self.far

    def routes(self, encodings):
        return {}

    def trained_on(self, digest):
        return self.seen.get(digest, [])


@pytest.fixture
def models(monkeypatch, dashboard_files):
    """The models that the page made last; they need no weights."""
    made = SimpleNamespace(last=None, seen={}, far={})

    def make(variants):
        made.last = FakeModels(variants)
        made.last.seen, made.last.far = made.seen, made.far
        return made.last

    monkeypatch.setattr(try_it, "models_of", make)
    return made


def mark(page, photograph, **sent):
    """Send marks as the browser does."""
    page.session_state["try_it"] = {"marks": {"photograph": photograph, "has": photograph, **sent}}
    return page.run()


def picture(kind="PNG", size=(31, 17), **options):
    content = io.BytesIO()
    Image.new("RGB", size, (90, 120, 60)).save(content, kind, **options)
    return content.getvalue()


def upload(page, name, content):
    return upload_all(page, (name, content))


def upload_all(page, *files, references=()):
    page.segmented_control(key="try_source").set_value("upload").run()
    page.file_uploader(key="try_upload").set_value([(*one, "image/png") for one in files]).run()
    if references:
        page.file_uploader(key="try_references").set_value([(*one, "image/png") for one in references]).run()
    return page


def shows(page, key):
    """The texts below the pane with the layer of that key."""
    (layer,) = [one for one in panes(page)["layers"] if one["key"] == key]
    return [entry["text"] for entry in layer["key_entries"]]


def black_and_white(size=(31, 17), box=(5, 5, 20, 15)):
    mask = Image.new("L", size)
    mask.paste(255, box)
    content = io.BytesIO()
    mask.save(content, "PNG")
    return content.getvalue()


def button(page, key, **values):
    (found,) = [one for one in page.button if one.label == say(key, **values)]
    return found
