"""The pictures of PCA show the numbers they are given."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.analysis.class_labels import label_places
from explorer.analysis.covariance import covariance_of_rank
from explorer.analysis.pca import ErrorCurve, decompose, pick_from_plane, spectrum, tails
from explorer.figures.images import signed
from explorer.figures.pca import (
    MARKED_SHARES,
    around_mean_figure,
    eigendigits_figure,
    mean_figure,
    outer_products_figure,
    percent,
    plane_figure,
    rank_figure,
    spectrum_figure,
    term_label,
    terms_figure,
)
from explorer.figures.theme import PETROFF
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec
from tests.figures.frames import frames_of

SIDE = 4


@pytest.fixture(scope="module")
def model() -> PCA:
    x = np.random.default_rng(0).random((200, SIDE * SIDE)).astype(np.float32) * np.linspace(1, 0.1, SIDE * SIDE)
    return fit_pca(x.astype(np.float32), (SIDE, SIDE), PCASpec(latent_dim=2))


def picture(source: str) -> NDArray[np.uint8]:
    """The pixels of an image that holds its own PNG."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))))


def curve(scale: float = 1, n_classes: int = 3) -> ErrorCurve:
    energy = scale * np.array([4.0, 3.0, 2.0, 1.0])
    return ErrorCurve(tails(energy), tails(np.outer(np.arange(1, n_classes + 1), energy)))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0971, "9.7 %"), (0.5, "50 %"), (0.989, "99 %"), (0.0004, "0.04 %"), (2e-6, "2e-04 %"), (0, "0 %")],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_each_eigendigit_carries_its_number_and_share(model: PCA) -> None:
    fig = eigendigits_figure(model, np.array([3, 16]), n_columns=2, height=300)
    share = spectrum(model).share
    assert [note.text for note in fig.layout.annotations] == [
        f"w₃ · {percent(share[2])}",
        f"w₁₆ · {percent(share[15])}",
    ]


def test_mean_figure_shows_the_mean(model: PCA) -> None:
    pixels = picture(mean_figure(model, 100).data[0].source)
    np.testing.assert_array_equal(pixels[..., 0], np.rint(model.mean.reshape(SIDE, SIDE) * 255))


def test_spectrum_marks_where_shares_are_reached(model: PCA) -> None:
    found = spectrum(model)
    scree, cumulative, marks = spectrum_figure(found, 300).data
    np.testing.assert_allclose(scree.y, 100 * found.share)
    assert cumulative.y[-1] == pytest.approx(100)
    assert list(marks.x) == [found.components_for(share) for share in MARKED_SHARES]
    assert marks.text[0] == f"90% at k = {marks.x[0]}"


def test_terms_are_labelled_in_grey_levels_with_their_sign(model: PCA) -> None:
    axes = model.components
    parts = decompose(model, (model.mean + 1.34 * axes[0] - 0.05 * axes[1]).astype(np.float32))
    assert term_label(parts, 1) == "+ 341.7 w₁"
    assert term_label(parts, 2) == "− 12.8 w₂"
    labels = [note.text for note in terms_figure(parts, 2, 200).layout.annotations]
    assert labels == ["mean", term_label(parts, 1), term_label(parts, 2), "k = 0", "1", "2"]


def test_terms_one_by_one_stand_each_on_the_mean_alone(model: PCA) -> None:
    axes = model.components
    parts = decompose(model, (model.mean + 0.3 * axes[0] - 0.2 * axes[1]).astype(np.float32))
    fig = terms_figure(parts, 2, 200, one_by_one=True)
    assert [note.text for note in fig.layout.annotations][3:] == ["x̄", "x̄ + z₁w₁", "x̄ + z₂w₂"]
    below = [tile(fig, place)[..., 0] for place in (3, 4, 5)]
    sums = (model.mean, model.mean + 0.3 * axes[0], model.mean - 0.2 * axes[1])
    for shown, expected in zip(below, sums, strict=True):
        np.testing.assert_allclose(shown.ravel() / 255, np.clip(expected, 0, 1), atol=0.003)


