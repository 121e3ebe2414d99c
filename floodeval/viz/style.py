"""The colors and hatches of variants and classes, the same in every picture and chart.

They are chosen for color-blind readers. The hues are those of Okabe and Ito, the light ones darkened, so that
a line or a mark has a contrast of at least 3:1 on the light and on the dark page (`GROUNDS`). No class is
marked by its color alone: each has a hatch and a name too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from floodeval.datasets.images import Photograph
from floodeval.i18n.catalog import say
from floodeval.viz.hatches import SHADE

Rgb = Photograph  # H x W x 3, RGB, 8 bits

GROUNDS = ("#FFFFFF", "#0E1920")  # of the light and of the dark page, as in `.streamlit/config.toml`
LAND = "#E9EEF1"  # the ground of a map without a photograph
MARGIN = "#B9C4CB"  # around a picture that is smaller than its frame
PROMPT = "#C2185B"
LAND_CLICK = "#22313A"  # a correcting click that marks land
MARK = "#6B7C87"  # of intervals and marks that belong to no variant; visible on both grounds
LINE = "#7A8B95"  # of axes, medians and other thin lines; visible on both grounds


@dataclass(frozen=True)
class Style:
    """How a class of pixels, or a variant, is drawn.

    Attributes:
        name: of the class or variant.
        color: #RRGGBB.
        hatch: a key of `floodeval.viz.hatches.HATCHES`: "" (plain), "/", "x", "-" or ".".
        letter: a short label for narrow places, such as "A".
        title: the name that people read, where that is another one.
    """

    name: str
    color: str
    hatch: str = ""
    letter: str = ""
    title: str = ""

    @property
    def label(self) -> str:
        """The name in a legend."""
        return self.title or self.name

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The color as red, green and blue, 0 to 255."""
        return rgb(self.color)

    @property
    def shade(self) -> str:
        """The color of the hatch's lines, #RRGGBB."""
        return "#{:02X}{:02X}{:02X}".format(*(int(SHADE * part) for part in self.rgb))


@dataclass(frozen=True)
class ClassStyle(Style):
    """The style of a class that floodeval names: `name` is a key of the catalog's `styles`."""

    @property
    def label(self) -> str:
        """The name in a legend, in the current language."""
        return say(f"styles.{self.name}")


FOUND = ClassStyle("found", "#009E73")
FALSE_ALARM = ClassStyle("false_alarm", "#D55E00", "/")
MISSED = ClassStyle("missed", "#0072B2", "x")
TRUE_WATER = ClassStyle("true_water", "#0072B2")
IGNORED = ClassStyle("ignored", "#A3A8AB", "-")  # counts nowhere: neither land nor water
IN_BOTH = ClassStyle("in_both", "#7A8B95")  # water in the masks of A and B
FIRST_ANNOTATION = ClassStyle("first_alone", "#CC8400", "/")
SECOND_ANNOTATION = ClassStyle("second_alone", "#0072B2", "x")

GAIN, LOSS = ClassStyle("gain", "#009E73"), ClassStyle("loss", "#D55E00", "/")

OUTCOME_STYLES = {
    "fixed": ClassStyle("fixed", "#009E73"),
    "regressed": ClassStyle("regressed", "#D55E00"),
    "both_fail": ClassStyle("both_fail", "#868686"),
    "both_good": ClassStyle("both_good", "#2F8FCB"),
}

ERROR_STYLES = {  # false water in one hue, missed water in another
    "false_shore": ClassStyle("false_shore", "#F2B38A"),
    "false_detached": ClassStyle("false_detached", "#A84300", "x"),
    "false_spill": ClassStyle("false_spill", "#D55E00", "/"),
    "missed_thin": ClassStyle("missed_thin", "#9CCBEA"),
    "missed_small": ClassStyle("missed_small", "#4A9FD4", "."),
    "missed_large": ClassStyle("missed_large", "#0072B2", "x"),
}

TRAIN_CURVE, VALIDATION_CURVE = Style("train", "#8C8C8C"), Style("validation", "#0B6E99")

_VARIANTS = (
    ("#CC8400", ""),
    ("#2F8FCB", "/"),
    ("#CC79A7", "x"),
    ("#8C8C8C", "."),
    ("#8E7CC3", "-"),
)


def variant_styles(variants: Iterable[str], titles: Mapping[str, str] | None = None) -> dict[str, Style]:
    """One style per variant, A first and B second; from the sixth variant on the styles repeat.

    Args:
        variants: their short names.
        titles: the names that people read (`floodeval.evaluation.variant_names`); by default the short ones.
    """
    return {
        name: Style(name, *_VARIANTS[place % len(_VARIANTS)], title=(titles or {}).get(name, ""))
        for place, name in enumerate(variants)
    }


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a color written #RRGGBB."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """The relative luminance of a color written #RRGGBB, from 0 to 1 (WCAG 2)."""
    parts = [part / 255 for part in rgb(color)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast of two colors written #RRGGBB, from 1 to 21 (WCAG 2)."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def edge(color: str) -> str:
    """The outline of a filled area: its own color if it is visible on both grounds, else `MARK`."""
    return color if all(contrast(color, ground) >= 3 for ground in GROUNDS) else MARK
