import numpy as np
import pytest

from floodeval.metrics.boundary import boundary, boundary_iou
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import count

WATER = np.ones((2, 3), bool)


@pytest.mark.parametrize("metric", [boundary, boundary_iou, count, measure])
@pytest.mark.parametrize(
    ("predicted", "complaint"),
    [
        (np.ones((3, 2), bool), r"truth is \(2, 3\) and predicted \(3, 2\); expected one shape"),
        (np.ones((2, 3), np.uint8), "predicted is uint8 of shape .*; expected bool"),
        (
            np.ones((2, 3, 1), bool),
            r"predicted is bool of shape \(2, 3, 1\); expected bool of shape \(H, W\)",
        ),
        (np.ones((0, 3), bool), r"predicted is bool of shape \(0, 3\)"),
    ],
)
def test_what_is_not_a_pair_of_masks_is_refused_by_name(metric, predicted, complaint):
    with pytest.raises(ValueError, match=complaint):
        metric(WATER, predicted)
