"""The audit with all that takes longer: near-duplicates, and how far labels of one photograph agree."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from floodeval.data.agreement import label_agreement
from floodeval.data.audit.audit import audit
from floodeval.data.audit.findings import Audit
from floodeval.data.audit.material import decided
from floodeval.data.label_scheme import LabelScheme
from floodeval.data.listing import list_dataset
from floodeval.data.samples import load_dataset
from floodeval.data.scenes import kept_scenes

Progress = Callable[[str, int, int], None]


def full_audit(
    dataset: str | Path,
    split: Path | None = None,
    progress: Progress = lambda what, done, total: None,
    *,
    labels: LabelScheme | None = None,
    exif: str | None = None,
    stretch: str | None = None,
    config: Path | None = None,
) -> Audit:
    """Audit a data set as `audit` does, with its scenes and the agreement of its labels.

    Args:
        dataset: a folder, or a name under $FLOODEVAL_DATA or data/.
        split: a CSV with the columns id, scene, split, to be searched for leaks.
        progress: is told what is going on, how much is done, and of how much.
        labels: how the files are read, as in `load_dataset`; so `exif`, `stretch` and `config`.
        exif: as in `load_dataset`.
        stretch: as in `load_dataset`.
        config: as in `load_dataset`.

    Raises:
        FloodevalError: as `audit`.
    """
    looking = partial(progress, "looking at files")
    listing = list_dataset(dataset)
    reading, refused = decided(listing, labels=labels, exif=exif, stretch=stretch, config=config)
    if refused or not listing.pairs:  # what there is can be audited all the same
        return audit(dataset, split, progress=looking, reading=reading, refused=refused)
    samples = load_dataset(dataset, reading=reading)
    scenes = kept_scenes(samples, partial(progress, "finding scenes"))
    agreement = label_agreement(samples, scenes).as_dict()
    return audit(dataset, split, scenes, agreement, looking, reading)
