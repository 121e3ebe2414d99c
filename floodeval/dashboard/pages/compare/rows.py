"""The run's rows of the chosen image."""

from typing import Any

from floodeval.dashboard.state.selection import Selection

Row = dict[str, Any]
"""One row of the run's table by its columns."""


def score_rows(selection: Selection) -> dict[str, Row]:
    """Each variant's row for the chosen image and prompt, where it has one: A, B, then the others."""
    rows = selection.metrics
    chosen = rows[(rows["id"] == selection.sample_id) & (rows["prompt"] == selection.prompt.spec)]
    found = {str(row["variant"]): {str(key): row[key] for key in row} for row in chosen.to_dict("records")}
    return {name: found[name] for name in selection.variants if name in found}
