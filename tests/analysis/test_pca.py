"""What is said of PCA, against brute force and against its definition."""

import numpy as np
import pytest
from sklearn.decomposition import PCA as SklearnPCA  # noqa: N811 - not a constant

from explorer.analysis.pca import (
    ROWS_AT_ONCE,
    decompose,
    example_cloud,
    pick_from_plane,
    project,
    ranks,
    reconstruction_errors,
    spectrum,
    tails,
)
from explorer.data import Dataset, load_dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec


@pytest.fixture(scope="module")
def train() -> Dataset:
    return load_dataset("digits", "train")


@pytest.fixture(scope="module")
def test_split() -> Dataset:
    return load_dataset("digits", "test")


@pytest.fixture(scope="module")
def model(train: Dataset) -> PCA:
    return fit_pca(train.pixels(), train.sample_shape, PCASpec(latent_dim=2))


def test_spectrum_shares(model: PCA, train: Dataset) -> None:
    oracle = SklearnPCA().fit(train.pixels().astype(np.float64))
    found = spectrum(model)
    np.testing.assert_allclose(found.share, oracle.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(found.cumulative, np.cumsum(oracle.explained_variance_ratio_), atol=1e-6)
    assert found.total == pytest.approx(train.pixels().var(axis=0, ddof=1).sum(), rel=1e-5)


def test_components_for_is_the_smallest_that_suffices(model: PCA) -> None:
    found = spectrum(model)
    k = found.components_for(0.9)
    assert found.cumulative[k - 1] >= 0.9 > found.cumulative[k - 2]
    assert found.components_for(0) == 1


def test_rank_counts_pixels_that_change(model: PCA, train: Dataset) -> None:
    assert spectrum(model).rank == np.linalg.matrix_rank(train.pixels().astype(np.float64) - model.mean)


def test_spectrum_without_variance() -> None:
    flat = spectrum(fit_pca(np.ones((3, 4), np.float32), (2, 2), PCASpec(latent_dim=1)))
    assert (flat.rank, flat.total, flat.components_for(0.9)) == (0, 0, 1)
    assert (flat.share == 0).all()


def test_tails() -> None:
    np.testing.assert_array_equal(tails(np.array([[3.0, 2.0, 1.0]])), [[6, 3, 1, 0]])


@pytest.mark.parametrize("k", [1, 2, 10, 40])
def test_errors_equal_brute_force(model: PCA, test_split: Dataset, k: int) -> None:
    x = test_split.pixels()
    truncated = model.truncated(k)
    sse = np.square(x - truncated.decode(truncated.encode(x))).sum(axis=1)
    curve = reconstruction_errors(model, test_split)
    assert curve.sse[k] == pytest.approx(sse.mean(), rel=1e-4)
    assert curve.class_sse[7, k] == pytest.approx(sse[test_split.labels == 7].mean(), rel=1e-4)


def test_error_of_the_mean_alone_and_of_all_components(model: PCA, test_split: Dataset) -> None:
    curve = reconstruction_errors(model, test_split)
    assert curve.sse[0] == pytest.approx(np.square(test_split.pixels() - model.mean).sum(axis=1).mean(), rel=1e-5)
    assert (curve.n_pixels, curve.sse[64]) == (64, 0)


def test_train_error_is_the_discarded_variance(model: PCA, train: Dataset) -> None:
    n = len(train)
    expected = tails(model.variances.astype(np.float64)) * (n - 1) / n
    np.testing.assert_allclose(reconstruction_errors(model, train).sse, expected, rtol=1e-4, atol=1e-5)


def test_errors_over_several_chunks_and_with_a_class_that_is_missing(model: PCA, train: Dataset) -> None:
    times = ROWS_AT_ONCE // len(train) + 1
    samples, labels = np.tile(train.samples, (times, 1, 1)).astype(np.float32), np.tile(train.labels, times)
    repeated = Dataset("digits", "train", samples, labels, (*train.class_names, "none"))
    curve, once = reconstruction_errors(model, repeated), reconstruction_errors(model, train)
    np.testing.assert_allclose(curve.sse, once.sse, rtol=1e-5, atol=1e-6)
    assert (curve.class_sse[10] == 0).all()


def test_decomposition_adds_up(model: PCA, test_split: Dataset) -> None:
    image = test_split.pixels(slice(0, 1))[0]
    parts = decompose(model, image)
    mean, first, second, everything = parts.partial_sums(np.array([0, 1, 2, 64]))
    np.testing.assert_allclose(mean, model.mean, atol=1e-6)
    np.testing.assert_allclose(first, model.mean + parts.coefficients[0] * model.components[0], atol=1e-6)
    np.testing.assert_allclose(second - first, parts.coefficients[1] * model.components[1], atol=1e-6)
    np.testing.assert_allclose(everything, image, atol=1e-5)


def test_decomposition_agrees_with_the_model(model: PCA, test_split: Dataset) -> None:
    image = test_split.pixels(slice(5, 6))
    parts = decompose(model, image[0])
    np.testing.assert_allclose(parts.coefficients[:2], model.encode(image)[0], atol=1e-5)
    np.testing.assert_allclose(parts.sse[2], np.square(image - model.decode(model.encode(image))).sum(), rtol=1e-4)


def test_picks_are_the_nearest_of_their_cell() -> None:
    codes = np.random.default_rng(0).standard_normal((500, 2)) * (3, 1)
    picks = pick_from_plane(codes, 6, "range")
    assert picks.shape[0] == 6 > picks.shape[1]
    in_some_cell = 0
    for middle, row in zip(picks.middles, picks.rows, strict=True):
        inside = (np.abs(codes - middle) <= picks.cell / 2 * (1 + 1e-9)).all(axis=1)
        in_some_cell += inside.sum()
        assert row == np.where(inside, np.square(codes - middle).sum(axis=1), np.inf).argmin()
    assert in_some_cell == 500


def test_an_empty_cell_has_no_pick() -> None:
    picks = pick_from_plane(np.array([[0.0, 0.0], [10.0, 10.0]]), 2, "range")
    assert sorted(picks.rows) == [0, 1]
    np.testing.assert_allclose(picks.middles, [[2.5, 2.5], [7.5, 7.5]])


def test_quantile_spacing_fills_the_plane_evenly() -> None:
    codes = np.exp(np.random.default_rng(0).standard_normal((2000, 2)))
    picks = pick_from_plane(codes, 5, "quantile")
    assert (picks.shape, len(picks.rows)) == ((5, 5), 25)
    counts, _ = np.histogram(picks.coordinates[:, 0], bins=5, range=(0, 1))
    assert (counts == 400).all()
    np.testing.assert_allclose(picks.tick_scores[1], np.quantile(codes[:, 1], [0.02, 0.25, 0.5, 0.75, 0.98]))


def test_ranks_are_quantiles() -> None:
    np.testing.assert_allclose(ranks(np.array([[30.0], [10.0], [20.0], [40.0]]))[:, 0], [0.625, 0.125, 0.375, 0.875])


def test_codes_on_one_point_give_one_pick() -> None:
    picks = pick_from_plane(np.zeros((9, 2)), 4, "range")
    assert (picks.shape, len(picks.rows)) == ((1, 1), 1)


def test_variance_and_error_trade_exactly() -> None:
    cloud = example_cloud(seed=3)
    total = np.square(cloud).sum(axis=1).mean()
    for angle in range(0, 181, 15):
        turned = project(cloud, angle)
        assert turned.variance + turned.error == pytest.approx(total)
        assert turned.variance == pytest.approx(turned.w @ np.cov(cloud.T, ddof=0) @ turned.w)


def test_the_example_cloud_is_longest_at_its_angle() -> None:
    cloud = example_cloud(seed=0, angle_degrees=30, stds=(2, 0.7))
    assert project(cloud, 30).variance == pytest.approx(4)
    assert project(cloud, 120).variance == pytest.approx(0.49)
    np.testing.assert_allclose(cloud.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(cloud, example_cloud(seed=0))


@pytest.mark.mnist
def test_the_published_table_of_mnist() -> None:
    train, test = load_dataset("mnist", "train"), load_dataset("mnist", "test")
    model = fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=2))
    found, curve = spectrum(model), reconstruction_errors(model, test)
    sse = {2: 43.645, 10: 26.714, 20: 18.454, 30: 13.866, 50: 9.004, 100: 4.403, 154: 2.589}
    for k, expected in sse.items():
        assert round(float(curve.sse[k]), 3) == expected
    mse = {2: 0.05567, 10: 0.03407, 20: 0.02354, 50: 0.01149, 100: 0.00562, 154: 0.00330}
    for k, expected in mse.items():
        assert round(float(curve.sse[k]) / curve.n_pixels, 5) == expected
    shares = {2: 0.168, 10: 0.488, 20: 0.644, 50: 0.825, 100: 0.915, 154: 0.950}
    for k, expected in shares.items():
        assert round(float(found.cumulative[k - 1]), 3) == expected
    assert [found.components_for(share) for share in (0.9, 0.95, 0.99)] == [87, 154, 331]
    assert found.rank == 712
    assert round(found.total * (len(train) - 1) / len(train), 3) == 52.725
    assert int((train.samples.reshape(len(train), -1).max(axis=0) == 0).sum()) == 67
