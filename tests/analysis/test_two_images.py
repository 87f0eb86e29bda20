"""A training on two images in turns: whose turn it is, and how often a draw tells its image."""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from explorer.analysis import two_images
from explorer.analysis.two_images import (
    N_DECODED,
    N_JUDGED,
    N_POINTS,
    STEPS,
    accuracy,
    first_of_classes,
    frame_of,
    judging_noise,
    learn_two_images,
    network_of,
    take_turns,
)
from explorer.data import Dataset, load_dataset
from explorer.errors import AnalysisError
from explorer.models.autoencoder import Batch, build_autoencoder, loss_terms

SHAPE, N_PIXELS = (3, 3), 9


def pair() -> torch.Tensor:
    """Two images without a pixel in common."""
    x = torch.zeros(2, N_PIXELS)
    x[0, :4], x[1, 5:] = 1, 1
    return x


@pytest.mark.parametrize("distance", [0.5, 2.0])
def test_draws_of_two_equal_gaussians_are_told_as_half_their_distance_says(distance: float) -> None:
    mean = torch.tensor([[0.0, 0.0], [distance, 0.0]])
    z = mean[:, None] + judging_noise(0)
    found = accuracy(mean, torch.zeros(2, 2), z)
    assert found.low < norm.cdf(distance / 2) < found.high
    assert found.high - found.low < 0.04


def test_a_narrow_and_a_wide_cloud_around_one_point_are_told_by_their_widths() -> None:
    log_var = torch.tensor([[0.0, 0.0], [4.0, 4.0]])
    z = torch.exp(0.5 * log_var)[:, None] * judging_noise(0)
    # |z|² is exponential in two dimensions; the densities of variances 1 and v are equal at r² = 2 v log v / (v - 1).
    variance = np.exp(4)
    square = 2 * variance * np.log(variance) / (variance - 1)
    right = (1 - np.exp(-square / 2) + np.exp(-square / (2 * variance))) / 2
    assert accuracy(torch.zeros(2, 2), log_var, z).value == pytest.approx(right, abs=0.02)


def test_one_image_after_the_other_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def watched(spec: object, network: object, batch: Batch, epsilon: object) -> object:
        seen.append(int(batch.x[0, 8]))
        assert batch.x is batch.target
        return loss_terms(spec, network, batch, epsilon)  # type: ignore[arg-type]

    monkeypatch.setattr(two_images, "loss_terms", watched)
    spec = network_of(1)
    steps = take_turns(spec, build_autoencoder(spec, SHAPE, 0).network, pair(), 0)
    assert [next(steps) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert seen == [0, 1, 0, 1, 0]


def test_a_frame_is_of_the_network_as_it_is() -> None:
    spec, x, noise = network_of(1), pair(), judging_noise(0)
    model = build_autoencoder(spec, SHAPE, 3)
    frame = frame_of(spec, model.network, x, noise, 7)
    posterior = model.posterior(x.numpy())  # type: ignore[attr-defined]
    z = posterior.mean[:, None] + np.exp(posterior.log_var / 2)[:, None] * noise.numpy()
    np.testing.assert_allclose(frame.codes, z[:, :N_POINTS], rtol=1e-5)
    np.testing.assert_allclose(frame.decoded[1] / 255, model.decode(z[1, :N_DECODED]), atol=0.003)
    p = np.stack([model.decode(part) for part in z]).astype(np.float64)
    log_p = np.where(x.numpy()[:, None] == 1, np.log(p), np.log(1 - p)).sum(axis=-1)
    assert frame.reconstruction_nats == pytest.approx(-log_p.mean(), rel=1e-5)
    kl = 0.5 * (posterior.mean**2 + np.exp(posterior.log_var) - 1 - posterior.log_var)
    np.testing.assert_allclose(frame.kl_nats, kl.mean(axis=0), rtol=1e-4)
    assert (frame.step, frame.codes.shape) == (7, (2, N_POINTS, 2))


@pytest.mark.parametrize(("beta", "least", "most"), [(0, 0.99, 1.0), (20, 0.45, 0.6)])
def test_clouds_part_without_a_prior_and_stay_one_under_a_strong_pull(beta: float, least: float, most: float) -> None:
    *_, end = learn_two_images(pair().numpy(), SHAPE, beta)
    found = end.result
    assert tuple(frame.step for frame in found.frames) == STEPS
    assert STEPS[0] == 1
    assert STEPS[-1] == two_images.N_STEPS
    assert found.frames[0].accuracy.value < 0.6
    assert least <= found.frames[-1].accuracy.value <= most


def test_the_first_sample_of_each_class_is_taken_and_a_class_without_any_is_named() -> None:
    digits = load_dataset("digits", "test")
    rows = first_of_classes(digits, ("3", "2"))
    assert [int(digits.labels[row]) for row in rows] == [3, 2]
    assert 3 not in digits.labels[: rows[0]]
    twos = Dataset("twos", "test", digits.samples[:1], np.array([2]), digits.class_names)
    with pytest.raises(AnalysisError, match=r"twos .test. has no sample of 2 or of 3"):
        first_of_classes(twos, ("2", "3"))
    assert judging_noise(0).shape == (2, N_JUDGED, 2)
