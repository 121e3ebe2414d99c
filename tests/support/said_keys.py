"""Which sentences of the catalog the code says: keys that it names, and keys that it puts together.

A key that is put together, `say(f"report.head_{name}")`, is said only with words that can be inserted: words
of the module that puts it together, of one that imports from it, or what `GIVEN` names, where the value comes
as data. A module's words are its string constants and those in the values that it holds.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
GAP = "\0"  # stands in a pattern where something is inserted
GIVEN = {  # the start of a key -> the modules that define what is inserted after it, or the words themselves
    "baselines.": ("floodeval.metrics.trivial_baselines",),
    "audit.kind_": ("floodeval.datasets.scenes.matching",),
    "sidebar.flagged_": ("floodeval.dashboard.state.selection",),
    "dataset.column_": ("floodeval.analysis.stress_response",),
    "dataset.factor_": ("floodeval.synthetic.scene",),
    "distributions.alt_": ("floodeval.dashboard.pages.distributions.page",),
    "generalization.claim_": ("floodeval.analysis.generalization", "floodeval.analysis.verdicts"),
    "generalization.left_out_": ("floodeval.analysis.evaluated_sets",),
    "generalization.prompt_": ("floodeval.analysis.set_prompts",),
    "generalization.shift_": ("more", "less", "undecided", "too_few_scenes"),
    "dataset.subset_": ("floodeval.datasets.splits",),
    "jobs_page.subset_": ("floodeval.datasets.splits",),
    "heading.skipped_": ("floodeval.evaluation.run_tables",),
    "home.meaning_": ("floodeval.analysis.pairing",),
    "prompts_page.column_": (
        "floodeval.analysis.prompt_comparison",
        "floodeval.analysis.prompt_sensitivity",
    ),
    "prompts.": ("floodeval.sam.prompts",),
    "report.answer_": ("floodeval.analysis.compare", "floodeval.analysis.verdicts"),
    "report.caption_": ("floodeval.analysis.pairing",),
    "report.recommend_": ("floodeval.analysis.decision",),
    "report.rule_worst_": ("floodeval.report.select",),
    "subgroups.column_": (
        "floodeval.analysis.subgroups",
        "floodeval.analysis.review_queue",
        "mean_a_low",
        "mean_a_high",
        "mean_b_low",
        "mean_b_high",
        "gap_low",
        "gap_high",
    ),
    "costs.column_": ("floodeval.analysis.cost",),
    "costs.stage_": ("floodeval.analysis.cost",),
    "thresholds.reason_": ("floodeval.analysis.threshold_choice",),
    "try_it.route_": ("floodeval.sam.sources",),
}


@dataclass
class Source:
    """What one module's text holds: its string constants, its f-strings with a dot, and what it imports."""

    words: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)


def read_source(text: str) -> Source:
    """Read a module's text."""
    found, inside, nodes = Source(), set(), list(ast.walk(ast.parse(text)))
    keys = {id(node.args[0]) for node in nodes if isinstance(node, ast.Call) and _says(node)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in node.values)
            pattern = "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
            if id(node) in keys or re.match(r"[a-z_]+\.", pattern):
                found.patterns.add(pattern)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            found.words.add(node.value)
        elif isinstance(node, ast.ImportFrom):
            found.imports.add(str(node.module))
            found.imports |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def named_keys() -> dict[str, str]:
    """Every key that the code gives to `say` or `saying` as it stands, and a place where it does."""
    return {
        str(node.args[0].value): f"{_name(path)}:{node.lineno}"
        for path in _paths()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _says(node) and isinstance(node.args[0], ast.Constant)
    }


def _says(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") in ("say", "saying") and bool(call.args)


def said_keys(known: set[str]) -> set[str]:
    """Those of the known keys that the package's code or its templates say."""
    sources = {_name(path): read_source(path.read_text(encoding="utf-8")) for path in _paths()}
    importers = defaultdict(set)
    for name, source in sources.items():
        for imported in source.imports:
            importers[imported].add(name)
    given = {start: _words_of(names, sources) for start, names in GIVEN.items()}
    said = known & set().union(*(source.words for source in sources.values()), _of_templates())
    for name, source in sources.items():
        if source.patterns:
            own = _words_of({name, *importers[name]}, sources)
            said |= {key for pattern in source.patterns for key in matching(pattern, own, given, known)}
    return said


def matching(
    pattern: str, words: Set[str], given: Mapping[str, Set[str]], known: Iterable[str]
) -> Iterator[str]:
    """The known keys that a pattern gives with words in its gaps; `given` adds words by a key's start."""
    first, *rest = pattern.split(GAP)
    for key in known:
        if key.startswith(first) and rest:
            insertable = [words, *(more for start, more in given.items() if key.startswith(start))]
            if _fits(key.removeprefix(first), rest, insertable):
                yield key


def _fits(text: str, rest: Sequence[str], words: Sequence[Set[str]]) -> bool:
    """Whether a text is one of the words, then the first of `rest`, then one of the words, and so on."""
    follows, *others = rest
    for found in re.finditer(f"(?={re.escape(follows)})", text):
        word, left = text[: found.start()], text[found.start() + len(follows) :]
        if any(word in known for known in words) and (_fits(left, others, words) if others else not left):
            return True
    return False


def _paths() -> list[Path]:
    return [*(ROOT / "floodeval").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "dashboard.py"]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _of_templates() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "floodeval").rglob("*.html"))
    return {key for text in texts for key in re.findall(r"""say\(["']([\w.]+)["']""", text)}


def _words_of(names: Iterable[str], sources: Mapping[str, Source]) -> set[str]:
    """The words of some modules, also as keys write them: in lower case and with `_` for a space."""
    words = set().union(*(sources[name].words | _held(name) if name in sources else {name} for name in names))
    words |= {word.replace(" ", "_") for word in words}
    return words | {word.lower() for word in words}


@cache
def _held(name: str) -> frozenset[str]:
    """The strings in what a module holds, the names of its data classes' fields among them."""
    if not name.startswith("floodeval."):  # a page's script: importing it would run it
        return frozenset()
    held = vars(import_module(name))
    return frozenset(
        word for name, value in held.items() if not name.startswith("__") for word in _strings(value)
    )


def _strings(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < 3 and isinstance(value, dict):
        yield from (word for pair in value.items() for part in pair for word in _strings(part, depth + 1))
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        yield from (word for part in value for word in _strings(part, depth + 1))
    elif depth < 3 and is_dataclass(value):
        for one in fields(value):
            yield one.name
            if not isinstance(value, type):
                yield from _strings(getattr(value, one.name, None), depth + 1)
