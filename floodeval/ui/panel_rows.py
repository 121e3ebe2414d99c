"""Which pictures of a case stand in which row, with their titles and notes."""

from dataclasses import dataclass

import pandas as pd

from floodeval.pictures.case import Case
from floodeval.pictures.palette import Rgb
from floodeval.pictures.panels import against_panel, error_panel, mask_panel, photograph_panel, truth_panel
from floodeval.ui.heading import chip
from floodeval.ui.selection import Selection
from floodeval.ui.words import plain
from floodeval.wording.numbers import number


@dataclass(frozen=True)
class Panel:
    """A picture with its title and note, both Markdown, and its name for those who cannot see it."""

    title: str
    picture: Rgb
    note: str
    alt: str


def panel_rows(selection: Selection, case: Case, opacity: float) -> list[list[Panel]]:
    """The rows of pictures for a case: what there is to see first, errors above masks.

    With its photograph a case has two rows: the photograph and each variant's errors, then the truth and each
    variant's mask. Without it there is one: A against B, and the masks.
    """
    names = scored_variants(selection)
    masks = [
        Panel(
            f"Mask of {chip(selection.inks[name])}", picture, _mask_note(selection, name), f"Mask of {name}"
        )
        for name in names
        if (picture := mask_panel(case, name, selection.inks[name], opacity)) is not None
    ]
    if case.photograph is None:
        return [_against(selection, case, opacity) + masks]
    errors = [
        Panel(
            f"Errors of {chip(selection.inks[name])}",
            picture,
            _error_note(selection, name),
            f"Errors of {name}",
        )
        for name in names
        if (picture := error_panel(case, name, opacity)) is not None
    ]
    return [_photograph(selection, case) + errors, _truth(selection, case, opacity) + masks]


def scored_variants(selection: Selection) -> list[str]:
    """The variants that the run has scores of for the chosen image and prompt: A, B, then the others."""
    rows = selection.metrics
    chosen = (rows["id"] == selection.sample_id) & (rows["prompt"] == selection.prompt.spec)
    return [name for name in selection.variants if name in set(rows.loc[chosen, "variant"])]


def score_row(selection: Selection, variant: str) -> pd.Series:
    """The run's row for the chosen image, prompt and this variant."""
    rows = selection.metrics
    chosen = (rows["id"] == selection.sample_id) & (rows["prompt"] == selection.prompt.spec)
    return rows[chosen & (rows["variant"] == variant)].iloc[0]


def _photograph(selection: Selection, case: Case) -> list[Panel]:
    picture = photograph_panel(case)
    if picture is None:
        return []
    height, width = case.size
    note = f"{width} × {height} px" + ("" if case.prompt else ", no water in the truth, so no prompt")
    return [
        Panel(
            "**Photograph** with its prompt",
            picture,
            note,
            "Photograph with its prompt",
        )
    ]


def _truth(selection: Selection, case: Case, opacity: float) -> list[Panel]:
    picture = truth_panel(case, opacity)
    share = score_row(selection, selection.a)["truth_share"]
    return (
        []
        if picture is None
        else [Panel("**Truth**", picture, f"water on {share:.0%} of the photograph", "True water")]
    )


def _against(selection: Selection, case: Case, opacity: float) -> list[Panel]:
    if selection.b is None:
        return []
    inks = selection.inks
    picture = against_panel(case, inks[selection.a], inks[selection.b], opacity)
    if picture is None:
        return []
    names = f"{plain(selection.a)} against {plain(selection.b)}"
    return [Panel(f"**{names}**", picture, "where they agree and where they do not", names)]


def _error_note(selection: Selection, variant: str) -> str:
    row = score_row(selection, variant)
    pixels = max(1, int(row["width"]) * int(row["height"]))
    parts = [
        f"{word} {row[name] / pixels:.1%}"
        for word, name in (("found", "tp"), ("false alarm", "fp"), ("missed", "fn"))
    ]
    return f"IoU **{number(row['iou'])}** · of the photograph: {', '.join(parts)}"


def _mask_note(selection: Selection, variant: str) -> str:
    row = score_row(selection, variant)
    return f"water on {row['predicted_share']:.0%} · SAM itself expects IoU {number(row['score'])}"
