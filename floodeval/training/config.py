"""The recipe of a fine-tuning, and the presets."""

import json
import math
from dataclasses import asdict, dataclass, field, replace

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.sam.prompts import NO_PROMPT, parse_prompt
from floodeval.training.augmentation import Augmentation
from floodeval.training.losses import MASK_LOSSES


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe of a fine-tuning; the defaults are those of the preset `plain`. Mask token 0 is trained.

    Attributes:
        preset: name of the preset that the recipe started from.
        model_type: base model: vit_t, vit_b, vit_l or vit_h; or segmenter, a plain network without prompts.
        epochs: number of epochs.
        learning_rate: peak learning rate of the mask decoder.
        encoder_learning_rate: peak learning rate of the image encoder; 0: it is not trained.
        weight_decay: of the optimizer.
        batch: photographs per step.
        optimizer: adamw or adam.
        schedule: onecycle (Smith and Topin 2018), cosine (Loshchilov and Hutter 2017) or constant.
        warmup: epochs of linear warm-up, for cosine and constant.
        ema: decay per step of the running average of the weights (Tarvainen and Valpola 2017), which is then
            validated and kept; 0: the weights themselves are.
        patience: epochs without a better validation IoU after which training stops; 0: it never stops early.
        loss: of masks, one of `MASK_LOSSES`.
        loss_side: side of the grid that the loss is computed on.
        score_weight: weight of the loss of the predicted-IoU head.
        clip: largest norm of the gradient; 0: no limit.
        precision: float32, bfloat16, or auto: bfloat16 where the device computes it faster.
        seed: of views, prompts and the order of photographs.
        views: number of augmented views of each photograph, the first being the photograph itself. They are
            encoded once and cached. If the encoder is trained, each epoch makes a new view instead, except
            with `things`: then views are computed and cached up to the trained part; 1: new views as well.
        augmentation: of the views.
        prompts: the prompts that training draws from; a prompt may be listed twice. `clicks:max=4` means up
            to three correction clicks.
        prompts_per_view: number of prompts that are drawn for each view.
        validation_prompts: fixed; their mean validation IoU determines the checkpoint, together with the
            retention if there are `things`. A segmenter has the prompt `none` alone, here and in `prompts`.
        things: things on dry land per view, each with a point and a box, at which the pretrained model's
            answer is to be retained (see `lessons`), and as many free boxes; 0: none.
        retention_weight: weight of the loss of these prompts.
        retain_multimask: whether the answers with multimask are to be retained as well.
        crops: number of strongly cropped views per photograph and epoch, 0 or 1; they serve retention alone.
        embedding_weight: weight of the distance to the pretrained embedding on dry land, for a trained
            encoder.
        start_weight: decoupled decay of the trained weights towards those that training starts from (Li,
            Grandvalet and Davoine 2018, L2-SP).
        frozen_encoder: share of a trained encoder's stages (of a ViT: blocks) that are not trained, the first
            ones; the patch embedding is one of them.
        frozen_weights: published: these stages get the published weights, whatever training starts from;
            start: they keep those that it starts from.
        lora_rank: rank of the low-rank updates that are trained instead of a trained encoder's weights (Hu et
            al. 2022); 0: the weights themselves are trained.
    """

    preset: str = "plain"
    model_type: str = "vit_t"
    epochs: int = 15
    learning_rate: float = 2e-4
    encoder_learning_rate: float = 0.0
    weight_decay: float = 1e-2
    batch: int = 4
    optimizer: str = "adamw"
    schedule: str = "onecycle"
    warmup: float = 0.0
    ema: float = 0.0
    patience: int = 0
    loss: str = "bce+dice"
    loss_side: int = 256
    score_weight: float = 1.0
    clip: float = 1.0
    precision: str = "float32"
    seed: int = 0
    views: int = 1
    augmentation: Augmentation = field(default_factory=Augmentation)
    prompts: tuple[str, ...] = ("box:jitter=40", "points:n=1", "points:n=5", "full")
    prompts_per_view: int = 1
    validation_prompts: tuple[str, ...] = ("box", "point", "full")
    things: int = 0
    retention_weight: float = 1.0
    retain_multimask: bool = False
    crops: int = 0
    embedding_weight: float = 0.0
    start_weight: float = 0.0
    frozen_encoder: float = 0.0
    frozen_weights: str = "published"
    lora_rank: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "learning_rate", "batch", "views", "prompts_per_view"):
            self._need(name, getattr(self, name) > 0, "a number above 0")
        for name in _NOT_NEGATIVE:
            self._need(name, getattr(self, name) >= 0, "a number of at least 0")
        self._need("ema", 0 <= self.ema < 1, "a number of at least 0 and below 1")
        self._need("frozen_encoder", 0 <= self.frozen_encoder <= 1, "a number from 0 to 1")
        self._need(
            "things", not (self.things and self.is_segmenter), "0 for a segmenter, which takes no prompts"
        )
        for name in ("crops", "embedding_weight"):
            self._need(name, self.retains or not getattr(self, name), "0 without things to retain")
        for name in ("embedding_weight", "frozen_encoder", "lora_rank"):
            self._need(
                name, self.trains_encoder or not getattr(self, name), "0 where the encoder is not trained"
            )
        for name, known in _CHOICES.items():
            self._need(name, getattr(self, name) in known, f"one of {', '.join(map(str, known))}")
        for name in ("prompts", "validation_prompts"):
            self._need(name, bool(getattr(self, name)), "at least one prompt")
            for prompt in getattr(self, name):
                parse_prompt(prompt)
            expected = "'none' alone" if self.is_segmenter else "prompts that a SAM takes"
            of_segmenter = {parse_prompt(prompt).kind == NO_PROMPT for prompt in getattr(self, name)}
            self._need(name, of_segmenter == {self.is_segmenter}, expected)

    @property
    def is_segmenter(self) -> bool:
        """Whether a plain segmentation network is trained, which takes no prompt."""
        return self.model_type == SEGMENTER

    @property
    def trains_encoder(self) -> bool:
        """Whether the image encoder is trained as well."""
        return self.encoder_learning_rate > 0

    @property
    def retains(self) -> bool:
        """Whether the pretrained model's answers are to be retained."""
        return self.things > 0

    def to_json(self) -> str:
        """The recipe as JSON text."""
        return json.dumps(asdict(self), indent=2)

    def _need(self, name: str, holds: bool, expected: str) -> None:
        value = getattr(self, name)
        if not holds or (isinstance(value, float) and not math.isfinite(value)):
            raise FloodevalError(f"{name.replace('_', ' ')} is {value}; expected {expected}")


