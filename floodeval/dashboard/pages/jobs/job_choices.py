"""The choices that the forms of the page Jobs share: data set, split, models, prompts, name."""

from pathlib import Path

import streamlit as st

from floodeval.dashboard.pages.jobs.job_inputs import (
    DEFAULT_PROMPTS,
    OWN_FOLDERS,
    PROMPTS,
    ChosenSplit,
    check_prompts,
    dataset_folder,
    dataset_names,
    free_name,
    listing_of,
    model_sources,
    split_files,
    split_path,
    subset_sizes,
)
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.datasets.listing import Listing
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import counted, say, saying
from floodeval.sam.sources import PUBLISHED
from floodeval.storage.paths import check_name, results_folder

DATASET = "jobs_dataset"  # in the session state: a data set's folder that the list offers in addition


def choose_dataset() -> tuple[Path, Listing]:
    """Draw the choice of a data set and what it is recognized as.

    Raises:
        FloodevalError: there is no such folder, or it is not recognized.
    """
    names = dataset_names()
    asked = st.session_state.get(DATASET)
    if asked and asked not in names:
        names = [asked, *names]
    text = st.selectbox(
        say("jobs_page.dataset"),
        names,
        index=None,
        key="jobs_dataset_choice",
        accept_new_options=True,
        placeholder=say("jobs_page.dataset_placeholder"),
        help=say("jobs_page.dataset_help"),
    )
    folder = dataset_folder(str(text or ""))
    listing = listing_of(str(folder))
    st.caption(f":material/folder_open: {recognized_words(listing)}")
    return folder, listing


def recognized_words(listing: Listing) -> str:
    """What a data set is recognized as, in a line of Markdown."""
    pairs = counted(len(listing.pairs), "pair")
    words = [plain(say("description.layout", name=listing.name, layout=listing.layout, pairs=pairs))]
    if listing.gaps:
        reason = str(listing.gaps[0].reason)
        words.append(plain(say("layouts.unpaired", n=len(listing.gaps), why=reason)))
    return " ".join(words)


def choose_split(listing: Listing) -> ChosenSplit:
    """Draw the choice of the photographs: all, or a subset of a split.

    Raises:
        FloodevalError: the split is not one of this data set.
    """
    offered = [OWN_FOLDERS] if listing.subset_of else []
    options = [None, *offered, *split_files()]
    split = st.selectbox(say("jobs_page.photographs"), options, format_func=split_words, key="jobs_split")
    n_all = len(listing.pairs)
    if split is None:
        return ChosenSplit(None, None, n_all)
    sizes = subset_sizes(listing, split)
    subsets = [*sizes]
    if not subsets:
        raise FloodevalError(saying("jobs_page.other_split"))
    subset = st.segmented_control(
        say("jobs_page.subset"),
        subsets,
        default=subsets[-1],
        format_func=lambda name: say(f"jobs_page.subset_{name}", n=sizes[name]),
        key=f"jobs_subset/{split}",
        required=True,
    )
    file = None if split == OWN_FOLDERS else split_path(split)
    return ChosenSplit(file, subset, sizes[str(subset)])


def choose_variants() -> dict[str, str | None]:
    """Draw the choice of the models to compare; the first one is the baseline.

    Raises:
        FloodevalError: none is chosen.
    """
    sources = model_sources()
    names = st.multiselect(
        say("jobs_page.sides"),
        [*sources],
        default=[*sources][:2],
        format_func=lambda name: _model_words(name, sources[name]),
        key="jobs_variants",
        help=say("jobs_page.sides_help"),
    )
    if not names:
        raise FloodevalError(saying("jobs_page.no_side"))
    return {name: sources[name] for name in names}


def choose_prompts() -> list[str]:
    """Draw the choice of the prompts.

    Raises:
        FloodevalError: none is chosen, or one is not known.
    """
    prompts = st.multiselect(
        say("jobs_page.prompts"),
        PROMPTS,
        default=DEFAULT_PROMPTS,
        key="jobs_prompts",
        accept_new_options=True,
        help=say("jobs_page.prompts_help"),
    )
    check_prompts(prompts)
    return list(prompts)


def choose_name(command: str, wanted: str, kind: str) -> str:
    """Draw the name of what the command makes.

    Raises:
        FloodevalError: it is not a name.
    """
    proposed = free_name(wanted, kind)
    name = st.text_input(
        say(f"jobs_page.name_{command}"),
        proposed,
        max_chars=100,
        key=f"jobs_name_{command}/{proposed}",
        help=say(f"jobs_page.name_{command}_help"),
    )
    check_name({"runs": "run", "models": "model", "splits": "split"}[kind], name)
    if (results_folder() / kind / (f"{name}.csv" if kind == "splits" else name)).exists():
        st.caption(f":material/info: {say('jobs_page.name_taken', name=code(name))}")
    return name


def _model_words(name: str, source: str | None) -> str:
    if source is None:
        return say("jobs_page.published", name=PUBLISHED)
    return name if name == source else f"{name} ({source})"


def split_words(split: str | None) -> str:
    """A split, or none, in words."""
    if split is None:
        return say("jobs_page.all_photographs")
    return say("jobs_page.own_folders") if split == OWN_FOLDERS else split


def sizes_words(sizes: dict[str, int]) -> str:
    """The subsets with their numbers of photographs, in words."""
    return ", ".join(say(f"jobs_page.subset_{name}", n=n) for name, n in sizes.items())
