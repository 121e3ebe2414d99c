"""The image viewer: its own tests in Node, and that Python and JavaScript agree."""

from pathlib import Path

import numpy as np
import pytest

from floodeval.dashboard.viewer.message import (
    COMPARING_WORDS,
    EDITING_WORDS,
    WORDS,
    ClassStyle,
    LayerSet,
    Outline,
    PhotographFile,
)
from floodeval.dashboard.viewer.viewer import bundle, packed_bits, script
from floodeval.viz.hatches import HATCHES, hatch_table, hatch_tile, spacing_of
from floodeval.viz.overlays import Overlay, blend, plain_ground
from tests.support.node import VIEWER, complaint_of, evaluated, run_node
from tests.support.viewer_messages import STYLES, editing, layer, message

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_the_javascript_passes_its_own_tests(name):
    done = run_node("--test", str(HERE / name))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("make", [message, editing])
def test_both_sides_take_a_message(make):
    assert complaint_of(make().to_json()) is None


def test_a_message_without_photograph_prompt_and_colors_is_taken():
    plain = message(photograph=None, prompt=None, layers=(layer(styles=(), classes=(), outlines=()),))
    assert complaint_of(plain.to_json()) is None


@pytest.mark.parametrize(
    ("make", "changes", "complaint"),
    [
        (message, {"words": {}}, "words"),
        (message, {"layers": (layer(classes=(0, 1, 2)),)}, "a class for every value"),
        (message, {"layers": (layer(classes=(0, 5)),)}, "classes up to 4, got 5"),
        (message, {"layers": (layer(styles=(ClassStyle("#0072B2", "~"),), classes=(0, 1)),)}, "hatches of"),
        (
            message,
            {"layers": (layer(styles=(ClassStyle("red"),), classes=(0, 1)),)},
            "colors such as #0072B2",
        ),
        (message, {"layers": (layer(outlines=(Outline("#0072B2", "#FFFFFF", bit=3),)),)}, "of 3 masks"),
        (message, {"sets": ()}, "at least one"),
        (message, {"sets": (LayerSet("a", "A", ("gone",)),)}, "keys of layers"),
        (message, {"sets": (LayerSet("a", "A", ("errors",), split=True),)}, "two layers"),
        (message, {"sets": (LayerSet("a", "A", ("errors",), thumbnails=("gone",)),)}, "keys of layers"),
        (message, {"photograph": PhotographFile("p", None)}, "data URL"),
        (editing, {"photograph": None}, "one to edit"),
    ],
)
def test_both_sides_refuse_what_is_not_as_agreed(make, changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        make(**changes)
    sent = make().to_json()
    for key, value in changes.items():
        sent[key] = plain(value)
    assert complaint_of(sent).startswith(next(iter(changes)))


def plain(value):
    """Dataclasses within a value as plain data."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return {key: plain(one) for key, one in vars(value).items()} if hasattr(value, "__dict__") else value


@pytest.mark.parametrize("size", [(60, 96), (459, 612), (1400, 900)])
def test_python_and_javascript_draw_the_same_hatches(size):
    spacing, line = spacing_of(*size)
    drawn = evaluated(
        """import { hatchTile, spacingOf } from "viewer/hatches.js"
        const scale = spacingOf(given.size, given.table)
        const tiles = {}
        for (const [name, hatch] of Object.entries(given.table.patterns)) {
            tiles[name] = [...hatchTile(hatch, scale)]
        }
        const result = { ...scale, tiles }""",
        {"size": size[::-1], "table": hatch_table()},
    )
    assert (drawn["spacing"], drawn["line"]) == (spacing, line)
    for name in HATCHES:
        assert drawn["tiles"][name] == hatch_tile(name, spacing, line).astype(int).ravel().tolist(), name


def test_an_error_map_has_the_same_pixels_in_the_browser_as_in_a_report():
    """At full opacity, over white."""
    bits = np.random.default_rng(0).integers(0, 8, (60, 96), np.uint8)
    chosen = layer()
    found = np.array(chosen.classes)[bits]
    ground = plain_ground(60, 96, (255, 255, 255))
    coverages = [(found == at).astype(np.uint8) * 255 for at in range(1, 5)]
    report = blend(ground, [Overlay(one, style) for one, style in zip(coverages, STYLES, strict=True)], 1.0)
    given = {"layer": message().to_json()["layers"][0], "bits": packed_bits(bits), "table": hatch_table()}
    drawn = evaluated(
        """import { tinted, unpacked } from "viewer/layers.js"
        const result = [...tinted(await unpacked(given.bits), [96, 60], given.layer, given.table)]""",
        given,
    )
    pixels = np.array(drawn, np.uint32).view(np.uint8).reshape(60, 96, 4)
    browser = np.where(pixels[..., 3:] > 0, pixels[..., :3], 255)
    assert np.array_equal(browser, report)


# The bundle -----------------------------------------------------------------------------------------------


def write(folder, **modules):
    for name, code in modules.items():
        (folder / f"{name}.js").write_text(code)
    return folder


def test_a_bundle_keeps_the_names_of_its_modules_apart(tmp_path):
    folder = write(
        tmp_path,
        entry='import { seven,\n  twice as double } from "./a.js"\nimport { six } from "./b.js"\n'
        "const own = 1\nexport default function () {\n  return [double(seven), six, own]\n}\n",
        a='import { six } from "./b.js"\nconst own = 2\nexport const seven = six + 1\n'
        "export function twice(n) {\n  return own * n\n}\n",
        b="const own = 3\nexport const six = 2 * own\n",
    )
    (tmp_path / "all.mjs").write_text(bundle(folder, "entry.js"))
    uri = (tmp_path / "all.mjs").as_uri()
    assert evaluated(f'import run from "{uri}"\nconst result = run()') == [14, 6, 1]


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ({"entry": 'import { a } from "./a.js"\n', "a": 'import { b } from "./entry.js"\n'}, "in a circle"),
        ({"entry": 'import all from "./a.js"\n', "a": ""}, "cannot be bundled"),
        ({"entry": "export { a }\n"}, "cannot be bundled"),
        ({"entry": 'import { a } from "./a.js"\n', "a": "export default function () {}\n"}, "only the entry"),
    ],
)
def test_what_a_bundle_cannot_hold_is_refused(tmp_path, modules, complaint):
    with pytest.raises(ValueError, match=complaint):
        bundle(write(tmp_path, **modules), "entry.js")


def test_the_viewer_is_one_script_that_asks_for_nothing(tmp_path):
    (tmp_path / "viewer.mjs").write_text(script())
    run = run_node("--check", str(tmp_path / "viewer.mjs"))
    assert run.returncode == 0, run.stderr
    for path in VIEWER.glob("*.js"):
        assert f"// {path.name}\n" in script(), f"{path.name} is imported by nothing"
    assert "http" not in script() and "\nimport " not in script()


@pytest.mark.parametrize(
    ("name", "words"), [("every", WORDS), ("comparing", COMPARING_WORDS), ("editing", EDITING_WORDS)]
)
def test_the_words_are_those_that_the_scripts_say(name, words):
    said = script()
    assert all(f"words.{word}" in said or f'"{word}"' in said for word in words), name
