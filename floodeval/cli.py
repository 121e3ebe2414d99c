"""The command line: `floodeval VERB ...`. Each verb calls the library and prints what came of it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from floodeval.errors import FloodevalError

DONE, SOME_SKIPPED, WRONG_INPUT = 0, 1, 2
DEMO_FOLDER = Path("data") / "demo"
Verbs: TypeAlias = "argparse._SubParsersAction[_Parser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 some samples skipped under --strict, 2 wrong input."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.verb(options))
    except FloodevalError as error:
        print(f"floodeval: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "floodeval: stopped; an evaluation goes on where it stood with the same command", file=sys.stderr
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"floodeval: {error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
    return WRONG_INPUT


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with an option in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="floodeval", description="Compare pretrained with fine-tuned SAM on flood photographs."
    )
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_demo(verbs)
    _add_weights(verbs)
    _add_split(verbs)
    _add_finetune(verbs)
    _add_evaluate(verbs)
    _add_compare(verbs)
    return parser


def _add_demo(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "demo", help="draw flood scenes, evaluate both variants on them, print the comparison"
    )
    parser.add_argument("--scenes", type=_positive, default=12, metavar="N", help="how many to draw (12)")
    parser.add_argument("--seed", type=_natural, default=0, help="of the drawing (0)")
    parser.add_argument("--force", action="store_true", help="draw and evaluate again")
    parser.set_defaults(verb=_demo)


def _add_weights(verbs: Verbs) -> None:
    parser = verbs.add_parser("weights", help="fetch and verify a model's weights, say where they lie")
    parser.add_argument("model", metavar="MODEL", help="vit_t, vit_b, vit_l or vit_h")
    parser.set_defaults(verb=_weights)


def _add_split(verbs: Verbs) -> None:
    parser = verbs.add_parser("split", help="deal a data set's scenes to train, validation and test")
    parser.add_argument(
        "dataset", metavar="DATASET", help="a folder, or a name under $FLOODEVAL_DATA or data/"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV to write")
    parser.add_argument("--seed", type=_natural, default=0, help="of the dealing (0)")
    parser.set_defaults(verb=_split)


def _add_finetune(verbs: Verbs) -> None:
    parser = verbs.add_parser("finetune", help="fine-tune the mask decoder on the train subset of a split")
    parser.add_argument(
        "dataset", metavar="DATASET", help="a folder, or a name under $FLOODEVAL_DATA or data/"
    )
    parser.add_argument("--split", type=Path, required=True, metavar="FILE", help="from `floodeval split`")
    parser.add_argument("--name", required=True, help="of the model under results/models")
    parser.add_argument("--model", default="vit_t", help="vit_t, vit_b, vit_l or vit_h (vit_t)")
    parser.add_argument("--epochs", type=_positive, help="passes over the train subset (15)")
    parser.add_argument("--learning-rate", type=float, help="the highest of the one-cycle schedule (2e-4)")
    parser.add_argument("--seed", type=_natural, help="of the order and the prompts (0)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (cpu)")
    parser.add_argument("--force", action="store_true", help="replace a model of that name")
    parser.set_defaults(verb=_finetune)


def _add_evaluate(verbs: Verbs) -> None:
    parser = verbs.add_parser("evaluate", help="run every variant with every prompt on the same samples")
    parser.add_argument(
        "dataset", metavar="DATASET", help="a folder, or a name under $FLOODEVAL_DATA or data/"
    )
    parser.add_argument("--name", required=True, help="of the run under results/runs")
    parser.add_argument("--split", type=Path, metavar="FILE", help="from `floodeval split`")
    parser.add_argument("--subset", help="evaluate only train, validation or test of the split")
    parser.add_argument("--model", default="vit_t", help="vit_t, vit_b, vit_l or vit_h (vit_t)")
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=CHECKPOINT]",
        help="a name alone is the published model; the first is the baseline; may be repeated "
        "(pretrained, and finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="SPEC",
        help="box, box:jitter=20, point, points:n=5 or full; repeatable",
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda (cpu)")
    parser.add_argument("--keep-embeddings", action="store_true", help="use and keep embeddings (2 MiB each)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if any sample was skipped")
    parser.add_argument("--force", action="store_true", help="start over where the run exists")
    parser.set_defaults(verb=_evaluate)


def _add_compare(verbs: Verbs) -> None:
    parser = verbs.add_parser("compare", help="the gap of every pair of variants, with intervals and tests")
    parser.add_argument("run", metavar="RUN", help="a folder, or a name under results/runs")
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (every prompt of the run)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the comparisons there too")
    parser.set_defaults(verb=_compare)


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least}")
    return int(text)


def _positive(text: str) -> int:
    return _whole(text, 1)


def _natural(text: str) -> int:
    return _whole(text, 0)


def _demo(options: argparse.Namespace) -> int:
    from floodeval.data.synthetic import demo_scenes, draw_dataset
    from floodeval.terminal import console

    if options.force or not (DEMO_FOLDER / "metadata.csv").is_file():
        console.print(f"drawing {options.scenes} flood scenes into {DEMO_FOLDER}")
        draw_dataset(DEMO_FOLDER, demo_scenes(options.scenes, options.seed))
    else:
        console.print(f"using the flood scenes in {DEMO_FOLDER} (--force draws them anew)")
    _weights(argparse.Namespace(model="vit_t"))
    evaluation = ["evaluate", str(DEMO_FOLDER), "--name", "demo"]
    return main(evaluation + ["--force"] * options.force)


def _weights(options: argparse.Namespace) -> int:
    from floodeval.sam.weights import obtain_weights
    from floodeval.terminal import console

    print(obtain_weights(options.model, say=lambda line: console.print(line, markup=False)).summary)
    return DONE


def _split(options: argparse.Namespace) -> int:
    from floodeval.data.samples import load_dataset
    from floodeval.data.splits import split_dataset, write_split

    split = split_dataset(load_dataset(options.dataset), options.seed)
    write_split(split, options.out)
    counts = split.table.groupby("split", sort=False).agg(samples=("id", "size"), scenes=("scene", "nunique"))
    print(
        f"{options.out}: "
        + ", ".join(f"{row.Index} {row.samples} ({row.scenes} scenes)" for row in counts.itertuples())
    )
    return DONE


def _finetune(options: argparse.Namespace) -> int:
    from floodeval.data.samples import load_dataset
    from floodeval.data.splits import read_split
    from floodeval.finetuning.config import TrainingConfig
    from floodeval.finetuning.finetune import finetune
    from floodeval.terminal import StagedProgress

    given = {name: getattr(options, name) for name in ("epochs", "learning_rate", "seed")}
    config = TrainingConfig(
        options.model, **{name: value for name, value in given.items() if value is not None}
    )
    dataset = load_dataset(options.dataset)
    split = read_split(options.split, dataset)
    with StagedProgress() as progress:
        training = finetune(
            dataset,
            split,
            options.name,
            config,
            device=options.device,
            force=options.force,
            progress=progress,
        )
    for skipped in training.skipped:
        print(f"skipped {skipped.id} ({skipped.stage}): {skipped.reason}", file=sys.stderr)
    print(f"{training.folder}: {training.summary}")
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    from floodeval.analysis.compare import compare
    from floodeval.analysis.pairing import averages
    from floodeval.data.samples import load_dataset
    from floodeval.data.splits import read_split
    from floodeval.evaluation.evaluate import DEFAULT_PROMPTS, evaluate
    from floodeval.terminal import progress, show_averages, show_verdict

    dataset = load_dataset(options.dataset)
    split = read_split(options.split, dataset) if options.split else None
    with progress("evaluating", "photographs") as tick:
        run = evaluate(
            dataset,
            options.name,
            _variants(options.variant),
            options.prompt or DEFAULT_PROMPTS,
            model_type=options.model,
            split=split,
            subset=options.subset,
            device=options.device,
            keep_embeddings=options.keep_embeddings,
            force=options.force,
            progress=tick,
        )
    show_averages(averages(run.metrics))
    for comparison in compare(run) if len(run.info.variants) > 1 else ():
        show_verdict(comparison)
    print(f"run: {run.folder}; open it with `streamlit run dashboard.py`")
    if len(run.skipped):
        print(
            f"skipped {run.skipped['id'].nunique()} samples, with the reasons in {run.folder / 'skipped.csv'}"
        )
    return SOME_SKIPPED if options.strict and len(run.skipped) else DONE


def _compare(options: argparse.Namespace) -> int:
    from floodeval.analysis.compare import compare
    from floodeval.evaluation.run import load_run
    from floodeval.files import write_text
    from floodeval.terminal import show_comparison

    comparisons = compare(load_run(options.run), options.prompt)
    for comparison in comparisons:
        show_comparison(comparison)
    if options.json:
        texts = [comparison.to_json().rstrip() for comparison in comparisons]
        write_text(options.json, (texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]") + "\n")
    return DONE


def _variants(given: list[str] | None) -> dict[str, str | Path | None] | None:
    if not given:
        return None
    variants: dict[str, str | Path | None] = {}
    for text in given:
        name, _, checkpoint = text.partition("=")
        if name in variants:
            raise FloodevalError(f"--variant '{name}' is given twice; give each variant its own name")
        variants[name] = checkpoint or None
    return variants


if __name__ == "__main__":
    sys.exit(main())
