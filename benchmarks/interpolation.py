"""Straight and spherical walks, geodesics, cross-fades, attributes: `python -m benchmarks.interpolation`.

`python -m benchmarks.interpolation attributes` prints those alone, which need no images.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.decoder_geometry import area_factor, borders, geodesic, picture_length, pull_back_metric
from explorer.analysis.interpolation import (
    N_REFERENCES,
    attribute,
    between,
    linear_path,
    nearest_code_distance,
    nearest_image_distance,
    path_length,
    spherical_path,
    turning_degrees,
)
from explorer.analysis.measure import share_interval
from explorer.data import load_dataset
from explorer.data.subsets import evenly
from explorer.models import VariationalModel
from explorer.store import load_checkpoint, load_classifier

Array = NDArray[np.float32]
MODELS = ("pca", "ae-2d", "vae-2d", "ae-16d", "vae-16d", "vae-20d")
ADDED = ("ae-2d", "vae-2d", "conv-vae-2d", "ae-8d", "ae-16d", "vae-16d", "vae-20d")
BENT = ("ae-2d", "vae-2d", "conv-vae-2d", "ae-16d", "vae-20d")
N_PAIRS, N_STEPS, SURE = 300, 7, 0.9
N_ADDED = 1_000
N_GEODESICS, N_FINE, N_CODES, LIMIT = 40, 60, 2_000, 0.99


def pairs_of_classes(labels: NDArray[np.int64], seed: int = 0) -> NDArray[np.int64]:
    """Pairs (n, 2) of test samples of different classes."""
    drawn = np.random.default_rng(seed).integers(0, len(labels), (4 * N_PAIRS, 2))
    pairs: NDArray[np.int64] = drawn[labels[drawn[:, 0]] != labels[drawn[:, 1]]][:N_PAIRS]
    return pairs


def unsure_share(pictures: Array) -> float:
    """The share of pictures (n, D) whose likeliest class has a probability below .9."""
    classifier, _ = load_classifier("mnist")
    logits = classifier.logits(np.clip(pictures, 0, 1))
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float((odds.max(axis=1) / odds.sum(axis=1) < SURE).mean())


def compare_walks(name: str, pairs: NDArray[np.int64]) -> None:
    """One model: how far both walks lead, how unsure the classifier is halfway, how far the pictures travel."""
    checkpoint = load_checkpoint(name)
    codes, model = checkpoint.codes, checkpoint.model
    centre = np.zeros(model.latent_dim, np.float32)
    if not isinstance(model, VariationalModel):
        centre = codes.train.mean(axis=0)
    nearest = nearest_code_distance(codes.train)
    usual = nearest.reference_range(codes.test)
    print(f"{name}: held-out codes median {usual.median:.3f}, 95 % below {usual.high:.3f}")
    ends = [(codes.test[a], codes.test[b]) for a, b in pairs]
    walks = {
        "linear": [linear_path(start, end, N_STEPS).codes for start, end in ends],
        "spherical": [spherical_path(start, end, N_STEPS, centre).codes for start, end in ends],
    }
    for title, paths in walks.items():
        inner = nearest.distance(np.concatenate([path[1:-1] for path in paths]))
        halfway = model.decode(np.stack([path[N_STEPS // 2] for path in paths]))
        lengths = [path_length(model.decode(path)) for path in paths]
        print(
            f"  {title:9} steps beyond {(inner > usual.high).mean():.3f} (null .05), unsure halfway "
            f"{unsure_share(halfway):.2f}, picture travels {np.median(lengths):.1f}"
        )


def compare_cross_fades(pairs: NDArray[np.int64]) -> None:
    """The images themselves: their distance to training images and the classifier's verdict halfway of a cross-fade."""
    train, test = load_dataset("mnist"), load_dataset("mnist", "test").pixels()
    nearest = nearest_image_distance(train.pixels(evenly(len(train), N_REFERENCES)))
    halfway = np.stack([between(test[a], test[b], 3)[1] for a, b in pairs])
    usual = nearest.reference_range(test[evenly(len(test), 1_000)])
    lengths = np.linalg.norm(test[pairs[:, 0]] - test[pairs[:, 1]], axis=1)
    print(
        f"cross-fade: halfway {np.median(nearest.distance(halfway)):.2f} to the nearest image (test images "
        f"{usual.median:.2f}), unsure {unsure_share(halfway):.2f} (test images {unsure_share(test):.2f}), "
        f"travels {np.median(lengths):.1f}"
    )


