"""When the dashboard changes nothing on disk."""

import pytest

from floodeval.dashboard.state.read_only import is_read_only


@pytest.mark.parametrize(
    ("variable", "arguments", "expected"),
    [
        (None, [], False),
        ("", [], False),
        ("0", [], False),
        ("false", [], False),
        ("1", [], True),
        ("yes", [], True),
        (None, ["--read-only"], True),
    ],
)
def test_the_variable_or_the_option_of_the_script_decides(monkeypatch, variable, arguments, expected):
    monkeypatch.delenv("FLOODEVAL_READ_ONLY", raising=False)
    if variable is not None:
        monkeypatch.setenv("FLOODEVAL_READ_ONLY", variable)
    monkeypatch.setattr("sys.argv", ["dashboard.py", *arguments])
    assert is_read_only() is expected
