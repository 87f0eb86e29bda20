"""Samples that glide from plane to plane: PCA, an autoencoder, a VAE, t-SNE and UMAP, with what each plane keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.embeddings import TSNE, Embedding, Embeddings
from explorer.analysis.neighbourhoods import SIZES, K
from explorer.figures.theme import MUTED, class_colour, model_hue
from explorer.models.latent_model import LatentModel
from explorer.models.written_numbers import percent
from explorer.scenes.decoded_grid import mosaics
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation
from explorer.training.codes import decoded
from explorer.training.replay import grid_codes

Array = NDArray[np.float32]
HUES = {"PCA": model_hue("pca"), "AE": model_hue("ae"), "VAE": model_hue("vae"), TSNE: "#e07b28", "UMAP": "#2e9e4f"}
NULL = "by chance"
PICTURES = (
    "At quantiles of the plane: what a model decodes; under t-SNE and UMAP, which decode nothing, nearest samples"
)


@dataclass(frozen=True, eq=False)
class Samples:
    """What the planes are of: samples (N, D) in [0, 1] with classes (N,), the classes' names, a sample's shape."""

    pixels: Array
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    sample_shape: tuple[int, ...]


def embedding_animation(
    shown: Sequence[Embedding],
    found: Embeddings,
    samples: Samples,
    models: dict[str, LatentModel],
    is_marked: NDArray[np.bool_] | None = None,
) -> LatentAnimation:
    """A frame for each plane; models: those that decode, by the names of their planes.

    is_marked: (N,), the samples that stand out in all planes; None for none.
    """
    return LatentAnimation(
        points=np.stack([one.points for one in shown]),
        labels=samples.labels,
        class_names=samples.class_names,
        colors=tuple(class_colour(label) for label in range(len(samples.class_names))),
        axis_labels=("first coordinate", "second coordinate"),
        chart=_chart(shown, found),
        captions=tuple(caption(one) for one in shown),
        control="The plane of",
        alt=f"The same {len(samples.labels):,} samples in {len(shown)} planes, one after the other",
        images=mosaics([_pictures(one, samples, models) for one in shown], samples.sample_shape),
        image_title=PICTURES,
        marked=None if is_marked is None else is_marked.astype(np.uint8),
    )


def name_of(one: Embedding) -> str:
    """A plane in words, such as 't-SNE, perplexity 30, seed 1'."""
    return f"{one.method}, perplexity {one.perplexity}, seed {one.seed}" if one.method == TSNE else one.method


def caption(one: Embedding) -> str:
    """A plane's name and what it keeps."""
    kept, trust = one.preserved.neighbours_kept, one.preserved.trustworthiness
    return f"{name_of(one)} · keeps {percent(kept.value)} of {K} neighbours · trustworthiness {trust.value:.3f}"


def _chart(shown: Sequence[Embedding], found: Embeddings) -> Chart:
    """The share of k neighbours that is kept, a curve a method, with the null and a dot at k = 10 of each plane."""
    first = {one.method: one for one in reversed(shown)}
    sizes, place = tuple(map(float, SIZES)), SIZES.index(K)
    curves = [_curve(method, HUES[method], first[method].preserved.curve) for method in reversed(first)]
    return Chart(
        curves=(*curves, _curve(NULL, MUTED, found.null.curve)),
        dots=tuple(((sizes[place], float(100 * one.preserved.curve[place])),) for one in shown),
        x_title="k nearest neighbours",
        y_title="kept in the plane, %",
        log_x=True,
        y_least=0.0,
    )


def _curve(name: str, colour: str, shares: NDArray[np.float64]) -> Curve:
    return Curve(name, colour, tuple(map(float, SIZES)), tuple((100 * shares).tolist()))


def _pictures(one: Embedding, samples: Samples, models: dict[str, LatentModel]) -> Array:
    """What a plane's decoder makes of a grid over it, (G, D) in [0, 1]; the nearest samples where it has none."""
    places = grid_codes(one.points)
    if one.method not in models:
        return samples.pixels[nearest(places, one.points)]
    model = models[one.method]
    return np.clip(decoded(model, places, np.zeros(len(places), np.int64)), 0, 1)


def nearest(places: Array, points: Array) -> NDArray[np.int64]:
    """The row of the point (N, 2) nearest to each place (G, 2), (G,)."""
    return np.asarray(np.square(places[:, None] - points).sum(axis=2).argmin(axis=1))
