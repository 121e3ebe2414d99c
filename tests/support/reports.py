"""What a browser makes of a report: its parse errors, its tables and its text."""

from tinyhtml5.parser import HTMLParser

NOTE = "<script>alert(1)</script> \"quoted\" 'single'\nsecond line \u202eesrever אבג =1+1 | `code` http://x.y"
HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(page):
    """The page's tree; fails where a browser would have to repair it."""
    parser = HTMLParser()
    tree = parser.parse(page)
    assert not parser.errors, parser.errors[:3]
    return tree


def text(node):
    return " ".join("".join(node.itertext()).split())


def tables(node):
    """Every table as rows of text, its head first."""
    return [
        [[text(cell) for cell in row] for row in table.iter(f"{HTML}tr")]
        for table in node.iter(f"{HTML}table")
    ]


def by_id(tree, name):
    """The section whose heading has that id."""
    return next(
        section
        for section in tree.iter(f"{HTML}section")
        if any(
            heading.get("id") == name for level in ("h2", "h3") for heading in section.iter(f"{HTML}{level}")
        )
    )


def articles(tree):
    return list(tree.iter(f"{HTML}article"))
