"""Orders of the images in words."""

from floodeval.analysis.ranking import Ranking
from floodeval.language.sentences import say
from floodeval.wording.metrics import metric_label


def order_word(of: str, order: str) -> str:
    """Which end of a ranking comes first: `losses first` of a gap, `lowest first` of a score."""
    return say(f"rankings.{'gap' if of == 'gap' else 'score'}_{order}")


def ranking_words(ranking: Ranking) -> str:
    """An order of the images in words: `IoU gap, losses first`."""
    return say(
        "rankings.whole",
        metric=metric_label(ranking.metric),
        side=say(f"rankings.of_{ranking.of}"),
        order=order_word(ranking.of, ranking.order),
    )
