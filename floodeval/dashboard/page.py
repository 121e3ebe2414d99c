"""The start of every page: navigation, sidebar and heading, or a welcome where there are no runs yet."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from floodeval.dashboard.navigation import ICON, LOGO, PAGES, SECTIONS, Page, draw_navigation
from floodeval.dashboard.queries import table_of, unfinished_runs
from floodeval.dashboard.state.compared_pair import of_run_a
from floodeval.dashboard.state.interface_language import choose_language, settle_language, settle_noun
from floodeval.dashboard.state.selection import OUT, Selection, rows_of
from floodeval.dashboard.state.sidebar import Sidebar
from floodeval.dashboard.state.url import keep_address, kept_params, read_address, write_address
from floodeval.dashboard.welcome import draw_unfinished, draw_welcome
from floodeval.dashboard.widgets.markdown import chip, code, error_text, plain, truth_badge
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import protocol, subset_words

STYLE_SHEET = Path(__file__).parent / "looks.css"


def begin_page(
    name: str,
    headline: Callable[[Selection], str] | None = None,
    draw: Callable[[str, Selection], None] | None = None,
) -> Selection:
    """Set a page up, draw the navigation, the sidebar and the heading, and return the selection.

    Without a run, or where the chosen run cannot be read, it explains what to do and the page ends here.

    Args:
        name: of the page, a key of `PAGES`.
        headline: returns the title (Markdown) for a selection; without it the title is the page's name.
        draw: draws the heading from the title and the selection; by default `draw_heading`.
    """
    page = PAGES[name]
    arrival = read_address()
    settle_language()
    _set_up(page)
    with st.sidebar:
        navigation, choices = st.container(gap="small"), st.container(gap="small")
        choose_language()
    if not list_runs():
        _end_with_welcome(navigation)
    sidebar = Sidebar(arrival.adopted, wants_id="id" in page.keys, sections=list(SECTIONS.get(name, ())))
    selection = _choose(sidebar, navigation, choices)
    settle_noun(selection.run.info.is_synthetic)
    with navigation:
        draw_navigation(selection.params)
    with choices:
        draw_unfinished(unfinished_runs())
    write_address(page.carried(selection.params | kept_params()), arrival)
    shown = of_one_run(selection) if page.one_run else selection
    (draw or draw_heading)(headline(shown) if headline else page.title, shown)
    _draw_notices(sidebar)
    return shown


def of_one_run(selection: Selection) -> Selection:
    """The selection of a page about one run: that of A; its links lead to both sides again."""
    if selection.pair.is_of_one_run:
        return selection
    pair, rows = of_run_a(selection.pair), selection.rows_key
    metrics, table = rows_of(pair.run, *rows), table_of(pair, rows, selection.threshold)
    return replace(selection, pair=pair, metrics=metrics, table=table, linked=selection.pair)


def begin_page_without_run(
    name: str, something: bool, draw: Callable[[str, Selection], None] | None = None
) -> Selection | None:
    """Begin a page that may have content even without a run; returns None if there is no run.

    Args:
        name: of the page, a key of `PAGES`.
        something: whether the page has content without a run; otherwise it begins as any other page.
        draw: draws the heading where there is a run, as for `begin_page`.
    """
    if list_runs() or not something:
        return begin_page(name, draw=draw)
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
    st.html(STYLE_SHEET)


def _choose(sidebar: Sidebar, navigation: DeltaGenerator, choices: DeltaGenerator) -> Selection:
    """Draw the sidebar's choices; where the chosen run cannot be read, say why and end the page."""
    try:
        with choices:
            return sidebar.choose()
    except FloodevalError as error:
        with navigation:
            draw_navigation({})
        keep_address()
        _draw_notices(sidebar)
        st.error(error_text(error), icon=":material/error:")
        if sidebar.run is not None:
            draw_skipped(sidebar.run)
        st.stop()


def _draw_notices(sidebar: Sidebar) -> None:
    for notice in sidebar.notices:
        st.info(plain(notice), icon=":material/info:")
    for broken in sidebar.broken:
        st.error(plain(broken), icon=":material/error:")


