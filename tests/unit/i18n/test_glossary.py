"""Documentation, command line and catalogs use one term per concept, spelled as in the glossary.

`docs/reference/glossary.md` has the terms. The tables below have what must not stand in their place. Code,
ids, options, placeholders, file names and links are exempt: they keep their names.
"""

import argparse
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from floodeval.cli.command_line import COMMANDS
from floodeval.cli.options import Parser

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
GLOSSARY = DOCS / "reference" / "glossary.md"
CATALOGS = next((ROOT / "floodeval").glob("*/en/home.toml")).parents[1]

TERMS = {  # in English: the glossary's term, and a pattern for what must not replace it
    "data set": r"datasets?",
    "reference mask": r"(?:ground[- ]truth|true|truth|gold) masks?|true (?:shore|water)\w*|the truth",
    "predicted mask": r"mask predictions?|prediction masks?",
    "fine-tuned": r"fine ?tuned|finetuned?|fine ?tun(?:e|es|ing)",
    "pretrained": r"pre-trained|published models?",
    "checkpoint": r"check-points?|check points?",
    "bundled run": r"land(?:ed|ing)|shipped (?:run|model)s?",
    "gap": r"delta",
    "outcome": r"quadrants?",
    "regressed": r"worsened",
    "confidence interval": r"confidence (?:band|bound)s?|\d+ ?% CIs?|CI of",
    "subgroup": r"slices?|sub-groups?|segments?(?! Anything)",
    "label suspect": r"suspect(?:ed)? labels?|suspicious labels?|suspect images?",
    "review queue": r"doubtful (?:images?|photographs?|samples?)",
    "synthetic scene": r"(?:drawn|simulated) (?:\w+ )?(?:scenes?|photographs?|floods?|pictures?|images?)",
    "SAM's IoU estimate": r"SAM's own (?:IoU )?estimates?|IoU estimated by SAM",
    "cost": r"prices?",
    "error map": r"mistake maps?|error pictures?",
    "mean over images": r"per-image mean",
    "out of domain": r"out of distribution|off-domain",
    "training": r"train (?:subset|set|split)",
    "field prompt": r"prompt-free|promptless|truth-free prompts?",
    "missed water": r"lost water|false (?:land|dry)",
    "false water": r"phantom water|hallucinated water",
}
BRITISH = {
    "color": r"colour\w*|recolour\w*",
    "gray": r"grey\w*",
    "neighbor": r"neighbour\w*",
    "behavior": r"behaviour\w*",
    "favor, honor, labor": r"(?:favour|honour|labour|vapour)\w*",
    "center": r"centre[sd]?|centring",
    "meter": r"(?:kilo|centi|milli)?metres?",
    "license": r"licences?",
    "catalog": r"catalogues?",
    "-ize": r"(?:normal|optim|recogn|summar|memor|regular|visual|organ|minim|maxim|initial|general|special"
    r"|synchron|real|categor|character|util|emphas|penal|custom)is(?:e[sd]?|ing|ation\w*)",
    "analyze": r"analyse[sd]?|analysing",
    "labeled": r"(?:un)?labelled|labelling",
    "modeling, canceled": r"(?:modell|cancell|travell|signall)(?:ed|ing)",
    "artifact": r"artefacts?",
    "judgment": r"judgements?",
    "among, while": r"amongst|whilst",
    "program": r"programmes?",
}
STYLE = {  # odd words of earlier texts
    "compared with": r"held (?:against|beside)|(?:set|stands?) beside",
    "given, prompted with": r"(?:is|are|was|were|been|model|decoder|SAM) told",
    "again, new": r"anew",
    "anyone": r"whoever",
    "is": r"lies (?:at|in|under|below|beside|there)",
    "split": r"dealing|deals whole|dealt",
    "download": r"tak(?:e|en) along",
    "prediction": r"what [A-Z]\w* makes of",
}
ENGLISH = TERMS | BRITISH | STYLE | {"95%": r"\d[ \u00a0\u202f]%"}
SPANISH = {
    "conjunto de datos": r"dataset\w*|juegos? de datos",
    "máscara de referencia": r"máscaras? (?:verdaderas?|reales?|de verdad)|la verdad(?! de referencia)"
    r"|verdad del terreno",
    "ajustado": r"fine[- ]?tun\w+|afinad[oa]s?|reentrenad[oa]s?",
    "preentrenado": r"pre-entrenad[oa]s?|pretrained",
    "indicación": r"prompts?|instrucci(?:ón|ones) visual(?:es)?",
    "resultado": r"cuadrantes?",
    "subgrupo": r"segmentos?|rebanadas?|slices?|sub-grupos?",
    "etiqueta dudosa": r"etiquetas? sospechosas?",
    "cola de revisión": r"imágenes dudosas|fotografías dudosas",
    "escena sintética": r"(?:escenas?|fotografías?|imágenes|inundaciones) (?:dibujad|simulad)as?",
    "costo": r"costes?|precios?",
    "intervalo de confianza": r"IC|intervalos? de confiabilidad",
    "IoU estimada por SAM": r"estimación (?:del propio|de) SAM",
    "prueba de esfuerzo": r"prueba de estrés|suite de estrés",
    "fotografía": r"fotos?",
    "división": r"particiones|partición|reparto",
    "95 %": r"\d%",
}


