"""Flood Area Segmentation's scenes as judged by eye, side by side; ids only.

All 28,680 pairs of the 240 photographs were compared by features; whatever agreed, and the strongest of what
did not, was looked at, and so was every photograph beside all others.
"""

SCENES = (
    ("2", "1067"),
    ("7", "3093"),
    ("10", "1014"),
    ("13", "30"),
    ("15", "2050"),
    ("24", "1032", "1061"),
    ("26", "3020"),
    ("29", "35"),
    ("39", "1020", "3011"),
    ("41", "1065", "2006"),
    ("43", "1021"),
    ("46", "1044"),
    ("1001", "1052"),
    ("1012", "1057"),
    ("1033", "3029"),
    ("1034", "1058"),
    ("1037", "3014"),
    ("1038", "1079"),
    ("1041", "3033"),
    ("1049", "2003", "3019", "3043"),
    ("1070", "1081"),
    ("2049", "3077"),
    ("2052", "3036"),
    ("3012", "3050"),
    ("3034", "3059"),
)

SAME_VIEW = frozenset({("1001", "1052"), ("1049", "2003"), ("2003", "3019"), ("2003", "3043")})
"""Pairs of `SCENES` that are two frames; all others are one photograph."""

SAME_PLACE = frozenset(
    {("1069", "1083"), ("1076", "1086"), ("1085", "2007"), ("3024", "3041"), ("3066", "3085")}
)
"""One place from another height or side: neither demanded nor wrong."""
