"""The tests' own rules: what they share lies in one place, and no module of tests needs another."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
SHARED = "tests.support"


def imported(source):
    """The modules that a source imports, absolute or relative."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((f"{module}.{alias.name}" if module == "tests" else module) for alias in node.names)


def out_of_bounds(source):
    """The imports of a source that reach into a module of tests."""
    return [
        name
        for name in imported(source)
        if name.startswith((".", "tests")) and name != SHARED and not name.startswith(f"{SHARED}.")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "from tests.integration.dashboard.test_pages import words",
        "import tests.conftest",
        "from tests import conftest",
        "from .test_pages import words",
        "from . import test_pages",
        "def f():\n    from tests.integration.report.conftest import NOTE",
    ],
)
def test_an_import_from_a_module_of_tests_is_noticed(source):
    assert out_of_bounds(source)
    assert not out_of_bounds("from tests.support.pages import words\nfrom tests import support\nimport os")


def test_no_test_module_imports_from_another_test_module():
    paths = [path for place in ("tests", "benchmarks", "docs") for path in (ROOT / place).rglob("*.py")]
    assert len(paths) > 100
    found = {str(path.relative_to(ROOT)): out_of_bounds(path.read_text(encoding="utf-8")) for path in paths}
    assert not {name: modules for name, modules in found.items() if modules}


def test_the_makefile_chooses_tests_by_marks_that_exist(pytestconfig):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    choices = " ".join(re.findall(r"PYTEST\) -m (\w+|\"[^\"]+\")", makefile))
    marks = set(re.findall(r"\w+", choices)) - {"and", "or", "not"}
    known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert "heavy" in marks and marks <= known