def compiled(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        term: re.compile(rf"(?<![\w/.=-])(?:{found})(?![\w=/-]|\.\w)", re.I) for term, found in table.items()
    }


PATTERNS = {"en": compiled(ENGLISH), "es": compiled(SPANISH)}

CODE = re.compile(
    r"^( *)```.*?^\1```"  # blocks
    r"|`[^`]*`"  # inline
    r"|\]\([^)]*\)"  # where a link leads
    r"|<[^>]*>|https?://\S+"
    r"|\{[^}]*\}|\[\[[^\]]*\]\]"  # placeholders
    r"|--[\w-]+|\$\w+"  # options, variables
    r"|:material/\w+:"
    r"|\b\w+=\S+"  # values of options
    r"|\b\w*_\w+\b"  # ids
    r"|[\w-]*/[\w./-]+|\b[\w-]+\.(?:toml|csv|json|parquet|html|pdf|png|md|py|log|npz|safetensors|pt)\b",
    re.DOTALL | re.MULTILINE,
)


def plain(text: str) -> str:
    """The prose of a text: code and everything that keeps its name replaced by one sign."""
    return re.sub(r"\s+", " ", CODE.sub("§", text))


def objections(text: str, language: str) -> Iterator[str]:
    prose = plain(text)
    for term, pattern in PATTERNS[language].items():
        for found in pattern.finditer(prose):
            around = prose[max(found.start() - 30, 0) : found.end() + 20]
            yield f"{found[0]!r} instead of {term!r}: ...{around}..."


def written_pages() -> list[Path]:
    pages = [
        *sorted(DOCS.rglob("*.md")),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]
    generated = (
        DOCS / "sample-report",
        DOCS / "reference" / "cli.md",
    )  # from catalogs and help, tested themselves
    return [page for page in pages if not any(page.is_relative_to(one) for one in generated)]


def help_texts() -> Iterator[tuple[str, str]]:
    """Every text of the command line's help, with the command and option that it is about."""
    parser = Parser(prog="floodeval")
    verbs = parser.add_subparsers(dest="command")
    for one in COMMANDS:
        one.module.add_options(verbs.add_parser(one.name, help=one.help))
    for action in verbs._choices_actions:
        yield str(action.dest), action.help or ""
    for name, command in verbs.choices.items():
        yield name, command.description or ""
        for group in command._action_groups:
            yield name, f"{group.title or ''}. {group.description or ''}"
        for action in command._actions:
            if action.help not in (None, argparse.SUPPRESS):
                yield f"{name} {' '.join(action.option_strings) or action.dest}", str(action.help)


def sentences(language: str) -> Iterator[tuple[str, str]]:
    for path in sorted((CATALOGS / language).glob("*.toml")):
        for key, sentence in tomllib.loads(path.read_text(encoding="utf-8")).items():
            forms = sentence.values() if isinstance(sentence, dict) else [sentence]
            for form in forms:
                yield f"{path.stem}.{key}", str(form)


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_documentation_keeps_to_the_glossary(page):
    assert list(objections(page.read_text(encoding="utf-8"), "en")) == []


def test_the_help_of_every_command_keeps_to_the_glossary():
    texts = list(help_texts())
    assert len(texts) > 100
    assert [(place, one) for place, text in texts for one in objections(text, "en")] == []


@pytest.mark.parametrize("language", sorted(PATTERNS))
def test_every_sentence_of_the_catalogs_keeps_to_the_glossary(language):
    found = list(sentences(language))
    assert len(found) > 500
    assert [(key, one) for key, text in found for one in objections(text, language)] == []


def glossary_rows() -> list[tuple[str, str]]:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [row for row in rows if row[0] not in ("Term", "---")]


def test_every_term_is_in_the_glossary_once():
    english = [term for term, _ in glossary_rows()]
    assert len(english) == len(set(english)) > 50
    assert set(TERMS) <= {word.strip() for term in english for word in term.split(",")}
    spanish = {word.strip() for _, terms in glossary_rows() for word in terms.split(",")}
    assert set(SPANISH) - {"95 %"} <= spanish


@pytest.mark.parametrize(
    "sentence", ["The finetuned model", "Slices of it", "95 % of a grey mask", "a drawn scene"]
)
def test_a_wrong_term_is_noticed(sentence):
    assert list(objections(sentence, "en"))


@pytest.mark.parametrize(
    "sentence",
    ["`finetuned`", "see docs/slices.md", "--slice TRAIT=PART", "{outcome}", "grey_mask", "finetuned=NAME"],
)
def test_code_and_names_are_exempt(sentence):
    assert not list(objections(sentence, "en"))
