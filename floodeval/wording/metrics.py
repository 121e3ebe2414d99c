"""What metrics are called."""

from floodeval.language.sentences import say


def metric_label(metric: str) -> str:
    """What a metric is called: `IoU, dry land`."""
    return say(f"metrics.{metric}")
