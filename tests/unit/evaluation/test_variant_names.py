"""What people read of a variant: a stated name, else what it is; no two alike; short names stay."""

from dataclasses import replace

import pytest

from floodeval.evaluation.run_info import Variant
from floodeval.evaluation.variant_names import titles_of
from floodeval.evaluation.variant_record import MaskScheme, PluginRecord
from floodeval.i18n.language import speaking

TRAINED = {"dataset": "floods", "fingerprint": "f" * 64}
PRETRAINED = Variant("pretrained", "vit_t", None, "0", "0")
TUNED = Variant("finetuned", "vit_t", "aerial", "1", "0", TRAINED)


@pytest.mark.parametrize(
    ("variant", "english", "spanish"),
    [
        (PRETRAINED, "Pretrained SAM (vit_t)", "SAM preentrenado (vit_t)"),
        (TUNED, "Fine-tuned SAM (vit_t)", "SAM ajustado (vit_t)"),
        (replace(TUNED, trained_on=None), "SAM from aerial (vit_t)", "SAM de aerial (vit_t)"),
        (
            replace(TUNED, alpha=0.5),
            "Blended SAM (vit_t, 50% fine-tuned)",
            "SAM mezclado (vit_t, 50\N{NO-BREAK SPACE}% ajustado)",
        ),
        (replace(TUNED, route=95.0), "Routed SAM (vit_t)", "SAM con selección por fotografía (vit_t)"),
        (
            Variant("u", "segmenter", "net", "2", "", source="plugin", plugin=PluginRecord("m:f", ("none",))),
            "Plain network",
            "Red de segmentación",
        ),
        (
            Variant("p", "", None, "2", "", source="plugin", plugin=PluginRecord("pkg.mod:make", ("none",))),
            "Plugin make",
            "Complemento make",
        ),
        (
            Variant("m", "", None, "2", "", source="masks", masks=MaskScheme("unet", "black_and_white")),
            "Masks of unet",
            "Máscaras de unet",
        ),
        (replace(TUNED, display_name="Our model"), "Our model", "Our model"),
    ],
)
def test_a_variant_is_named_by_what_it_is_in_both_languages(variant, english, spanish):
    assert titles_of([variant]) == {variant.name: english}
    with speaking("es"):
        assert titles_of([variant]) == {variant.name: spanish}


def test_equal_names_are_told_apart_by_the_model_then_by_the_short_name():
    other = replace(TUNED, name="second", checkpoint="street")
    assert titles_of([PRETRAINED, TUNED, other]) == {
        "pretrained": "Pretrained SAM (vit_t)",
        "finetuned": "Fine-tuned SAM (vit_t), aerial",
        "second": "Fine-tuned SAM (vit_t), street",
    }
    stated = [replace(TUNED, name=name, checkpoint=None, display_name="x") for name in ("one", "two")]
    assert titles_of(stated) == {"one": "x, one", "two": "x, two"}


def test_one_variant_with_two_prompts_is_told_apart_by_them():
    sides = [replace(TUNED, name=f"finetuned ({prompt})") for prompt in ("point", "box")]
    assert titles_of(sides) == {
        "finetuned (point)": "Fine-tuned SAM (vit_t), point",
        "finetuned (box)": "Fine-tuned SAM (vit_t), box",
    }
