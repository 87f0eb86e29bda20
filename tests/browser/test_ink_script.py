"""Drawings in a real Chromium: prepared as in Python, encoded as by the models, and shown in their planes."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from explorer.analysis.latent_plane import principal_plane
from explorer.analysis.outside_sample import OwnSamples, outside_sample
from explorer.data.handwriting import PREPARATIONS, Strokes, StrokesText, drawn_sample
from explorer.models.autoencoder import build_autoencoder
from explorer.models.pca import fit_pca
from explorer.models.spec import AESpec, ConvAESpec, PCASpec, VAESpec
from explorer.scenes.component_files import COMPONENTS, join_modules
from explorer.scenes.drawn_code import build_drawn_code, drawn_code_message
from explorer.ui.drawing import EXAMPLE
from tests.browser.test_shared_script import LOAD

pytestmark = pytest.mark.browser
CODE = """async ([blob, x]) => {
  const bytes = Uint8Array.from(atob(blob), (letter) => letter.charCodeAt(0));
  const [header, arrays] = [shared.readHeader(bytes), await shared.readArrays(bytes)];
  const coder = shared.buildCoder(header, arrays);
  const { z, variance } = coder.encode(Float32Array.from(x));
  const made = coder.decode(z, 0);
  const covariance = variance && shared.covarianceOf(header, variance);
  const error = shared.squaredError(Float32Array.from(x), made);
  return { place: shared.placeOf(header, z), covariance, made: [...made], error };
}"""


@pytest.fixture
def open_module(lasting_page: Page) -> Callable[[Path], Page]:
    """A function that loads a script into an empty page as `shared`."""

    def load(path: Path) -> Page:
        lasting_page.goto("about:blank")
        lasting_page.evaluate(LOAD, join_modules(path))
        return lasting_page

    return load


def scribble(seed: int) -> Strokes:
    """Strokes of places drawn at random."""
    rng = np.random.default_rng(seed)
    return tuple(rng.integers(0, 256, (rng.integers(1, 6), 2)).astype(np.uint8) for _ in range(rng.integers(1, 4)))


# A bar whose lower side has a length of half a pixel, a dot, and lines upright and across.
DRAWINGS = [
    EXAMPLE,
    *map(StrokesText().parse, ("8080", "1080f080", "8010", "3030c030-c03070d0")),
    *map(scribble, range(8)),
]


@pytest.mark.parametrize("shape", [(28, 28), (8, 8)])
def test_the_browser_prepares_a_drawing_as_python_does(
    open_module: Callable[[Path], Page], shape: tuple[int, int]
) -> None:
    page = open_module(COMPONENTS / "shared" / "ink.js")
    given = [[stroke.tolist() for stroke in strokes] for strokes in DRAWINGS]
    prepare = "([drawings, side, pen]) => drawings.map((strokes) => [...shared.preparedInk(strokes, side, pen)])"
    made = page.evaluate(prepare, [given, shape[0], PREPARATIONS[shape].pen])
    expected = [drawn_sample(strokes, shape).ravel() for strokes in DRAWINGS]
    np.testing.assert_allclose(np.array(made), np.array(expected), atol=1e-5)


def test_an_empty_sheet_and_another_side_give_no_image(open_module: Callable[[Path], Page]) -> None:
    page = open_module(COMPONENTS / "shared" / "ink.js")
    assert (
        page.evaluate("() => [shared.preparedInk([], 28, 0.1), shared.preparedInk([[[1, 2]]], 32, 0.1)]") == [None] * 2
    )


def models() -> dict[str, Any]:
    x = np.random.default_rng(0).random((60, 64), dtype=np.float32)
    return {
        "PCA": fit_pca(x, (8, 8), PCASpec(3)),
        "AE": build_autoencoder(AESpec(latent_dim=3, hidden=(20,)), (8, 8), 1),
        "VAE": build_autoencoder(VAESpec(latent_dim=3, hidden=(20,), spread="log_std"), (8, 8), 2),
        "conv AE": build_autoencoder(ConvAESpec(latent_dim=3, channels=(4, 6)), (8, 8), 3),
    }


@pytest.mark.parametrize("title", ["PCA", "AE", "VAE", "conv AE"])
def test_the_browser_makes_of_a_drawing_what_the_model_makes(open_module: Callable[[Path], Page], title: str) -> None:
    model = models()[title]
    codes = np.random.default_rng(4).normal(size=(30, 3)).astype(np.float32)
    plane = principal_plane(codes, codes.mean(axis=0))
    labels, zeros = np.arange(30) % 2, np.zeros(30)
    own = OwnSamples(("cat", "dog"), plane, codes, labels, codes, labels, zeros, zeros)
    x = drawn_sample(EXAMPLE, (8, 8)).ravel()
    expected = outside_sample(model, own, x)
    blob = drawn_code_message(build_drawn_code(title, model, own)).to_bytes(answer=None)
    page = open_module(COMPONENTS / "drawn_code" / "drawn_code.js")
    made = page.evaluate(CODE, [base64.b64encode(blob).decode(), x.tolist()])
    # Weights in half precision.
    np.testing.assert_allclose(made["place"], expected.place, atol=5e-3)
    np.testing.assert_allclose(made["made"], expected.x_hat, atol=5e-3)
    assert made["error"] == pytest.approx(expected.sse, rel=5e-3)
    if expected.covariance is None:
        assert made["covariance"] is None
    else:
        np.testing.assert_allclose(made["covariance"], expected.covariance[[0, 0, 1], [0, 1, 1]], rtol=0.02, atol=1e-3)


def test_ellipses_have_the_posteriors_covariance(open_module: Callable[[Path], Page]) -> None:
    covariance = np.array([[4, 1.2], [1.2, 1]])
    page = open_module(COMPONENTS / "drawn_code" / "drawing_marks.js")
    for n_sigma in (1, 2):
        corners = np.array(page.evaluate("(n) => shared.ellipse([3, -1], [4, 1.2, 1], n)", n_sigma)) - [3, -1]
        distances = np.einsum("pi,ij,pj->p", corners, np.linalg.inv(covariance), corners)
        np.testing.assert_allclose(distances, n_sigma**2, rtol=1e-6)


def test_the_plane_widens_for_a_code_that_lies_outside(open_module: Callable[[Path], Page]) -> None:
    page = open_module(COMPONENTS / "drawn_code" / "drawn_code.js")
    wide = "(place) => shared.wideEnough([1, 2, 4], place && { place })"
    assert page.evaluate(wide, None) == [1, 2, 4]
    assert page.evaluate(wide, [4, -1]) == [1, 2, 4]
    u, v, half = page.evaluate(wide, [1, 12])
    assert (u, v) == (1, 2)
    assert 10 < half < 11
