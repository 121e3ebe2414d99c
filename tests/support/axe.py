"""What axe-core finds on a page, without what stands in Streamlit's own markup."""

from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT

from tests.support.browsing import STILL
from tests.support.serving import READY

OF_COLOR = ["color-contrast", "link-in-text-block"]  # the rules whose answer depends on the theme


@dataclass(frozen=True)
class NotOurs:
    """A finding in Streamlit's own markup: axe's rule, a selector of what it stands in, and why it stays."""

    rule: str
    within: str
    why: str


WHITE_ON_PRIMARY = (
    "Streamlit writes in white on the theme's primary color: 3.4:1 where the page is dark. A color that "
    "carries white at 4.5:1 cannot be read as text on the dark page (3.9:1), where Streamlit uses it too"
)
ALLOWED = (
    NotOurs(
        "color-contrast",
        "[data-testid=stSelectbox]:has(:disabled)",
        "the label of a disabled control is pale, as it may be; axe does not see whose label it is",
    ),
    NotOurs(
        "color-contrast",
        "[data-testid=stMultiSelect]",
        WHITE_ON_PRIMARY,
    ),
    NotOurs("color-contrast", "[data-testid=stBaseButton-primary]", WHITE_ON_PRIMARY),
)
UNFOLDED = """[...document.querySelectorAll('main details[open]')]
    .every(fold => fold.querySelector('[data-testid=stElementContainer]'))"""
FIND = """async ([allowed, rules]) => {
    const {violations} = await axe.run({resultTypes: ['violations'], ...(rules && {runOnly: rules})});
    return violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).flatMap(rule =>
        rule.nodes.filter(node => !allowed.some(({rule: id, within}) =>
            id === rule.id && document.querySelector(node.target[0])?.closest(within)
        )).map(node => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""


def findings(page, rules=None):
    """The serious and critical findings that are ours, with every expander open; of all rules, or of some."""
    page.evaluate(
        "document.querySelectorAll('main details:not([open]) > summary').forEach(one => one.click())"
    )
    page.wait_for_function(f"({READY}) && {UNFOLDED}")  # some are filled once they are open
    page.wait_for_function(STILL)  # colors on their way to another theme have a contrast of their own
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(FIND, [[vars(one) for one in ALLOWED], rules])
