"""Pictures in a few bytes: quantised codes, quantised principal components and JPEG, error against bytes."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from explorer.analysis.measure import Progress
from explorer.data import Dataset
from explorer.data.subsets import some_rows
from explorer.errors import AnalysisError
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import PCA

Levels = NDArray[np.float64]
BITS = tuple(range(1, 9))
QUALITIES = (1, 5, 10, 20, 35, 50, 75, 90)
# In standard deviations of the first component.
STEPS = (4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12)
N_ROUNDS, N_FITTED = 30, 20_000
N_PICTURES, N_COUNTED = 500, 5_000
START_OF_SCAN = b"\xff\xda"


@dataclass(frozen=True)
class Point:
    """What one setting costs: bytes per image (mean over pictures) and squared error per pixel in [0, 1]."""

    setting: str
    bytes_per_picture: float
    mse: float


@dataclass(frozen=True)
class Curves:
    """Error against bytes: codes of fixed length, PCA's components entropy-coded, JPEG as a file and as a scan."""

    codes: tuple[Point, ...]
    pca: tuple[Point, ...]
    jpeg_files: tuple[Point, ...]
    jpeg_scans: tuple[Point, ...]


def fit_levels(codes: NDArray[np.floating], bits: int) -> Levels:
    """The 2^bits values per dimension that lose least of codes (N, K): (K, 2^bits), rising (Lloyd 1982, method I).

    Raises AnalysisError for a number of bits that is not from 1 to 8.
    """
    if bits not in BITS:
        raise AnalysisError(f"A code was to have {bits} bits per dimension, but it must have 1 to 8; choose another.")
    every = max(1, len(codes) // N_FITTED)
    share = (np.arange(2**bits) + 0.5) / 2**bits
    levels: Levels = np.quantile(codes[::every].astype(np.float64), share, axis=0).T
    for _ in range(N_ROUNDS):
        levels = np.stack([_means(column, row) for column, row in zip(codes[::every].T, levels, strict=True)])
    return levels


def _means(values: NDArray[np.floating], levels: Levels) -> Levels:
    """Each level moved to the mean of the values nearest to it."""
    nearest = _nearest(values, levels)
    count = np.bincount(nearest, minlength=len(levels))
    total = np.bincount(nearest, values, minlength=len(levels))
    return np.sort(np.divide(total, count, out=levels.copy(), where=count > 0))


def _nearest(values: NDArray[np.floating], levels: Levels) -> NDArray[np.int64]:
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, values)


def quantised(codes: Array, levels: Levels) -> Array:
    """Codes (N, K), each number at its nearest level."""
    columns = [row[_nearest(column, row)] for column, row in zip(codes.T, levels, strict=True)]
    return np.stack(columns, axis=1).astype(np.float32)


def code_bytes(latent_dim: int, bits: int) -> float:
    """Bytes a picture of K numbers of `bits` bits, packed without gaps; the decoder's weights are not counted."""
    return latent_dim * bits / 8


def step_quantised(pca: PCA, x: Array, step: float) -> NDArray[np.int64]:
    """All components of pictures (N, D) as whole multiples of one step: the linear transform coder's symbols."""
    return np.rint((x - pca.mean) @ pca.components.T / step).astype(np.int64)


def from_steps(pca: PCA, symbols: NDArray[np.int64], step: float) -> Array:
    """The inverse of `step_quantised`, (N, D)."""
    return np.asarray(pca.mean + (symbols * np.float32(step)) @ pca.components, np.float32)


def entropy_bytes(counted: NDArray[np.int64], symbols: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bytes (N,) of symbols (N, E) under an ideal entropy coder with frequencies of its own for each column.

    They are those of the `counted` training symbols (M, E), each symbol between the extremes once more: −log₂ of the
    frequencies, which arithmetic coding reaches (Shannon 1948).
    """
    bits = np.zeros(len(symbols))
    for column, training in zip(symbols.T, counted.T, strict=True):
        low = min(column.min(), training.min())
        counts = np.bincount(training - low, minlength=int(column.max() - low) + 1) + 1
        bits -= np.log2(counts[column - low] / counts.sum())
    return bits / 8


def jpeg(image: NDArray[np.uint8], quality: int) -> tuple[bytes, bytes]:
    """A picture (H, W) or (H, W, 3) as a JPEG file with its own Huffman tables, and as one with the standard's."""
    files = []
    for own_tables in (True, False):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "jpeg", quality=quality, optimize=own_tables)
        files.append(file.getvalue())
    return files[0], files[1]


