"""Scenes of a latent canvas that nobody trained: synthetic codes and decoders with drawn weights."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.models.layers import Activation, Convolution, Dense, Layer, Reshape
from explorer.scenes.canvas_scene import Background, CanvasScene, References, ThirdAxis

COLORS = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
SIZES = {"small": 3_000, "full": 60_000, "crowd": 130_000, "million": 1_000_000}


def make_decoder(rng: np.random.Generator, *widths: int) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for n_in, n_out in pairwise(widths):
        weight = rng.normal(0, np.sqrt(4 / n_in), (n_out, n_in)).astype(np.float32)
        layers += [Dense(weight, rng.normal(0, 0.3, n_out).astype(np.float32)), Activation("relu")]
    return (*layers[:-1], Activation("sigmoid"))


def make_codes(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    labels = rng.integers(0, 10, n).astype(np.uint8)
    angle = labels * 2 * np.pi / 10
    centres = 3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centres + rng.normal(0, 0.45, (n, 2))).astype(np.float32), labels


@cache
def make_scene(size: str) -> CanvasScene:
    rng = np.random.default_rng(0)
    codes, labels = make_codes(rng, SIZES[size])
    images = rng.integers(0, 256, (500, 28, 28)).astype(np.uint8)
    return CanvasScene(
        codes=codes,
        labels=labels,
        class_names=tuple("0123456789"),
        colors=COLORS,
        decoder=make_decoder(rng, 2, 64, 256, 784),
        origin=np.zeros(2, np.float32),
        axes=np.eye(2, dtype=np.float32),
        axis_labels=("z₁", "z₂"),
        image_shape=(28, 28),
        references=References(codes[:500], images, labels[:500]),
        alt="A ring of synthetic codes",
    )


@cache
def make_curve_scene() -> CanvasScene:
    rng = np.random.default_rng(1)
    fade = np.linspace(0, 160, 64).astype(np.uint8)
    rgba = np.stack(
        [np.full((64, 64), 63), np.full((64, 64), 144), np.full((64, 64), 218), fade[:, None] + 0 * fade], 2
    )
    return replace(
        make_scene("small"),
        decoder=make_decoder(rng, 3, 16, 24),
        origin=np.array([0, 0, 0.5], np.float32),
        axes=np.array([[1, 0, 0], [0, 1, 0]], np.float32),
        image_shape=None,
        references=None,
        reference_note="The series are not on this machine.",
        background=Background(rgba.astype(np.uint8), (-3, 3, -3, 3), "a map"),
    )


@cache
def make_solid_scene(size: str) -> CanvasScene:
    """The ring as a helix: each class lies above the one before."""
    scene, rng = make_scene(size), np.random.default_rng(5)
    w = (scene.labels / 3 - 1.5 + rng.normal(0, 0.1, len(scene.labels))).astype(np.float32)
    return replace(
        scene,
        decoder=make_decoder(rng, 3, 64, 256, 784),
        origin=np.array([0, 0, 2], np.float32),
        axes=np.eye(3, dtype=np.float32)[:2],
        third=ThirdAxis(np.eye(3, dtype=np.float32)[2], "z₃", 2.0, w, w[:500]),
    )


@cache
def make_conditional_scene() -> CanvasScene:
    biases = np.random.default_rng(2).normal(0, 1.5, (10, 64)).astype(np.float32)
    return replace(make_scene("small"), class_biases=biases)


@cache
def make_slow_scene() -> CanvasScene:
    """Eight wide convolutions: no browser does 460 million products within a frame."""
    rng = np.random.default_rng(3)
    layers: list[Layer] = [Dense(rng.normal(0, 1, (784, 2)).astype(np.float32), np.zeros(784, np.float32))]
    layers.append(Reshape((1, 28, 28)))
    for n_in, n_out in pairwise((1, *(96,) * 8, 1)):
        weight = rng.normal(0, np.sqrt(2 / (9 * n_in)), (n_out, n_in, 3, 3)).astype(np.float32)
        layers += [Convolution(weight, np.zeros(n_out, np.float32), 1, 1), Activation("relu")]
    return replace(make_conditional_scene(), decoder=(*layers[:-1], Activation("sigmoid")), class_biases=None)


@cache
def make_large_scene() -> CanvasScene:
    scene = make_conditional_scene()
    return replace(scene, decoder=make_decoder(np.random.default_rng(4), 2, 64, 3000, 784))


@cache
def make_linked_scenes() -> tuple[CanvasScene, CanvasScene]:
    left = replace(make_scene("small"), link="pair")
    references = left.references
    assert references is not None
    turned = replace(references, codes=-references.codes)
    return left, replace(left, codes=-left.codes, references=turned)


def make_shifted(scene: CanvasScene) -> CanvasScene:
    return replace(scene, codes=scene.codes + np.float32(1))
