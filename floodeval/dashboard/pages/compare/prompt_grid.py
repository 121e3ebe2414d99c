"""The pictures of one photograph with A and B and every prompt; a click opens the prompt in the viewer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from typing import Any

import streamlit as st

from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.prompts.prompt_queries import clicks_of, prompt_picture, prompts_of
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.listing import Sample
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.thumbnails import data_url

TWO, ALL, HIDDEN = "two", "all", "hidden"  # which prompts are shown: point and box, all, none
FIRST = ("point", "box")  # the kinds that come first, to be compared with each other
KEY = "prompt_grid"  # of the component, as `CHOICE` is of the choice of prompts
CHOICE = "prompt_grid_choice"


@dataclass(frozen=True)
class GridPicture:
    """The errors of one variant with one prompt.

    Attributes:
        source: a data URL; empty where the variant has no mask with the prompt.
        text: below the picture: the side and its IoU.
        name: of the button, for screen readers.
    """

    source: str
    text: str
    name: str


@dataclass(frozen=True)
class GridColumn:
    """A prompt with its pictures, A above B; `current` where it is the one in the viewer."""

    prompt: str
    current: bool
    pictures: tuple[GridPicture, ...]


def draw_prompt_grid(selection: Selection) -> None:
    """Draw the section, if the run has several prompts of A and B."""
    prompts = ordered(prompts_of(selection))
    if len(prompts) < 2 or selection.pair.has_two_prompts:
        return
    st.markdown(f"#### {say('compare.grid')}")
    shown = shown_prompts(prompts, _choose(prompts))
    if not shown:
        return
    sample = photographs(selection.run).sample(str(selection.sample_id))
    columns = [column_of(selection, prompt, sample) for prompt in shown]
    specs = [prompt.spec for prompt in shown]
    data = {"columns": [asdict(column) for column in columns], "open": say("compare.grid_open")}
    _component()(key=KEY, data=data, on_open_change=partial(_open, specs))
    st.caption(say("compare.grid_help"))
    images = selection.params | {"section": "images"}
    link_to("Prompts", images, say("compare.grid_more"), icon=":material/ads_click:")


def ordered(prompts: Sequence[PromptSpec]) -> list[PromptSpec]:
    """The first prompts of the kinds in `FIRST`, then the others in their order."""
    first = [next((one for one in prompts if one.kind == kind), None) for kind in FIRST]
    known = [one for one in first if one is not None]
    return [*known, *(one for one in prompts if one not in known)]


def shown_prompts(prompts: Sequence[PromptSpec], choice: str) -> list[PromptSpec]:
    """The prompts of `ordered` that a choice shows."""
    if choice == HIDDEN:
        return []
    return list(prompts) if choice == ALL else [one for one in prompts if one.kind in FIRST][: len(FIRST)]


def choices(prompts: Sequence[PromptSpec]) -> list[str]:
    """What can be chosen: point against box needs both."""
    has_both = {*FIRST} <= {one.kind for one in prompts}
    return [*([TWO] if has_both else []), *([ALL] if len(prompts) > 2 or not has_both else []), HIDDEN]


def column_of(selection: Selection, prompt: PromptSpec, sample: Sample | None) -> GridColumn:
    """A prompt with the pictures of A and B."""
    names = [selection.a] + ([selection.b] if selection.b else [])
    pictures = tuple(_picture(selection, name, prompt, sample) for name in names)
    return GridColumn(prompt.spec, prompt.spec == selection.prompt.spec, pictures)


def _picture(selection: Selection, variant: str, prompt: PromptSpec, sample: Sample | None) -> GridPicture:
    rows, sample_id = selection.metrics, str(selection.sample_id)
    mine = (rows["id"] == sample_id) & (rows["variant"] == variant) & (rows["prompt"] == prompt.spec)
    if not mine.any():
        return GridPicture("", say("compare.grid_missing", name=selection.styles[variant].label), "")
    iou = formats.score(rows.loc[mine, "iou"].iloc[0])
    clicks = clicks_of(selection, variant, prompt, sample_id)
    label = selection.styles[variant].label
    text = say("compare.grid_picture", name=label, iou=iou)
    if clicks:
        text = say("compare.grid_picture_clicks", name=label, iou=iou, clicks=counted(len(clicks), "click"))
    encoded = prompt_picture(selection, variant, sample_id, prompt, sample, clicks)
    name = say("compare.grid_name", prompt=prompt.spec, text=text)
    return GridPicture("" if encoded is None else data_url(encoded), text, name)


def _choose(prompts: Sequence[PromptSpec]) -> str:
    """Draw the choice of prompts; it is in the URL once something was chosen.

    The pictures are hidden at first, so that the next photograph comes as fast as without them.
    """
    options, asked = choices(prompts), st.session_state.get("grid")
    st.session_state[CHOICE] = asked if asked in options else HIDDEN
    st.segmented_control(
        say("compare.grid"),
        options,
        format_func=lambda one: say(f"compare.grid_{one}"),
        key=CHOICE,
        required=True,
        label_visibility="collapsed",
        on_change=_keep_choice,
    )
    return str(st.session_state[CHOICE])


def _keep_choice() -> None:
    st.session_state["grid"] = st.session_state[CHOICE]


def _open(specs: Sequence[str]) -> None:
    """Show the prompt of the clicked picture in the viewer; a browser may send anything."""
    state = st.session_state.get(KEY)
    asked = state.get("open") if state else None
    if isinstance(asked, str) and asked in specs:
        st.session_state["prompt"] = asked
        st.session_state["view"] = None


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    """Register the component, once."""
    css, js = (
        (files(__package__) / f"prompt_grid.{kind}").read_text(encoding="utf-8") for kind in ("css", "js")
    )
    return st.components.v2.component(
        "floodeval_prompt_grid", html='<div class="grid"></div>', css=css, js=js
    )
