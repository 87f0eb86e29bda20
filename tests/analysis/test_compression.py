"""Quantisers, entropies and JPEG against independent counts."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.stats import entropy
from sklearn.cluster import KMeans

from explorer.analysis import compression
from explorer.analysis.compression import Point
from explorer.data import load_dataset
from explorer.errors import AnalysisError
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec

TRAIN, TEST = load_dataset("digits"), load_dataset("digits", "test")
PCA = fit_pca(TRAIN.pixels(), (8, 8), PCASpec(latent_dim=6))


def test_levels_lose_no_more_than_k_means() -> None:
    codes = np.random.default_rng(0).standard_normal((2_000, 2)).astype(np.float32)
    levels = compression.fit_levels(codes, 2)
    assert levels.shape == (2, 4)
    for column, row in zip(codes.T, levels, strict=True):
        lost = np.square(column[:, None] - row).min(axis=1).sum()
        best = KMeans(4, n_init=5, random_state=0).fit(column[:, None]).inertia_
        assert lost <= 1.02 * best


def test_every_number_goes_to_its_nearest_level() -> None:
    codes, levels = np.array([[0.1, 5.0], [0.6, -3.0]], np.float32), np.array([[0.0, 1.0], [-1.0, 4.0]])
    np.testing.assert_allclose(compression.quantised(codes, levels), [[0, 4], [1, -1]])


def test_eight_bits_are_almost_the_code_itself() -> None:
    codes = PCA.encode(TRAIN.pixels())
    quantised = compression.quantised(codes, compression.fit_levels(codes, 8))
    assert np.abs(quantised - codes).mean() < 0.01 * codes.std()


@pytest.mark.parametrize("bits", [0, 9])
def test_other_numbers_of_bits_are_refused(bits: int) -> None:
    with pytest.raises(AnalysisError, match="it must have 1 to 8"):
        compression.fit_levels(np.zeros((3, 1), np.float32), bits)


def test_ideal_code_has_the_length_of_the_entropy() -> None:
    rng = np.random.default_rng(0)
    draws = rng.choice([-1, 0, 3], p=[0.2, 0.7, 0.1], size=(50_000, 2))
    expected = 2 * entropy([0.2, 0.7, 0.1], base=2) / 8
    assert compression.entropy_bytes(draws[:25_000], draws[25_000:]).mean() == pytest.approx(expected, rel=0.01)


def test_symbols_that_training_never_saw_still_have_a_code() -> None:
    n_bytes = compression.entropy_bytes(np.zeros((10, 1), np.int64), np.array([[0], [5]]))
    assert np.isfinite(n_bytes).all()
    assert n_bytes[1] > n_bytes[0]


def test_steps_and_back() -> None:
    x = TEST.pixels()
    fine = compression.from_steps(PCA, compression.step_quantised(PCA, x, 0.001), 0.001)
    np.testing.assert_allclose(fine, x, atol=0.01)
    coarse = compression.step_quantised(PCA, x, 1e6)
    np.testing.assert_allclose(compression.from_steps(PCA, coarse, 1e6), np.tile(PCA.mean, (len(x), 1)), atol=1e-5)


def test_jpeg_is_what_pillow_reads_and_its_scan_is_what_differs() -> None:
    images = compression.as_bytes(TEST.pixels(slice(0, 2)), (8, 8))
    files = [compression.jpeg(image, 50) for image in images]
    decoded = np.asarray(Image.open(io.BytesIO(files[0][0])), np.float32) / 255
    np.testing.assert_allclose(compression.jpeg_pixels(files[0][0]), decoded, rtol=1e-5)
    np.testing.assert_allclose(compression.jpeg_pixels(files[0][0]), compression.jpeg_pixels(files[0][1]), rtol=1e-5)
    first, second = files[0][1], files[1][1]
    n_head = len(first) - compression.scan_bytes(first) - 2
    # The header of a scan of one component has eight bytes after its mark (ITU T.81, B.2.3).
    assert n_head == first.index(b"\xff\xda") + 2 + 8
    assert first[:n_head] == second[:n_head]
    assert first[n_head:] != second[n_head:]
    assert first[-2:] == b"\xff\xd9"
    assert len(files[0][0]) < len(first)


def test_curves_fall_and_bits_are_counted() -> None:
    x = TEST.pixels(slice(0, 60))
    codes = PCA.encode(TRAIN.pixels())
    *_, last = compression.measure_curves(PCA, codes, PCA, TRAIN.pixels(), x, (8, 8))
    assert last.result is not None
    assert [point.bytes_per_picture for point in last.result.codes] == [6 * bits / 8 for bits in range(1, 9)]
    for points in (last.result.codes, last.result.pca, last.result.jpeg_files, last.result.jpeg_scans):
        errors = [point.mse for point in points]
        assert errors[-1] < errors[0]
    assert [point.setting for point in last.result.jpeg_files][::7] == ["quality 1", "quality 90"]
    exact = float(np.square(x - np.clip(PCA.decode(PCA.encode(x)), 0, 1)).mean())
    assert last.result.codes[-1].mse == pytest.approx(exact, rel=0.02)


def test_bytes_at_an_error_lie_between_the_points_around_it() -> None:
    points = (Point("a", 1, 0.1), Point("b", 4, 0.05), Point("c", 16, 0.01))
    assert compression.bytes_at(points, 0.075) == pytest.approx(2)
    assert compression.bytes_at(points, 0.05) == pytest.approx(4)
    assert compression.bytes_at(points, 0.2) is None
    assert compression.bytes_at(points, 0.001) is None
