"""What the tags of marked failure cases are called."""

from floodeval.i18n.catalog import say

TAGS = ("shadow", "reflection", "small water", "diffuse boundary", "wrong label")


def tag_words(tag: str) -> str:
    """A tag in the language of the moment where it is one of `TAGS`; as it was written elsewhere."""
    return say(f"cases.tag_{tag.replace(' ', '_')}") if tag in TAGS else tag
