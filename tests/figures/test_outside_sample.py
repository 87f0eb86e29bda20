"""The figure of one sample among codes: what is drawn where, in which hue, on which axes."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.latent_plane import axis_plane
from explorer.analysis.outside_sample import OutsideSample, OwnSamples
from explorer.figures.outside_sample import outside_sample_figure
from explorer.figures.theme import SIGMA, class_colour, with_alpha

CODES = np.array([[0, 0], [1, 0], [4, 3], [5, 3]], np.float32)
EXTENT = (2.0, 5.0, 6.0)
LABELS = np.array([0, 0, 1, 1])


@pytest.fixture
def own() -> OwnSamples:
    plane = axis_plane(np.zeros(2, np.float32), 0, 1)
    errors = np.arange(4.0)
    return OwnSamples(("cat", "dog"), plane, CODES, LABELS, CODES, LABELS, errors, errors)


def sample(covariance: np.typing.NDArray[np.float32] | None) -> OutsideSample:
    image = np.array([0, 0.25, 0.5, 1, 0, 0], np.float32)
    return OutsideSample(np.array([2, 9], np.float32), covariance, image, 1, 4, 3.5, 0.5, 2.0, 0.25)


def test_codes_have_their_classes_hues_and_names(own: OwnSamples) -> None:
    figure = outside_sample_figure(None, own, EXTENT, (2, 3), 500)
    (dots,) = figure.data
    drawn = {(float(x), float(y)): colour for x, y, colour in zip(dots.x, dots.y, dots.marker.color, strict=True)}
    hues = [with_alpha(class_colour(label), 0.4) for label in LABELS]
    assert drawn == {tuple(code): hue for code, hue in zip(CODES.tolist(), hues, strict=True)}
    names = {note.text: note for note in figure.layout.annotations}
    for label, name in enumerate(("<b>cat</b>", "<b>dog</b>")):
        place = np.array([names[name].x, names[name].y])
        nearest = np.linalg.norm(CODES - place, axis=1).argmin()
        assert (LABELS[nearest], names[name].bgcolor) == (label, class_colour(label))
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("z₁", "z₂")
    assert figure.layout.yaxis.scaleanchor == "x"


def test_the_sample_lies_within_the_axes_with_its_reconstruction_below(own: OwnSamples) -> None:
    figure = outside_sample_figure(sample(None), own, EXTENT, (2, 3), 500)
    _, ring, image = figure.data
    assert (ring.x[0], ring.y[0], ring.xaxis, ring.yaxis) == (2, 9, "x", "y")
    assert figure.layout.xaxis.range == (-4, 8)
    assert figure.layout.yaxis.range == (-1, 11)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.source.split(",")[1]))))
    np.testing.assert_array_equal(pixels[..., 0], [[0, 64, 128], [255, 0, 0]])
    assert image.yaxis == "y2"


def test_the_posterior_is_drawn_at_one_and_two_sigma(own: OwnSamples) -> None:
    covariance = np.array([[4, 1.2], [1.2, 1]], np.float32)
    figure = outside_sample_figure(sample(covariance), own, EXTENT, (2, 3), 500)
    outlines = {trace.name: trace for trace in figure.data if trace.name in ("1σ", "2σ")}
    precision = np.linalg.inv(covariance)
    for n_sigma, name in ((1, "1σ"), (2, "2σ")):
        offsets = np.stack([outlines[name].x, outlines[name].y], axis=1) - (2, 9)
        squared = np.einsum("pi,ij,pj->p", offsets, precision, offsets)
        np.testing.assert_allclose(squared, n_sigma**2, rtol=1e-5)
        assert outlines[name].line.color == SIGMA
