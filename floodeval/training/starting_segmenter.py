"""The segmenter that a training starts from: the published image encoder with an untrained decoder."""

from dataclasses import dataclass
from pathlib import Path

from floodeval.progress import Progress, silent
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.sam.checkpoints import Provenance, StateDict
from floodeval.sam.loading import check_device
from floodeval.sam.registry import published
from floodeval.sam.segmenter import Segmenter, segmenter_on
from floodeval.sam.segmenter_checkpoints import BASE, published_encoder, write_segmenter
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.examples import Picture
from floodeval.training.segmenter_trainer import Frames, SegmenterTrainer


@dataclass(frozen=True)
class StartingSegmenter:
    """The segmenter that a training starts from, and what its checkpoints are stored relative to.

    Attributes:
        network: the network, which training then changes.
        base: the tensors of the published image encoder.
    """

    network: Segmenter
    base: StateDict

    name = ""
    seen: frozenset[str] = frozenset()

    @property
    def origin(self) -> dict[str, object]:
        """What `config.json` states about it: nothing, since it starts from published weights."""
        return {}

    def provenance(self, **trained: str) -> Provenance:
        """The provenance of a checkpoint that is trained from it, as `StartingModel.provenance`."""
        return Provenance(model_type=SEGMENTER, base_sha256=published(BASE).sha256, **trained)

    def trainer(self, config: TrainingConfig, n_train: int) -> SegmenterTrainer:
        """What trains the network."""
        return SegmenterTrainer(self.network, config, n_train)

    def views(self, pictures: dict[str, list[Picture]], config: TrainingConfig) -> tuple[Frames, Frames]:
        """The views for training, and the unchanged photographs for validation."""
        train = Frames(pictures["train"], self.network, config.augmentation, config.seed)
        return train, Frames(pictures["validation"], self.network, Augmentation())

    def write(self, path: Path, provenance: Provenance) -> None:
        """Write the network with its present tensors as a checkpoint."""
        write_segmenter(path, self.network.state_dict(), self.base, provenance)


def starting_segmenter(seed: int, device: str = "cpu", progress: Progress = silent) -> StartingSegmenter:
    """The published image encoder with a decoder of random weights.

    Args:
        seed: of these weights.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: the device or the published weights are not available.
    """
    check_device(device)
    base = published_encoder(progress)
    return StartingSegmenter(segmenter_on(base, seed).to(device), base)
