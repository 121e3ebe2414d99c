"""The dashboard shows its pages without loading torch, which takes seconds and hundreds of megabytes."""

import subprocess
import sys

import pytest

SHOW = """
import pkgutil, sys
from importlib import import_module
from streamlit.testing.v1 import AppTest
import floodeval.dashboard
from floodeval.dashboard.navigation import PAGES

for module in pkgutil.walk_packages(floodeval.dashboard.__path__, "floodeval.dashboard."):
    import_module(module.name)
    assert "torch" not in sys.modules, module.name
for name, about in PAGES.items():
    page = AppTest.from_file("dashboard.py", default_timeout=60)
    page.query_params["run"] = "two"
    if name != "Home":
        page.switch_page(about.script)
    assert page.run().title and not page.exception, name
    assert "torch" not in sys.modules, name
"""


@pytest.mark.usefixtures("dashboard_files")
def test_no_page_needs_torch_to_be_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # no weights: with them Try it answers at once
    monkeypatch.delenv("FLOODEVAL_WEIGHTS", raising=False)
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, timeout=300)
    assert shown.returncode == 0, shown.stderr
