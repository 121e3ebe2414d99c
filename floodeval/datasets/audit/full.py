"""The audit with all that takes longer: near-duplicates, and how far labels of one photograph agree."""

from pathlib import Path

from floodeval.datasets.agreement import label_agreement
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.audit.findings import Audit
from floodeval.datasets.audit.material import decided
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.layouts import list_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.progress import Progress, silent


def full_audit(
    dataset: str | Path,
    split: Path | None = None,
    progress: Progress = silent,
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
        progress: called with the stage, how much is done, and of how much.
        labels: how the files are read, as in `load_dataset`; so `exif`, `stretch` and `config`.
        exif: as in `load_dataset`.
        stretch: as in `load_dataset`.
        config: as in `load_dataset`.

    Raises:
        FloodevalError: as `audit`.
    """
    listing = list_dataset(dataset)
    reading, refused = decided(listing, labels=labels, exif=exif, stretch=stretch, config=config)
    if refused or not listing.pairs:  # what there is can be audited all the same
        return audit(dataset, split, progress=progress, reading=reading, refused=refused)
    samples = load_dataset(dataset, reading=reading)
    scenes = kept_scenes(samples, progress)
    agreement = label_agreement(samples, scenes).as_dict()
    return audit(dataset, split, scenes, agreement, progress, reading)
