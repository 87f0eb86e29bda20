"""Pictures of clusters show the Gaussians, counts and images they were given."""

import numpy as np
from scipy import stats

from explorer.analysis.clustering import CLUSTERING_ACCURACY, Clustering, ProjectedMixture
from explorer.analysis.measure import Measure, exactly
from explorer.figures.clusters import (
    LabelledPoints,
    cluster_plane_figure,
    clustering_figure,
    component_names,
    ellipse_points,
    named_rows_figure,
    shares_figure,
    spread_names,
    table_figure,
)
from explorer.figures.theme import class_colour
from tests.figures.frames import frames_of

RNG = np.random.default_rng(0)
COVARIANCE = np.array([[2.0, 0.7], [0.7, 0.5]])
MEAN = np.array([3, -1], np.float32)


def test_an_ellipse_lies_at_its_mahalanobis_distance() -> None:
    deviation = ellipse_points(MEAN, COVARIANCE, 2.0) - MEAN
    distance = np.sqrt(np.einsum("ni,ij,nj->n", deviation, np.linalg.inv(COVARIANCE), deviation))
    np.testing.assert_allclose(distance, 2.0)


def test_two_sigmas_hold_what_a_gaussian_has_there() -> None:
    draws = RNG.multivariate_normal(MEAN, COVARIANCE, 4000)
    inside = np.einsum("ni,ij,nj->n", draws - MEAN, np.linalg.inv(COVARIANCE), draws - MEAN) < 4
    np.testing.assert_allclose(inside.mean(), stats.chi2.cdf(4, 2), atol=0.02)


def test_the_plane_has_a_colour_a_class_and_every_component_at_its_place() -> None:
    scatter = LabelledPoints(RNG.standard_normal((50, 2)).astype(np.float32), np.arange(50) % 2, ("cat", "dog"))
    means = np.stack((MEAN, -MEAN))
    shadow = ProjectedMixture(np.array([0.8, 0.2], np.float32), means, np.stack((COVARIANCE, COVARIANCE)))
    fig = cluster_plane_figure(scatter, shadow, ("u", "v"), 400)
    cats, dogs, heavy, light = fig.data
    assert (cats.name, dogs.name, cats.marker.color) == ("cat", "dog", class_colour(0))
    assert len(cats.x) == len(dogs.x) == 25
    assert heavy.line.width > light.line.width
    places = {note.text: (note.x, note.y) for note in fig.layout.annotations}
    np.testing.assert_allclose(places["<b>c1</b>"], MEAN, atol=1e-5)
    np.testing.assert_allclose(places["<b>c2</b>"], -MEAN, atol=1e-5)
    low, high = fig.layout.xaxis.range
    assert low < heavy.x.min()
    assert high > heavy.x.max()
    low, high = fig.layout.yaxis.range
    assert low < min(heavy.y.min(), *cats.y, *dogs.y)
    assert high > max(light.y.max(), *cats.y, *dogs.y)
    assert fig.layout.yaxis.scaleanchor == "x"
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("u", "v")


def test_shares_stand_beside_the_prior() -> None:
    fig = shares_figure(np.array([0.9, 0.1]), np.array([0.3, 0.7], np.float32), 300)
    bars, line = fig.data
    np.testing.assert_allclose(bars.y, [0.9, 0.1], atol=1e-6)
    np.testing.assert_allclose(line.y, [0.3, 0.7], atol=1e-6)
    assert list(bars.x) == component_names(2) == ["c1", "c2"]


def test_components_are_sorted_by_their_class_and_matched_pairs_framed() -> None:
    counts = np.array([[0, 1, 9], [5, 1, 0], [2, 0, 2]])
    found = Clustering(counts, np.array([2, 0, -1]), Measure(CLUSTERING_ACCURACY, exactly(0.7), exactly(0.5)))
    fig = clustering_figure(found, ("cat", "dog", "eel"), 300)
    np.testing.assert_array_equal(fig.data[0].z, [[5, 1, 0], [0, 1, 9], [2, 0, 2]])
    assert list(fig.layout.yaxis.ticktext) == ["c2", "c1", "c3"]
    assert [(frame.x0, frame.y0) for frame in fig.layout.shapes] == [(-0.5, -0.5), (1.5, 0.5)]


def test_a_table_leaves_zeros_out() -> None:
    fig = table_figure(np.array([[99.96, 0.04]]), ["told"], ["a", "b"], 200, digits=1)
    assert [list(row) for row in fig.data[0].text] == [["100.0", ""]]


def test_each_row_of_images_has_its_name() -> None:
    fig = named_rows_figure(np.zeros((3, 4, 6, 9), np.float32), ["one", "two", "three"], 300, "head")
    notes = {note.text: note.y for note in fig.layout.annotations}
    assert list(notes) == ["one", "two", "three", "head"]
    assert fig.layout.margin.l > 9 * len("three")
    assert notes["one"] < notes["two"] < notes["three"]
    assert len(frames_of(fig)) == 12


def test_names_of_components_that_share_a_centre_do_not_cover_each_other() -> None:
    centres = np.array([[0.0, 0.0], [0.01, 0.02], [0.0, 0.01], [5.0, 0.0]])
    places = spread_names(centres, 0.5)
    gaps = np.abs(places[:, None] - places[None])[~np.eye(4, dtype=bool)]
    assert (gaps >= 0.499).any(axis=1).all()
    np.testing.assert_array_equal(places[:, 0], centres[:, 0])
    np.testing.assert_array_equal(places[3], centres[3])