def test_the_covariance_its_first_terms_and_what_is_left_share_a_scale(model: PCA) -> None:
    of = covariance_of_rank(model, 3)
    fig = rank_figure(of, 300)
    assert [note.text for note in fig.layout.annotations] == ["S", "first 3", f"left: {percent(of.norm_left)} of ‖S‖²"]
    scale = np.abs(of.whole).max() / 2
    for place, matrix in enumerate((of.whole, of.first, of.whole - of.first)):
        np.testing.assert_array_equal(tile(fig, place)[..., :3], signed(matrix[None], scale)[0])


def test_outer_products_carry_their_share_and_have_one_scale(model: PCA) -> None:
    of, share = covariance_of_rank(model, 3), spectrum(model).share
    fig = outer_products_figure(of, share, 150)
    assert fig.layout.annotations[1].text == f"λ₂w₂w₂ᵀ · {percent(share[1])}"
    expected = signed(of.terms[1][None], np.abs(of.terms).max() / 2)[0]
    np.testing.assert_array_equal(tile(fig, 1)[..., :3], expected)


def tile(fig: go.Figure, place: int) -> NDArray[np.uint8]:
    """The pixels of a mosaic's tile, within its frame."""
    frame, sheet = frames_of(fig)[place], picture(fig.data[0].source)
    top, left = round(frame.y0 + 0.5), round(frame.x0 + 0.5)
    return sheet[top : round(frame.y1 + 0.5), left : round(frame.x1 + 0.5)]


def test_plane_shows_every_point_by_class_and_the_picked_images() -> None:
    codes = np.array([[0.0, 0.0], [0.1, 0.1], [1.9, 0.2]])
    labels = np.array([0, 0, 2])
    picks = pick_from_plane(codes, 2, "range")
    fig = plane_figure(picks, np.ones((len(picks.rows), 2, 2)), labels, ("a", "b", "c"), 300)
    assert [(trace.name, len(trace.x)) for trace in fig.data] == [("a", 2), ("c", 1)]
    assert fig.layout.yaxis.scaleanchor == "x"
    assert not fig.layout.annotations
    sheet = fig.layout.images[0]
    assert (sheet.x, sheet.sizex) == (0, pytest.approx(2 * picks.cell))
    pixels = picture(sheet.source)
    half = pixels.shape[1] // 2
    colours = [pixels[7, half // 2].tolist(), pixels[7, half + half // 2].tolist()]
    assert colours == [[*bytes.fromhex(PETROFF[label][1:]), 255] for label in (0, 2)]


def test_higher_cells_stand_higher_on_the_sheet() -> None:
    picks = pick_from_plane(np.array([[0.0, 0.0], [0.0, 2.0]]), 2, "range")
    fig = plane_figure(picks, np.array([[[0.0]], [[1.0]]]), np.array([0, 0]), ("a",), 300)
    pixels = picture(fig.layout.images[0].source)
    quarter, middle = pixels.shape[0] // 4, pixels.shape[1] // 2
    by_row = [pixels[quarter, middle, 0], pixels[3 * quarter, middle, 0]]
    lower_first = picks.cells[:, 1].argsort()
    assert by_row == [255 * float(lower_first[1]), 255 * float(lower_first[0])]


def test_without_images_classes_are_named_on_their_points() -> None:
    codes = np.array([[0.0, 0.0], [2.0, 4.0], [1.0, 1.0]])
    picks = pick_from_plane(codes, 2, "range")
    labels = np.array([1, 1, 0])
    fig = plane_figure(picks, np.empty((0, 1, 1)), labels, ("a", "b"), 300)
    assert not fig.layout.images
    glyphs = {note.text: (note.x, note.y, note.bgcolor) for note in fig.layout.annotations}
    places = label_places(picks.coordinates, labels)
    assert glyphs == {
        "<b>a</b>": (*places[0].tolist(), PETROFF[0]),
        "<b>b</b>": (*places[1].tolist(), PETROFF[1]),
    }


def test_the_plane_keeps_its_axes_its_classes_and_their_colours() -> None:
    codes = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0]])
    fig = plane_figure(pick_from_plane(codes, 2, "range"), np.empty((0, 1, 1)), np.array([1, 0, 1]), ("a", "b"), 300)
    a, b = fig.data
    assert (list(a.x), list(a.y), a.marker.color) == ([1.0], [6.0], PETROFF[0])
    assert (list(b.x), list(b.y), b.marker.color) == ([0.0, 2.0], [5.0, 7.0], PETROFF[1])
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("score along w₁", "score along w₂")
    (left, right), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    assert left < 0 < 2 < right < low < 5 < 7 < high


