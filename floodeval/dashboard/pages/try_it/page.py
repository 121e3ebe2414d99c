"""The page Try it: a photograph, the models, the viewer as an editor of prompts, the downloads."""

import time
from typing import Any

import streamlit as st

from floodeval.dashboard.pages.try_it.added_models import answering, with_added_models
from floodeval.dashboard.pages.try_it.answers import (
    PromptAnswer,
    draw_command,
    draw_downloads,
    layers_of,
    spoken,
    stack_of,
)
from floodeval.dashboard.pages.try_it.loaded_variants import models_of
from floodeval.dashboard.pages.try_it.try_it_queries import (
    ChosenPhotograph,
    EncodedPhotograph,
    Models,
    dataset_photograph,
    encoded_photograph,
    uploaded_photograph,
)
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.message import (
    EDITING_WORDS,
    WORDS,
    EditorState,
    LayerSet,
    LineStyle,
    MarkedPrompt,
    PhotographFile,
    ViewerMessage,
)
from floodeval.dashboard.viewer.viewer import draw_viewer, packed_bits
from floodeval.dashboard.widgets.markdown import code, error_text, plain
from floodeval.datasets.sample_names import natural_key
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.sam.marks import Marks
from floodeval.sam.prompts import PromptSpec, make_prompt
from floodeval.viz.domain_words import warning_words
from floodeval.viz.style import TRUE_WATER
from floodeval.viz.svg.svg_canvas import casing

DATASET, UPLOAD = "dataset", "upload"  # where the photograph comes from
MOST_MEGABYTES = 60  # of an upload
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "jp2"]
OWN_WORDS = tuple(word for word in EDITING_WORDS if word not in ("as_run", "position", "outline"))
KEY = "try_it"  # of the viewer in the session state
_MARKS = "_marks"  # in the session state: the last marks in each photograph


def draw_try_it(selection: Selection) -> None:
    """Draw the page below its heading."""
    chosen = choose_photograph(selection)
    selection = with_added_models(selection)
    models = models_of(answering(selection))
    if chosen is None or models is None:
        return
    for name in models.trained_on(chosen.digest):
        st.error(say("try_it.trained_on", variant=code(name)), icon=":material/gpp_bad:")
    kept = selection.run.info.inference.keeps_embeddings
    encoded = encoded_photograph(chosen, models, kept)
    draw_distance_warnings(encoded, models)
    _draw_answers(selection, encoded, models, run_marks(selection.prompt, chosen), chosen.path)


def draw_distance_warnings(encoded: EncodedPhotograph, models: Models) -> None:
    """Warn where the photograph is unlike the training photographs of a variant."""
    for name, found in encoded.distances.items():
        if (warning := warning_words(found.percentile)) is not None:
            words = say("domain.of_variant", variant=code(name), warning=warning)
            st.warning(words, icon=":material/travel_explore:")
    if models.no_domain:
        st.caption(say("domain.no_check", why=plain(models.no_domain)))


