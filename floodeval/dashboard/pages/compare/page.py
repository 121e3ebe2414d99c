"""The top of the page Compare: where the image stands, steps to the others, its neighbors, its mark."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import ALL, DISAGREEMENT, METRICS, Place, place_of, ranked, slice_key
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.compare.panes import score_rows
from floodeval.dashboard.queries import parts_of, photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.gallery import thumbnails
from floodeval.dashboard.widgets.legends import code, outcome_badge, plain
from floodeval.dashboard.widgets.marking import ask_mark, mark_badge
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.panels import data_url
from floodeval.viz.wording import metric_label, outcome_title, ranked_by, ranking_words, slice_words

# The top of the page Compare: where the image stands, steps to the others, its neighbors, its mark.

AROUND = 3  # neighbors on either side
MOST_TO_CHOOSE_FROM = 3000  # ids in a list; beyond, an id is typed


def draw_steps(selection: Selection) -> None:
    """Let the person step through the list of Worst cases, jump to an id, or mark the image."""
    place = here(selection)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step("previous", "Left", ":material/arrow_back:", place.previous)
        _step("next", "Right", ":material/arrow_forward:", place.next)
        _choose_id(selection)
        case = selection.cases.get(str(selection.sample_id))
        label = say("compare.change_mark" if case else "cases.mark")
        marking = st.button(label, icon=":material/flag:", shortcut="M", key="mark_here")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        badges = [outcome_badge(outcome_here(selection), selection.b is None)]
        st.markdown(" ".join([*badges, *([mark_badge(case)] if case else [])]), width="content")
        st.caption(place_words(selection, place), width="content")
        link_to("Worst cases", selection.params, say("compare.change_list"), icon=":material/sort:")
        same = _params_of(selection, str(selection.sample_id))
        link_to("Try it", same, say("compare.try"), icon=":material/ads_click:")
    if case and case.note:
        st.caption(f":material/notes: {plain(case.note)}")
    if marking:
        ask_mark(selection, [str(selection.sample_id)])


def here(selection: Selection) -> Place:
    """Where the image stands in the list; one that the list leaves out, between which it would stand."""
    ids, current = selection.listed["id"].tolist(), str(selection.sample_id)
    if current in ids:
        return place_of(ids, current)
    from_all = ranked(selection.table, selection.whole_ranking)["id"].tolist()
    return place_of(ids, current, from_all)


def outcome_here(selection: Selection) -> object:
    """The outcome of the chosen image; missing where an IoU is."""
    return selection.table.loc[selection.table["id"] == selection.sample_id, "outcome"].iloc[0]


def place_words(selection: Selection, place: Place) -> str:
    """Where the image stands, and in which order."""
    order = ranking_words(selection.ranking, selection.b is None)
    if selection.ranking.outcome != ALL:
        order += say("compare.only", group=outcome_title(selection.ranking.outcome, selection.b is None))
    if selection.filters.any:
        order += say("compare.filtered")
    if place.position is None:
        return say("compare.not_listed", total=place.total, order=order)
    return say("compare.place", position=place.position, total=place.total, order=order)


def draw_neighbors(selection: Selection) -> None:
    """The images before and after this one in the list, as small pictures that open them."""
    ids, current = selection.listed["id"].tolist(), str(selection.sample_id)
    if current not in ids or len(ids) < 2:
        return
    at = ids.index(current)
    first = max(0, min(at - AROUND, len(ids) - 2 * AROUND - 1))
    rows = selection.listed.iloc[first : first + 2 * AROUND + 1]
    around = rows["id"].tolist()
    st.markdown(f"#### {say('compare.neighbors')}")
    pictures = thumbnails(selection, photographs(selection.run), around)
    column = selection.ranking.column
    show = formats.gap if column.endswith("_gap") else formats.score
    with st.grid(len(around), min_column_width=100, gap="xsmall", vertical_alignment="bottom"):
        for place, (name, picture, value) in enumerate(zip(around, pictures, rows[column], strict=True)):
            with st.container(border=name == current, gap="xxsmall"):
                if picture is not None:
                    st.image(data_url(picture), width="stretch", alt=say("worst_cases.alt", id=name))
                label = f"{first + place + 1}. {code(name)}"
                if name == current:
                    st.markdown(f"**{label}**")
                else:
                    link_to("Compare", _params_of(selection, name), label, icon=":material/image:")
                st.caption(show(value))
    st.caption(say("compare.neighbors_by", by=ranked_by(selection.ranking, selection.b is None)))


def _params_of(selection: Selection, sample_id: str) -> dict[str, str]:
    params = selection.params | {"id": sample_id}
    params.pop("view", None)
    return params


def _choose_id(selection: Selection) -> None:
    ids = selection.table["id"].tolist()
    if len(ids) <= MOST_TO_CHOOSE_FROM:
        st.selectbox(say("compare.jump"), ids, key="id", width=220, on_change=_forget_view)
    else:
        st.text_input(say("compare.jump"), key="id", width=220, on_change=_forget_view)


def _step(word: str, shortcut: str, icon: str, to: str | None) -> None:
    st.button(
        say(f"compare.{word}"),
        icon=icon,
        shortcut=shortcut,
        disabled=to is None,
        on_click=_show,
        args=(to,),
        key=f"step_{word}",
    )


def _show(sample_id: str) -> None:
    st.session_state["id"] = sample_id
    _forget_view()


def _forget_view() -> None:
    """Another image is shown whole, and not as a link asked for the one before."""
    st.session_state["view"] = None


# The numbers of the page Compare: every metric with its gaps, and what the image is like.


def draw_scores(selection: Selection) -> None:
    """Draw every metric of every variant, and the gaps to A."""
    st.markdown(f"#### {say('compare.scores')}")
    table = score_table(selection)
    right = {
        name: st.column_config.TextColumn(name, alignment="right") for name in map(str, table.columns[1:])
    }
    st.dataframe(table, hide_index=True, height="content", column_config=right, alt=say("compare.scores_alt"))
    said = say("compare.lower_better", metrics=", ".join(map(metric_label, sorted(LOWER_IS_BETTER))))
    if (found := disagreement_here(selection)) is not None:
        said = f"{metric_label(DISAGREEMENT)}: **{formats.score(found)}**. {said}"
    st.caption(said)


def score_table(selection: Selection) -> pd.DataFrame:
    """One row a metric, as text: each variant's value, then each gap to A."""
    rows = score_rows(selection)
    columns = {selection.styles[name].label: name for name in rows}
    table = {say("compare.metric"): [metric_label(metric) for metric in METRICS]}
    table |= {
        label: [formats.score(rows[name][metric]) for metric in METRICS] for label, name in columns.items()
    }
    for name in [name for name in rows if selection.a in rows and name != selection.a]:
        title = say("compare.gap", name="B" if name == selection.b else name)
        table[title] = [formats.gap(rows[name][metric] - rows[selection.a][metric]) for metric in METRICS]
    return pd.DataFrame(table)


def disagreement_here(selection: Selection) -> float | None:
    """1 - IoU of A's mask with B's on the image; None where that is not known."""
    if DISAGREEMENT not in selection.table:
        return None
    value = selection.table.loc[selection.table["id"] == selection.sample_id, DISAGREEMENT].iloc[0]
    return None if pd.isna(value) else float(value)


def draw_slices(selection: Selection) -> None:
    """Say in which slices the image is; each leads to the list of its images."""
    parts = parts_of(selection.run, selection.rows_key, selection.a, selection.b, selection.prompt.spec)
    at = (selection.table["id"] == selection.sample_id).to_numpy()
    mine = [one for one in parts if bool(one.members[at].any())]
    if not mine:
        return
    st.markdown(f"#### {say('compare.subgroups')}")
    with st.container(gap="xxsmall"):
        for one in mine:
            words = plain(slice_words(one.trait, one.part, one.low, one.high))
            params = selection.params | {"slice": slice_key(one)}
            link_to("Worst cases", params, words, icon=":material/donut_small:")
    st.caption(say("compare.subgroups_help"))
