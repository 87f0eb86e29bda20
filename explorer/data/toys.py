"""Curves and sheets whose true coordinates are known: what a straight line misses, in two or three dimensions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset, Split

Floats = NDArray[np.float64]
N_TRAIN, N_TEST = 6400, 1000
NOISE_STD = 0.02
PART_NAMES = ("first fifth", "second fifth", "third fifth", "fourth fifth", "last fifth")
# Circles: the inner radius; the other shapes: the range of the angle in radians.
INNER_RADIUS = 0.5
ARC_END = np.pi
SPIRAL_RANGE = (0.5 * np.pi, 4 * np.pi)
S_RANGE = (-1.5 * np.pi, 1.5 * np.pi)
ROLL_RANGE = (1.5 * np.pi, 4.5 * np.pi)


@dataclass(frozen=True)
class Toy:
    """A shape and its true coordinates.

    embed: (N, n_coordinates) in [0, 1], the first along the curve -> (N, n_values) points, without noise.
    """

    name: str
    title: str
    n_coordinates: int
    n_values: int
    embed: Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class ToySample:
    """Points of a shape; points: (N, n_values) float32, coordinates: (N, n_coordinates) in [0, 1]."""

    points: NDArray[np.float32]
    coordinates: Floats


def _arc(coordinates: Floats) -> Floats:
    angle = ARC_END * coordinates[:, 0]
    return np.stack((-np.cos(angle), np.sin(angle)), axis=1)


def _spiral(coordinates: Floats) -> Floats:
    low, high = SPIRAL_RANGE
    # Equal steps of the coordinate are nearly equal steps along the curve, whose length grows as the angle squared.
    angle = np.sqrt(low**2 + coordinates[:, 0] * (high**2 - low**2))
    return np.stack((angle * np.cos(angle), angle * np.sin(angle)), axis=1)


def _circles(coordinates: Floats) -> Floats:
    """The first half of the coordinate runs around the outer circle, the second around the inner one."""
    turn = 2 * coordinates[:, 0]
    radius = np.where(turn < 1, 1, INNER_RADIUS)
    angle = 2 * np.pi * turn
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def _s_curve(coordinates: Floats) -> Floats:
    low, high = S_RANGE
    angle = low + (high - low) * coordinates[:, 0]
    height = 4 * coordinates[:, 1]
    return np.stack((np.sin(angle), height, np.sign(angle) * (np.cos(angle) - 1)), axis=1)


def _swiss_roll(coordinates: Floats) -> Floats:
    low, high = ROLL_RANGE
    angle = np.sqrt(low**2 + coordinates[:, 0] * (high**2 - low**2))
    return np.stack((angle * np.cos(angle), 21 * coordinates[:, 1], angle * np.sin(angle)), axis=1)


TOYS = {
    toy.name: toy
    for toy in (
        Toy("arc", "Arc", 1, 2, _arc),
        Toy("spiral", "Spiral", 1, 2, _spiral),
        Toy("circles", "Circles", 1, 2, _circles),
        Toy("s_curve", "S-curve", 2, 3, _s_curve),
        Toy("swiss_roll", "Swiss roll", 2, 3, _swiss_roll),
    )
}


def sample_toy(name: str, split: Split = "train") -> ToySample:
    """Points drawn evenly from a shape, with noise of a fiftieth of the data's spread.

    Centred and divided by one number for all axes, so that the mean variance of an axis is 1 and the shape keeps its
    proportions; the same for both splits.
    """
    toy = TOYS[name]
    n_points, seed = (N_TRAIN, 0) if split == "train" else (N_TEST, 1)
    rng = np.random.default_rng(seed)
    coordinates = rng.random((n_points, toy.n_coordinates))
    points = standardised(toy, coordinates) + NOISE_STD * rng.standard_normal((n_points, toy.n_values))
    return ToySample(points.astype(np.float32), coordinates)


def standardised(toy: Toy, coordinates: Floats) -> Floats:
    """Points (N, n_values) without noise at true coordinates (N, n_coordinates), as the data set has them."""
    everywhere = np.linspace(0, 1, 101)
    axes = np.meshgrid(*[everywhere] * toy.n_coordinates, indexing="ij")
    shape = toy.embed(np.stack([axis.ravel() for axis in axes], axis=1))
    points: Floats = (toy.embed(coordinates) - shape.mean(axis=0)) / np.sqrt(shape.var(axis=0).mean())
    return points


def load_toy(name: str, split: Split) -> Dataset:
    """A shape as a data set; its classes are five parts of equal length along it, the circles' the two circles."""
    sample = sample_toy(name, split)
    names = class_names(name)
    labels = np.minimum((sample.coordinates[:, 0] * len(names)).astype(np.int64), len(names) - 1)
    return Dataset(name, split, sample.points, labels, names)


def class_names(name: str) -> tuple[str, ...]:
    """The names of a shape's parts, from the start of its first coordinate."""
    return ("outer", "inner") if name == "circles" else PART_NAMES
