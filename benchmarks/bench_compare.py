"""How long `floodeval compare` takes on 100,000 rows, the program's start included.

The table is the landed run's, repeated under new ids with small changes, until it has as many rows.

    python -m benchmarks.bench_compare [--rows 100000] [--rounds 5]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.repeated_run import LANDED, repeated


def main() -> None:
    """Make the run, compare it, print the median."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        landed = pd.read_parquet(LANDED / "metrics.parquet")
        table = repeated(landed, -(-options.rows // len(landed)))
        for name in ("run.json", "skipped.csv"):
            shutil.copy(LANDED / name, folder)
        table.to_parquet(Path(folder) / "metrics.parquet", index=False)
        seconds = [_timed(folder) for _ in range(options.rounds)]
    median, n = statistics.median(seconds), table["prompt"].nunique()
    print(f"{len(table)} rows, {n} prompts: {median:.2f} s, median of {len(seconds)}")


def _timed(folder: str) -> float:
    command = [sys.executable, "-m", "floodeval.cli", "compare", folder]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
