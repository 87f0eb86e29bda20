"""Both bounds stand beside the name of prior and K; pictures lie in rows of their kind."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer.figures.learned_priors import ELBO, IWAE, bounds_of_priors_figure, pictures_of_priors_figure
from explorer.figures.theme import MODEL_HUES, MUTED
from tests.figures.cases import prior_results


def test_both_bounds_have_the_intervals_of_their_seeds() -> None:
    found = prior_results()
    elbo, iwae = bounds_of_priors_figure(found, 400).data
    assert (elbo.name, iwae.name) == (ELBO, IWAE)
    assert (elbo.marker.color, iwae.marker.color) == (MODEL_HUES["vae"], MUTED)
    assert list(elbo.y) == ["N(0, I), K = 2", "VampPrior, K = 2", "N(0, I), K = 8", "VampPrior, K = 8"]
    assert list(elbo.x) == pytest.approx([one.negative_elbo_nats.mean() for one in found])
    assert list(iwae.x) == pytest.approx([one.iwae_nats.mean() for one in found])
    assert elbo.error_x.array[0] == pytest.approx(elbo.error_x.arrayminus[0])
    assert elbo.error_x.array[0] > 0


def test_pictures_are_pseudo_inputs_then_draws_of_either_prior() -> None:
    plain, vamp = prior_results()[2:]
    rng = np.random.default_rng(0)
    inputs, vamp_draws, plain_draws = rng.integers(0, 256, (3, 4, 3, 3)).astype(np.uint8)
    vamp = replace(vamp, pseudo_inputs=inputs, draws=vamp_draws)
    fig = pictures_of_priors_figure(replace(plain, draws=plain_draws), vamp, 300)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))))[..., 0]
    step = 3 + 1
    assert sheet.shape == (6 * step - 1, 2 * step - 1)
    kinds = dict(zip(fig.layout.yaxis.ticktext, (inputs, vamp_draws, plain_draws), strict=True))
    assert list(kinds) == ["u", "Vamp", "N(0, I)"]
    for (name, pictures), middle in zip(kinds.items(), fig.layout.yaxis.tickvals, strict=True):
        top = round(middle - step + 0.5)
        for place, picture in enumerate(pictures):
            row, column = top + place // 2 * step, place % 2 * step
            assert np.array_equal(sheet[row : row + 3, column : column + 3], picture), name
