"""What a run records of a variant: its source, its digests, its training data, and what its masks mean."""

from dataclasses import asdict, dataclass
from typing import Any

from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING

SOURCES = SAM, MASKS, PLUGIN = ("sam", "masks", "plugin")
BLACK_AND_WHITE_MASKS, ZERO_AND_ONE, CLASS_IDS, PROBABILITIES = (
    "black_and_white",
    "zero_and_one",
    "class_ids",
    "probabilities",
)


@dataclass(frozen=True)
class MaskScheme:
    """What the values of a folder of predicted masks mean.

    Attributes:
        folder: its name.
        values: `black_and_white`, `zero_and_one`, `class_ids` or `probabilities`.
        water: the class ids that mean water.
        threshold: the probability above which a pixel is water.
        is_lossy: whether a file's format may have changed values a little, as JPEG does.
    """

    folder: str
    values: str
    water: tuple[int, ...] | None = None
    threshold: float | None = None
    is_lossy: bool = False


@dataclass(frozen=True)
class PluginRecord:
    """The factory of a plugin, `package.module:factory`, and the kinds of prompt that it takes.

    A run names it; nothing that reads a run imports it.
    """

    factory: str
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """A named source of masks, as `run.json` names it.

    `source` is sam, masks or plugin. `sha256` is of all tensors of a SAM, of the contents of a folder of
    masks, or of a plugin's Python file; `encoder_sha256` is of a SAM's image encoder, else empty, as
    `model_type` is. `trained_on` says on which data set (name, fingerprint) and split it was fine-tuned and
    from which model, None where that is not known or where it was not; `display_name` is what people read
    instead of `name`; `file_sha256` is of the file that the weights came in, None in runs of schema 1;
    `preprocessing` is what was done to photographs, None where it is that of the published models; `base` is
    the model type of the published weights that an incomplete checkpoint was completed with. `masks` is of a
    folder of masks alone, `plugin` of a plugin alone. `alpha`
    is the checkpoint's share in a blend; `route` is the percentile from which on photographs go to the
    pretrained model.
    """

    name: str
    model_type: str
    checkpoint: str | None
    sha256: str
    encoder_sha256: str
    trained_on: dict[str, str] | None = None
    source: str = "sam"
    display_name: str | None = None
    file_sha256: str | None = None
    preprocessing: dict[str, Any] | None = None
    base: str | None = None
    masks: MaskScheme | None = None
    plugin: PluginRecord | None = None
    alpha: float | None = None
    route: float | None = None

    @property
    def has_unknown_training(self) -> bool:
        """Whether it has a checkpoint, or another program's model, whose training photographs are unknown."""
        if self.trained_on is None:
            return self.checkpoint is not None or self.source != SAM
        return self.trained_on.get("init_training") == UNKNOWN_TRAINING

    def to_json(self) -> dict[str, Any]:
        """The variant as `run.json` keeps it."""
        unknown = self.has_unknown_training and self.trained_on is None
        return asdict(self) | {"trained_on": UNKNOWN_TRAINING if unknown else self.trained_on}
