"""`floodeval evaluate`: every variant with every prompt on the same samples."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, SOME_SKIPPED, Verbs, read_variants, takes_dataset, takes_variants


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser("evaluate", help="run every variant with every prompt on the same samples")
    takes_dataset(parser)
    parser.add_argument("--name", required=True, help="of the run under results/runs")
    parser.add_argument("--split", type=Path, metavar="FILE", help="from `floodeval split`")
    parser.add_argument("--subset", help="evaluate only train, validation or test of the split")
    parser.add_argument("--model", default="vit_t", help="vit_t, vit_b, vit_l or vit_h (vit_t)")
    takes_variants(parser)
    parser.add_argument("--device", default="cpu", help="cpu or cuda (cpu)")
    parser.add_argument("--keep-embeddings", action="store_true", help="use and keep embeddings (2 MiB each)")
    parser.add_argument(
        "--allow-leak",
        action="store_true",
        help="evaluate also on photographs that a variant was trained on; the run is marked",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 if any sample was skipped")
    parser.add_argument("--force", action="store_true", help="start over where the run exists")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.compare import compare
    from floodeval.analysis.pairing import averages
    from floodeval.data.samples import load_dataset
    from floodeval.data.scenes import kept_scenes
    from floodeval.data.splits import read_split
    from floodeval.evaluation.evaluate import evaluate
    from floodeval.evaluation.request import DEFAULT_PROMPTS
    from floodeval.terminal.clicks import show_clicks
    from floodeval.terminal.comparisons import show_averages, show_flagged, show_verdict
    from floodeval.terminal.progress import progress
    from floodeval.terminal.readings import show_photograph_reading

    dataset = load_dataset(options.dataset)
    split = read_split(options.split, dataset) if options.split else None
    if split is None:
        with progress("looking for scenes", "steps") as tick:
            kept_scenes(dataset, tick)  # for the evaluation, which asks again
    with progress("evaluating", "photographs") as tick:
        run = evaluate(
            dataset,
            options.name,
            read_variants(options.variant),
            options.prompt or DEFAULT_PROMPTS,
            model_type=options.model,
            split=split,
            subset=options.subset,
            device=options.device,
            keep_embeddings=options.keep_embeddings,
            allow_leak=options.allow_leak,
            force=options.force,
            progress=tick,
        )
    show_photograph_reading(run.info.photographs)
    show_averages(averages(run.metrics))
    for comparison in compare(run) if len(run.info.variants) > 1 else ():
        show_verdict(comparison)
        show_flagged(comparison)
    show_clicks(run)
    for variant, ids in run.info.leaks.items():
        print(f"LEAK: '{variant}' was trained on {len(ids)} of these samples; its figures flatter it")
    print(f"run: {run.folder}; open it with `streamlit run dashboard.py`")
    if len(run.skipped):
        print(
            f"skipped {run.skipped['id'].nunique()} samples, with the reasons in {run.folder / 'skipped.csv'}"
        )
    return SOME_SKIPPED if options.strict and len(run.skipped) else DONE
