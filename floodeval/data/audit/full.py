"""The audit with all that takes longer: near-duplicates, and how far labels of one photograph agree."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from floodeval.data.agreement import label_agreement
from floodeval.data.audit.audit import audit
from floodeval.data.audit.findings import Audit
from floodeval.data.samples import load_dataset
from floodeval.data.scenes import kept_scenes
from floodeval.errors import FloodevalError

Progress = Callable[[str, int, int], None]


def full_audit(
    dataset: str | Path,
    split: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Audit:
    """Audit a data set as `audit` does, with its scenes and the agreement of its labels.

    Args:
        dataset: a folder, or a name under $FLOODEVAL_DATA or data/.
        split: a CSV with the columns id, scene, split, to be searched for leaks.
        progress: is told what is going on, how much is done, and of how much.

    Raises:
        FloodevalError: as `audit`.
    """
    looking = "looking at files"
    try:
        samples = load_dataset(dataset)
    except FloodevalError:  # not one pair: what there is can be audited all the same
        return audit(dataset, split, progress=lambda done, total: progress(looking, done, total))
    scenes = kept_scenes(samples, lambda done, total: progress("looking for scenes", done, total))
    agreement = label_agreement(samples, scenes).as_dict()
    tick = partial(progress, looking)
    return audit(dataset, split, scenes, agreement, tick, samples.reading)
