"""Estimates of log p(x) by draws of the prior, beside what they should be, on a model whose evidence is exact."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from explorer.store import Checkpoint
from explorer.ui.views.elbo.panels import N_PRIOR_DRAWS, N_RUNS, Seen, _prior_estimates
from tests.analysis.linear_gaussian import exact_nats, linear_gaussian, samples


@pytest.mark.parametrize("said_dim", [2, 3])
def test_draws_of_the_prior_stand_beside_the_evidence(said_dim: int) -> None:
    x = samples(1)
    run, info = SimpleNamespace(model=SimpleNamespace(latent_dim=said_dim)), SimpleNamespace(name="linear")
    checkpoint = SimpleNamespace(run=run, info=info, model=linear_gaussian(shift=0.2))
    found = _prior_estimates(Seen(cast("Checkpoint", checkpoint), 0, x[0]))
    assert found.title == f"linear, K = {said_dim}"
    # Two dimensions are integrated on a grid, more by draws of the encoder's Gaussian, here of the same model.
    assert found.log_evidence_nats == pytest.approx(-float(exact_nats(x)), abs=0.02)
    assert found.values_nats.shape == (N_RUNS, N_PRIOR_DRAWS)
    assert np.abs(found.values_nats[:, -1] - found.log_evidence_nats).max() < 0.3
