"""Photographs that a model has seen in training: evaluating it on them would flatter it."""

from collections.abc import Mapping, Sequence

from floodeval.datasets.dataset import Dataset, digest_of
from floodeval.datasets.layouts import Sample
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter

SHOWN = 5  # ids in a message


def find_leaks(
    dataset: Dataset,
    samples: Sequence[Sample],
    scenes: Mapping[str, str],
    seen: Mapping[str, frozenset[str]],
) -> dict[str, list[str]]:
    """Find the samples that a variant was trained on, or whose checkpoint they chose, and their scenes'.

    Photographs are known by their files' bytes, in this data set or any other; photographs of one scene with
    a seen one count as seen.

    Args:
        dataset: the data set of the samples.
        samples: those to be evaluated.
        scenes: the scene of every photograph of the data set.
        seen: the digests of the photographs that each variant has seen.

    Returns:
        The ids that each variant has seen; only variants that have seen some.
    """
    if not any(seen.values()):
        return {}
    digests = {sample.id: digest_of(sample.photograph) for sample in dataset.samples}
    found = {}
    for variant, photographs in seen.items():
        known = {sample_id for sample_id, digest in digests.items() if digest in photographs}
        known_scenes = {scenes[sample_id] for sample_id in known}
        leaked = [sample.id for sample in samples if scenes[sample.id] in known_scenes]
        if leaked:
            found[variant] = leaked
    return found


def refuse(leaks: Mapping[str, Sequence[str]], n_samples: int) -> None:
    """Refuse to evaluate variants on what they have seen.

    Raises:
        FloodevalError: there is such a variant.
    """
    for variant, ids in leaks.items():
        shown = ", ".join(ids[:SHOWN]) + (" ..." if len(ids) > SHOWN else "")
        raise FloodevalError(
            f"'{variant}' was fine-tuned on {len(ids)} of the {n_samples} samples, or on others of their "
            f"scenes ({shown}); evaluate the test subset of its split, or allow the leak with "
            f"{Parameter('allow_leak')}, which marks the run"
        )
