"""The page Compare: one image with each variant's mask and errors, its scores, and its neighbors."""

from functools import partial

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import (
    ALL,
    DISAGREEMENT,
    RANKED_METRICS,
    RankedPlace,
    place_of,
    ranked,
    subgroup_key,
)
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.compare.case_message import toolbar_of, viewer_message
from floodeval.dashboard.pages.compare.compare_queries import disagreement_of, packed_case, score_rows
from floodeval.dashboard.pages.compare.panes import panes_of
from floodeval.dashboard.pages.compare.prompt_grid import draw_prompt_grid
from floodeval.dashboard.queries import photographs, subgroups_of
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.viewer import draw_viewer
from floodeval.dashboard.widgets.case_badges import note_lines, review_badges
from floodeval.dashboard.widgets.markdown import code, outcome_badge, plain
from floodeval.dashboard.widgets.marking import ask_mark, draw_said, own_entry
from floodeval.dashboard.widgets.pictures import thumbnails
from floodeval.dashboard.widgets.tables import gap_form, metric_form
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.thumbnails import data_url
from floodeval.viz.wording import metric_label, outcome_title, ranked_by, ranking_words, slice_words

AROUND = 3  # neighbors on each side
VIEWER = "viewer"  # the component's key
MOST_TO_CHOOSE_FROM = 3000  # ids in a list; if there are more, the id is typed


def draw_compare(selection: Selection) -> None:
    """Draw the page below its heading."""
    draw_said()
    place = place_in_list(selection)
    has_viewer = draw_image(selection, place)
    draw_steps(selection, place, has_toolbar=has_viewer)
    prompts = st.container(gap="small")  # drawn last: its pictures take longest
    draw_neighbors(selection)
    scores, subgroups = st.columns([3, 2], gap="medium")
    with scores:
        draw_scores(selection)
    with subgroups:
        draw_subgroups(selection)
    with prompts:
        draw_prompt_grid(selection)


def draw_steps(selection: Selection, place: RankedPlace, has_toolbar: bool) -> None:
    """Draw the buttons that step through the list, the choice of an id, and links.

    Args:
        selection: whose image is shown.
        place: of the image in the list.
        has_toolbar: whether the viewer's toolbar already has the outcome and the button that marks the image.
    """
    entries = selection.reviews_by_id.get(str(selection.sample_id), ())
    own = own_entry(selection, str(selection.sample_id))
    marking = False
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step("previous", "Left", ":material/arrow_back:", place)
        _step("next", "Right", ":material/arrow_forward:", place)
        _choose_id(selection)
        if not has_toolbar and not is_read_only():
            label = say("compare.change_mark" if own else "cases.mark")
            marking = st.button(label, icon=":material/flag:", shortcut="M", key="mark_here")
        link_to("Worst cases", selection.params, say("compare.change_list"), icon=":material/sort:")
        same = _params_of(selection, str(selection.sample_id))
        link_to("Try it", same, say("compare.try"), icon=":material/ads_click:")
        if not has_toolbar:
            badges = [outcome_badge(outcome_of_image(selection), selection.b is None)]
            st.markdown(" ".join([*badges, *review_badges(entries)]), width="content")
        elif entries:
            st.markdown(" ".join(review_badges(entries)), width="content")
        st.caption(place_words(selection, place), width="content")
    for line in note_lines(entries):
        st.caption(line)
    if marking:
        ask_mark(selection, [str(selection.sample_id)])


def place_in_list(selection: Selection) -> RankedPlace:
    """The image's place in the list; if the list leaves it out, the images that it would be between."""
    ids, current = selection.listed["id"].tolist(), str(selection.sample_id)
    if current in ids:
        return place_of(ids, current)
    from_all = ranked(selection.table, selection.whole_ranking)["id"].tolist()
    return place_of(ids, current, from_all)


def outcome_of_image(selection: Selection) -> object:
    """The outcome of the chosen image; missing if an IoU is."""
    return selection.table.loc[selection.table["id"] == selection.sample_id, "outcome"].iloc[0]


def place_words(selection: Selection, place: RankedPlace) -> str:
    """The image's place in words, and the order of the list."""
    order = ranking_words(selection.ranking, selection.b is None)
    if selection.ranking.outcome != ALL:
        order += say("compare.only", group=outcome_title(selection.ranking.outcome, selection.b is None))
    if selection.filters.any:
        order += say("compare.filtered")
    if place.position is None:
        return say("compare.not_listed", total=place.total, order=order)
    return say("compare.place", position=place.position, total=place.total, order=order)


def _step(word: str, shortcut: str, icon: str, place: RankedPlace) -> None:
    to = neighbor_of(place, word)
    st.button(
        say(f"compare.{word}"),
        icon=icon,
        shortcut=shortcut,
        disabled=to is None,
        on_click=_show,
        args=(to,),
        key=f"step_{word}",
    )


