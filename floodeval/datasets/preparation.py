"""A data set ready to be evaluated: the samples that are asked for, their scenes, and what is doubtful."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from floodeval.datasets.dataset import Dataset, Skipped
from floodeval.datasets.listing import Sample
from floodeval.datasets.splits import WITH_VALIDATION, Split, own_split
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, Step, silent

if TYPE_CHECKING:  # slow to import: a finished run is confirmed without it
    from floodeval.datasets.iou_spread import Spread


@dataclass(frozen=True)
class SelectedSamples:
    """The samples of a data set that are asked for.

    Attributes:
        dataset: the data set, with the masks that the split repairs. Its `reading` holds the label scheme
            and the treatment of photographs.
        samples: those asked for, in the data set's order.
        split: the split; None where every sample is asked for.
        subset: the subset of the split; None where all of its samples are asked for.
    """

    dataset: Dataset
    samples: tuple[Sample, ...]
    split: Split | None = None
    subset: str | None = None

    @property
    def scored(self) -> tuple[Sample, ...]:
        """The samples that scores are about: all, but for those that only choose thresholds."""
        if self.subset != WITH_VALIDATION:
            return self.samples
        subset_of = self.subset_of
        return tuple(sample for sample in self.samples if subset_of[sample.id] == "test")

    @property
    def unpaired(self) -> list[Skipped]:
        """The samples asked for that lack a photograph or a mask."""
        return [one for one in self.dataset.skipped if _is_wanted(one.id, self.split, self.subset)]

    @property
    def subset_of(self) -> dict[str, str]:
        """The subset of each sample of the split, by id; empty without a split."""
        return self.split.column("split") if self.split else {}


@dataclass(frozen=True)
class PreparedDataset:
    """The selected samples, with all that an evaluation knows of them before any model is loaded.

    Attributes:
        selected: the samples that are asked for.
        scenes: the scene of every sample of the data set, by id.
        flags: the selected samples whose reference mask is doubtful, by id, with the kinds of issue.
        label_agreement: the IoU of two annotations of one photograph over the whole data set; None where
            its scenes were never searched, or no photograph was annotated twice.
    """

    selected: SelectedSamples
    scenes: Mapping[str, str]
    flags: Mapping[str, list[str]]
    label_agreement: "Spread | None"


def select_samples(
    dataset: Dataset, split: Split | None = None, subset: str | None = None, progress: Progress = silent
) -> SelectedSamples:
    """Select the samples of a split, or of a subset of it; without a split every sample.

    Without a split, a subset is one of those that the data set itself has, by its folders. Its own split is
    also taken where it has all samples.

    Args:
        dataset: from `load_dataset`.
        split: of the data set.
        subset: train, validation, test, or `WITH_VALIDATION`.
        progress: called with the steps of the search for scenes, where the data set's own split needs them.

    Raises:
        FloodevalError: a subset is given without a split or is not in it, no sample is left, or a repair of
            the split names a sample that the data set lacks.
    """
    if split is None and (subset or _is_divided(dataset)):
        split = own_split(dataset, progress)
    if subset:
        if split is None:
            raise FloodevalError(
                f"{Parameter('subset', subset)} needs {Parameter('split')}; make a split with "
                "`floodeval split`"
            )
        split.ids(subset)  # refuses a subset that does not exist
    if split:
        dataset = split.repaired(dataset)
    samples = tuple(sample for sample in dataset.samples if _is_wanted(sample.id, split, subset))
    if not samples and split:
        raise FloodevalError(f"{dataset.name} contains no sample of '{subset}' of {split.name}")
    return SelectedSamples(dataset, samples, split, subset)


def _is_divided(dataset: Dataset) -> bool:
    """Whether every sample is in a subset that the data set itself has."""
    subset_of = dataset.listing.subset_of if dataset.listing else {}
    return all(sample.id in subset_of for sample in dataset.samples) and bool(dataset.samples)


def known_scenes(selected: SelectedSamples) -> dict[str, str]:
    """The scene of every sample of the data set, as far as it is known without a search.

    Returns:
        Scenes by id: the split's; without a split, or where it names none, each sample is a scene of its own.
    """
    ids = [sample.id for sample in selected.dataset.samples]
    return dict(zip(ids, ids, strict=True)) | (selected.split.column("scene") if selected.split else {})


def prepare(selected: SelectedSamples, progress: Progress = silent) -> PreparedDataset:
    """Check labels, find scenes and audit the data set of the selected samples.

    Args:
        selected: from `select_samples`.
        progress: called with the steps of the search for scenes, and with notes on the labels.

    Raises:
        FloodevalError: masks hold values whose meaning nobody declared.
    """
    # Slow to import; a finished run needs none of it.
    from floodeval.datasets.label_agreement import agreement_at_hand
    from floodeval.datasets.label_check import check_labels

    for note in check_labels(selected.dataset).notes:  # before a search that takes long
        progress(Step(0, 0, "checking labels", note=f"labels: {note}"))
    scenes = _scenes(selected, progress)
    return PreparedDataset(selected, scenes, _flags(selected), agreement_at_hand(selected.dataset))


def _is_wanted(sample_id: str, split: Split | None, subset: str | None) -> bool:
    if split is None:
        return True
    assigned = split.column("split").get(sample_id)
    return assigned is not None and (subset in (None, assigned) or assigned in str(subset).split(","))


def _scenes(selected: SelectedSamples, progress: Progress) -> dict[str, str]:
    """The scene of every sample of the data set: from the split, or found in the photographs."""
    if selected.split:
        return known_scenes(selected)
    from floodeval.datasets.scenes import kept_scenes

    ids = [sample.id for sample in selected.dataset.samples]
    return kept_scenes(selected.dataset, progress).scene_of(ids)


def _flags(selected: SelectedSamples) -> dict[str, list[str]]:
    """The selected samples with a doubtful mask: from the split's record, or from an audit."""
    flags: Mapping[str, list[str] | tuple[str, ...]]
    if selected.split and selected.split.record:
        flags = selected.split.record.flagged
    else:
        from floodeval.datasets.audit.audit import audit_dataset

        flags = audit_dataset(selected.dataset).flags()
    return {one.id: list(flags[one.id]) for one in selected.scored if one.id in flags}
