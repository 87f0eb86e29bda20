"""The pages with a decoder that came without an encoder: what works, and what says why it does not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.jobs.foreign import ForeignDraft, keep_foreign
from explorer.models.foreign import foreign_model
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.layers import Activation, Dense
from explorer.store import load_checkpoint
from explorer.ui.take_away.model_offers import model_offers

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one foreign decoder from three dimensions to 8 × 8 pixels."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    weight = np.random.default_rng(0).standard_normal((64, 3)).astype(np.float32)
    layers = (Dense(weight, np.zeros(64, np.float32)), Activation("sigmoid"))
    model = foreign_model(ForeignSpec(3, "dense:64 sigmoid"), (8, 8), layers, ())
    keep_foreign(ForeignDraft(("mine.onnx",), model), "mine")
    return tmp_path


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.markdown, *app.caption, *app.info))


def test_its_plane_shows_draws_and_claims_no_samples(open_app_page: OpenPage) -> None:
    app = open_app_page("latent", model="mine")
    assert not app.exception
    assert "trained elsewhere" in texts(app)
    assert "The model has no encoder, so every dot is one of 2,000 draws from N(0, I)" in texts(app)
    assert not [panel for panel in app.expander if "sample" in panel.label]


def test_it_can_be_taken_away_as_onnx_alone(library: Path) -> None:
    assert [offer.file_name for offer in model_offers(load_checkpoint(str(library / "mine")))] == ["mine-onnx.zip"]


@pytest.mark.parametrize("view", ["Between two draws", "One axis"])
def test_walks_between_draws_and_along_axes(open_app_page: OpenPage, view: str) -> None:
    app = open_app_page("interpolate", model="mine", view=view)
    assert not app.exception
    assert not app.error
    assert not [box for box in (*app.selectbox, *app.number_input) if "sample" in box.label.lower()]
    assert "training codes" not in texts(app)
    assert "N(0, I)" in texts(app)


@pytest.mark.parametrize("page", ["interpolate", "compare", "generate", "holes", "applications"])
def test_a_page_that_needs_codes_does_not_offer_it(open_app_page: OpenPage, page: str) -> None:
    app = open_app_page(page)
    assert not app.exception
    assert not [box for box in app.selectbox if any("mine" in option for option in box.options)]


@pytest.mark.parametrize("page", ["home", "library", "posterior", "tradeoff", "objectives", "train"])
def test_other_pages_open_beside_it(open_app_page: OpenPage, page: str) -> None:
    assert not open_app_page(page).exception
