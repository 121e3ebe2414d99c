"""The message from which the viewer draws the panes of the page Compare."""

import pandas as pd

from floodeval.analysis.ranking import RankedPlace
from floodeval.dashboard.pages.compare.compare_queries import PackedCase, score_rows
from floodeval.dashboard.pages.compare.pane_sets import sets_of
from floodeval.dashboard.pages.compare.panes import Pane, dash_of
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.message import (
    COMPARING_WORDS,
    WORDS,
    ClassStyle,
    GivenPrompt,
    KeyEntry,
    NumberedClick,
    Outline,
    PhotographFile,
    Toolbar,
    ViewerLayer,
    ViewerMessage,
)
from floodeval.dashboard.widgets.case_badges import judgment_words
from floodeval.dashboard.widgets.marking import own_entry
from floodeval.evaluation.reviews import is_disputed
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import Prompt
from floodeval.viz.style import LAND_CLICK, PROMPT
from floodeval.viz.svg.svg_canvas import casing
from floodeval.viz.wording import outcome_title


def viewer_message(
    selection: Selection,
    packed: PackedCase,
    panes: dict[str, Pane],
    toolbar: Toolbar,
) -> ViewerMessage:
    """All that the browser needs to draw the panes of the chosen photograph."""
    stack = packed.stack
    name = f"{selection.run.identity}/{selection.prompt.spec}/{selection.sample_id}/{'/'.join(stack.masks)}"
    return ViewerMessage(
        name=name,
        id=str(selection.sample_id),
        size=(stack.shown[1], stack.shown[0]),
        full=(stack.size[1], stack.size[0]),
        photograph=None if packed.photograph is None else PhotographFile(name, packed.photograph),
        bits=packed.bits,
        outline_paths=packed.outlines,
        prompt=_prompt(packed.prompts.get(selection.a)),
        layers=tuple(_layer(pane, packed) for pane in panes.values()),
        sets=tuple(sets_of(panes)),
        words={word: say(f"compare.{word}") for word in (*WORDS, *COMPARING_WORDS)},
        view=selection.view,
        toolbar=toolbar,
        caption=caption_lines(selection),
    )


def _layer(pane: Pane, packed: PackedCase) -> ViewerLayer:
    layer, stack = pane.layer, packed.stack
    return ViewerLayer(
        key=layer.key,
        title=pane.title,
        alt=pane.alt,
        short=pane.short,
        aside=pane.aside,
        footnote=pane.footnote,
        prompt=pane.prompt,
        given=_prompt(packed.prompts.get(pane.given)),
        clicks=tuple(
            NumberedClick(click.x, click.y, PROMPT if click.water else LAND_CLICK) for click in pane.clicks
        ),
        key_entries=tuple(KeyEntry(text, picture) for picture, text in pane.key),
        styles=tuple(ClassStyle(style.color, style.hatch) for style in layer.styles),
        classes=layer.classes,
        outlines=tuple(
            Outline(style.color, casing(style), dash_of(stack.masks[bit], style), bit)
            for bit, style in layer.outlines
        ),
    )


def _prompt(prompt: Prompt | None) -> GivenPrompt | None:
    if prompt is None:
        return None
    box, points = (None if part is None else part.tolist() for part in (prompt.box, prompt.points))
    return GivenPrompt(PROMPT, box, points)


def toolbar_of(selection: Selection, place: RankedPlace) -> Toolbar:
    """The toolbar of the chosen photograph: its place in the list, and what is known of it in a few words."""
    position = (
        say("compare.not_in_list")
        if place.position is None
        else say("compare.position", position=place.position, total=place.total)
    )
    own = own_entry(selection, str(selection.sample_id))
    mark = say("compare.change_mark" if own else "cases.mark")
    return Toolbar(
        previous=place.previous is not None,
        next=place.next is not None,
        position=position,
        facts=_facts(selection),
        mark=None if is_read_only() else mark,
    )


def _facts(selection: Selection) -> tuple[str, ...]:
    """Id and scene of the photograph, its outcome, the difference between A and B, and its mark."""
    sample_id = str(selection.sample_id)
    row = selection.table.loc[selection.table["id"] == sample_id].iloc[0]
    facts = [sample_id]
    if not pd.isna(row["scene"]) and str(row["scene"]) != sample_id:
        facts.append(say("compare.scene", scene=row["scene"]))
    facts.append(outcome_title(row["outcome"], selection.b is None))
    if selection.b is not None:
        facts.append(say("compare.iou_gap", gap=formats.gap(row["iou_gap"])))
    entries = selection.reviews_by_id.get(sample_id, ())
    facts += dict.fromkeys(map(judgment_words, entries))
    if is_disputed(entries):
        facts.append(say("cases.disputed"))
    return tuple(facts)


def caption_lines(selection: Selection) -> tuple[str, ...]:
    """What an exported picture says of itself: photograph, runs, prompts, and the IoU of A and B."""
    pair, rows = selection.pair, score_rows(selection)
    runs = " · ".join(run.folder.name for run in pair.runs)
    names = [selection.a] + ([selection.b] if selection.b else [])
    sides = [
        say(
            "compare.caption_side",
            name=selection.styles[name].label,
            prompt=pair.prompt_of(name).spec,
            iou=formats.score(rows[name]["iou"]),
        )
        for name in names
        if name in rows
    ]
    return (say("compare.caption_photograph", id=selection.sample_id, runs=runs), *sides)
