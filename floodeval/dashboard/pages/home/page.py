"""The home page: whether B is good enough, how well it does, at what cost, and what to check first."""

import streamlit as st

from floodeval.analysis.comparison import PRIMARY
from floodeval.analysis.decision import DOES_NOT, TOO_FEW
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES
from floodeval.dashboard.heading import (
    compared_words,
    draw_warnings,
    prompts_words,
    runs_words,
)
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.actions_view import draw_actions
from floodeval.dashboard.pages.home.averages_view import draw_mean_table
from floodeval.dashboard.pages.home.cost_and_provenance import draw_provenance
from floodeval.dashboard.pages.home.field_selection import field_selection
from floodeval.dashboard.pages.home.help_view import draw_help
from floodeval.dashboard.pages.home.home_queries import (
    comparison,
    decision_of,
    stated_requirements,
)
from floodeval.dashboard.pages.home.how_well_view import draw_how_well
from floodeval.dashboard.pages.home.outcomes_view import draw_cost, draw_outcomes
from floodeval.dashboard.pages.home.requirements_view import draw_broken, draw_requirements
from floodeval.dashboard.pages.home.review_queue_view import draw_review_queue
from floodeval.dashboard.pages.home.verdict_line import flagged_words, truth_words, verdict_words
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.evaluation.run_info import FINDINGS
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.wording import scenes_text

# Less space than Streamlit leaves, so that the answer and its evidence fit on one screen.
_STYLE = """<style>
.stMainBlockContainer :is(h4, h5) {padding: 0 0 .75rem}
.stMainBlockContainer h3 {padding: 0}
.st-key-requirements :is([data-testid="stPageLink"] p, .stMarkdownBadge) {white-space: normal}
.stMainBlockContainer .stCaptionContainer p {margin: 0}
.st-key-requirements [data-testid="stColumn"] {min-width: 0}
</style>"""


def headline(selection: Selection) -> str:
    """One sentence to quote, as the page's title: whether B is good enough on its own, and the scores."""
    shown = field_selection(selection)
    iou = comparison(shown).metrics[PRIMARY]
    if iou.gap is None:
        return say("home.no_iou")
    if shown.pair.has_two_prompts or not shown.pair.is_of_one_run:
        return comparison_headline(shown)
    decision = decision_of(shown, stated_requirements(shown).requirements)
    alone = "" if shown.b else "_alone"
    values = {
        "a": plain(shown.name_of(shown.a)),
        "b": plain(shown.name_of(shown.b or shown.a)),
        "mean_a": formats.score(iou.mean_a),
        "mean_b": formats.score(iou.mean_b),
        "scenes": scenes_text(iou.n_scenes, iou.n_effective_scenes),
    }
    if decision.uses_ground_truth:
        return say(f"home.title_prompted{alone}", **values)
    kind = {DOES_NOT: "fails", TOO_FEW: "too_few"}.get(decision.verdict, "meets")
    return say(f"home.title_{kind}{alone}", **values)


def comparison_headline(selection: Selection) -> str:
    """The verdict on the difference of two sides: better, worse, undecided or too few scenes, and the gap."""
    found = comparison(selection)
    iou = found.metrics[PRIMARY]
    gap = iou.gap or 0.0
    a, b = (plain(selection.name_of(one)) for one in (selection.a, selection.b or selection.a))
    values = {"a": a, "b": b, "gap": formats.score(abs(gap))}
    if found.verdict in DECIDED:
        return say(f"home.{found.verdict}", **values)
    side = "level" if round(gap, 3) == 0 else "above" if gap > 0 else "below"
    if found.verdict == TOO_FEW_SCENES:
        scenes = scenes_text(iou.n_scenes, iou.n_effective_scenes)
        return say(f"home.too_few_{side}", scenes=scenes, **values)
    return say(f"home.undecided_{side}", **values)


def draw_heading(title: str, selection: Selection) -> None:
    """Draw the title with the actions, what is compared with which prompt, the gap, warnings."""
    shown = field_selection(selection)
    st.html(_STYLE)
    with st.container(key="page_title", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="stretch")
        draw_actions(shown)
    prompts = prompts_words(shown)
    about = [compared_words(shown), *runs_words(shown)]
    lines = [*about[:-1], f"{about[-1]} · {prompts[0]}"] if len(prompts) == 1 else [*about, *prompts]
    if shown.prompt != selection.prompt:
        lines[-1] += f" :gray[:small[{say('home.sidebar_prompt', prompt=code(selection.prompt.spec))}]]"
    found = comparison(shown)
    if found.primary.gap is None:
        lines.append(say("home.no_iou_why"))
    elif shown.b:
        lines.append(verdict_words(found) + truth_words(shown) + flagged_words(found))
    st.markdown("  \n".join(lines))
    for finding in shown.run.info.findings:
        if finding in FINDINGS:
            st.warning(say(f"home.finding_{finding}"), icon=":material/warning:")
    draw_warnings(selection)


def draw_home(selection: Selection) -> None:
    """Draw the page below its heading."""
    shown = field_selection(selection)
    stated = stated_requirements(shown)
    decision = decision_of(shown, stated.requirements)
    left, right = st.columns([6, 7], gap="small")
    with left:
        if stated.error:
            draw_broken(stated.error)
        else:
            draw_requirements(shown, decision)
    with right:
        draw_how_well(shown)
        outcomes, cost = st.columns(2, gap="small")
        with outcomes:
            draw_outcomes(shown)
        with cost:
            draw_cost(shown)
    draw_review_queue(shown, decision)
    _draw_links(shown)
    draw_help(selection, shown)
    draw_mean_table(shown)
    draw_provenance(selection)


def _draw_links(selection: Selection) -> None:
    alone = "" if selection.b else "_alone"
    wanted = {"metric": "iou", "of": "gap" if selection.b else "a", "order": "worst", "quadrant": "all"}
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        link_to("Worst cases", selection.params | wanted, say(f"home.way_worst{alone}"), ":material/warning:")
        link_to("Subgroups", selection.params, say(f"home.way_subgroups{alone}"), ":material/donut_small:")
        link_to("Distributions", selection.params, say("home.way_spread"), ":material/bar_chart:")
