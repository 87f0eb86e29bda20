"""What a decoder says about pixels, for every family, and that its draws have the moments that it states."""

import numpy as np
import pytest

from explorer.data import load_dataset
from explorer.models.likelihood import (
    GREY_PIXELS,
    GREY_SAMPLES,
    PixelDistribution,
    grey_pixels_note,
    grey_samples_note,
    is_density,
    pixel_distribution,
)
from explorer.models.ppca import fit_ppca
from explorer.models.spec import AESpec, ModelSpec, PPCASpec, VAESpec
from explorer.training import RunSpec, start


def test_a_gaussian_draw_scatters_by_sigma_around_the_mean_and_leaves_the_range() -> None:
    mean = np.full((200, 64), 0.95, np.float32)
    x = PixelDistribution(0.04).sample(mean, np.random.default_rng(0))
    assert [float(x.mean()), float(x.std())] == pytest.approx([0.95, 0.2], abs=0.01)
    assert x.max() > 1


def test_a_bernoulli_draw_is_black_and_white_with_the_mean_of_the_pixels() -> None:
    mean = np.full((200, 64), 0.3, np.float32)
    x = PixelDistribution(None).sample(mean, np.random.default_rng(0))
    assert set(np.unique(x)) == {0.0, 1.0}
    assert float(x.mean()) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (AESpec(2, (8,)), None),
        (VAESpec(2, (8,)), PixelDistribution(None)),
        (VAESpec(2, (8,), likelihood="gaussian", variance=0.25), PixelDistribution(0.25)),
    ],
)
def test_the_model_is_asked(model: ModelSpec, expected: PixelDistribution | None) -> None:
    state = start(RunSpec(model, "digits", n_epochs=1), load_dataset("digits"), "cpu")
    assert pixel_distribution(state.model) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (PPCASpec(latent_dim=2), True),
        (VAESpec(2, (8,), likelihood="gaussian"), True),
        (VAESpec(2, (8,)), False),
        (AESpec(2, (8,)), False),
    ],
)
def test_a_distortion_is_a_density_for_gaussian_pixels_alone(spec: ModelSpec, expected: bool) -> None:
    assert is_density(spec) is expected


def test_ppca_states_its_noise() -> None:
    digits = load_dataset("digits")
    ppca = fit_ppca(digits.pixels(), digits.sample_shape, PPCASpec(5))
    stated = pixel_distribution(ppca)
    assert stated == PixelDistribution(ppca.noise_variance)
    assert stated is not None
    assert stated.is_density
    assert stated.formula == f"N(x̂, σ² I) with σ = {np.sqrt(ppca.noise_variance):.3g}"


@pytest.mark.parametrize(
    ("model", "is_grey"),
    [
        (VAESpec(), True),
        (VAESpec(binarisation="dynamic"), False),
        (VAESpec(likelihood="gaussian"), False),
        (AESpec(), False),
    ],
)
def test_grey_pixels_are_named_under_a_bernoulli_decoder(model: ModelSpec, is_grey: bool) -> None:
    notes = grey_pixels_note(model), grey_samples_note(model)
    assert notes == ((GREY_PIXELS, GREY_SAMPLES) if is_grey else ("", ""))
