"""The page Training: one fine-tuning, or two side by side; and what the variants of the run cost."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from floodeval.analysis.trainings import TrainingRecord, differences, list_trainings, read_training
from floodeval.dashboard.pages.training.variant_costs import draw_variant_costs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, error_text
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.training_curves import loss_figure, retention_figure, score_figure

NONE = ""  # no second training
CURVE_METRICS = ("iou", "dice")


@dataclass(frozen=True)
class ChosenTrainings:
    """The training that is shown, and the one that it is compared with, if any."""

    training: TrainingRecord
    other: TrainingRecord | None

    @property
    def both(self) -> list[TrainingRecord]:
        """The trainings to draw, the shown one first."""
        return [self.training] + ([self.other] if self.other else [])


def draw_training_page(selection: Selection | None) -> None:
    """Draw a training, or how to make the first one; then the cost of the run's variants."""
    names = list_trainings()
    if names:
        _draw_trainings(names, selection)
    else:
        st.info(say("training.none"), icon=":material/model_training:")
        st.code(
            "floodeval split path/to/dataset --out split.csv\n"
            "floodeval finetune path/to/dataset --split split.csv --name my-model",
            language=None,
            wrap_lines=True,
        )
    if selection is not None:
        draw_variant_costs(selection)


def _draw_trainings(names: list[str], selection: Selection | None) -> None:
    chosen = choose_trainings(names, selection)
    if chosen is None:
        return
    for training in chosen.both:
        st.markdown(gain_words(training))
    draw_cost(chosen)
    draw_curves(chosen)
    draw_configuration(chosen)


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


def gain_words(training: TrainingRecord) -> str:
    """What the training gained on the validation subset, and the change after the best epoch, in Markdown."""
    before, after = (training.at(epoch, "val_iou") for epoch in (0, training.best_epoch))
    last = int(training.history["epoch"].max())
    words = say(
        "training.gain_segmenter" if training.is_segmenter else "training.gain",
        name=code(training.name),
        before=formats.score(before),
        after=formats.score(after),
        best=training.best_epoch,
        last=last,
    )
    end = training.at(last, "val_iou")
    if last > training.best_epoch and end is not None and after is not None:
        words += " " + say(
            "training.after_best", change=formats.gap(end - after), n=last - training.best_epoch
        )
    return words


def draw_cost(chosen: ChosenTrainings) -> None:
    """Draw a card per cost: epochs, time, memory, size, samples; the other training's value below it."""
    other = cost_of(chosen.other) if chosen.other else {}
    with st.grid(5, min_column_width=150):
        for what, value in cost_of(chosen.training).items():
            delta = say("training.against_value", value=other[what]) if other else None
            st.metric(
                say(f"training.{what}"), value, delta, delta_color="off", delta_arrow="off", border=True
            )


def cost_of(training: TrainingRecord) -> dict[str, str]:
    """What a training took, formatted; a dash where it was not measured."""
    subsets = training.subsets
    return {
        "epochs": formats.count(training.history["epoch"].max()),
        "time": formats.duration(training.seconds),
        "memory": formats.decimal(training.peak_memory_mb, 0, "MiB"),
        "size": formats.decimal(training.checkpoint_mb, 1, "MiB"),
        "samples": f"{formats.count(subsets['train'])} + {formats.count(subsets.get('validation', 0))}"
        if "train" in subsets
        else formats.NO_VALUE,
    }


def draw_curves(chosen: ChosenTrainings) -> None:
    """Draw the loss, a score of the validation subset, and retention where measured, over the epochs."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"#### {say('training.loss')}")
        st.plotly_chart(
            loss_figure(chosen.both), config=CHART_CONFIG, key="loss_curve", alt=say("training.loss_alt")
        )
    with right:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"#### {say('training.scores')}", width="content")
            st.session_state.setdefault("training_metric", CURVE_METRICS[0])
            metric = st.segmented_control(
                say("training.metric"),
                CURVE_METRICS,
                format_func=lambda name: say(f"metrics.{name}"),
                key="training_metric",
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )
        st.plotly_chart(
            score_figure(chosen.both, metric or CURVE_METRICS[0]),
            config=CHART_CONFIG,
            key="score_curve",
            alt=say("training.scores_alt"),
        )
    st.caption(say("training.curves_note"))
    retaining = [training for training in chosen.both if training.retains]
    if retaining:
        st.markdown(f"#### {say('training.retention')}")
        st.plotly_chart(
            retention_figure(retaining),
            config=CHART_CONFIG,
            key="retention_curve",
            alt=say("training.retention_alt"),
        )
        st.caption(say("training.retention_note"))


def draw_configuration(chosen: ChosenTrainings) -> None:
    """Draw the settings as a table; with two trainings, the settings that differ come first."""
    table = differences(chosen.training, chosen.other)
    st.markdown(f"#### {say('training.configuration')}")
    if chosen.other:
        n = int(table["differs"].sum())
        st.caption(say("training.differing", n=n))
    st.dataframe(
        shown_settings(table, chosen),
        hide_index=True,
        column_config={
            "setting": st.column_config.TextColumn(say("training.setting"), pinned=True, width="medium"),
            "differs": st.column_config.CheckboxColumn(say("training.differs")),
        },
        placeholder=formats.NO_VALUE,
        alt=say("training.configuration_alt"),
    )


def shown_settings(table: pd.DataFrame, chosen: ChosenTrainings) -> pd.DataFrame:
    """One row per setting, with a column per training named after it, and whether they differ."""
    if chosen.other is None:
        return table[["setting", "first"]].rename(columns={"first": chosen.training.name})
    ordered = table.sort_values("differs", ascending=False, kind="stable")
    return ordered.rename(columns={"first": chosen.training.name, "second": chosen.other.name})