def test_eigendigits_are_orange_above_zero_and_blue_below(model: PCA) -> None:
    fig = eigendigits_figure(model, np.array([1]), n_columns=1, height=300)
    pixels = picture(fig.data[0].source)[-SIDE:].astype(int)
    axis = model.components[0].reshape(SIDE, SIDE)
    strong = np.abs(axis) > 0.2 * np.abs(axis).max()
    np.testing.assert_array_equal(np.sign(pixels[..., 0] - pixels[..., 2])[strong], np.sign(axis)[strong])


def test_axes_of_the_spectrum_have_their_units(model: PCA) -> None:
    found = spectrum_figure(spectrum(model), 300)
    assert (found.layout.xaxis.title.text, found.layout.xaxis2.title.text) == ("component", "number of components k")
    assert found.layout.yaxis.title.text == "fraction of the variance (%)"
    np.testing.assert_array_equal(found.data[0].x, np.arange(1, SIDE * SIDE + 1))
    np.testing.assert_allclose(found.data[1].y, 100 * np.cumsum(model.variances) / model.variances.sum(), rtol=1e-5)
    np.testing.assert_allclose(found.data[2].y, [found.data[1].y[k - 1] for k in found.data[2].x])


def test_quantile_plane_has_scores_at_its_ticks() -> None:
    codes = np.random.default_rng(0).standard_normal((500, 2))
    picks = pick_from_plane(codes, 3, "quantile")
    fig = plane_figure(picks, np.empty((0, 1, 1)), np.zeros(500, np.int64), ("a",), 300)
    assert list(fig.layout.xaxis.tickvals) == [0.02, 0.25, 0.5, 0.75, 0.98]
    assert fig.layout.yaxis.ticktext[2] == f"{np.median(codes[:, 1]):.1f}"


@pytest.mark.parametrize("shape", [(4, 4), (2, 2, 3)])
def test_eigenvectors_around_the_mean_are_two_standard_deviations_away(shape: tuple[int, ...]) -> None:
    x = 0.5 + 0.05 * np.random.default_rng(1).normal(size=(400, int(np.prod(shape))))
    model = fit_pca(x.astype(np.float32), shape, PCASpec(latent_dim=2))
    fig = around_mean_figure(model, np.array([1, 3]), 2, 300)
    assert [note.text for note in fig.layout.annotations] == ["− w₁", "+ w₁", "− w₃", "+ w₃"]
    sheet, (height, width) = picture(fig.data[0].source), shape[:2]
    head = sheet.shape[0] - height
    for place, (number, sign) in enumerate([(1, -1), (1, 1), (3, -1), (3, 1)]):
        scores = (x - x.mean(axis=0)) @ model.components[number - 1]
        expected = x.mean(axis=0) + sign * 2 * scores.std(ddof=1) * model.components[number - 1]
        tile = sheet[head:, place * (width + 1) : place * (width + 1) + width, :3]
        levels = np.broadcast_to(
            expected.reshape(*shape, -1) if len(shape) == 2 else expected.reshape(shape), tile.shape
        )
        np.testing.assert_allclose(tile, 255 * np.clip(levels, 0, 1), atol=1.5)
