"""What the forms of the page Jobs offer and check: data sets, splits, models, prompts, and the work to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from floodeval.datasets.images import read_header
from floodeval.datasets.layouts import dataset_places, find_dataset, list_dataset
from floodeval.datasets.listing import Listing
from floodeval.datasets.splits import SUBSETS, read_subsets
from floodeval.errors import FloodevalError
from floodeval.evaluation.plan import checked_prompts
from floodeval.i18n.catalog import saying
from floodeval.jobs.forecast import Workload
from floodeval.jobs.job_queue import JobQueue
from floodeval.sam.land_spec import is_land
from floodeval.sam.sources import FINETUNED, PUBLISHED, finetuned_name
from floodeval.storage.paths import known_models, results_folder

PROMPTS = ("box", "point", "points:n=5", "full", "box:jitter=20", "clicks:max=20", "land:n=5")
DEFAULT_PROMPTS = ("box", "point", "full")
OWN_FOLDERS = "own"  # the split that a data set has by its folders
PIXELS_OF_SCENE = 640 * 480.0
MEASURED = 5  # photographs whose size is read for the forecast
STRESS_PICTURES = 28  # of each base scene
PRESETS = {"decoder": 4, "encoder": 0, "retain": 4, "plain": 1, "study": 4, "segmenter": 0}
"""The presets of a training, each with the views that it keeps of a photograph (`floodeval.training.config`,
which needs torch)."""
DEMO_SIDES = 6  # two variants, three prompts


@dataclass(frozen=True)
class ChosenSplit:
    """Which photographs of a data set are used.

    Attributes:
        file: of the split; None for all photographs and for the data set's own folders.
        subset: None for all.
        n: number of photographs.
    """

    file: Path | None
    subset: str | None
    n: int


def dataset_names() -> list[str]:
    """The folders in $FLOODEVAL_DATA and data/ that may be data sets, by name."""
    found = {
        path.name for place in dataset_places() if place.is_dir() for path in place.iterdir() if path.is_dir()
    }
    return sorted(name for name in found if not name.startswith("."))


def dataset_folder(text: str) -> Path:
    """The folder of a data set, given by name or by path; absolute, links resolved.

    Raises:
        FloodevalError: there is none.
    """
    if not text or "\0" in text:
        raise FloodevalError(saying("jobs_page.no_dataset"))
    try:
        return find_dataset(Path(text).expanduser()).resolve()
    except (OSError, RuntimeError) as error:
        raise FloodevalError(saying("jobs.no_path", path=text)) from error


def dataset_words(folder: str) -> str:
    """What a person types to name a data set's folder: its name, where that leads to the folder."""
    name = Path(folder).name
    try:
        is_named = name in dataset_names() and dataset_folder(name) == Path(folder).resolve()
    except (FloodevalError, OSError, ValueError):
        return folder
    return name if is_named else folder


@st.cache_resource(max_entries=8, show_spinner=False, ttl=60)
def listing_of(folder: str) -> Listing:
    """What a data set is recognized as, without reading a picture; looked at again after a minute."""
    return list_dataset(folder)


def model_sources() -> dict[str, str | None]:
    """The sources of the models on this machine by the names that their variants get."""
    named = {FINETUNED if name == finetuned_name("vit_t") else name: name for name in known_models()}
    return {PUBLISHED: None, **named}


def split_files() -> list[str]:
    """The splits in `results/splits`, by name."""
    return sorted(path.stem for path in (results_folder() / "splits").glob("*.csv"))


def split_path(name: str) -> Path:
    """The file of a split of `results/splits`, absolute."""
    return (results_folder() / "splits" / f"{name}.csv").absolute()


def subset_sizes(listing: Listing, split: str | None) -> dict[str, int]:
    """How many photographs each subset of a split has.

    Args:
        listing: of the data set.
        split: name of a split, or `OWN_FOLDERS`; None: no split, and no subset.

    Raises:
        FloodevalError: the split is not one of this data set.
    """
    if split is None:
        return {}
    ids = {pair.id for pair in listing.pairs}
    subset_of = listing.subset_of if split == OWN_FOLDERS else read_subsets(split_path(split), ids)
    subsets = [subset_of[sample_id] for sample_id in ids & subset_of.keys()]
    return {subset: subsets.count(subset) for subset in SUBSETS if subset in subsets}


def check_prompts(prompts: Sequence[str]) -> None:
    """Raise FloodevalError for a prompt that floodeval does not know, or where there is none."""
    if not [prompt for prompt in prompts if not is_land(prompt)]:
        raise FloodevalError(saying("jobs_page.no_prompt"))
    checked_prompts(prompts)


def mean_pixels(listing: Listing) -> float:
    """The mean number of pixels of the first photographs; that of a scene where none can be read."""
    sizes = []
    for pair in listing.pairs[:MEASURED]:
        try:
            header = read_header(pair.photograph)
        except FloodevalError:
            continue
        sizes.append(float(header.width * header.height))
    return sum(sizes) / len(sizes) if sizes else PIXELS_OF_SCENE


def evaluation_work(listing: Listing, n: int, variants: Iterable[str], prompts: Sequence[str]) -> Workload:
    """What an evaluation works on."""
    return Workload(n, mean_pixels(listing), len([*variants]) * len(prompts))


def training_work(n_training: int, preset: str) -> Workload:
    """What a fine-tuning works on."""
    return Workload(n_views=max(n_training * PRESETS[preset], 1))


def stress_work(bases: int, n_sides: int) -> Workload:
    """What the stress suite works on."""
    n = bases * STRESS_PICTURES
    return Workload(n, PIXELS_OF_SCENE, n_sides, n_scenes=n)


def demo_work(scenes: int) -> Workload:
    """What the demo works on."""
    return Workload(scenes, PIXELS_OF_SCENE, DEMO_SIDES, n_scenes=scenes)


def free_dataset_name(wanted: str) -> str:
    """A name that no data set has, as `free_name` finds it."""
    return _free(wanted, set(dataset_names()))


def free_name(wanted: str, kind: str) -> str:
    """A name that nothing has and no pending job makes: the wanted one, else with a number.

    Args:
        wanted: letters that names may not have become `-`.
        kind: `runs`, `models` or `splits`.
    """
    taken = {path.stem if kind == "splits" else path.name for path in (results_folder() / kind).glob("*")}
    taken |= {job.title for job in JobQueue().jobs() if job.is_pending}
    return _free(wanted, taken)


def _free(wanted: str, taken: set[str]) -> str:
    allowed = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in wanted)
    base = allowed.strip("-")[:80] or "floods"
    numbered = (f"{base}-{n}" for n in range(2, 10_000))
    return base if base not in taken else next(name for name in numbered if name not in taken)
