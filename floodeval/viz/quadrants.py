"""What the quadrants are called, and what each says about a photograph."""

from floodeval.i18n.catalog import say


def quadrant_title(quadrant: object, single: bool) -> str:
    """A quadrant's name, another where the run has a single variant; where no IoU is, there is none."""
    if quadrant not in ("fixed", "regressed", "both_fail", "both_good"):
        return say("quadrants.none")
    return say(f"quadrants.{'single_' if single else ''}{quadrant}")
