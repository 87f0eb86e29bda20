"""What the view of weak and strong decoders says, for each outcome of its numbers."""

import numpy as np
import pytest

from explorer.analysis.decoder_strength import Strength, Strengths
from explorer.analysis.measure import Interval
from explorer.ui.views.tradeoff.decoders import finding


def of(value: float) -> Interval:
    return Interval(value, value - 0.1, value + 0.1)


def strengths(weak: float, plain: float, kl: float, strong_kl: float, entropy: float = float("nan")) -> Strengths:
    bounds, kls = (weak, plain, plain - 1, plain - 2), (kl, kl, kl, strong_kl)
    draws = np.zeros((1, 64), np.uint8)
    models = tuple(
        Strength(f"decoder {n}", of(bound - kl), of(kl), of(bound), draws)
        for n, (bound, kl) in enumerate(zip(bounds, kls, strict=True))
    )
    return Strengths(np.zeros(64, np.float32), models, entropy, 100)


@pytest.mark.parametrize(
    ("found", "said", "unsaid"),
    [
        (strengths(45, 42, 2, 0.2), ": the matrix is too weak to use what the code holds", "dashed"),
        (strengths(42.1, 42, 2, 0.2), "a hidden layer 42.00.", "too weak"),
        (strengths(45, 42, 2, 0.5), "the KL falls from 2.00 to 0.50 nats: 25 % of it remains", "goes"),
        (strengths(45, 42, 2, 2.1), "the KL goes from 2.00 to 2.10 nats. ", "left to the code"),
        (strengths(45, 42, 2, 0.2, 39.5), "below the entropy of these images, 39.50 nats (dashed)", "best −ELBO"),
        (strengths(45, 42, 2, 0.2), "The best −ELBO is 40.00 nats.", "entropy"),
    ],
)
def test_each_outcome_has_its_sentence(found: Strengths, said: str, unsaid: str) -> None:
    assert said in finding(found)
    assert unsaid not in finding(found)
