"""A picture of every page of the dashboard, and of its most useful sections, for README and docs.

No picture shows a photograph or a reference mask of *Flood Area Segmentation*: pages with photographs show
the synthetic demo (`floodeval demo` makes it), all others the bundled run, served without its photographs.

    python -m docs.make_screenshots [--out docs/images] [--only home compare-demo ...] [--sets RUN RUN ...]
"""

import argparse
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser

from floodeval.dashboard.navigation import PAGES, SECTIONS
from floodeval.dashboard.state.jobs_allowed import VARIABLE as JOBS_ALLOWED
from floodeval.jobs.job import Job, JobFolder, State
from floodeval.storage.atomic import write_bytes
from floodeval.storage.paths import cache_folder
from tests.support.serving import ROOT, browsing, find_chromium, serving, settle

DEMO, BUNDLED = "demo", "flood-area-vit_t"
PICTURED = (
    "Worst cases",
    "Compare",
    "Prompts/images",
    "Dataset",
    "Report",
    "Try it",
)  # pages, or page/section
SAYING_MOST = (
    "Prompts/between",
    "Prompts/clicks",
    "Prompts/images",
    "Subgroups/weakest",
    "Subgroups/errors",
)
ENDED_JOBS: tuple[tuple[tuple[str, ...], str, State], ...] = (
    (("demo", "--scenes", "12"), DEMO, "finished"),
    (("stress", "--name", "stress", "--bases", "9"), "stress", "canceled"),
)  # command, title and state of each
CHOSEN = {"Compare": {"id": "scene-02"}, "Try it": {"id": "scene-02"}}  # parts of a page's selection
PROMPT = "full"  # the one that needs no ground truth
DESKTOP, PHONE = (1440, 900), (390, 844)  # width, height in pixels
TALLEST_PX = 1500
HEIGHT = "document.querySelector('[data-testid=stMainBlockContainer]').offsetHeight"
COLORS, KMEANS = 256, 3  # the second moves the palette to the colors that are there most
PATIENCE_MS = 300_000  # the data set is looked through once, which takes a minute on a busy machine


@dataclass(frozen=True)
class Shot:
    """A picture to take: its name, the page's path, the selection, and the size of the window."""

    name: str
    path: str
    params: dict[str, str]
    size: tuple[int, int] = DESKTOP


def main() -> None:
    """Serve both runs, take the pictures, write them as small PNG files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="of pictures, without .png")
    parser.add_argument(
        "--sets", nargs="+", default=(), metavar="RUN", help="runs on several data sets, for Generalization"
    )
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        parser.error("no Chromium on this machine (on Debian: apt-get install chromium)")
    if not (ROOT / "results" / "runs" / DEMO / "metrics.parquet").is_file():
        parser.error("the demo is not there; make it with `floodeval demo`")
    with tempfile.TemporaryDirectory() as place, browsing(chromium) as browser:
        folder = _without_photographs(Path(place), options.sets)
        _write_jobs(folder / "results" / "jobs")
        os.environ[JOBS_ALLOWED] = "1"
        with serving(folder / "results", folder / "data", working=folder) as dashboard:
            for shot in shots(options.sets):
                if options.only and shot.name not in options.only:
                    continue
                picture = _taken(browser, f"{dashboard.address}/{shot.path}?{urlencode(shot.params)}", shot)
                write_bytes(options.out / f"{shot.name}.png", picture)
                print(f"{shot.name}.png {len(picture) / 1000:.0f} kB", flush=True)


def shots(sets: Sequence[str] = ()) -> Iterator[Shot]:
    """Every page, the sections that say most, and Home on a phone; Generalization only with runs to show."""
    for name in PAGES:
        if name == "Generalization":
            if sets:
                yield Shot("generalization", name, {"run": sets[0], "runs": ",".join(sets)})
            continue
        path = "" if name == "Home" else name.replace(" ", "_")
        for place, section in enumerate(SECTIONS.get(name, ("",))):
            if place and f"{name}/{section}" not in SAYING_MOST:
                continue
            drawn = name in PICTURED or f"{name}/{section}" in PICTURED
            parts = [name.lower().replace(" ", "-"), section if place else "", DEMO if drawn else ""]
            params = {"run": DEMO if drawn else BUNDLED, "prompt": PROMPT} | CHOSEN.get(name, {})
            params |= {"section": section} if section else {}
            yield Shot("-".join(filter(None, parts)), path, params)
    yield Shot("home-phone", "", {"run": BUNDLED, "prompt": PROMPT}, PHONE)


def _without_photographs(folder: Path, sets: Sequence[str]) -> Path:
    """Link the runs, the models and the demo's drawings into a folder that holds no other data set."""
    runs = [f"results/runs/{name}" for name in dict.fromkeys((DEMO, BUNDLED, *sets))]
    linked = [*runs, "results/models", ".streamlit"]
    for name, found in [*((name, ROOT / name) for name in linked), ("cache/floodeval", cache_folder())]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(found.absolute())
    shutil.copytree(ROOT / "data" / DEMO, folder / "data" / DEMO)  # a link would show where it leads
    return folder


def _write_jobs(folder: Path) -> None:
    """Write jobs that have ended, for the list on the page Jobs; none of them is ever run."""
    for second, (command, title, state) in enumerate(ENDED_JOBS):
        job = JobFolder(folder / f"20260101-12000{second}-0000000{second}")
        job.path.mkdir(parents=True)
        job.log.write_text("", encoding="utf-8")
        ended = f"2026-01-01T12:3{second}:00+00:00"
        job.write(Job(job.id, command, title, state=state, position=second, ended=ended))


def _taken(browser: Browser, address: str, shot: Shot) -> bytes:
    """Open the page, make the window as tall as the page, and take its picture."""
    width, height = shot.size
    on_phone = shot.size == PHONE
    look = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=on_phone,
        has_touch=on_phone,
        color_scheme="light",
        locale="en-GB",
    )
    with look as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        settle(page)
        if not on_phone:
            tall = min(TALLEST_PX, max(height, int(page.evaluate(HEIGHT))))
            page.set_viewport_size({"width": width, "height": tall})
            settle(page)
        page.wait_for_timeout(1000)  # charts and cards move to their place
        return _small(page.screenshot())


def _small(png: bytes) -> bytes:
    """The same picture with few colors, rare ones among them: a third of the bytes or less."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB").quantize(
            COLORS, Image.Quantize.MAXCOVERAGE, kmeans=KMEANS, dither=Image.Dither.NONE
        )
    small = io.BytesIO()
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
