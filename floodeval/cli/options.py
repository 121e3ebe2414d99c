"""Options that several commands take, the parser of all commands, and exit statuses."""

import argparse
import re
from pathlib import Path

DONE, SOME_SKIPPED, WRONG_INPUT = 0, 1, 2
UNMET = 1  # `decide` finds requirements that are not met
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143  # 128 and the signal's number, as shells count


class Parser(argparse.ArgumentParser):
    """Reports a wrong option in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Leave with one line and the status for wrong input."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`\n")


class Once(argparse.Action):
    """Stores an option's value, and refuses to replace it by another one."""

    is_given = False

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Store the value."""
        if self.is_given:
            parser.error(f"{option_string} is given twice; give it once, and variants their own model types")
        self.is_given = True
        setattr(namespace, self.dest, values)


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return _whole(text, 1)


def natural(text: str) -> int:
    """Read a whole number from 0."""
    return _whole(text, 0)


def iou_threshold(text: str) -> float:
    """Read an IoU below which a prediction is a failure."""
    from floodeval.metrics.overlap import FAILURE_LIMITS  # slow to import

    low, high = FAILURE_LIMITS
    found = float(text) if re.fullmatch(r"[0-9]*\.?[0-9]+", text) else -1.0
    if not low <= found <= high:
        raise argparse.ArgumentTypeError(f"'{text}' is not valid; expected an IoU from {low} to {high}")
    return found


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not valid; expected a whole number of at least {least}"
        )
    return int(text)


def mask_classes(text: str) -> tuple[int | str, ...]:
    """Read mask values or names of classes between commas, such as `1,255` or `water,road-flooded`."""
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"-?[0-9]{1,10}|[^-0-9.].*|[0-9]+[^0-9.].*", word) for word in words):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of values; expected whole numbers or class names separated by commas, "
            "such as 1,255 or water,flooded"
        )
    return tuple(int(word) if re.fullmatch(r"-?[0-9]{1,10}", word) else word for word in words)


def add_failure_threshold(parser: argparse._ActionsContainer, default: str) -> None:
    """Add the IoU below which a variant fails on a photograph; `default` says what it is if not given."""
    parser.add_argument(
        "--failure-threshold",
        type=iou_threshold,
        metavar="IOU",
        help=f"IoU below which a variant fails on a photograph (default: {default})",
    )


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add a data set, by path or by name, and how its files are read (see `floodeval.cli.inputs`)."""
    parser.add_argument(
        "dataset", metavar="DATASET", help="folder of the data set, or its name in $FLOODEVAL_DATA or data/"
    )
    add_reading(parser)


def add_datasets(parser: argparse.ArgumentParser) -> None:
    """Add one data set or several, by path or by name, and how the files of a single one are read."""
    parser.add_argument(
        "datasets",
        metavar="DATASET",
        nargs="+",
        help="folder of a data set, or its name in $FLOODEVAL_DATA or data/; with several, each gets a run "
        "NAME-DATASET",
    )
    add_reading(parser)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how the files of a data set are read (see `floodeval.cli.inputs`)."""
    group = parser.add_argument_group(
        "reading the data set", "each option overrides its entry in dataset.toml"
    )
    group.add_argument(
        "--water",
        action="extend",
        type=mask_classes,
        metavar="CLASSES",
        help="classes that mean water, by name or mask value, such as water,flooded or 1,3",
    )
    group.add_argument(
        "--ignore",
        action="extend",
        type=mask_classes,
        metavar="CLASSES",
        help="classes of ignored pixels, by name or mask value, such as 255 (or --ignore=-1,255)",
    )
    group.add_argument(
        "--dataset-config",
        type=Path,
        metavar="FILE",
        help="file to use instead of dataset.toml of the data set",
    )
    group.add_argument(
        "--exif",
        choices=("apply", "ignore"),
        help="apply or ignore the orientation tags of the photographs (default: apply)",
    )
    group.add_argument(
        "--stretch",
        choices=("percentiles", "none"),
        help="percentiles: stretch values by percentiles of the data set; none: scale 16-bit values by 1/256",
    )


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add a run, by path or by name."""
    parser.add_argument("run", metavar="RUN", help="folder of the run, or its name in results/runs")


def add_csv(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the file to which the command writes its table."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help=f"also write {what} to this file")


def add_model(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the model type of what states and reveals none."""
    parser.add_argument(
        "--model",
        action=Once,
        default="vit_t",
        help="model type where nothing states or reveals another one: vit_t, vit_b, vit_l or vit_h (default: "
        "vit_t)",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the device that models run on."""
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")


def add_variants(parser: argparse.ArgumentParser) -> None:
    """Add variants and prompts, each repeatable."""
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=SOURCE]",
        help="name of a variant and its source: a model type, a model of results/models, a checkpoint of any "
        "origin, TYPE:PATH, a folder of masks (masks:PATH), or a plugin (python:MODULE:FACTORY); without a "
        "source, the pretrained model; repeatable; the first is the baseline (default: pretrained, and "
        "finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="SPEC",
        help="prompt: box, box:jitter=20, point, points:n=5, full, clicks:max=20, or land:n=5 in addition to "
        "another; repeatable (default: box, point and full); folders of masks always have the prompt none",
    )