def choose_photograph(selection: Selection) -> ChosenPhotograph | None:
    """Draw the choice and return the photograph; None, with the reason on the page, if there is none yet."""
    found = photographs(selection.run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = UPLOAD
        if found.dataset is not None:
            source = _choose_source()
        if source == DATASET:
            ids = sorted(selection.table["id"], key=natural_key)
            st.selectbox(say("try_it.image"), ids, key="id", width=260)
    if found.dataset is None:
        st.info(say("try_it.no_photographs", reason=plain(found.reason)), icon=":material/no_photography:")
    try:
        return _of_dataset(selection) if source == DATASET else _uploaded(selection)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/broken_image:")
        return None


def _choose_source() -> str:
    st.session_state.setdefault("try_source", DATASET)
    st.segmented_control(
        say("try_it.source"),
        [DATASET, UPLOAD],
        format_func=lambda option: say(f"try_it.source_{option}"),
        key="try_source",
        required=True,
        persist_state="session",
    )
    return str(st.session_state["try_source"])


def _of_dataset(selection: Selection) -> ChosenPhotograph | None:
    sample = photographs(selection.run).sample(str(selection.sample_id))
    if sample is None:
        st.warning(
            say("try_it.not_in_dataset", image=plain(selection.sample_id)), icon=":material/image_search:"
        )
        return None
    return dataset_photograph(sample)


def _uploaded(selection: Selection) -> ChosenPhotograph | None:
    given = st.file_uploader(
        say("try_it.upload"),
        type=TYPES,
        max_upload_size=MOST_MEGABYTES,
        key="try_upload",
        help=say("try_it.upload_help"),
    )
    st.caption(f":material/lock: {say('try_it.private')}")
    return None if given is None else uploaded_photograph(selection, given.name, given.getvalue())


def run_marks(prompt: PromptSpec, chosen: ChosenPhotograph) -> Marks | None:
    """The run's prompt on a photograph of the data set as marks; None if it has none there."""
    if chosen.truth is None or chosen.sample_id is None:
        return None
    made = make_prompt(prompt, chosen.truth, chosen.sample_id)
    height, width = chosen.truth.shape
    return None if made is None else Marks.of_prompt(made, (height, width))


@fragment
def _draw_answers(
    selection: Selection, encoded: EncodedPhotograph, models: Models, as_run: Marks | None, path: str
) -> None:
    """Predict with the current marks and draw the masks; a new mark reruns only this."""
    marks = _current_marks(encoded)
    began = time.perf_counter()
    predictions = models.decode(encoded.embeddings, marks)
    a_first = {name: predictions[name] for name in selection.variants if name in predictions}
    answer = PromptAnswer(marks, a_first, time.perf_counter() - began)
    draw_editor(selection, encoded, answer, as_run)
    draw_downloads(encoded, answer, selection.styles)
    answered = [variant for variant in answering(selection) if variant.name in predictions]
    draw_command(path, answered, marks)


def _current_marks(encoded: EncodedPhotograph) -> Marks:
    """The marks that the browser sent, else the last ones in this photograph, else the whole frame."""
    marked: dict[str, Marks] = st.session_state.setdefault(_MARKS, {})
    sent = sent_marks(encoded)
    if sent is not None:
        marked[encoded.key] = sent
    return marked.get(encoded.key, Marks())


def sent_marks(encoded: EncodedPhotograph) -> Marks | None:
    """The marks that the browser sent for this photograph; None where it sent none."""
    sent = _sent()
    return Marks.of_browser(sent, encoded.size) if sent.get("photograph") == encoded.key else None


def _sent() -> dict[str, Any]:
    """What the browser sent last; checked only for being a mapping."""
    state = st.session_state.get(KEY)
    sent = state.get("marks") if state else None
    return dict(sent) if isinstance(sent, dict) else {}


def draw_editor(
    selection: Selection, encoded: EncodedPhotograph, answer: PromptAnswer, as_run: Marks | None
) -> None:
    """Draw the panes with an answer.

    Args:
        selection: for the styles of the variants.
        encoded: the photograph; its picture is sent unless the browser says that it has it.
        answer: the masks that the marks gave.
        as_run: the run's own prompt, where the photograph is of the data set.
    """
    draw_viewer(editor_message(selection, encoded, answer, as_run), KEY, on_marks_change=lambda: None)


def editor_message(
    selection: Selection, encoded: EncodedPhotograph, answer: PromptAnswer, as_run: Marks | None
) -> ViewerMessage:
    """All that the browser needs to draw the panes and to take marks."""
    known = _sent().get("has") == encoded.key
    (height, width), shown = encoded.size, encoded.shown
    stack = stack_of(encoded, answer)
    layers = layers_of(encoded, answer, stack, selection.styles)
    line = LineStyle(TRUE_WATER.color, casing(TRUE_WATER))
    return ViewerMessage(
        name=encoded.key,
        id=encoded.name,
        size=(shown[1], shown[0]),
        full=(width, height),
        photograph=PhotographFile(
            id=encoded.key,
            url=None if known else encoded.picture,
            outline=None if known else encoded.outline,
        ),
        bits=packed_bits(stack.bits),
        layers=layers,
        sets=(LayerSet("answer", "", tuple(layer.key for layer in layers)),),
        words=_words(selection),
        editor=EditorState(
            marks=_marked(answer.marks),
            run_marks=None if as_run is None else _marked(as_run),
            outline=None if encoded.truth is None else line,
            spoken=spoken(encoded, answer, selection.styles),
        ),
    )


def _marked(marks: Marks) -> MarkedPrompt:
    return MarkedPrompt(marks.box, marks.clicks)


def _words(selection: Selection) -> dict[str, str]:
    words = {word: say(f"compare.{word}") for word in WORDS}
    words |= {word: say(f"try_it.{word}") for word in OWN_WORDS}
    return words | {
        "opacity": say("try_it.opacity"),
        "whole": say("try_it.fit"),
        "outline": say("try_it.shore"),
        "as_run": say("try_it.as_run", prompt=selection.prompt.spec),
        "position": say("try_it.position", x="{x}", y="{y}"),
    }
