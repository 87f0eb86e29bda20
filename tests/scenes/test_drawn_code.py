"""A model's plane with the model both ways, as the browser reads it."""

import numpy as np
import pytest

from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.outside_sample import OutsideSample, OwnSamples
from explorer.figures.theme import class_colour
from explorer.models.autoencoder import build_autoencoder
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import CVAESpec, PCASpec
from explorer.scenes import drawn_code
from explorer.scenes.drawn_code import (
    answer_of,
    build_coder,
    build_drawn_code,
    build_reconstructions,
    drawn_code_in,
    drawn_code_message,
    reconstructions_message,
)
from tests.ui.components.message_reader import read_message


@pytest.fixture
def pca() -> PCA:
    return fit_pca(np.random.default_rng(0).random((30, 12)), (3, 4), PCASpec(2))


def own(n: int) -> OwnSamples:
    rng = np.random.default_rng(1)
    codes, labels, wide = rng.normal(size=(n, 2)).astype(np.float32), np.arange(n) % 2, np.zeros(n)
    return OwnSamples(
        ("cat", "dog"), axis_plane(np.zeros(2, np.float32), 0, 1), codes, labels, codes, labels, wide, wide
    )


def test_the_message_holds_the_model_both_ways_in_half_precision(pca: PCA) -> None:
    header, arrays = read_message(drawn_code_message(build_drawn_code("PCA", pca, own(9))).to_bytes(answer=None))
    assert (header["title"], header["image_shape"], header["answer"]) == ("PCA", [3, 4], None)
    assert header["colors"] == [class_colour(0), class_colour(1)]
    assert header["axis_names"] == ["z₁", "z₂"]
    np.testing.assert_array_equal(header["axes"], np.eye(2))
    (encoder,), (decoder,) = header["encoder"], header["decoder"]
    assert {arrays[layer["weight"]].dtype.name for layer in (encoder, decoder)} == {"float16"}
    x = np.random.default_rng(2).random(12, dtype=np.float32)
    z = arrays[encoder["weight"]].astype(float) @ x + arrays[encoder["bias"]]
    np.testing.assert_allclose(z, pca.encode(x[None])[0], atol=5e-3)
    x_hat = arrays[decoder["weight"]].astype(float) @ z + arrays[decoder["bias"]]
    np.testing.assert_allclose(x_hat, pca.decode(pca.encode(x[None]))[0], atol=5e-3)


def test_dots_are_some_of_the_test_codes_with_their_labels(pca: PCA) -> None:
    given = own(3000)
    scene = build_drawn_code("PCA", pca, given)
    assert len(scene.points) == len(scene.labels) == 2000
    label_of = {tuple(code): label for code, label in zip(given.test_codes.tolist(), given.test_labels, strict=True)}
    assert all(
        label_of[tuple(point)] == label for point, label in zip(scene.points.tolist(), scene.labels, strict=True)
    )


def test_a_model_of_many_weights_stays_with_the_server(pca: PCA, monkeypatch: pytest.MonkeyPatch) -> None:
    n_bytes = build_coder("PCA", pca).weight_bytes
    assert n_bytes == 2 * (2 * 12 + 2 + 12 * 2 + 12)
    monkeypatch.setattr(drawn_code, "MAX_WEIGHT_BYTES", n_bytes)
    assert build_coder("PCA", pca).encoder is not None
    monkeypatch.setattr(drawn_code, "MAX_WEIGHT_BYTES", n_bytes - 1)
    header, arrays = read_message(drawn_code_message(build_drawn_code("PCA", pca, own(9))).to_bytes(answer=None))
    assert (header["encoder"], header["decoder"]) == (None, [])
    assert set(arrays) == {"points", "labels"}


def test_models_are_sent_as_long_as_there_is_room_and_others_are_named(
    pca: PCA, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_bytes = build_coder("PCA", pca).weight_bytes
    monkeypatch.setattr(drawn_code, "MAX_TOTAL_BYTES", 2 * n_bytes)
    conditional = build_autoencoder(CVAESpec(latent_dim=2, hidden=(2,)), (3, 4), 0, n_classes=2)
    given: list[tuple[str, LatentModel]] = [("a", pca), ("told", conditional), ("b", pca), ("c", pca)]
    scene = build_reconstructions(given)
    assert ([coder.title for coder in scene.coders], scene.left_out) == (["a", "b"], ("told", "c"))
    assert (scene.image_shape, scene.weight_bytes) == ((3, 4), 2 * n_bytes)
    header, arrays = read_message(reconstructions_message(scene).to_bytes())
    assert [model["title"] for model in header["models"]] == ["a", "b"]
    layers = [layer for one in header["models"] for layer in (*one["encoder"], *one["decoder"])]
    names = {layer[field] for layer in layers for field in ("weight", "bias")}
    assert names == set(arrays)
    assert len(names) == 8


def test_the_servers_answer_has_the_place_the_posterior_and_the_picture() -> None:
    covariance = np.array([[4, 1.2], [1.2, 1]], np.float32)
    sample = OutsideSample(np.array([2, 9], np.float32), covariance, np.ones(6, np.float32), 1, 4, 3.5, 0.5, 2.0, 0.25)
    answer = answer_of(sample)
    assert (answer["place"], answer["x_hat"], answer["error"]) == ([2, 9], [1] * 6, 3.5)
    np.testing.assert_allclose(answer["covariance"], [4, 1.2, 1])


def test_a_plane_of_ones_own_choice_shows_the_codes_that_are_given() -> None:
    x = np.random.default_rng(0).random((30, 12))
    model = fit_pca(x, (3, 4), PCASpec(3))
    codes, labels = model.encode(x.astype(np.float32)), np.arange(30) % 2
    plane = axis_plane(np.zeros(3, np.float32), 2, 0)
    scene = drawn_code_in(plane, "PCA", model, codes, labels, ("cat", "dog"))
    shown = {tuple(point) for point in scene.points.tolist()}
    assert shown == {tuple(point) for point in codes[:, [2, 0]].tolist()}
    assert scene.image_shape == (3, 4)
