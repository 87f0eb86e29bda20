"""From a checkpoint and two of its test samples to what the interpolation player shows."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.interpolation import between, linear_path, spherical_path
from explorer.analysis.latent_plane import Plane, axis_plane, principal_plane
from explorer.data import Dataset
from explorer.data.subsets import evenly
from explorer.errors import AnalysisError
from explorer.figures.interpolation import tiles
from explorer.figures.theme import MUTED, class_colour, model_hue
from explorer.models.latent_model import VariationalModel
from explorer.models.written_numbers import percent
from explorer.scenes.interpolation_view import InterpolationView, Row
from explorer.scenes.interpolation_view import Plane as ShownPlane
from explorer.store import Checkpoint
from explorer.training.codes import decoded

Array = NDArray[np.float32]
N_SHOWN = 6_000
N_STEPS, N_FRAMES = 7, 61
# An irrational step spreads the codes of a line up and down without two of them alike.
GOLDEN = 0.6180339887
LINE_BREADTH = 0.3


def build_interpolation(checkpoint: Checkpoint, first: int, second: int, test: Dataset | None) -> InterpolationView:
    """Two test samples, by number, joined straight through codes, around the centre and, with their images, in pixels.

    A conditional model is given the class of the first. Raises AnalysisError for a number that no test sample has.
    """
    codes = checkpoint.codes
    _check_samples((first, second), len(codes.test))
    start, end = codes.test[first], codes.test[second]
    straight = linear_path(start, end, N_FRAMES)
    around = spherical_path(start, end, N_FRAMES, centre_of(checkpoint))
    label = int(codes.test_labels[first])
    rows = [
        _row(checkpoint, "linear", "through codes", "solid", straight.codes, label),
        _row(checkpoint, "spherical", "around the centre", "dashed", around.codes, label),
    ]
    if test is not None:
        images = test.pixels(np.array([first, second]))
        blended = tiles(between(images[0], images[1], N_FRAMES), test.sample_shape)
        rows.append(Row("pixels", "the samples blended", MUTED, "dotted", blended))
    return InterpolationView(
        tuple(rows),
        tuple(percent(share) for share in np.linspace(0, 1, N_STEPS)),
        tuple(f"{percent(share)} of the path" for share in np.linspace(0, 1, N_FRAMES)),
        "Position on the path",
        f"Paths from test sample {first} to test sample {second} of {checkpoint.run.dataset}",
        shown_plane(checkpoint)[1],
    )


def centre_of(checkpoint: Checkpoint) -> Array:
    """What spherical paths turn around: the mean of a prior of one Gaussian, or else the mean code."""
    model = checkpoint.model
    prior = model.prior() if isinstance(model, VariationalModel) else None
    mean: Array = checkpoint.codes.train.mean(axis=0)
    return mean if prior is None or len(prior.weights) > 1 else prior.means[0]


def _check_samples(numbers: tuple[int, int], n_test: int) -> None:
    for number in numbers:
        if not 0 <= number < n_test:
            raise AnalysisError(f"There is no test sample {number}; choose a number from 0 to {n_test - 1}.")


def _row(checkpoint: Checkpoint, title: str, note: str, dash: str, codes: Array, label: int) -> Row:
    samples = decoded(checkpoint.model, codes, np.full(len(codes), label))
    images = tiles(samples, checkpoint.header.sample_shape, max(float(samples.max()), 1e-6))
    points = plane_of(checkpoint.codes.train).project(codes)
    return Row(title, note, model_hue(checkpoint.run.model.family), dash, images, points)


def shown_plane(checkpoint: Checkpoint) -> tuple[Plane, ShownPlane, float]:
    """The plane of a model's codes, some of the codes in it, and the share of their variance that it shows.

    Of K > 2 dimensions the first two principal components; of one dimension a line, spread up and down to be seen.
    """
    codes, names = checkpoint.codes.train, checkpoint.header.class_names
    plane = plane_of(codes)
    points = plane.project(codes)
    share = float(points.var(axis=0).sum() / max(float(codes.var(axis=0).sum()), 1e-12))
    rows = evenly(len(codes), N_SHOWN)
    shown = points[rows]
    if codes.shape[1] == 1:
        shown[:, 1] = (np.arange(len(rows)) * GOLDEN % 1 - 0.5) * LINE_BREADTH * np.ptp(shown[:, 0])
    labels = checkpoint.codes.train_labels[rows].astype(np.uint8)
    colours = tuple(class_colour(label) for label in range(len(names)))
    return plane, ShownPlane(shown, labels, names, colours, plane.labels, ""), min(share, 1.0)


def plane_of(codes: Array) -> Plane:
    """The plane that shows walks through codes (N, K): their own two axes, or the first two principal components."""
    mean = codes.mean(axis=0)
    if len(mean) == 1:
        return Plane(np.zeros(1, np.float32), np.array([[1], [0]], np.float32), ("z₁", ""))
    if len(mean) == 2:
        return axis_plane(mean, 0, 1)
    return replace(principal_plane(codes, mean), labels=("PC 1 of the codes", "PC 2"))
