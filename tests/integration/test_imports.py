"""What importing parts of the library needs, each in a process of its own."""

import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "pandas",
    "streamlit",
    "plotly",
    "PIL",
    "skimage",
    "pyarrow",
    "timm",
    "weasyprint",
    "babel",
    "msgspec",
)
METRICS = """import pkgutil, floodeval.metrics
for module in pkgutil.iter_modules(floodeval.metrics.__path__, "floodeval.metrics."):
    __import__(module.name)"""


@pytest.mark.parametrize(
    ("statement", "blocked"),
    [
        ("import floodeval; floodeval.__version__", (*HEAVY, "numpy", "scipy", "cv2", "rich")),
        (METRICS, (*HEAVY, "rich", "filelock", "tifffile", "safetensors")),
        ("import floodeval.cli", (*HEAVY, "numpy", "scipy", "cv2", "rich")),
    ],
    ids=["floodeval", "metrics", "command line"],
)
def test_imports_need_no_more_than_promised(statement, blocked):
    script = f"import sys\nsys.modules |= dict.fromkeys({blocked!r})\n{statement}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_public_functions_are_exported():
    script = "import floodeval; [getattr(floodeval, name) for name in floodeval.__all__]; floodeval.build_sam"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
