"""What a page compares: A and B, each a run, a variant and a prompt, in a run that has both."""

from dataclasses import dataclass

from floodeval.evaluation.paired_run import PairedRun, pair_sides
from floodeval.evaluation.run import Run
from floodeval.evaluation.shared_samples import SharedSamples
from floodeval.evaluation.sides import Side
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.wording import truth_difference_words


@dataclass(frozen=True)
class ComparedPair:
    """A and B, or A alone.

    Attributes:
        side_a: the baseline.
        side_b: the candidate; None where there is none.
        run: a run that has rows of both (`floodeval.evaluation.paired_run`).
        a: the name of A in that run.
        b: that of B; None where there is none.
        prompt: of the rows of both in that run.
        shared: the samples of both, and those that are left out.
    """

    side_a: Side
    side_b: Side | None
    run: Run
    a: str
    b: str | None
    prompt: PromptSpec
    shared: SharedSamples

    @property
    def runs(self) -> list[Run]:
        """The run of A and, where it is another one, that of B."""
        if self.side_b is None or self.side_a.is_of_the_same_run(self.side_b):
            return [self.side_a.run]
        return [self.side_a.run, self.side_b.run]

    @property
    def is_of_one_run(self) -> bool:
        """Whether A and B are of one run, with one prompt and the same samples."""
        return not isinstance(self.run, PairedRun)

    def prompt_of(self, name: str) -> PromptSpec:
        """The prompt that A, B or another variant was given."""
        return self.run.prompt_of(name, self.prompt)

    @property
    def prompt_b(self) -> PromptSpec:
        """The prompt of B, or of A alone."""
        return (self.side_b or self.side_a).prompt

    @property
    def has_two_prompts(self) -> bool:
        """Whether A and B were given different prompts."""
        return self.prompt_b != self.side_a.prompt


def comparison_prompts(pair: ComparedPair) -> str:
    """The prompt, or both where A's is another one than B's: `point (A), box (B)`."""
    if not pair.has_two_prompts:
        return pair.prompt.spec
    return f"{pair.side_a.prompt.spec} (A), {pair.prompt_b.spec} (B)"


def truth_difference(pair: ComparedPair) -> str:
    """That only one side's prompt uses the reference mask, in words; empty where they are alike."""
    a, b = pair.side_a.prompt, pair.prompt_b
    return truth_difference_words(a.spec, a.uses_ground_truth, b.spec, b.uses_ground_truth)


def compared(a: Side, b: Side) -> ComparedPair:
    """Bring A and B into one run; raises FloodevalError as `pair_sides`."""
    both = pair_sides(a, b)
    return ComparedPair(a, b, both.run, both.a, both.b, both.prompt, both.shared)


def alone(a: Side) -> ComparedPair:
    """A without a B."""
    ids = tuple(a.rows["id"].astype(str))
    return ComparedPair(a, None, a.run, a.variant, None, a.prompt, SharedSamples(ids))


def of_run_a(pair: ComparedPair) -> ComparedPair:
    """What is compared on a page about one run: A's.

    B is kept if it is a variant of that run which has results with A's prompt; else A is alone.
    """
    a, b = pair.side_a, pair.side_b
    if pair.is_of_one_run or b is None:
        return pair
    other = Side(a.run, b.variant, a.prompt)
    if b.variant == a.variant or not a.is_of_the_same_run(b) or other.rows.empty:
        return alone(a)
    return compared(a, other)
