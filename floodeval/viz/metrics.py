"""What metrics are called."""

from floodeval.i18n.catalog import say


def metric_label(metric: str) -> str:
    """What a metric is called: `IoU, dry land`."""
    return say(f"metrics.{metric}")
