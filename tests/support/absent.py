"""What a machine may lack: a test that needs it is skipped, or fails where it must be there."""

import os
from functools import cache
from importlib import import_module

import pytest
from PIL import ImageFile

from floodeval.errors import FloodevalError
from floodeval.sam.weights import obtain_weights

MARK_OF = {"vit_t": "weights", "real_dataset": "real", "chromium": "browser"}  # a fixture -> what it needs


def demand(found: bool, what: str) -> None:
    """Skip where something is absent, or fail where FLOODEVAL_REQUIRE_ALL says that it must be there."""
    if not found:
        (pytest.fail if os.environ.get("FLOODEVAL_REQUIRE_ALL") else pytest.skip)(what)


@cache
def why_no_weights() -> str:
    """Why the weights of vit_t cannot be had, after fetching them as a user would; empty where they can."""
    try:
        obtain_weights("vit_t")
    except FloodevalError as error:
        return f"the weights of vit_t: {error}"
    return ""


@cache
def why_no_pdf() -> str:
    """Why no PDF can be laid out; empty where one can."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import_module("weasyprint")
    except (ImportError, OSError) as error:
        return f"Pango, which lays out PDFs: {str(error).splitlines()[0]}"
    finally:  # importing it lets Pillow read half a file, in the whole process
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
    return ""
