"""The planes one after the other: their points, captions, chart and pictures."""

import numpy as np

from explorer.analysis.embeddings import TSNE, Embedding, Embeddings
from explorer.analysis.measure import Interval, exactly
from explorer.analysis.neighbourhoods import SIZES, Preservation
from explorer.figures.theme import class_colour
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.scenes.embedding_animation import HUES, Samples, embedding_animation, nearest
from explorer.training.replay import grid_codes

RNG = np.random.default_rng(0)
PIXELS = RNG.random((60, 9)).astype(np.float32)
SAMPLES = Samples(PIXELS, np.array([0, 1, 1, 0] * 15, np.uint8), ("zero", "one"), (3, 3))


def kept(share: float) -> Preservation:
    value = Interval(share, share - 0.1, share + 0.1)
    return Preservation(value, value, value, value, np.linspace(share, 1, len(SIZES)))


NULL = Preservation(exactly(0.5), exactly(0.5), exactly(0.01), exactly(0.0), np.linspace(0.001, 0.2, len(SIZES)))
POINTS = [RNG.standard_normal((60, 2)).astype(np.float32) for _ in range(3)]
PLANES = (
    Embedding("PCA", POINTS[0], kept(0.2)),
    Embedding(TSNE, POINTS[1], kept(0.6), 30, 0),
    Embedding(TSNE, POINTS[2], kept(0.7), 30, 1),
)
MODEL = fit_pca(RNG.random((50, 9)).astype(np.float32), (3, 3), PCASpec(latent_dim=2))
ANIMATION = embedding_animation(PLANES, Embeddings(PLANES, NULL, exactly(0.9)), SAMPLES, {"PCA": MODEL})


def test_each_plane_is_a_frame_of_the_same_samples() -> None:
    np.testing.assert_array_equal(ANIMATION.points, POINTS)
    np.testing.assert_array_equal(ANIMATION.labels, SAMPLES.labels)
    assert ANIMATION.colors == (class_colour(0), class_colour(1))
    assert ANIMATION.captions[0] == "PCA · keeps 20 % of 10 neighbours · trustworthiness 0.200"
    assert ANIMATION.captions[2].startswith("t-SNE, perplexity 30, seed 1 · keeps 70 %")
    assert "60 samples in 3 planes" in ANIMATION.alt


def test_the_chart_has_a_curve_a_method_chance_and_a_dot_at_ten_neighbours() -> None:
    chart = ANIMATION.chart
    assert {curve.name: curve.color for curve in chart.curves}.items() >= {("PCA", HUES["PCA"]), (TSNE, HUES[TSNE])}
    by_name = {curve.name: curve for curve in chart.curves}
    assert list(by_name)[-1] == "by chance"
    np.testing.assert_allclose(by_name[TSNE].y, 100 * PLANES[1].preserved.curve)
    np.testing.assert_allclose(by_name["by chance"].y, 100 * NULL.curve)
    assert list(by_name["PCA"].x) == list(SIZES)
    shares = [100 * one.preserved.curve[SIZES.index(10)] for one in PLANES]
    np.testing.assert_allclose(chart.dots, [[(10, share)] for share in shares])
    assert (chart.x_title, chart.y_title) == ("k nearest neighbours", "kept in the plane, %")


def test_where_nothing_decodes_the_nearest_samples_stand_and_the_title_says_so() -> None:
    images = ANIMATION.images
    assert images is not None
    assert images.shape == (3, 21, 21)
    decoded = MODEL.decode(grid_codes(POINTS[0]))[0].reshape(3, 3)
    np.testing.assert_allclose(images[0, :3, :3] / 255, decoded.clip(0, 1), atol=0.01)
    for frame in (1, 2):
        for number, place in enumerate(grid_codes(POINTS[frame])):
            row, column = divmod(number, 7)
            tile = images[frame, 3 * row : 3 * row + 3, 3 * column : 3 * column + 3]
            distances = [np.hypot(*(place - point)) for point in POINTS[frame]]
            np.testing.assert_allclose(tile.reshape(-1) / 255, PIXELS[np.argmin(distances)], atol=1 / 255)
    assert "under t-SNE and UMAP, which decode nothing, nearest samples" in ANIMATION.image_title


def test_pictures_of_colours_keep_them() -> None:
    samples = Samples(np.zeros((60, 18), np.float32), SAMPLES.labels, ("zero", "one"), (3, 2, 3))
    model = fit_pca(RNG.random((50, 18)).astype(np.float32), (3, 2, 3), PCASpec(latent_dim=2))
    images = embedding_animation(PLANES, Embeddings(PLANES, NULL, exactly(0.9)), samples, {"PCA": model}).images
    assert images is not None
    assert images.shape == (3, 21, 14, 3)
    expected = model.decode(grid_codes(POINTS[0])).reshape(-1, 3, 2, 3).clip(0, 1)
    np.testing.assert_allclose(images[0, 3:6, 2:4] / 255, expected[8], atol=1 / 255)


def test_the_nearest_point_of_a_place() -> None:
    points = np.array([[0, 0], [2, 0], [0, 3]], np.float32)
    np.testing.assert_array_equal(nearest(np.array([[1.1, 0], [-5, 1], [0, 1.6]], np.float32), points), [1, 0, 2])


def test_marked_samples_stand_out_in_every_plane() -> None:
    is_marked = SAMPLES.labels == 1
    marked = embedding_animation(PLANES, Embeddings(PLANES, NULL, exactly(0.9)), SAMPLES, {"PCA": MODEL}, is_marked)
    assert ANIMATION.marked is None
    np.testing.assert_array_equal(marked.marked, SAMPLES.labels)
