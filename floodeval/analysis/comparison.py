"""What comes out when B is compared with A: per metric, per side, and as a whole."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from floodeval.analysis.baseline_findings import BaselineFinding
from floodeval.analysis.verdicts import UNDECIDED

PRIMARY = "iou"


@dataclass(frozen=True)
class MetricComparison:
    """One metric of A and B over the samples where both have a value; numbers are None without samples.

    `gap` is B - A, with its 95% interval over scenes. `p` is that of the sign-flip test over scenes,
    `p_holm` the same adjusted for the number of metrics. `verdict` and `reason` follow
    `floodeval.analysis.verdicts`: the primary metric, IoU, is judged by `p`, the others by `p_holm`. A
    win is a sample where B is better (for distances: lower), and `rank_biserial` is positive if B is
    better. `range_low` and `range_high` are the lowest and the highest mean gap of a scene.
    `skew_warning` is true where the interval may be too narrow, because there are few scenes and their
    gaps are skewed.
    """

    mean_a: float | None
    mean_b: float | None
    gap: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    p_holm: float | None
    rank_biserial: float | None
    wins: int
    ties: int
    losses: int
    median_a: float | None
    median_b: float | None
    median_gap: float | None
    pooled_a: float | None
    pooled_b: float | None
    n: int
    n_missing: int
    n_scenes: int = 0
    n_effective_scenes: float = 0.0
    range_low: float | None = None
    range_high: float | None = None
    skew_warning: bool = False
    verdict: str = UNDECIDED
    reason: str = "no_value"


@dataclass(frozen=True)
class ComparedSide:
    """What a side is: run (the folder's name), folder, variant, prompt, and if it uses the ground truth."""

    run: str
    folder: str
    variant: str
    prompt: str
    uses_ground_truth: bool

    @property
    def name(self) -> str:
        """The side as a person types it."""
        return f"{self.run}:{self.variant}:{self.prompt}"


@dataclass(frozen=True)
class Comparison:
    """B compared with A with one prompt, over the same samples.

    `flagged` are the samples that the audit flagged, and `without_flagged` is the primary metric over the
    others; None without others or without flagged samples. `n_missed_a` and `n_missed_b` count the samples
    with water where the variant found no water pixel. `side_a` and `side_b` say what A and B are; None where
    only a table was compared. `only_a`, `only_b` and `other_reference` are the samples that are left out,
    because one side lacks them or the reference masks differ. `baselines` is what trivial baselines score on
    the same photographs; empty where the run does not have them.
    """

    run: str
    a: str
    b: str
    prompt: str
    n_images: int
    n_scenes: int
    n_missed_a: int
    n_missed_b: int
    metrics: dict[str, MetricComparison]
    outcomes: dict[str, int]
    threshold: float
    flagged: tuple[str, ...] = ()
    without_flagged: MetricComparison | None = None
    side_a: ComparedSide | None = None
    side_b: ComparedSide | None = None
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    other_reference: tuple[str, ...] = ()
    baselines: tuple[BaselineFinding, ...] = ()

    @property
    def primary(self) -> MetricComparison:
        """The metric that decides: IoU."""
        return self.metrics[PRIMARY]

    @property
    def verdict(self) -> str:
        """The verdict on the primary metric: `better`, `worse`, `undecided` or `too_few_scenes`."""
        return self.primary.verdict

    @property
    def prompts(self) -> str:
        """The prompt, or both where A's is another one than B's: `point (A), box (B)`."""
        a, b = self.side_a, self.side_b
        if a is None or b is None or a.prompt == b.prompt:
            return self.prompt
        return f"{a.prompt} (A), {b.prompt} (B)"

    def to_json(self) -> str:
        """The comparison as JSON text; see `to_dict`."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON has it, with the primary metric's verdict; missing numbers are None."""
        said = ("verdict", "reason", "n_effective_scenes", "skew_warning")
        content = asdict(self) | {name: getattr(self.primary, name) for name in said}
        content["quadrants"] = content.pop("outcomes")  # as readers of these files know it
        content["baselines"] = content.pop("baselines")  # last, as it was added last
        return content
