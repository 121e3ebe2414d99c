"""The networks on machines whose torchvision fits torch, and on those whose does not."""

import pytest

from floodeval.sam import architecture


def test_no_operator_is_declared_where_torchvision_brings_it(monkeypatch):
    monkeypatch.setattr(architecture, "import_module", lambda name: None)
    monkeypatch.setattr(architecture, "_kept_alive", [])
    architecture._import_torchvision()
    assert architecture._kept_alive == []


def test_what_else_is_wrong_with_torchvision_is_not_hidden(monkeypatch):
    def broken(name):
        raise RuntimeError("no such machine")

    monkeypatch.setattr(architecture, "import_module", broken)
    with pytest.raises(RuntimeError, match="no such machine"):
        architecture._import_torchvision()
