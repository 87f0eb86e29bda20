"""Published figures on MNIST, reached again; minutes of training."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import subspace_angles

from explorer.analysis.evaluate import evaluate
from explorer.data import load_dataset
from explorer.models import LatentModel, LinearAESpec, PCASpec, VAESpec
from explorer.models.autoencoder import Autoencoder
from explorer.models.pca import PCA
from explorer.training import Record, RunSpec, TrainingState, mean_terms, start, train

pytestmark = [pytest.mark.slow, pytest.mark.mnist]


def trained(run: RunSpec) -> tuple[TrainingState, list[Record]]:
    state = start(run, load_dataset("mnist"))
    return state, list(train(state))


def mean_squared_error(model: LatentModel, x: NDArray[np.float32]) -> float:
    return float(np.square(x - model.decode(model.encode(x))).mean())


def test_a_linear_autoencoder_becomes_pca() -> None:
    """Baldi & Hornik 1989: the same subspace, and so the same error."""
    run = RunSpec(
        *(LinearAESpec(10), "mnist", 20),
        learning_rate=5e-3,
        batch_size=256,
        schedule="cosine",
        validation_fraction=0,
    )
    state, _ = trained(run)
    pca = start(RunSpec(PCASpec(10), "mnist", validation_fraction=0), load_dataset("mnist")).model
    assert isinstance(pca, PCA)
    assert isinstance(state.model, Autoencoder)
    x = load_dataset("mnist", "test").pixels()
    assert mean_squared_error(pca, x) == pytest.approx(0.03407, abs=5e-6)
    assert mean_squared_error(state.model, x) == pytest.approx(mean_squared_error(pca, x), abs=1e-4)
    learned = state.model.network.decoder[0].weight.detach().cpu().numpy()  # type: ignore[operator]
    assert np.rad2deg(subspace_angles(learned, pca.components[:10].T)).max() < 2


def test_the_lectures_linear_autoencoder() -> None:
    """784-2-784 with a sigmoid: a training error of .06488 per pixel in the tenth epoch."""
    state, records = trained(RunSpec(LinearAESpec(2, "sigmoid"), "mnist", 10, validation_fraction=0))
    last_epoch = [record for record in records if record.epoch > 9]
    sse = mean_terms(last_epoch, state.n_steps - state.steps_per_epoch)["loss"]
    assert sse is not None
    assert sse / 784 <= 0.0649


def test_the_examples_vae() -> None:
    """PyTorch's examples/vae: 784-400-20, batches of 128, Adam at 1e-3, ten epochs; 105.6 nats per test image."""
    run = RunSpec(VAESpec(20, (400,)), "mnist", 10, seed=1, validation_fraction=0)
    metrics = evaluate(trained(run)[0].model, load_dataset("mnist"), load_dataset("mnist", "test"))
    assert metrics["negative_elbo_nats"] == pytest.approx(105.66, abs=0.3)
    assert metrics["active_units"] == 20
