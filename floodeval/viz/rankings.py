"""Orders of the images in words."""

from floodeval.analysis.ranking import DISAGREEMENT, Ranking
from floodeval.i18n.catalog import say
from floodeval.viz.metrics import metric_label


def order_word(ranking: Ranking, order: str) -> str:
    """Which end of a ranking comes first: `losses first` of a gap, `worst first` of a score."""
    kind = "gap" if ranking.of == "gap" else "score"
    return say(f"rankings.{'disagreement' if ranking.metric == DISAGREEMENT else kind}_{order}")


def ranked_by(ranking: Ranking, alone: bool = False) -> str:
    """What a ranking goes by: `IoU gap`, `Dice of B`, `disagreement between A and B`; alone: `Dice`."""
    if alone or ranking.metric == DISAGREEMENT:
        return metric_label(ranking.metric)
    side = say(f"rankings.of_{ranking.of}")
    return say("rankings.by", metric=metric_label(ranking.metric), side=side)


def ranking_words(ranking: Ranking, alone: bool = False) -> str:
    """An order of the images in words: `IoU gap, losses first`."""
    return say("rankings.whole", by=ranked_by(ranking, alone), order=order_word(ranking, ranking.order))