def _end_with_welcome(navigation: DeltaGenerator) -> None:
    with navigation:
        draw_navigation({})
    draw_welcome(unfinished_runs())
    st.stop()


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the title (Markdown), the data, the variants, the prompt with its protocol, and warnings."""
    st.title(title, anchor=False)
    st.markdown("  \n".join(heading_lines(selection)))
    draw_warnings(selection)


def draw_sentence_heading(title: str, selection: Selection) -> None:
    """Draw the heading of a page that opens with a whole sentence, in letters that leave room for a chart."""
    with st.container(key="sentence_heading", gap="xsmall"):
        st.title(title, anchor=False)
        st.markdown("  \n".join(heading_lines(selection)))
    draw_warnings(selection)


def draw_compact_heading(title: str, selection: Selection) -> None:
    """Draw the heading in as few lines as its words need, for a page that shows a large picture."""
    with st.container(key="compact_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content")
        for line in heading_lines(selection):
            st.markdown(line, width="content")
    draw_warnings(selection)


def heading_lines(selection: Selection) -> list[str]:
    """The data, the variants, the runs and the prompts with their protocols, as lines of Markdown."""
    return [compared_words(selection), *runs_words(selection), *prompts_words(selection)]


def draw_warnings(selection: Selection) -> None:
    """Say what a reader of the page has to know: what is compared, leaks, and samples that are left out."""
    if selection.linked is not None:
        st.info(say("heading.one_run", run=code(selection.name)), icon=":material/looks_one:")
    elif selection.b is None:
        st.info(say("heading.one_variant"), icon=":material/looks_one:")
    draw_leaks(selection)
    draw_unknown_training(selection)
    draw_skipped(selection.run)
    draw_left_out(selection)


def draw_title_alone(title: str, selection: Selection) -> None:
    """Draw the title (Markdown) of a page that is not about the selection."""
    st.title(title, anchor=False)


def runs_words(selection: Selection) -> list[str]:
    """Of which runs A and B are, as a line of Markdown; none where it is one."""
    names = [code(run.folder.name) for run in selection.pair.runs]
    return [say("heading.runs", a=names[0], b=names[1])] if len(names) > 1 else []


def prompts_words(selection: Selection) -> list[str]:
    """The prompt with its protocol, as a line of Markdown; a line each where A and B have their own."""
    pair = selection.pair
    if not pair.has_two_prompts:
        return [_prompt_line("heading.prompt", pair.prompt)]
    return [
        _prompt_line(f"heading.prompt_{letter}", prompt)
        for letter, prompt in (("a", pair.side_a.prompt), ("b", pair.prompt_b))
    ]


def _prompt_line(key: str, prompt: PromptSpec) -> str:
    return f"{say(key, prompt=code(prompt.spec), protocol=protocol(prompt))} {truth_badge(prompt)}"


def draw_left_out(selection: Selection) -> None:
    """Say which samples are not compared: those of one side only, or with another reference mask."""
    shared = selection.pair.shared
    if not shared.n_left_out:
        return
    parts = {"only_a": shared.only_a, "only_b": shared.only_b, "other_reference": shared.other_reference}
    with st.expander(say("heading.left_out", n=shared.n_left_out), icon=":material/rule:"):
        for name, ids in parts.items():
            if ids:
                st.markdown(f"**{say(f'heading.left_out_{name}', n=len(ids))}**: {plain(', '.join(ids))}")


def compared_words(selection: Selection) -> str:
    """Which variants are compared on which photographs, as Markdown."""
    words = say(
        "heading.compared" if selection.b else "heading.alone",
        a=chip(selection.styles[selection.a]),
        b=chip(selection.styles[selection.b or selection.a]),
        photographs=counted(len(selection.table), "photograph"),
        data=plain(_data_name(selection.run)),
    )
    if selection.subset:
        words += f" ({plain(subset_words(selection.subset))})"
    if selection.flagged == OUT:
        words += say("heading.flagged_out")
    return words


def _data_name(run: Run) -> str:
    """The name of a run's data set that people read."""
    part = run.info.dataset
    return part.get("display_name") or part.get("name") or say("heading.unnamed")


def draw_leaks(selection: Selection) -> None:
    """Show an error for each variant that was trained on photographs of this run: its scores are too high."""
    for variant, ids in selection.run.info.leaks.items():
        n, total = len(ids), selection.run.metrics["id"].nunique()
        st.error(
            say("heading.leak", variant=plain(selection.name_of(variant)), leaked=n, total=total),
            icon=":material/gpp_bad:",
        )


def draw_unknown_training(selection: Selection) -> None:
    """Warn of variants whose training data is unknown: they may have been trained on these photographs."""
    if names := selection.run.info.untraceable:
        variants = ", ".join(plain(selection.name_of(name)) for name in names)
        st.warning(say("heading.unknown_training", variants=variants), icon=":material/help:")


def draw_skipped(run: Run) -> None:
    """Say how many samples could not be evaluated, and list them on demand."""
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
