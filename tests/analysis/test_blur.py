"""Why pictures blur: neighbours by code, means, and edge energies with their intervals."""

import numpy as np
import pytest

from explorer.analysis.blur import kept_by_average, sharpness_of, sharpness_over_k, what_a_code_stands_for
from explorer.analysis.sharpness import edge_energy, kept_edges_interval
from explorer.data import load_dataset
from explorer.store import load_checkpoint

TEST = load_dataset("digits", "test")
SHAPE = TEST.sample_shape


def test_a_code_stands_for_the_images_nearest_to_it() -> None:
    model, images = load_checkpoint("digits-vae-2d").model, TEST.pixels()
    codes = model.encode(images)
    of = what_a_code_stands_for(model, codes[5], images, codes, 0)
    np.testing.assert_array_equal(of.nearest[0], images[5])
    chosen = [int(np.flatnonzero((images == image).all(axis=1))[0]) for image in of.nearest]
    distances = np.linalg.norm(codes - codes[5], axis=1)
    assert distances[chosen].max() == np.sort(distances)[len(chosen) - 1]
    np.testing.assert_allclose(of.their_mean, of.nearest.mean(axis=0))
    np.testing.assert_allclose(of.decoded, model.decode(codes[5:6])[0])
    assert set(np.unique(of.drawn)) <= {0, 1}
    assert abs(of.drawn.mean() - of.decoded.mean()) < 0.1
    single = edge_energy(of.nearest.reshape(-1, *SHAPE)).mean()
    assert kept_by_average(of, SHAPE) == edge_energy(of.their_mean.reshape(1, *SHAPE))[0] / single < 1


def test_an_autoencoder_states_no_distribution_of_pixels() -> None:
    model, images = load_checkpoint("digits-ae-2d").model, TEST.pixels()
    of = what_a_code_stands_for(model, np.zeros(2, np.float32), images, model.encode(images), 0)
    assert of.drawn.shape == (0, 64)
    kinds = sharpness_of(model, images, model.encode(images), SHAPE, 0)
    assert [one.title for one in kinds] == ["reconstructions", "draws, decoded", "the mean image"]


def test_each_kind_of_picture_has_its_edge_energy() -> None:
    model, x = load_checkpoint("digits-vae-2d").model, TEST.pixels()
    by_title = {one.title: one.kept for one in sharpness_of(model, x, model.encode(x), SHAPE, 0)}
    means = np.broadcast_to(x.mean(axis=0), x.shape)
    energies = edge_energy(means.reshape(-1, *SHAPE)).sum() / edge_energy(x.reshape(-1, *SHAPE)).sum()
    assert by_title["the mean image"].value == pytest.approx(energies)
    assert by_title["the mean image"].high < by_title["reconstructions"].low
    assert by_title["reconstructions"].high < 1 < by_title["draws of x ~ p(x|z)"].low


def test_models_stand_in_the_order_of_k() -> None:
    models = {name: load_checkpoint(name).model for name in ("digits-ae-8d", "digits-vae-2d")}
    found = sharpness_over_k(models, TEST.pixels(), SHAPE)
    assert [(one.family, one.latent_dim) for one in found] == [("vae", 2), ("ae", 8)]
    assert found[0].kept.value < found[1].kept.value


def test_the_interval_of_a_ratio_holds_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    others, n_held = np.float32(0.5), 0
    for _ in range(200):
        images = rng.random((60, 3, 3)).astype(np.float32)
        noise = rng.normal(1, 0.3, (60, 1, 1)).astype(np.float32)
        found = kept_edges_interval(images, images * others * noise)
        n_held += found.low <= 0.25 * (1 + 0.3**2) <= found.high
    assert 180 <= n_held <= 198
