"""`floodeval compare`: the gap of each pair of variants, with intervals and tests."""

import argparse
from pathlib import Path

from floodeval.cli.options import DONE, Verbs, takes_run


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "compare", help="compare the variants of a run, with confidence intervals and tests"
    )
    takes_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (default: all prompts of the run)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the comparisons to this file")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.compare import compare
    from floodeval.cli.commands.clicks import show_clicks
    from floodeval.cli.commands.comparisons import show_comparison, show_together
    from floodeval.evaluation.run import load_run
    from floodeval.i18n.catalog import speaking_of_drawn_scenes
    from floodeval.storage.atomic import write_text

    compared = load_run(options.run)
    comparisons = compare(compared, options.prompt)
    with speaking_of_drawn_scenes(compared.info.is_synthetic):
        for comparison in comparisons:
            show_comparison(comparison)
        show_together(comparisons)
        show_clicks(compared, options.prompt)
    if options.json:
        texts = [comparison.to_json().rstrip() for comparison in comparisons]
        write_text(options.json, (texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]") + "\n")
    return DONE
