"""Bits, use and error of codebooks by hand, and both ways compared seed by seed."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from explorer.analysis.codebooks import (
    AE,
    CLUSTERS,
    PCA,
    SETTINGS,
    VQ,
    codebook_run,
    decoded_codebook,
    gain,
    n_bits,
    perplexity,
    rounded_error,
    rounded_run,
    vector_numbers,
)
from explorer.data import Dataset
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, PCASpec
from tests.figures.cases import some_codebooks


def pictures() -> Dataset:
    """Sixty pictures of 2 × 2 pixels."""
    samples = np.random.default_rng(0).integers(0, 256, (60, 2, 2)).astype(np.uint8)
    return Dataset("small", "train", samples, np.zeros(60, np.int64), ("all",))


def model_with_codebook(n_vectors: int, n_parts: int) -> Autoencoder:
    spec = AESpec(4, (5,), quantisation="codebook", codebook_size=n_vectors, code_parts=n_parts)
    return build_autoencoder(spec, (2, 2), seed=0)


@pytest.mark.parametrize(("size", "n_parts", "bits"), [(16, 1, 4), (64, 1, 6), (64, 2, 12), (64, 8, 48), (2, 3, 3)])
def test_bits_count_all_codes(size: int, n_parts: int, bits: int) -> None:
    assert n_bits(size, n_parts) == bits
    assert size**n_parts == 2**bits


def test_perplexity_is_the_number_of_vectors_that_are_used_alike() -> None:
    assert perplexity(np.array([7, 7, 0, 7, 7, 0])) == pytest.approx(4)
    assert perplexity(np.array([9, 0, 0])) == pytest.approx(1)
    # A half, a quarter and two eighths have 1/2 + 2/4 + 3/8 + 3/8 = 1.75 bits.
    assert perplexity(np.array([4, 2, 1, 1])) == pytest.approx(2**1.75)


def test_each_part_falls_on_its_nearest_vector_and_the_decoder_gets_it() -> None:
    model, x = model_with_codebook(4, 2), pictures().pixels()
    assert model.network.codebook is not None
    vectors = model.network.codebook.vectors.detach().numpy()
    code = model.network.encoder(torch.from_numpy(x)).detach().numpy()
    for row, numbers in enumerate(vector_numbers(model, x)):
        for part, number in enumerate(numbers):
            own = code[row, 2 * part : 2 * part + 2]
            assert number == min(range(4), key=lambda c: ((vectors[part, c] - own) ** 2).sum())
        np.testing.assert_allclose(model.encode(x[row : row + 1])[0], vectors[[0, 1], numbers].ravel(), rtol=1e-6)


def test_a_model_without_a_codebook_has_no_numbers() -> None:
    with pytest.raises(ValueError, match="no codebook"):
        vector_numbers(build_autoencoder(AESpec(2, (5,)), (2, 2), seed=0), pictures().pixels())


def test_a_decoded_codebook_is_sorted_by_its_use_and_counts_every_picture() -> None:
    train, models = pictures(), [model_with_codebook(8, 1), model_with_codebook(8, 1)]
    clusters = [KMeans(8, n_init=1, random_state=seed).fit(train.pixels()) for seed in (0, 1)]
    found = decoded_codebook(models, clusters, train)
    numbers = vector_numbers(models[0], train.pixels())[:, 0]
    by_hand = sorted((int((numbers == vector).sum()) for vector in range(8)), reverse=True)
    assert list(found.counts) == by_hand
    assert list(found.live) == [len(set(numbers))] * 2
    shares = np.array([count for count in by_hand if count]) / 60
    assert found.perplexity == pytest.approx([np.prod(shares**-shares)] * 2)
    most_used = np.bincount(numbers, minlength=8).argmax()
    row = np.flatnonzero(numbers == most_used)[0]
    shown = np.rint(255 * models[0].decode(models[0].encode(train.pixels()[row : row + 1]))).reshape(2, 2)
    np.testing.assert_array_equal(found.pictures[0], shown)


def test_a_rounded_code_has_the_error_of_its_best_levels() -> None:
    # One number and one bit: the best two levels of a line are the means of its best cut, found by trying all.
    line = np.array([0, 10, 20, 130, 140, 150, 200, 210], np.uint8)
    samples = np.repeat(line, 4).reshape(-1, 2, 2)
    train = Dataset("line", "train", samples, np.zeros(8, np.int64), ("all",))
    model, x = fit_pca(samples.reshape(8, -1), (2, 2), PCASpec(1)), train.pixels()
    values = line / 255
    cuts = (np.split(values, [cut]) for cut in range(1, 8))
    best = min(sum(((side - side.mean()) ** 2).sum() for side in sides) / 8 for sides in cuts)
    assert rounded_error([model], train, x, 1) == pytest.approx(best, rel=1e-4)


def test_a_number_of_bits_that_no_model_can_spend_has_no_error() -> None:
    samples = pictures().samples
    model = fit_pca(samples.reshape(60, -1), (2, 2), PCASpec(2))
    assert rounded_error([model], pictures(), pictures().pixels(), 3) == np.inf


def test_all_networks_are_trained_alike_but_for_the_code() -> None:
    runs = [codebook_run("digits", *one, 2) for one in SETTINGS] + [rounded_run("digits", 4, 2)]
    for one, other in itertools.pairwise(runs):
        assert (one.n_epochs, one.seed, one.learning_rate, one.schedule, one.validation_fraction) == (
            *(other.n_epochs, other.seed, other.learning_rate, other.schedule),
            other.validation_fraction,
        )
    assert [n_bits(*one) for one in SETTINGS] == [4, 6, 12, 24, 48]


def test_a_gain_is_the_other_error_less_the_codebooks_seed_by_seed() -> None:
    found = some_codebooks()
    by_seed = np.array([0.06, 0.059, 0.056]) - np.array([0.05, 0.051, 0.054])
    beside_ae = gain(found, AE, 2)
    assert beside_ae.value == pytest.approx(by_seed.mean())
    assert beside_ae.high - beside_ae.value == pytest.approx(4.303 * by_seed.std(ddof=1) / np.sqrt(3), rel=1e-3)
    assert gain(found, PCA, 2).value == pytest.approx(np.mean(0.055 - np.array([0.05, 0.051, 0.054])))
    assert len(found.curve(CLUSTERS).at(8)) == 0
    assert len(found.curve(VQ).at(8)) == 3
