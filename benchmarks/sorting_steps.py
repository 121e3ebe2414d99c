"""The sorts and filters of Worst cases, one click after the other, and the images that each must show."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace

from playwright.sync_api import Locator, Page

from floodeval.analysis.ranking import ALL, Filters, Ranking, described, matching, subgroup_key, subgroups_in
from floodeval.dashboard.state.selection import pair_rows
from floodeval.evaluation.run import Run


@dataclass(frozen=True)
class Order:
    """What Worst cases lists: images in an order, all or those of the first slice, with one prompt."""

    ranking: Ranking = field(default_factory=Ranking)
    sliced: bool = False
    prompt: str = "box"

    def seen(self, run: Run) -> tuple[list[str], dict[str, str]]:
        """The images of a run in this order, and the part of the page's address that says it."""
        a, b = run.info.variant_names
        table = described(pair_rows(run, run.metrics, a, b, self.prompt), run, a, b, self.prompt)
        part = subgroup_key(subgroups_in(table)[0]) if self.sliced else ALL
        ids = list(matching(table, self.ranking, Filters(subgroup=part), ())["id"])
        params = asdict(self.ranking) | {"prompt": self.prompt}
        return ids, params | ({"slice": part} if self.sliced else {})


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


def _sliced(sliced: bool) -> Callable[[Order], Order]:
    return lambda order: replace(order, sliced=sliced)


def _radio(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_test_id("stMain").get_by_role("radio", name=re.compile(f"^{name}"))


def _option(label: str, name: str) -> Callable[[Page], Locator]:
    return lambda page: _opened(page, label).filter(has_text=re.compile(f"^{name}$")).first


def _nth_option(label: str, place: int) -> Callable[[Page], Locator]:
    return lambda page: _opened(page, label).nth(place)


def _opened(page: Page, label: str) -> Locator:
    page.get_by_role("combobox", name=label, exact=True).click()
    return page.get_by_role("option")


STEPS = (  # the last seven undo the others, so that every round begins alike
    Step("gains first", _ranking(order="best"), _radio("Gains first")),
    Step("of B", _ranking(of="b"), _radio("B$")),
    Step("by recall", _ranking(metric="recall"), _option("Order by", "Recall")),
    Step("only both good", _ranking(outcome="both_good"), _radio("Both good")),
    Step("only a slice", _sliced(True), _nth_option("Slice", 1)),
    Step("prompt full", _prompt("full"), _option("Prompt", "full")),
    Step("every slice", _sliced(False), _nth_option("Slice", 0)),
    Step("all groups", _ranking(outcome="all"), _radio("All")),
    Step("by IoU", _ranking(metric="iou"), _option("Order by", "IoU")),
    Step("of the gap", _ranking(of="gap"), _radio("Gap")),
    Step("losses first", _ranking(order="worst"), _radio("Losses first")),
    Step("prompt box", _prompt("box"), _option("Prompt", "box")),
)