def scan_bytes(file: bytes) -> int:
    """The bytes of a JPEG file between its headers and its end mark: what differs from picture to picture."""
    start = file.index(START_OF_SCAN)
    header = int.from_bytes(file[start + 2 : start + 4], "big")
    return len(file) - len(b"\xff\xd9") - (start + 2 + header)


def jpeg_pixels(file: bytes) -> Array:
    """A JPEG file decoded to pixels in [0, 1], (H, W) or (H, W, 3)."""
    parser = ImageFile.Parser()
    parser.feed(file)
    return np.asarray(parser.close(), np.float32) / np.float32(255)


def as_bytes(x: Array, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Pictures (N, D) in [0, 1] as bytes (N, H, W) or (N, H, W, 3)."""
    levels: NDArray[np.uint8] = np.rint(np.clip(x, 0, 1) * 255).astype(np.uint8)
    return levels.reshape(-1, *shape)


def error(x: Array, x_hat: Array) -> float:
    """Squared error, mean over pixels and pictures, of an estimate confined to [0, 1]."""
    return float(np.square(x - np.clip(x_hat.reshape(x.shape), 0, 1), dtype=np.float64).mean())


def measure_on_test(
    model: LatentModel, codes: Array, pca: PCA, train: Dataset, test: Dataset
) -> Iterator[Progress[Curves | None]]:
    """Error against bytes on five hundred test images; codes (N, K) and pca: of the train split."""
    counted = train.pixels(some_rows(len(train), N_COUNTED))
    x = test.pixels(some_rows(len(test), N_PICTURES))
    return measure_curves(model, codes, pca, counted, x, test.sample_shape)


def measure_curves(
    model: LatentModel, train_codes: Array, pca: PCA, train_x: Array, x: Array, shape: tuple[int, ...]
) -> Iterator[Progress[Curves | None]]:
    """Error against bytes on pictures x (N, D); levels and frequencies come from training images."""
    yield Progress(0.0, "quantising codes", None)
    z = model.encode(x)
    codes = tuple(_code_point(model, train_codes, z, x, bits) for bits in BITS)
    linear = []
    for place, step in enumerate(STEPS):
        yield Progress(0.2 + 0.5 * place / len(STEPS), "quantising principal components", None)
        linear.append(_pca_point(pca, train_x, x, step * float(np.sqrt(pca.variances[0]))))
    files: list[Point] = []
    scans: list[Point] = []
    for place, quality in enumerate(QUALITIES):
        yield Progress(0.7 + 0.3 * place / len(QUALITIES), "writing JPEG files", None)
        for points, point in zip((files, scans), _jpeg_points(x, shape, quality), strict=True):
            points.append(point)
    yield Progress(1.0, "done", Curves(codes, tuple(linear), tuple(files), tuple(scans)))


def _code_point(model: LatentModel, train_codes: Array, z: Array, x: Array, bits: int) -> Point:
    x_hat = model.decode(quantised(z, fit_levels(train_codes, bits)))
    return Point(f"{bits} bits per number", code_bytes(z.shape[1], bits), error(x, x_hat))


def _pca_point(pca: PCA, train_x: Array, x: Array, step: float) -> Point:
    symbols = step_quantised(pca, x, step)
    n_bytes = float(entropy_bytes(step_quantised(pca, train_x, step), symbols).mean())
    return Point(f"step {step:.2f}", n_bytes, error(x, from_steps(pca, symbols, step)))


def _jpeg_points(x: Array, shape: tuple[int, ...], quality: int) -> tuple[Point, Point]:
    pairs = [jpeg(image, quality) for image in as_bytes(x, shape)]
    mse = error(x, np.stack([jpeg_pixels(own) for own, _ in pairs]))
    whole, scan = np.mean([len(own) for own, _ in pairs]), np.mean([scan_bytes(standard) for _, standard in pairs])
    return Point(f"quality {quality}", float(whole), mse), Point(f"quality {quality}", float(scan), mse)


def bytes_at(points: tuple[Point, ...], mse: float) -> float | None:
    """The bytes at which a curve comes down to an error, between points along log bytes; None where it never does."""
    ordered = sorted(points, key=lambda point: point.bytes_per_picture)
    for before, after in pairwise(ordered):
        if before.mse >= mse >= after.mse and before.mse > after.mse:
            share = (before.mse - mse) / (before.mse - after.mse)
            logs = np.log([before.bytes_per_picture, after.bytes_per_picture])
            return float(np.exp(logs[0] + share * (logs[1] - logs[0])))
    return None