_CHOICES: dict[str, tuple[object, ...]] = {
    "optimizer": ("adamw", "adam"),
    "schedule": ("onecycle", "cosine", "constant"),
    "loss": tuple(MASK_LOSSES),
    "loss_side": (256, 512, 1024),
    "precision": ("float32", "bfloat16", "auto"),
    "crops": (0, 1),
    "frozen_weights": ("published", "start"),
}

_NOT_NEGATIVE = (
    "encoder_learning_rate",
    "weight_decay",
    "warmup",
    "patience",
    "score_weight",
    "clip",
    "things",
    "retention_weight",
    "embedding_weight",
    "start_weight",
    "lora_rank",
)

_AS_USED = (
    "full",
    "full",
    "full",
    "full",
    "box",
    "box:jitter=20",
    "box:jitter=40",
    "point",
    "points:n=1",
    "points:n=2",
    "points:n=3",
    "points:n=5",
    "points:n=10",
    "clicks:max=2",
    "clicks:max=4",
    "clicks:max=6",
)
_FIELD = Augmentation(
    mirror=0.5, rotation_deg=10, zoom=0.5, brightness=0.25, contrast=0.25, saturation=0.3, hue=0.02
)

PRESETS = {
    "plain": TrainingConfig(),
    "decoder": TrainingConfig(
        preset="decoder",
        schedule="cosine",
        warmup=1,
        ema=0.99,
        patience=6,
        views=4,
        augmentation=_FIELD,
        prompts=_AS_USED,
        prompts_per_view=2,
    ),
    "encoder": TrainingConfig(
        preset="encoder",
        epochs=12,
        encoder_learning_rate=1e-4,
        schedule="cosine",
        warmup=1,
        ema=0.99,
        patience=6,
        precision="bfloat16",
        augmentation=_FIELD,
        prompts=_AS_USED,
        prompts_per_view=3,
    ),
    "retain": TrainingConfig(
        preset="retain",
        epochs=6,
        encoder_learning_rate=1e-4,
        schedule="cosine",
        warmup=0.5,
        ema=0.99,
        precision="auto",
        views=4,
        augmentation=_FIELD,
        prompts=_AS_USED,
        prompts_per_view=3,
        things=2,
        retain_multimask=True,
        crops=1,
        embedding_weight=0.5,
        frozen_encoder=0.5,
    ),
    "study": TrainingConfig(
        preset="study",
        epochs=30,
        learning_rate=1e-5,
        weight_decay=0.0,
        batch=2,
        optimizer="adam",
        schedule="constant",
        clip=0.0,
        score_weight=0.0,
        views=4,
        augmentation=Augmentation(mirror=0.5, upside_down=0.5, rotation_deg=15, brightness=0.2),
        prompts=("points:n=1", "box:jitter=20"),
    ),
    "segmenter": TrainingConfig(
        preset="segmenter",
        model_type=SEGMENTER,
        epochs=16,
        learning_rate=5e-4,
        encoder_learning_rate=1e-4,
        schedule="cosine",
        warmup=1,
        ema=0.99,
        patience=6,
        score_weight=0.0,
        precision="bfloat16",
        augmentation=_FIELD,
        prompts=(NO_PROMPT,),
        validation_prompts=(NO_PROMPT,),
    ),
}


def preset(name: str, **changed: object) -> TrainingConfig:
    """A preset, with some of its values changed.

    - `plain`: the decoder, on the photographs as they are
    - `decoder`: the decoder, on cached augmented views, with the prompts of later use
    - `encoder`: also the image encoder, on new views in each epoch
    - `retain`: also the image encoder's later stages, with prompts on other things in the photographs, so
      that the model still answers them as the pretrained one does
    - `study`: the protocol of the published study (Adam 1e-5, decoder only, flips, rotation, brightness);
      values that it does not state are those of `plain`
    - `segmenter`: a plain segmentation network on the encoder of vit_t, on the same views; no prompts

    Raises:
        FloodevalError: there is no such preset, a value is out of range, or the model type is a segmenter and
            the preset is for a SAM, or the other way round.
    """
    if name not in PRESETS:
        raise FloodevalError(f"unknown preset '{name}'; expected one of {', '.join(PRESETS)}")
    model_type = str(changed.get("model_type", PRESETS[name].model_type))
    if (model_type == SEGMENTER) != PRESETS[name].is_segmenter:
        raise FloodevalError(saying("training_errors.preset_of", preset=name, model=model_type))
    return replace(PRESETS[name], **changed)  # type: ignore[arg-type]
