"""The heading of a page: its title, what is compared on which data, and what a reader has to know."""

import streamlit as st

from floodeval.dashboard.state.selection import OUT, Selection
from floodeval.dashboard.widgets.copy_link import draw_copy_link
from floodeval.dashboard.widgets.markdown import chip, code, plain, truth_badge
from floodeval.evaluation.run import Run
from floodeval.i18n.catalog import counted, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import protocol, subset_words


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the title (Markdown), the data, the variants, the prompt with its protocol, and warnings."""
    draw_title(title)
    st.markdown(" · ".join(heading_lines(selection)))
    draw_warnings(selection)


def draw_sentence_heading(title: str, selection: Selection) -> None:
    """Draw the heading of a page that opens with a whole sentence, in letters that leave room for a chart."""
    with st.container(key="sentence_heading", gap="xsmall"):
        draw_title(title)
        st.markdown(" · ".join(heading_lines(selection)))
    draw_warnings(selection)


def draw_data_heading(title: str, selection: Selection) -> None:
    """Draw the title (Markdown) and the data, for a page that is about the run's photographs."""
    draw_title(title)
    st.markdown(f"{data_words(selection)} · {say('heading.run', run=code(selection.name))}")
    _draw_one_run(selection)
    draw_leaks(selection)
    draw_skipped(selection.run)


def draw_title_alone(title: str, selection: Selection) -> None:
    """Draw the title (Markdown) of a page that compares nothing."""
    draw_title(title)
    _draw_one_run(selection)
    draw_leaks(selection)


def draw_title(title: str) -> None:
    """Draw the title (Markdown) and the button that copies the link to the view."""
    with st.container(key="page_title", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="stretch")
        draw_copy_link()


def draw_compact_heading(title: str, selection: Selection) -> None:
    """Draw the heading in as few lines as its words need, for a page that shows a large picture."""
    with st.container(key="compact_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content")
        for line in heading_lines(selection):
            st.markdown(line, width="content")
    draw_warnings(selection)


def draw_compact_title(title: str, selection: Selection) -> None:
    """Draw the title (Markdown) alone and small, for a page about a large picture and not the selection."""
    with st.container(key="compact_heading", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="stretch")
        draw_copy_link()
    draw_leaks(selection)


def heading_lines(selection: Selection) -> list[str]:
    """The data, the variants, the runs and the prompts with their protocols, as lines of Markdown."""
    return [compared_words(selection), *runs_words(selection), *prompts_words(selection)]


def draw_warnings(selection: Selection) -> None:
    """Say what a reader of the page has to know: what is compared, leaks, and samples that are left out."""
    _draw_one_run(selection)
    if selection.linked is None and selection.b is None:
        st.info(say("heading.one_variant"), icon=":material/looks_one:")
    draw_leaks(selection)
    draw_unknown_training(selection)
    draw_skipped(selection.run)
    draw_left_out(selection)


def _draw_one_run(selection: Selection) -> None:
    """Say which run a page about one run shows, where A and B are of two."""
    if selection.linked is not None:
        st.info(say("heading.one_run", run=code(selection.name)), icon=":material/looks_one:")


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
    return say(
        "heading.compared" if selection.b else "heading.alone",
        a=chip(selection.styles[selection.a]),
        b=chip(selection.styles[selection.b or selection.a]),
        data=data_words(selection),
    )


def data_words(selection: Selection) -> str:
    """How many photographs of which data set, as Markdown."""
    words = say(
        "heading.data",
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
