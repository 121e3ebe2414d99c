"""How long a click in Try it takes, from the click to the changed mask on the screen, in Chromium.

Start the dashboard first, `streamlit run dashboard.py`, with the photographs of its run at hand. Prints the
seconds from opening the page to the first answer (models loaded, photograph encoded), the same for another
photograph (encoded alone), and the median of ten clicks.
"""

import argparse
import statistics
import time

from playwright.sync_api import Page

from tests.support.serving import browsing, find_chromium

CLICKS = 10
MASK = "canvas => canvas.parentElement.querySelector('.ground').toDataURL().length"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8501", help="of the running dashboard")
    parser.add_argument("--run", default="flood-area-vit_t")
    parser.add_argument("--ids", nargs=2, default=("3089", "1035"), help="of two photographs of its run")
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        parser.error("no Chromium on this machine (on Debian: apt-get install chromium)")
    with browsing(chromium) as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(300_000)
        for what, sample_id in zip(("first photograph", "another photograph"), options.ids, strict=True):
            began = time.perf_counter()
            page.goto(f"{options.address}/Try_it?run={options.run}&id={sample_id}")
            page.locator("canvas.marks").nth(1).wait_for()
            page.locator(".title", has_text=f"{sample_id}.").wait_for()
            print(f"{what}, from its link to its masks: {time.perf_counter() - began:.2f} s")
        took = [click(page, place) for place in range(CLICKS)]
        median = statistics.median(took)
        print(f"click to changed masks: median {median:.2f} s of {CLICKS}, longest {max(took):.2f} s")


def click(page: Page, place: int) -> float:
    """Click where no click was, wait until the masks are drawn, and return the seconds that it took."""
    pane = page.locator("canvas.marks").first
    box = pane.bounding_box()
    assert box is not None
    before = page.locator("canvas.marks").nth(1).evaluate(MASK)
    began = time.perf_counter()
    page.mouse.click(box["x"] + box["width"] * (0.1 + 0.08 * place), box["y"] + box["height"] / 2)
    page.locator(".panes.waiting").wait_for(state="attached")
    page.locator(".panes:not(.waiting)").wait_for()
    took = time.perf_counter() - began
    assert page.locator("canvas.marks").nth(1).evaluate(MASK) != before
    return took


if __name__ == "__main__":
    main()
