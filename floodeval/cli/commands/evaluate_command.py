"""`floodeval evaluate`: evaluate variants and prompts on one data set or on several."""

import argparse
import json

from floodeval.cli.options import DONE, SOME_SKIPPED, add_datasets, add_device, add_model, add_variants
from floodeval.cli.run_summary import show_group_if_finished, show_if_finished

WITHOUT_EFFECT = ("force", "strict", "verify")  # options that do not decide which run comes out


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_datasets(parser)
    parser.add_argument(
        "--name",
        required=True,
        help="name of the run in results/runs; with several data sets, of the group and the beginning of the "
        "runs' names",
    )
    parser.add_argument(
        "--split",
        action="append",
        metavar="[DATASET=]FILE",
        help="split to use, made with `floodeval split`; with several data sets, of the one named, else "
        "of the in-domain one; repeatable",
    )
    parser.add_argument(
        "--subset",
        help="subset to evaluate: train, validation or test of the split, or of the data set's own folders "
        "(default: all); validation,test evaluates test, and keeps validation apart to choose thresholds on; "
        "with several data sets, of those that have a split, and of the in-domain one",
    )
    parser.add_argument(
        "--in-domain",
        metavar="DATASET",
        help="which of several data sets the variants were made for (default: the one that a variant was "
        "trained on)",
    )
    add_model(parser)
    add_variants(parser)
    add_device(parser)
    _add_names(parser)
    parser.add_argument(
        "--keep-embeddings", action="store_true", help="cache the embeddings of the photographs (2 MiB each)"
    )
    parser.add_argument(
        "--allow-leak",
        action="store_true",
        help="also evaluate on photographs that a variant was fine-tuned on; marks the run",
    )
    parser.add_argument(
        "--no-domain",
        action="store_true",
        help="do not measure how unlike the training photographs each photograph is, which takes another "
        "encoding where no variant has the pretrained encoder",
    )
    parser.add_argument(
        "--trained-on",
        action="append",
        metavar="[VARIANT=]FILE",
        help="split or list of ids that a checkpoint of another program was trained on, to check for leaks; "
        "without VARIANT, for every checkpoint whose training data is unknown; repeatable",
    )
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if a sample was skipped")
    parser.add_argument("--force", action="store_true", help="replace an existing run")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="check the files of a finished run by their hashes, not their sizes and times",
    )


def _add_names(parser: argparse.ArgumentParser) -> None:
    """Add how the run is named to people."""
    parser.add_argument(
        "--display-name",
        action="append",
        metavar="NAME=TEXT",
        help="what people read instead of the name of a variant or a data set; repeatable",
    )
    parser.add_argument(
        "--class-name",
        action="append",
        metavar="[DATASET=]CLASS",
        help="the class that the masks call water, where that is another one, such as object; repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    settled = {name: value for name, value in vars(options).items() if name not in WITHOUT_EFFECT}
    text = json.dumps(settled, sort_keys=True, default=str)
    n_skipped = None
    if not options.force and not options.verify:
        n_skipped = (
            show_if_finished(options.name, text, options.datasets[0])
            if len(options.datasets) == 1
            else show_group_if_finished(options.name, text, options.datasets)
        )
    if n_skipped is None:
        from floodeval.cli.evaluation import evaluate_as_asked  # loads pandas, which takes long

        n_skipped = evaluate_as_asked(options, text)
    return SOME_SKIPPED if options.strict and n_skipped else DONE
