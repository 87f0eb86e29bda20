"""What the form of a live training says of β and σ²."""

import pytest

from explorer.ui.views.tradeoff.live import what_beta_does


@pytest.mark.parametrize(
    ("beta", "variance", "sentence"),
    [
        (0.0, None, "β = 0: reconstruction alone."),
        (4.0, None, "The loss is reconstruction + β · KL, in nats per image."),
        (4.0, 0.1, "β σ² = 0.4: the same optimum as β = 1 with σ² = 0.4."),
        (1.0, 0.1, "The loss is −ELBO with σ² = 0.1 for each pixel, in nats per image."),
    ],
)
def test_what_beta_does_never_says_that_a_model_is_itself(beta: float, variance: float | None, sentence: str) -> None:
    assert what_beta_does(beta, variance).startswith(sentence)
