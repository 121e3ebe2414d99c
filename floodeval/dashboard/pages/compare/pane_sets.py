"""The views of the page Compare: which panes are shown large together, and which as thumbnails."""

from collections.abc import Iterable, Mapping

from floodeval.dashboard.pages.compare.panes import PHOTOGRAPH, Pane
from floodeval.dashboard.viewer.message import LayerSet
from floodeval.i18n.catalog import say
from floodeval.viz.layers import TRUTH

MOST_THUMBNAILS = 4  # each has a key, 1 to 4
_AGAINST, _OUTLINES = "against", "outlines"


def sets_of(panes: Mapping[str, Pane]) -> list[LayerSet]:
    """The views that the panes allow; the first one is shown when the page opens.

    Args:
        panes: by the key of their layer. Those of A come before those of B and of other variants.
    """
    errors, masks, outlines = (
        tuple(key for key in panes if key.startswith(f"{kind}:")) for kind in ("errors", "mask", "outline")
    )
    ground = (PHOTOGRAPH, TRUTH)
    wanted: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "errors": (_large(errors, panes), (*ground, _AGAINST, _OUTLINES, *outlines)) if errors else ((), ()),
        "against": ((_AGAINST,), (*errors[:2], *ground)) if errors and _AGAINST in panes else ((), ()),
        "outlines": (_large(outlines, panes), (*ground, _OUTLINES, _AGAINST)) if outlines else ((), ()),
        "masks": (_large(masks, panes), (*ground, _AGAINST, _OUTLINES)),
    }
    sets = [
        LayerSet(key, say(f"compare.set_{key}"), large, thumbnails=_small(small, large, panes))
        for key, (large, small) in wanted.items()
        if large
    ]
    halves = (errors if len(errors) > 1 else (*_in(panes, [PHOTOGRAPH]), *errors))[:2]
    halves = halves or (*masks, *_in(panes, ground))[:2]
    if len(halves) > 1:
        sets.append(LayerSet("slider", say("compare.set_slider"), halves, split=True))
    return sets


def _large(keys: tuple[str, ...], panes: Mapping[str, Pane]) -> tuple[str, ...]:
    """The layers of the variants; that of a single variant after the photograph."""
    return keys if len(keys) > 1 else (*_in(panes, [PHOTOGRAPH]), *keys)


def _small(wanted: tuple[str, ...], large: tuple[str, ...], panes: Mapping[str, Pane]) -> tuple[str, ...]:
    return tuple(key for key in _in(panes, wanted) if key not in large)[:MOST_THUMBNAILS]


def _in(panes: Mapping[str, Pane], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key in panes)
