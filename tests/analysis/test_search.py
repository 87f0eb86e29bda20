"""Hits against brute force, and precision counted by hand."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from explorer.analysis.search import RetrievalIndex, chance_precision, measure_search
from explorer.data import load_dataset
from explorer.errors import AnalysisError
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec


def some_haystack(seed: int, n: int = 300, dim: int = 12) -> RetrievalIndex:
    rng = np.random.default_rng(seed)
    return RetrievalIndex(
        rng.standard_normal((n, dim), dtype=np.float32),
        rng.integers(0, 3, n),
        rng.standard_normal((7, dim), dtype=np.float32),
        rng.integers(0, 3, 7),
    )


@pytest.mark.parametrize("dim", [2, 12])
def test_hits_are_the_nearest_in_order(dim: int) -> None:
    haystack = some_haystack(0, dim=dim)
    expected = np.argsort(cdist(haystack.queries, haystack.among), axis=1)[:, :10]
    np.testing.assert_array_equal(haystack.hits(), expected)


def test_precision_is_the_share_of_right_hits() -> None:
    codes, pixels = some_haystack(1), some_haystack(2)
    *_, last = measure_search(codes, pixels)
    assert last.result is not None
    for haystack, precision in ((codes, last.result.by_codes), (pixels, last.result.by_pixels)):
        for query in range(7):
            order = np.argsort(np.linalg.norm(haystack.among - haystack.queries[query], axis=1))[:10]
            n_right = sum(haystack.labels[row] == haystack.query_labels[query] for row in order)
            assert precision[query] == pytest.approx(n_right / 10)


def test_chance_is_what_random_hits_reach() -> None:
    haystack = some_haystack(3)
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(haystack.among), (7, 20_000))
    assert chance_precision(haystack) == pytest.approx(haystack.is_right(drawn).mean(), abs=0.01)


def test_intervals_hold_their_means_and_the_difference_is_of_the_same_queries() -> None:
    *_, last = measure_search(some_haystack(1), some_haystack(2))
    assert last.result is not None
    codes, pixels, difference = last.result.means()
    assert difference.value == pytest.approx(codes.value - pixels.value)
    for interval in (codes, pixels, difference):
        assert interval.low <= interval.value <= interval.high


def test_fewer_samples_than_hits_are_refused() -> None:
    with pytest.raises(AnalysisError, match="There are 5 samples to search, fewer than 10 hits"):
        some_haystack(0, n=5).hits()


def test_ten_numbers_find_digits_nearly_as_well_as_all_pixels() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    pca = fit_pca(train.pixels(), (8, 8), PCASpec(latent_dim=16))
    by_codes, by_pixels = (
        RetrievalIndex(encode(train.pixels()), train.labels, encode(test.pixels()), test.labels)
        for encode in (pca.encode, lambda x: x)
    )
    *_, last = measure_search(by_codes, by_pixels)
    assert last.result is not None
    assert last.result.by_codes.mean() > 0.93
    assert last.result.by_pixels.mean() > 0.93
    assert last.result.chance == pytest.approx(0.1, abs=0.01)