def compare_geodesics(name: str, pairs: NDArray[np.int64]) -> None:
    """One model: how much shorter geodesics are than straight paths, how often each leaves the data, and stretching."""
    checkpoint = load_checkpoint(name)
    codes, layers = checkpoint.codes, checkpoint.model.decoder_layers()
    nearest = nearest_code_distance(codes.train)
    limit = np.quantile(nearest.distance(codes.test[:N_CODES]), LIMIT)
    straight = [between(codes.test[a], codes.test[b], N_FINE + 1) for a, b in pairs]
    bent = [geodesic(layers, way[0], way[-1], N_FINE, codes.train) for way in straight]
    ratios = [
        picture_length(layers, short) / picture_length(layers, way) for short, way in zip(bent, straight, strict=True)
    ]
    leave = [
        share_interval(np.array([nearest.distance(way).max() > limit for way in ways])) for ways in (straight, bent)
    ]
    said = ", ".join(f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]" for one in leave)
    low, middle, high = np.quantile(ratios, [0.05, 0.5, 0.95])
    print(f"{name}: geodesic / straight {middle:.3f} (5 % to 95 %: {low:.3f} to {high:.3f}), leave the data {said}")
    turned = [[turning_degrees(checkpoint.model.decode(way)) for way in ways] for ways in (straight, bent)]
    quantiles = [np.quantile(one, [0.5, 0.05, 0.95]) for one in turned]
    print("  turning, straight and geodesic: " + "; ".join("{:.0f} [{:.0f}, {:.0f}]".format(*one) for one in quantiles))
    if codes.train.shape[1] == 2:
        factor = area_factor(pull_back_metric(layers, codes.test[:N_CODES], np.eye(2, dtype=np.float32)))
        print(f"  stretching: {borders(factor, codes.test[:N_CODES], codes.test_labels[:N_CODES])}")


def compare_attributes(name: str) -> None:
    """One model: how often a test sample, plus another class's mean code less that of its own, is of the other class.

    The null moves the sample as far in a direction drawn at random.
    """
    codes, model, rng = load_checkpoint(name).codes, load_checkpoint(name).model, np.random.default_rng(0)
    rows = rng.choice(len(codes.test), N_ADDED, replace=False)
    own, starts = codes.test_labels[rows].astype(np.int64), codes.test[rows]
    other = (own + rng.integers(1, 10, N_ADDED)) % 10
    names = tuple(map(str, range(10)))
    steps = np.stack(
        [
            attribute(codes.train, codes.train_labels, int(plus), int(minus), names).direction
            for plus, minus in zip(other, own, strict=True)
        ]
    )
    drawn = rng.standard_normal(steps.shape)
    drawn *= np.linalg.norm(steps, axis=1, keepdims=True) / np.linalg.norm(drawn, axis=1, keepdims=True)
    classifier, _ = load_classifier("mnist")
    seen = [classifier.logits(model.decode(starts + step.astype(np.float32))).argmax(axis=1) for step in (steps, drawn)]
    said = [
        f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in (share_interval(each == other) for each in seen)
    ]
    print(f"{name}: the added class in {said[0]}, in a random direction {said[1]}")


if __name__ == "__main__":
    for each in ADDED:
        compare_attributes(each)
    if sys.argv[1:] == ["attributes"]:
        sys.exit()
    CHOSEN = pairs_of_classes(load_dataset("mnist", "test").labels)
    compare_cross_fades(CHOSEN)
    for each in MODELS:
        compare_walks(each, CHOSEN)
    for each in BENT:
        compare_geodesics(each, CHOSEN[:N_GEODESICS])