def neighbor_of(place: RankedPlace, direction: object) -> str | None:
    """The image that "previous" or "next" leads to; None where there is none, and for any other word."""
    if direction == "previous":
        return place.previous
    return place.next if direction == "next" else None


def _follow(place: RankedPlace) -> None:
    """Show the neighbor that the viewer asks for; a browser may send anything."""
    state = st.session_state.get(VIEWER)
    if (to := neighbor_of(place, state.get("step") if state else None)) is not None:
        _show(to)


def _show(sample_id: str) -> None:
    st.session_state["id"] = sample_id
    _forget_view()


def _forget_view() -> None:
    """Show another image whole, without the view that a link asked for."""
    st.session_state["view"] = None


def _choose_id(selection: Selection) -> None:
    ids = selection.table["id"].tolist()
    if len(ids) <= MOST_TO_CHOOSE_FROM:
        st.selectbox(say("compare.jump"), ids, key="id", width=220, on_change=_forget_view)
    else:
        st.text_input(say("compare.jump"), key="id", width=220, on_change=_forget_view)


def _params_of(selection: Selection, sample_id: str) -> dict[str, str]:
    params = selection.params | {"id": sample_id}
    params.pop("view", None)
    return params


def draw_image(selection: Selection, place: RankedPlace) -> bool:
    """Draw the image in the viewer, with a warning for each file that cannot be read.

    Returns:
        Whether there is a viewer; there is none where nothing can be read.
    """
    found = photographs(selection.run)
    if found.dataset is None:
        st.caption(f":material/no_photography: {found.advice}")
    packed = packed_case(selection, found.sample(str(selection.sample_id)))
    for problem in packed.material.problems:
        st.warning(plain(problem), icon=":material/broken_image:")
    if packed.material.truth is not None and None in packed.prompts.values():
        st.caption(say("compare.no_prompt"))
    panes = panes_of(selection, packed.material, packed.stack)
    if not panes:
        st.info(say("compare.nothing"), icon=":material/hide_image:")
        return False
    message = viewer_message(selection, packed, panes, toolbar_of(selection, place))
    if draw_viewer(message, key=VIEWER, on_step_change=partial(_follow, place)):
        ask_mark(selection, [str(selection.sample_id)])
    return True


def draw_neighbors(selection: Selection) -> None:
    """Draw the images before and after this one in the list, as small pictures with links."""
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
    show = (gap_form if column.endswith("_gap") else metric_form)(selection.ranking.metric)
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


def draw_scores(selection: Selection) -> None:
    """Draw every metric of every variant, and the gaps to A, as a table."""
    st.markdown(f"#### {say('compare.scores')}")
    table = score_table(selection)
    right = {
        name: st.column_config.TextColumn(name, alignment="right") for name in map(str, table.columns[1:])
    }
    st.dataframe(table, hide_index=True, height="content", column_config=right, alt=say("compare.scores_alt"))
    lower = (metric_label(metric).removesuffix(", px") for metric in sorted(LOWER_IS_BETTER))
    text = say("compare.lower_better", metrics=", ".join(lower))
    if (found := disagreement_of(selection)) is not None:
        text = f"{metric_label(DISAGREEMENT)}: **{formats.score(found)}**. {text}"
    st.caption(text)


def score_table(selection: Selection) -> pd.DataFrame:
    """One row per metric, as text: each variant's value, then each gap to A."""
    rows = score_rows(selection)
    table = {say("compare.metric"): [metric_label(metric) for metric in RANKED_METRICS]}
    for name, row in rows.items():
        table[selection.styles[name].label] = [metric_form(metric)(row[metric]) for metric in RANKED_METRICS]
    others = [name for name in rows if selection.a in rows and name != selection.a]
    for name in others:
        title = say("compare.gap", name="B" if name == selection.b else selection.name_of(name))
        gaps = {metric: rows[name][metric] - rows[selection.a][metric] for metric in RANKED_METRICS}
        table[title] = [gap_form(metric)(gap) for metric, gap in gaps.items()]
    return pd.DataFrame(table)


def draw_subgroups(selection: Selection) -> None:
    """List the subgroups that the image belongs to, with a link to the images of each."""
    parts = subgroups_of(selection.pair, selection.rows_key)
    at = (selection.table["id"] == selection.sample_id).to_numpy()
    mine = [one for one in parts if bool(one.members[at].any())]
    if not mine:
        return
    st.markdown(f"#### {say('compare.subgroups')}")
    with st.container(gap="xxsmall"):
        for one in mine:
            words = plain(slice_words(one.trait, one.part, one.low, one.high))
            params = selection.params | {"slice": subgroup_key(one)}
            link_to("Worst cases", params, words, icon=":material/donut_small:")
    st.caption(say("compare.subgroups_help"))
