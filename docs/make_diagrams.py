"""Draws the diagram of the packages as the code imports them, and that of the data flow.

`python -m docs.make_diagrams` writes `docs/images/packages.svg` and `docs/images/data-flow.svg`.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "floodeval"
IMAGES = ROOT / "docs" / "images"
ROWS = (  # the packages, in the order of the import contract
    ("cli", "dashboard"),
    ("report",),
    ("viz",),
    ("analysis",),
    ("evaluation",),
    ("training", "metrics"),
    ("sam", "synthetic"),
    ("datasets", "jobs"),
    ("storage", "i18n"),
)
PURPOSES = {
    "cli": "floodeval ...",
    "dashboard": "Streamlit pages",
    "report": "files to share",
    "viz": "pictures and charts",
    "analysis": "runs to findings",
    "evaluation": "data set to run",
    "training": "fine-tuning",
    "metrics": "masks to numbers",
    "sam": "models and prompts",
    "synthetic": "synthetic floods",
    "datasets": "data sets on disk",
    "jobs": "background commands",
    "storage": "files, locks, caches",
    "i18n": "words and formats",
}
EVERYWHERE = ("i18n", "storage")  # imported from nearly all packages: their arrows are left out
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 170, 44, 90, 30, 16  # pixels
FLOW = (  # rows of boxes: title and purpose
    (("data set", "photographs, masks"), ("models", "weights, checkpoints")),
    (("floodeval.datasets", "samples, scenes, flags"), ("floodeval.sam", "encode, decode")),
    (("floodeval.evaluation", "plan, pipeline, tables"), ("floodeval.metrics", "scores per mask")),
    (("results/runs/NAME", "run.json, tables, masks"),),
    (("floodeval.analysis", "findings"), ("floodeval.viz", "pictures, charts")),
    (("dashboard", "pages"), ("report", "HTML, PDF, tables"), ("cli", "text, JSON, CSV")),
)
FLOW_ARROWS = {  # from a box to others, by row and column
    (0, 0): [(1, 0)],
    (0, 1): [(1, 1)],
    (1, 0): [(2, 0)],
    (1, 1): [(2, 0)],
    (2, 1): [(2, 0)],
    (2, 0): [(3, 0)],
    (3, 0): [(4, 0), (4, 1)],
    (4, 0): [(5, 0), (5, 1), (5, 2)],
    (4, 1): [(5, 0), (5, 1)],
}
Box = tuple[float, float]  # the upper left corner


def imports_between(package: Path = PACKAGE) -> dict[str, set[str]]:
    """The packages that each package imports, those that other imports imply left out."""
    names = {name for row in ROWS for name in row}
    found: dict[str, set[str]] = {name: set() for name in names}
    for path in package.rglob("*.py"):
        own = path.relative_to(package).parts[0]
        if own not in names:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("floodeval."):
                other = (node.module or "").split(".")[1]
                if other in names and other != own:
                    found[own].add(other)
    return {name: found[name] - _implied(found, found[name]) for name in names}


def _implied(imports: Mapping[str, set[str]], direct: Iterable[str]) -> set[str]:
    """The packages that the directly imported ones reach."""
    reached: set[str] = set()
    waiting = [further for name in direct for further in imports[name]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += imports[name]
    return reached


def packages_svg() -> str:
    """The packages, with an arrow from each to those that it imports."""
    boxes = _placed([len(row) for row in ROWS])
    place = {name: boxes[y, x] for y, row in enumerate(ROWS) for x, name in enumerate(row)}
    imports = imports_between()
    arrows = [
        (place[name], place[other])
        for name in sorted(imports)
        for other in sorted(imports[name])
        if other not in EVERYWHERE
    ]
    texts = [(place[name], name, PURPOSES[name]) for name in place]
    return _svg(texts, arrows, "Packages of floodeval: each imports only from packages below it")


def data_flow_svg() -> str:
    """How a data set and models become a run, and a run becomes pages, reports and tables."""
    boxes = _placed([len(row) for row in FLOW])
    texts = [(boxes[y, x], *words) for y, row in enumerate(FLOW) for x, words in enumerate(row)]
    arrows = [(boxes[one], boxes[other]) for one, others in FLOW_ARROWS.items() for other in others]
    return _svg(texts, arrows, "Data flow: data set and models, evaluation, run, findings, pages and reports")


def _placed(counts: Sequence[int]) -> dict[tuple[int, int], Box]:
    widest = max(counts) * (WIDTH + GAP_X) - GAP_X
    return {
        (y, x): (
            MARGIN + (widest - n * (WIDTH + GAP_X) + GAP_X) / 2 + x * (WIDTH + GAP_X),
            MARGIN + y * (HEIGHT + GAP_Y),
        )
        for y, n in enumerate(counts)
        for x in range(n)
    }


def _svg(texts: Sequence[tuple[Box, str, str]], arrows: Sequence[tuple[Box, Box]], title: str) -> str:
    width = max(x for (x, _), *_ in texts) + WIDTH + 2 * MARGIN  # room for the curves
    height = max(y for (_, y), *_ in texts) + HEIGHT + MARGIN
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#52606d"/></marker></defs>',
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
    ]
    lines += [
        f'<path d="{_path(one, other)}" fill="none" stroke="#52606d" stroke-width="1.2" '
        'marker-end="url(#tip)"/>'
        for one, other in arrows
    ]
    for (x, y), name, purpose in texts:
        lines += [
            f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="5" fill="#eaf2f8" '
            'stroke="#1f5f8b"/>',
            f'<text x="{x + WIDTH / 2:g}" y="{y + 18:g}" text-anchor="middle" font-size="13" '
            f'font-weight="bold" fill="#102a43">{escape(name)}</text>',
            f'<text x="{x + WIDTH / 2:g}" y="{y + 35:g}" text-anchor="middle" font-size="11" '
            f'fill="#334e68">{escape(purpose)}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _path(one: Box, other: Box) -> str:
    """An arrow from the first box to the other: from side to side, or from below to above."""
    middle_0, middle_1 = one[0] + WIDTH / 2, other[0] + WIDTH / 2
    if one[1] == other[1]:
        left = one[0] < other[0]
        y = one[1] + HEIGHT / 2
        return f"M{one[0] + WIDTH * left:g} {y:g}L{other[0] + WIDTH * (not left):g} {y:g}"
    rows = (other[1] - one[1]) / (HEIGHT + GAP_Y)
    if rows > 1 and middle_0 == middle_1:  # round the boxes between
        x, y0, y1 = one[0] + WIDTH, one[1] + HEIGHT / 2, other[1] + HEIGHT / 2
        beyond = x + 70 * rows
        return f"M{x:g} {y0:g}C{beyond:g} {y0:g} {beyond:g} {y1:g} {x:g} {y1:g}"
    shift = (middle_1 - middle_0) * 0.2
    return f"M{middle_0 + shift:g} {one[1] + HEIGHT:g}L{middle_1 - shift:g} {other[1]:g}"


def main() -> None:
    """Write both diagrams."""
    for name, drawn in (("packages", packages_svg()), ("data-flow", data_flow_svg())):
        (IMAGES / f"{name}.svg").write_text(drawn, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
