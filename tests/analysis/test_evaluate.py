"""The figures of merit, each computed again by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from explorer.analysis.evaluate import METRIC_NAMES, evaluate, iwae_sample_count, knn_accuracy
from explorer.analysis.likelihood import iwae_nats
from explorer.data import Dataset, load_dataset
from explorer.errors import AnalysisError
from explorer.models import (
    AESpec,
    ConditionalModel,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LatentModel,
    LinearAESpec,
    ModelSpec,
    PCASpec,
    VAESpec,
)
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.training import RunSpec, start, train


@pytest.fixture(scope="module")
def parts() -> tuple[Dataset, Dataset]:
    return load_dataset("digits"), load_dataset("digits", "test")


def fitted(spec: ModelSpec, dataset: Dataset) -> LatentModel:
    state = start(RunSpec(spec, "digits", n_epochs=3, learning_rate=5e-3), dataset, "cpu")
    for _ in train(state):
        pass
    return state.model


@pytest.fixture(scope="module")
def vae(parts: tuple[Dataset, Dataset]) -> VariationalAutoencoder:
    model = fitted(VAESpec(3, (32,)), parts[0])
    assert isinstance(model, VariationalAutoencoder)
    return model


@pytest.mark.parametrize(
    ("spec", "missing"),
    [
        (PCASpec(4), {"bce_nats", "distortion_nats", "rate_nats", "negative_elbo_nats", "active_units"}),
        (LinearAESpec(4), {"bce_nats", "distortion_nats", "rate_nats", "negative_elbo_nats", "active_units"}),
        (AESpec(4, (16,)), {"distortion_nats", "rate_nats", "negative_elbo_nats", "active_units"}),
        (VAESpec(4, (16,)), set()),
        (VAESpec(4, (16,), likelihood="gaussian", output="identity"), {"bce_nats"}),
        (ConvAESpec(4, channels=(4,)), {"distortion_nats", "rate_nats", "negative_elbo_nats", "active_units"}),
        (ConvVAESpec(4, channels=(4,)), set()),
        (CVAESpec(4, (16,)), set()),
        (GMVAESpec(4, (16,), n_components=3, pretraining=1), set()),
    ],
    ids=lambda part: None if isinstance(part, set) else str(part),
)
def test_a_model_has_the_figures_that_mean_something_for_it(
    spec: ModelSpec, missing: set[str], parts: tuple[Dataset, Dataset]
) -> None:
    metrics = evaluate(fitted(spec, parts[0]), *parts, iwae_k=2)
    assert tuple(metrics) == METRIC_NAMES
    bounds = set() if isinstance(spec, VAESpec) else {"iwae_nats", "iwae_k"}
    assert {name for name, value in metrics.items() if value is None} == missing | bounds
    assert all(type(value) in (float, int) for value in metrics.values() if value is not None)


def test_errors_are_those_of_the_decoded_codes(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    metrics, x = evaluate(vae, *parts), parts[1].pixels().astype(np.float64)
    decoded = vae.decode(vae.encode(parts[1].pixels())).astype(np.float64)
    assert metrics["mse"] == pytest.approx(((x - decoded) ** 2).mean(), rel=1e-6)
    assert metrics["sse"] == pytest.approx(64 * ((x - decoded) ** 2).mean(), rel=1e-6)
    by_hand = -(x * np.log(decoded) + (1 - x) * np.log1p(-decoded)).sum(axis=1).mean()
    assert metrics["bce_nats"] == pytest.approx(by_hand, rel=1e-5)


def test_the_elbo_is_rate_and_distortion(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    metrics, x = evaluate(vae, *parts), torch.from_numpy(parts[1].pixels())
    gaussian = vae.posterior(x.numpy())
    posterior = torch.distributions.Normal(torch.from_numpy(gaussian.mean), torch.from_numpy(gaussian.std))
    rate = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(dim=1).mean()
    z = posterior.sample((200,))  # the global generator, since only the expectation counts
    pixels = torch.from_numpy(vae.decode(z.reshape(-1, 3).numpy())).reshape(200, *x.shape)
    draws = torch.nn.functional.binary_cross_entropy(pixels, x.expand_as(pixels), reduction="none").sum(dim=-1)
    assert metrics["rate_nats"] == pytest.approx(rate.item(), rel=1e-5)
    assert metrics["distortion_nats"] == pytest.approx(draws.mean().item(), rel=0.01)
    assert metrics["negative_elbo_nats"] == pytest.approx(
        (metrics["rate_nats"] or 0) + (metrics["distortion_nats"] or 0)
    )


def test_active_units_move_with_the_data(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    means = vae.encode(parts[1].pixels())
    assert evaluate(vae, *parts)["active_units"] == sum(np.var(means, axis=0, ddof=1) > 0.01)
    still = fitted(VAESpec(3, (8,), beta=1000), parts[0])
    assert evaluate(still, *parts)["active_units"] == 0


def test_the_bound_says_how_many_draws_it_took(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    without, one, many = (evaluate(vae, *parts, iwae_k=k) for k in (None, 1, 50))
    assert (without["iwae_nats"], without["iwae_k"], one["iwae_k"], many["iwae_k"]) == (None, None, 1, 50)
    assert many["iwae_nats"] == pytest.approx(iwae_nats(vae, parts[1].pixels(), 50).mean())
    assert one["iwae_nats"] == pytest.approx(one["negative_elbo_nats"], abs=1)
    assert (one["iwae_nats"] or 0) > (many["iwae_nats"] or 0)


def test_neighbours_vote_as_scikit_learns_do(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    codes = [vae.encode(part.pixels()) for part in parts]
    oracle = KNeighborsClassifier(5, algorithm="brute").fit(codes[0], parts[0].labels)
    expected = float((oracle.predict(codes[1]) == parts[1].labels).mean())
    assert evaluate(vae, *parts)["knn_accuracy"] == pytest.approx(expected)


def test_neighbours_of_separate_clusters_are_never_wrong() -> None:
    centres = np.array([[0, 0], [9, 0], [0, 9]], np.float32)
    labels = np.arange(60) % 3
    codes = centres[labels] + np.random.default_rng(0).normal(0, 0.1, (60, 2)).astype(np.float32)
    assert knn_accuracy(codes[:30], labels[:30], codes[30:], labels[30:]) == 1
    assert knn_accuracy(codes[:30], labels[:30], codes[30:], (labels[30:] + 1) % 3) == 0


def test_samples_of_another_shape_are_refused(vae: VariationalAutoencoder, parts: tuple[Dataset, Dataset]) -> None:
    larger = replace(parts[1], samples=np.zeros((360, 9, 9), np.float32))
    with pytest.raises(AnalysisError, match=r"samples of shape \(8, 8\), but digits has \(9, 9\); evaluate it on the"):
        evaluate(vae, parts[0], larger)


@pytest.mark.parametrize(("factor", "are_codes_finite"), [(1e25, True), (1e40, False)])
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_a_model_that_overflows_is_refused(
    factor: float, are_codes_finite: bool, parts: tuple[Dataset, Dataset]
) -> None:
    blown = fitted(VAESpec(3, (32,)), parts[0])
    assert isinstance(blown, VariationalAutoencoder)
    with torch.no_grad():
        for layer in (0, 2):
            blown.network.encoder[layer].weight.mul_(factor**0.5)  # type: ignore[operator]
    assert np.isfinite(blown.encode(parts[1].pixels())).all() == are_codes_finite
    with pytest.raises(AnalysisError, match="no finite numbers; train it again with a lower learning rate"):
        evaluate(blown, *parts)


def test_a_binarised_model_has_its_likelihood_on_one_binarisation_and_its_errors_on_grey(
    parts: tuple[Dataset, Dataset],
) -> None:
    model = fitted(VAESpec(3, (32,), binarisation="dynamic"), parts[0])
    assert isinstance(model, VariationalAutoencoder)
    metrics, again, x = evaluate(model, *parts, iwae_k=20), evaluate(model, *parts, iwae_k=20), parts[1].pixels()
    assert metrics == again
    assert metrics["mse"] == pytest.approx(np.square(x - model.decode(model.encode(x))).mean(), rel=1e-5)
    black_or_white = (torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) < torch.from_numpy(x)).float()
    assert metrics["iwae_nats"] == pytest.approx(iwae_nats(model, black_or_white.numpy(), 20).mean(), rel=1e-5)
    assert metrics["iwae_nats"] != pytest.approx(iwae_nats(model, x, 20).mean(), rel=1e-3)


def test_a_conditional_model_is_told_the_labels_it_is_scored_with(parts: tuple[Dataset, Dataset]) -> None:
    model = fitted(CVAESpec(3, (32,)), parts[0])
    assert isinstance(model, ConditionalModel)
    x, labels = parts[1].pixels(), parts[1].labels
    expected = np.square(x - model.decode(model.encode(x, labels), labels)).mean()
    assert evaluate(model, *parts)["mse"] == pytest.approx(expected, rel=1e-5)
    mislabelled = replace(parts[1], labels=(labels + 1) % 10)
    assert evaluate(model, parts[0], mislabelled)["mse"] != pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("n_values", "n_images"), [(64, 1000), (784, 1000), (3072, 255), (12_288, 100)])
def test_the_importance_weighted_bound_takes_fewer_images_where_they_are_large(n_values: int, n_images: int) -> None:
    assert iwae_sample_count(n_values) == n_images
