"""How long `floodeval compare` takes on 100,000 rows, the program's start included.

The table is the landed run's, repeated under new ids with small changes, until it has as many rows.

    python benchmarks/bench_compare.py [--rows 100000] [--rounds 5]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from floodeval.metrics.overlap import OVERLAP_METRICS

LANDED = Path(__file__).parents[1] / "results" / "runs" / "flood-area-vit_t"


def main() -> None:
    """Make the run, compare it, print the median."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = _enlarged(pd.read_parquet(LANDED / "metrics.parquet"), options.rows)
        for name in ("run.json", "skipped.csv"):
            shutil.copy(LANDED / name, folder)
        table.to_parquet(Path(folder) / "metrics.parquet", index=False)
        seconds = [_timed(folder) for _ in range(options.rounds)]
    median, n = statistics.median(seconds), table["prompt"].nunique()
    print(f"{len(table)} rows, {n} prompts: {median:.2f} s, median of {len(seconds)}")


def _enlarged(table: pd.DataFrame, n_rows: int) -> pd.DataFrame:
    rng, parts = np.random.default_rng(0), []
    for copy in range(-(-n_rows // len(table))):
        part = table.assign(id=table["id"] + f"-{copy}", scene=table["scene"] + f"-{copy}")
        for name in OVERLAP_METRICS:
            part[name] = np.clip(part[name] + rng.normal(0, 0.02, len(part)), 0, 1)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _timed(folder: str) -> float:
    command = [sys.executable, "-m", "floodeval.cli", "compare", folder]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
