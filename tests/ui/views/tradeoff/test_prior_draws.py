"""What is said of the draws of a prior follows the numbers."""

import numpy as np
import pytest

from explorer.analysis.measure import Interval
from explorer.analysis.prior_draws import Moment, PriorDraws
from explorer.ui.views.tradeoff.prior_draws import finding


def watched(distances: tuple[float, ...], bounds: tuple[float, ...], floor: float = 2.0) -> PriorDraws:
    """A training whose draws have these Fréchet distances and these values of −ELBO."""
    moments = tuple(
        Moment(
            epoch,
            np.zeros((1, 2), np.float32),
            np.zeros((25, 4), np.uint8),
            np.zeros(2, np.float32),
            Interval(bound, bound - 1, bound + 1),
            Interval(distance, distance - 1, distance + 1),
        )
        for epoch, (distance, bound) in enumerate(zip(distances, bounds, strict=True))
    )
    return PriorDraws(moments, np.zeros(1, np.uint8), ("0",), (2, 2), Interval(floor, floor - 0.5, floor + 0.5), 100)


@pytest.mark.parametrize(
    ("distances", "bounds", "said"),
    [
        (
            (100, 28, 10, 12),
            (200, 150, 140, 130),
            (
                "falls from 100 to 12.0 [11.0, 13.0], 80 % of the fall to its lowest value by epoch 1; it ends above",
                "the 2.0 of as many test images",
                "−ELBO falls from 200.0 to 130.0 nats",
            ),
        ),
        (
            (3, 5, 4),
            (130, 150, 140),
            (
                "rises from 3 to 4.0 [3.0, 5.0]; it ends above the 2.0 of as many test images",
                "−ELBO rises from 130.0 to 140.0 nats",
            ),
        ),
        ((9, 5, 3), (9, 8, 7), ("it ends within chance of the 2.0",)),
    ],
)
def test_each_outcome_has_its_sentence(
    distances: tuple[float, ...], bounds: tuple[float, ...], said: tuple[str, ...]
) -> None:
    sentence = finding(watched(distances, bounds))
    assert all(part in sentence for part in said), sentence
