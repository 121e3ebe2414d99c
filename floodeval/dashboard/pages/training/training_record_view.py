"""One fine-tuning, or two side by side: the gain, the cost, the curves and the configuration."""

import pandas as pd
import streamlit as st

from floodeval.analysis.trainings import TrainingRecord, differences
from floodeval.dashboard.pages.training.chosen_trainings import ChosenTrainings
from floodeval.dashboard.widgets.markdown import code
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.training_curves import loss_figure, score_figure
from floodeval.viz.style import CONFIG

METRICS = ("iou", "dice")


def gain_words(training: TrainingRecord) -> str:
    """What the training gained on the validation subset, and the change after the best epoch, in Markdown."""
    before, after = (training.at(epoch, "val_iou") for epoch in (0, training.best_epoch))
    last = int(training.history["epoch"].max())
    words = say(
        "training.gain",
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
    """Draw the loss, and a score of the validation subset, over the epochs."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"#### {say('training.loss')}")
        st.plotly_chart(
            loss_figure(chosen.both), config=CONFIG, key="loss_curve", alt=say("training.loss_alt")
        )
    with right:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"#### {say('training.scores')}", width="content")
            st.session_state.setdefault("training_metric", METRICS[0])
            metric = st.segmented_control(
                say("training.metric"),
                METRICS,
                format_func=lambda name: say(f"metrics.{name}"),
                key="training_metric",
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )
        st.plotly_chart(
            score_figure(chosen.both, metric or METRICS[0]),
            config=CONFIG,
            key="score_curve",
            alt=say("training.scores_alt"),
        )
    st.caption(say("training.curves_note"))


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
