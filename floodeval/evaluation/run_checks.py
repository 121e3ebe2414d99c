"""Checks of a run's validity: photographs that a variant was trained on, and contradicted labels."""

from collections.abc import Mapping, Sequence
from math import comb

import pandas as pd

from floodeval.datasets.dataset import Dataset, digest_of
from floodeval.datasets.listing import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import CONTRADICTED, LOSSY_MASKS, NO_WATER, Variant
from floodeval.i18n.catalog import Parameter
from floodeval.sam.prompts import parse_prompt

SHOWN = 5  # ids in a message
CHANCE = 0.05  # level of the one-sided sign test for contradicted labels
LEAST = 3  # photographs, below which nothing is found


def seen_samples(dataset: Dataset, seen: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Find the samples of a data set that each variant saw in training.

    Photographs are recognized by their files' bytes, in this data set or any other. A variant has seen the
    photographs that it was trained on and those that its checkpoint was chosen by.

    Args:
        dataset: the data set.
        seen: the digests of the photographs that each variant has seen, by variant name.

    Returns:
        The ids that each variant has seen, by variant name.
    """
    if not any(seen.values()):
        return dict.fromkeys(seen, frozenset())
    digests = {sample.id: digest_of(sample.photograph) for sample in dataset.samples}
    return {
        variant: frozenset(sample_id for sample_id, digest in digests.items() if digest in photographs)
        for variant, photographs in seen.items()
    }


def find_leaks(
    samples: Sequence[Sample], scenes: Mapping[str, str], seen: Mapping[str, frozenset[str]]
) -> dict[str, list[str]]:
    """Find the samples that a variant saw in training, directly or through another photograph of their scene.

    Args:
        samples: those to be evaluated.
        scenes: the scene of every sample of the data set, by id.
        seen: from `seen_samples`.

    Returns:
        The leaked ids by variant name; only variants with a leak.
    """
    found = {}
    for variant, ids in seen.items():
        known = {scenes[sample_id] for sample_id in ids}
        leaked = [sample.id for sample in samples if scenes[sample.id] in known]
        if leaked:
            found[variant] = leaked
    return found


def refuse_leaks(leaks: Mapping[str, Sequence[str]], n_samples: int) -> None:
    """Refuse to evaluate variants on photographs that they have seen.

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


def findings_of(metrics: pd.DataFrame) -> tuple[str, ...]:
    """Find what is doubtful about a run as a whole, such as land and water that are swapped in its labels.

    Args:
        metrics: the run's table.

    Returns:
        `CONTRADICTED` where every variant agrees better with the inverted than with the given labels, on more
        photographs than chance explains (one-sided sign test at 5%), or on all of three or four. If a variant
        has field prompts, only these count, since the others lead a model to what the labels call water.
    """
    uses_truth = metrics["prompt"].map(
        {prompt: parse_prompt(prompt).uses_ground_truth for prompt in metrics["prompt"].unique()}
    )
    has_field = (~uses_truth.astype(bool)).groupby(metrics["variant"]).transform("any")
    rows = metrics[~(has_field & uses_truth.astype(bool))]
    contradicts = [_contradicts(of_variant) for _, of_variant in rows.groupby("variant")]
    return (CONTRADICTED,) if contradicts and all(contradicts) else ()


def lossy_masks(variants: Sequence[Variant]) -> tuple[str, ...]:
    """`LOSSY_MASKS` where a folder of masks has files whose format may have changed values, such as JPEG."""
    return (LOSSY_MASKS,) if any(one.masks is not None and one.masks.is_lossy for one in variants) else ()


def waterless_masks(metrics: pd.DataFrame, variants: Sequence[Variant]) -> tuple[str, ...]:
    """`NO_WATER` where a folder of masks has no water at all, as with a wrong class id, and references have.

    Args:
        metrics: the run's table.
        variants: of the run.
    """
    folders = [one.name for one in variants if one.masks is not None]
    highest = metrics[metrics["variant"].isin(folders)].groupby("variant")["predicted_share"].max()
    return (NO_WATER,) if (highest == 0).any() and (metrics["truth_share"] > 0).any() else ()


def _contradicts(rows: pd.DataFrame) -> bool:
    """Whether one variant's masks agree better with the inverted labels on most photographs.

    Agreement is the correlation of the two masks' pixels (Matthews 1975), the mean over prompts: its sign
    does not depend on how much water there is, and inverting the labels turns it.
    """
    tp, fp, fn, tn = (rows[name].astype(float) for name in ("tp", "fp", "fn", "tn"))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    spread = product.where(product > 0) ** 0.5
    agreement = ((tp * tn - fp * fn) / spread).groupby(rows["id"]).mean().dropna()
    n, against = len(agreement), int((agreement < 0).sum())
    if n < LEAST:
        return False
    return against == n or _chance(against, n) <= CHANCE


def _chance(k: int, n: int) -> float:
    """The probability of k or more heads among n fair coins."""
    return float(sum(comb(n, one) for one in range(k, n + 1)) / 2**n)
