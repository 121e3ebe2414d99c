"""What is done to a photograph before a model's image encoder sees it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size
from floodeval.sam.architecture import IMAGE_SIZE, ResizeLongestSide, Sam
from floodeval.sam.sources import StatedInput

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """How a photograph becomes the input of an image encoder. The defaults are those of the published models.

    Attributes:
        image_size: side of the square input, in pixels.
        resize: `longest` scales the longer side to `image_size` and pads the shorter one with zeros; `square`
            scales both sides, and changes the aspect ratio.
        scaling: `fixed` subtracts `mean` and divides by `std`; `minmax` maps the lowest value of each resized
            photograph to 0 and the highest to 1.
        mean: of red, green and blue, in values from 0 to 255.
        std: of red, green and blue, in the same unit.
    """

    image_size: int = IMAGE_SIZE
    resize: Literal["longest", "square"] = "longest"
    scaling: Literal["fixed", "minmax"] = "fixed"
    mean: RGB = (123.675, 116.28, 103.53)
    std: RGB = (58.395, 57.12, 57.375)

    def input_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Height and width of a resized photograph within the encoder's input.

        Args:
            size: height and width of the photograph.

        Raises:
            FloodevalError: the photograph is so thin that resizing leaves no pixel of its shorter side.
        """
        if self.resize == "square":
            return self.image_size, self.image_size
        height, width = ResizeLongestSide.get_preprocess_shape(*size, self.image_size)
        if not height or not width:
            raise FloodevalError(saying("images.thin", size=picture_size(size[1], size[0])))
        return int(height), int(width)

    def frame(self, photograph: npt.NDArray[np.uint8], sam: Sam) -> torch.Tensor:
        """The input of the image encoder, 1 x 3 x S x S, of an H x W x 3 RGB photograph.

        Raises:
            FloodevalError: as `input_size`.
        """
        height, width = self.input_size(photograph.shape[:2])
        resized = np.asarray(Image.fromarray(photograph).resize((width, height), Image.Resampling.BILINEAR))
        pixels = torch.as_tensor(np.ascontiguousarray(resized.transpose(2, 0, 1)), device=sam.device)[None]
        if self.scaling == "fixed":
            return sam.preprocess(pixels)  # type: ignore[no-any-return]
        low, high = pixels.min(), pixels.max()
        scaled = (pixels - low).float() / max(float(high - low), 1e-8)
        padding = (0, self.image_size - width, 0, self.image_size - height)
        return torch.nn.functional.pad(scaled, padding)

    def to_json(self) -> dict[str, Any]:
        """The fields as `run.json` and a model's `config.json` keep them."""
        return {**asdict(self), "mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_json(cls, settings: Mapping[str, Any]) -> "Preprocessing":
        """Read what `to_json` wrote.

        Raises:
            ValueError, TypeError, KeyError: it is not that.
        """
        if settings["resize"] not in ("longest", "square") or settings["scaling"] not in ("fixed", "minmax"):
            raise ValueError(f"{settings['resize']}, {settings['scaling']}")
        read = {"mean": _three(settings["mean"]), "std": _three(settings["std"])}
        return cls(**{**settings, **read, "image_size": int(settings["image_size"])})

    def with_stated(self, stated: StatedInput) -> "Preprocessing":
        """The same with what a person stated about the model."""
        size = stated.image_size or self.image_size
        if stated.preprocessing is None:
            return Preprocessing(size, self.resize, self.scaling, self.mean, self.std)
        return Preprocessing(size, **_NAMED[stated.preprocessing])


AS_PUBLISHED = Preprocessing()
_NAMED: dict[str, dict[str, Any]] = {
    "sam": {},
    "medsam": {"resize": "square", "scaling": "minmax"},
    "unit": {"mean": (0.0, 0.0, 0.0), "std": (255.0, 255.0, 255.0)},
}  # what each word of `sources.PREPROCESSINGS` stands for


def preprocessing_of(settings: Mapping[str, Any]) -> Preprocessing:
    """The preprocessing that a Hugging Face image processor declares.

    Args:
        settings: the content of `preprocessor_config.json`; what it lacks has the library's default.

    Raises:
        ValueError, TypeError: it declares what floodeval cannot do.
    """
    image_size, resize = _declared_size(settings.get("size", IMAGE_SIZE))
    unit = float(settings.get("rescale_factor", 1 / 255)) if settings.get("do_rescale", True) else 1.0
    mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    if settings.get("do_normalize", True):
        mean = _three(settings.get("image_mean", (0.485, 0.456, 0.406)))
        std = _three(settings.get("image_std", (0.229, 0.224, 0.225)))
    if not (math.isfinite(unit) and unit > 0 and all(map(math.isfinite, (*mean, *std))) and min(std) > 0):
        raise ValueError(f"rescale_factor {unit:g}, image_mean {mean}, image_std {std}")
    return Preprocessing(
        image_size,
        resize,
        mean=_three([round(value / unit, 6) for value in mean]),
        std=_three([round(value / unit, 6) for value in std]),
    )


def processor_settings(preprocessing: Preprocessing) -> dict[str, Any]:
    """The content of a Hugging Face `preprocessor_config.json` that declares this preprocessing.

    Raises:
        FloodevalError: the library's image processor of SAM cannot do it.
    """
    if preprocessing.resize != "longest" or preprocessing.scaling != "fixed":
        raise FloodevalError(saying("checkpoints.no_processor"))
    side = preprocessing.image_size
    normalized = {
        "do_normalize": True,
        "image_mean": [round(value / 255, 9) for value in preprocessing.mean],
        "image_std": [round(value / 255, 9) for value in preprocessing.std],
    }
    only_scaled = preprocessing.with_stated(StatedInput(preprocessing="unit")) == preprocessing
    return {
        "image_processor_type": "SamImageProcessor",
        "processor_class": "SamProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"longest_edge": side},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        **({"do_normalize": False} if only_scaled else normalized),
        "do_pad": True,
        "pad_size": {"height": side, "width": side},
        "mask_size": {"longest_edge": side // 4},
        "mask_pad_size": {"height": side // 4, "width": side // 4},
    }


def _declared_size(size: Any) -> tuple[int, Literal["longest", "square"]]:
    """The side of the input and the way to resize that an image processor's `size` declares."""
    if isinstance(size, int):  # as older versions write it
        size = {"longest_edge": size}
    if isinstance(size, dict) and isinstance(size.get("longest_edge"), int):
        return size["longest_edge"], "longest"
    if isinstance(size, dict) and isinstance(size.get("height"), int) and size["height"] == size.get("width"):
        return size["height"], "square"
    raise ValueError(f"size {size}; expected longest_edge, or equal height and width")


def _three(values: Any) -> RGB:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
