"""The fine-tuning that the page Training shows, and the one to compare it with."""

from dataclasses import dataclass

import streamlit as st

from floodeval.analysis.trainings import TrainingRecord, read_training
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say

NONE = ""  # no second training


@dataclass(frozen=True)
class ChosenTrainings:
    """The training that is shown, and the one that it is compared with, if any."""

    training: TrainingRecord
    other: TrainingRecord | None

    @property
    def both(self) -> list[TrainingRecord]:
        """The trainings to draw, the shown one first."""
        return [self.training] + ([self.other] if self.other else [])


def choose_trainings(names: list[str], selection: Selection | None) -> ChosenTrainings | None:
    """Let the person choose a training and one to compare it with; None where it cannot be read.

    Args:
        names: of all trainings, the newest first; not empty.
        selection: what the other pages show; B's training is the default where its folder is present.
    """
    _settle("model", names, first_choice(names, selection))
    left, right = st.columns(2, gap="medium")
    with left:
        name = st.selectbox(say("training.which"), names, key="model", persist_state="session")
    others = [NONE, *(one for one in names if one != name)]
    _settle("other", others, NONE)
    with right:
        other = st.selectbox(
            say("training.against"),
            others,
            format_func=lambda one: one or say("training.no_other"),
            key="other",
            disabled=len(others) == 1,
            help=say("training.no_second") if len(others) == 1 else None,
            persist_state="session",
        )
    training = _read(name)
    return ChosenTrainings(training, _read(other) if other else None) if training else None


def first_choice(names: list[str], selection: Selection | None) -> str:
    """The training of B, else of A, where its folder is present; else the newest."""
    wanted = (selection.b, selection.a) if selection else ()
    checkpoints = {one.name: one.checkpoint for one in selection.run.info.variants} if selection else {}
    return next((found for name in wanted if name and (found := checkpoints.get(name)) in names), names[0])


def _settle(key: str, options: list[str], default: str) -> None:
    if st.session_state.get(key) not in options:
        st.session_state[key] = default


def _read(name: str) -> TrainingRecord | None:
    try:
        return read_training(name)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return None
