"""The sorts and filters of Worst cases, one click after the other, and the images that each must show."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from playwright.sync_api import Locator, Page

from floodeval.analysis.ranking import Ranking, ranked
from floodeval.evaluation.run import Run
from floodeval.ui.selection import pair_rows


@dataclass(frozen=True)
class Order:
    """What Worst cases shows: the images in an order, with one prompt."""

    ranking: Ranking = field(default_factory=Ranking)
    prompt: str = "box"

    def ids(self, run: Run) -> list[str]:
        """The images of a run in this order."""
        a, b = run.info.variant_names
        return list(ranked(pair_rows(run, run.metrics, a, b, self.prompt), self.ranking)["id"])

    @property
    def params(self) -> dict[str, str]:
        """Its part of the page's address."""
        ranking = self.ranking
        parts = {"metric": ranking.metric, "of": ranking.of, "order": ranking.order}
        return parts | {"quadrant": ranking.quadrant, "prompt": self.prompt}


@dataclass(frozen=True)
class Step:
    """A sort or filter: its words, what it changes, and which control is clicked for it."""

    words: str
    change: Callable[[Order], Order]
    control: Callable[[Page], Locator]


def orders() -> Iterator[Order]:
    """What each of `STEPS` leads to."""
    order = Order()
    for step in STEPS:
        order = step.change(order)
        yield order


def _ranking(**change: str) -> Callable[[Order], Order]:
    return lambda order: replace(order, ranking=replace(order.ranking, **change))


def _prompt(prompt: str) -> Callable[[Order], Order]:
    return lambda order: replace(order, prompt=prompt)


def _radio(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_test_id("stMain").get_by_role("radio", name=re.compile(f"^{name}"))


def _option(label: str, name: str) -> Callable[[Page], Locator]:
    def find(page: Page) -> Locator:
        page.get_by_role("combobox", name=label, exact=True).click()
        return page.get_by_role("option", name=name, exact=True)

    return find


STEPS = (  # the last six undo the others, so that every round begins alike
    Step("gains first", _ranking(order="high"), _radio("Gains first")),
    Step("of B", _ranking(of="b"), _radio("B$")),
    Step("by recall", _ranking(metric="recall"), _option("Order by", "Recall")),
    Step("only fixed", _ranking(quadrant="fixed"), _radio("Fixed")),
    Step("only both good", _ranking(quadrant="both_good"), _radio("Both good")),
    Step("prompt full", _prompt("full"), _option("Prompt", "full")),
    Step("all groups", _ranking(quadrant="all"), _radio("All")),
    Step("by IoU", _ranking(metric="iou"), _option("Order by", "IoU")),
    Step("of the gap", _ranking(of="gap"), _radio("Gap")),
    Step("losses first", _ranking(order="low"), _radio("Losses first")),
    Step("prompt box", _prompt("box"), _option("Prompt", "box")),
)
