"""The one call with which every page begins: set-up, navigation, the selection and the page's heading."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.navigation import (
    ICON,
    LOGO,
    PAGES,
    SECTIONS,
    Page,
    choose_language,
    draw_navigation,
    settle_language,
    settle_noun,
)
from floodeval.dashboard.queries import unfinished_runs
from floodeval.dashboard.state.selection import OUT, Selection
from floodeval.dashboard.state.sidebar import Chooser
from floodeval.dashboard.state.url import keep_address, kept_params, read_address, write_address
from floodeval.dashboard.widgets.legends import code, here, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.storage.paths import results_folder
from floodeval.viz.style import Style
from floodeval.viz.swatches import swatch
from floodeval.viz.wording import protocol

# The top of every page: its title, and in one glance what is compared on which photographs.


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the page's title (Markdown) and what it is about: data, variants, prompt and its protocol."""
    st.title(title, anchor=False)
    prompt = selection.prompt
    st.markdown(
        compared_words(selection)
        + "  \n"
        + say("heading.prompt", prompt=code(prompt.spec), protocol=protocol(prompt))
        + " "
        + truth_badge(prompt)
    )
    if selection.b is None:
        st.info(say("heading.one_variant"), icon=":material/looks_one:")
    draw_leaks(selection)
    draw_skipped(selection.run)


def compared_words(selection: Selection) -> str:
    """Which variants on which photographs, as Markdown."""
    said = say(
        "heading.compared" if selection.b else "heading.alone",
        a=chip(selection.styles[selection.a]),
        b=chip(selection.styles[selection.b or selection.a]),
        photographs=counted(len(selection.table), "photograph"),
        data=plain(selection.run.info.dataset.get("name", say("heading.unnamed"))),
    )
    if selection.subset:
        said += f" ({plain(selection.subset)})"
    if selection.flagged == OUT:
        said += say("heading.flagged_out")
    return said


def draw_leaks(selection: Selection) -> None:
    """Say loudly which variant was trained on photographs of this run: its scores flatter it."""
    for variant, ids in selection.run.info.leaks.items():
        n, of = len(ids), selection.run.metrics["id"].nunique()
        st.error(say("heading.leak", variant=plain(variant), leaked=n, total=of), icon=":material/gpp_bad:")


def draw_skipped(run: Run) -> None:
    """Say loudly how many samples could not be evaluated, and list them."""
    if run.skipped.empty:
        return
    title = say("heading.skipped", n=len(run.skipped))
    with st.expander(title, icon=":material/warning:"):
        st.dataframe(
            run.skipped,
            hide_index=True,
            column_config={name: say(f"heading.skipped_{name}") for name in run.skipped.columns},
            alt=say("heading.skipped_alt"),
        )


def chip(style: Style) -> str:
    """A variant's swatch and name, as Markdown."""
    return f"![]({swatch(style)})\N{NO-BREAK SPACE}**{plain(style.label)}**"


def truth_badge(prompt: PromptSpec) -> str:
    """A badge that says whether the prompt uses the ground truth, as Markdown."""
    if prompt.uses_ground_truth:
        return f":orange-badge[:material/visibility: {say('heading.uses_truth')}]"
    return f":green-badge[:material/visibility_off: {say('heading.no_truth')}]"


# What a page says where no evaluation is finished yet.


def draw_welcome(unfinished: list[str]) -> None:
    """Say that there are no runs yet and how to make one."""
    st.title(say("welcome.title"))
    st.markdown(say("welcome.purpose"))
    draw_unfinished(unfinished)
    quick, own = st.columns(2, gap="medium")
    with quick.container(border=True, height="stretch"):
        st.markdown(f"##### :material/rocket_launch: {say('welcome.demo')}")
        st.markdown(say("welcome.demo_what"))
        st.code("make demo", language=None)
        st.caption(say("welcome.demo_installed"))
        st.code("floodeval demo", language=None)
    with own.container(border=True, height="stretch"):
        st.markdown(f"##### :material/photo_library: {say('welcome.own')}")
        st.markdown(say("welcome.own_what"))
        st.code(
            "floodeval evaluate path/to/dataset \\\n"
            "    --name my-run \\\n"
            "    --variant pretrained \\\n"
            "    --variant finetuned=path/to/checkpoint",
            language=None,
            wrap_lines=True,
        )
        st.caption(say("welcome.own_more"))
    st.caption(say("welcome.where", folder=code(results_folder() / "runs")))


def draw_unfinished(names: list[str]) -> None:
    """Name the runs that were begun and are not finished, where there are any."""
    if names:
        said = say("welcome.unfinished", n=len(names), names=plain(", ".join(names)))
        st.caption(f":material/hourglass_top: {said}")


# The one call with which every page begins: set-up, navigation, the selection and the page's heading.

LOOKS = Path(__file__).parent / "looks.css"


def begin_page(name: str, headline: Callable[[Selection], str] | None = None) -> Selection:
    """Set a page up, draw the navigation and the heading, and return what the person looks at.

    Where there is nothing to look at, it says so and what to do, and the page ends here.

    Args:
        name: of the page, as in `PAGES`.
        headline: says the page's title (Markdown) from the selection; the page's name where there is none.
    """
    page = PAGES[name]
    arrival = read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        navigation, choices = st.container(gap="small"), st.container(gap="small")
        choose_language()
    if not list_runs():
        _end_welcoming(navigation)
    chooser = Chooser(arrival.adopted, wants_id="id" in page.keys, sections=list(SECTIONS.get(name, ())))
    selection = _choose(chooser, navigation, choices)
    settle_noun(selection.run.info.is_synthetic)
    with navigation:
        draw_navigation(selection.params)
    with choices:
        draw_unfinished(unfinished_runs())
    write_address(page.carried(selection.params | kept_params()), arrival)
    draw_heading(headline(selection) if headline else page.title, selection)
    _say(chooser)
    return selection


def begin_page_without_run(name: str, something: bool) -> Selection | None:
    """Begin a page that may have something to say where there is no run yet; None is returned there.

    Args:
        name: of the page, as in `PAGES`.
        something: whether it has; otherwise it says what to do, as every page.
    """
    if list_runs() or not something:
        return begin_page(name)
    page = PAGES[name]
    read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        draw_navigation({})
        choose_language()
    keep_address()
    st.title(page.title, anchor=False)
    return None


def _set_up(page: Page) -> None:
    title = "floodeval" if page.script == "dashboard.py" else f"{page.title} · floodeval"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    st.logo(LOGO, icon_image=ICON, size="large")
    st.html(LOOKS)


def _end_welcoming(navigation: DeltaGenerator) -> None:
    with navigation:
        draw_navigation({})
    draw_welcome(unfinished_runs())
    st.stop()


def _choose(chooser: Chooser, navigation: DeltaGenerator, choices: DeltaGenerator) -> Selection:
    """Let the person choose; where what they chose cannot be read, say why and end the page."""
    try:
        with choices:
            return chooser.choose()
    except FloodevalError as error:
        with navigation:
            draw_navigation({})
        keep_address()
        _say(chooser)
        st.error(here(error), icon=":material/error:")
        if chooser.run is not None:
            draw_skipped(chooser.run)
        st.stop()


def _say(chooser: Chooser) -> None:
    for notice in chooser.notices:
        st.info(plain(notice), icon=":material/info:")
    for broken in chooser.broken:
        st.error(plain(broken), icon=":material/error:")
