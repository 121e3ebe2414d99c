"""How well the domain model of a model tells other data sets from photographs like the training photographs.

    python -m benchmarks.domain_separation flood-area-vit_t

Prints a Markdown table: per data set the AUROC against the validation and test subsets of the model's split,
the median distance, and the shares at percentile 95 and 99 or above.
"""

import argparse
from collections.abc import Sequence

import pandas as pd

from floodeval.analysis.domain_findings import auroc, summarize_distances
from floodeval.cli.terminal import TerminalProgress
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.listing import Sample
from floodeval.datasets.splits import read_split
from floodeval.progress import Progress
from floodeval.sam.checkpoint_headers import read_metadata
from floodeval.sam.domain import DOMAIN_FILE, DomainModel, read_domain
from floodeval.sam.loading import Model, load_model
from floodeval.storage.paths import CHECKPOINT, model_folder
from floodeval.training.fitted_domain import measured_features

OTHERS = ("objects", "water-satellite", "floods-ground")


def main() -> None:
    """Measure the model's own held-out photographs and the other data sets, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model")
    parser.add_argument("--others", nargs="+", default=OTHERS, metavar="DATASET")
    options = parser.parse_args()
    folder = model_folder(options.model)
    metadata, domain = read_metadata(folder / CHECKPOINT), read_domain(folder / DOMAIN_FILE)
    home = load_dataset(metadata["dataset"])
    split = read_split(folder / "split.csv", home)
    with TerminalProgress() as progress:
        pretrained = load_model(metadata["model_type"], progress=progress)
        domain.for_encoder(pretrained.encoder_sha256, folder / DOMAIN_FILE)
        found = {}
        for subset in ("validation", "test"):
            samples = [one for one in home.samples if one.id in split.ids(subset)]
            found[f"{home.name}, {subset}"] = _measured(samples, domain, pretrained, progress)
        inside = pd.concat(found.values())["distance"].tolist()
        for name in options.others:
            found[name] = _measured(load_dataset(name).samples, domain, pretrained, progress)
    print("| data set | n | AUROC | median distance | percentile ≥ 95 | percentile ≥ 99 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, table in found.items():
        of = summarize_distances(table)
        separated = f"{auroc(inside, table['distance'].tolist()):.3f}" if name in options.others else ""
        shares = f"{of.unlike_share or 0:.0%} | {of.very_unlike_share or 0:.0%}"
        print(f"| {name} | {of.n} | {separated} | {of.median or 0:.1f} | {shares} |")


def _measured(
    samples: Sequence[Sample], domain: DomainModel, pretrained: Model, progress: Progress
) -> pd.DataFrame:
    features = measured_features(samples, pretrained, progress)
    return pd.DataFrame([vars(domain.measure(one)) for one in features])


if __name__ == "__main__":
    main()
