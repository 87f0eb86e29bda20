"""Every page opens with a model of every family; what a page cannot do with one is a sentence in its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.latent_plane import range_grid
from explorer.data import load_dataset
from explorer.errors import SpecError
from explorer.jobs.save_run import finish
from explorer.models import FAMILIES, make_spec
from explorer.store import load_checkpoint
from explorer.training import RunSpec, start, train
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.views.latent.panels import grid_png

pytestmark = pytest.mark.slow
OpenPage = Callable[..., AppTest]
SMALL: dict[str, dict[str, object]] = {
    "ae": {"hidden": (16,), "classifier_weight": 0.1},
    "conv_ae": {"channels": (4,)},
    "vae": {"hidden": (16,)},
    "conv_vae": {"channels": (4,), "batch_norm": "yes"},
    "cvae": {"hidden": (16,)},
    "gmvae": {"hidden": (16,), "pretraining": 1, "n_components": 4},
}
PAGES: dict[str, tuple[str, ...]] = {
    "home": (),
    "library": (),
    "latent": ("model",),
    "compare": ("models",),
    "holes": ("left", "right"),
    "generate": ("left", "right"),
    "posterior": ("model",),
    "tradeoff": ("model",),
    "interpolate": ("model",),
}
# Panels and views that read a model in a way of their own.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("latent", {"sample": "3", "z": "0.5,0.5"}),
    ("holes", {"layer": "re-encoding error"}),
    ("generate", {"view": "Step by step"}),
    ("generate", {"view": "Class-conditional"}),
    ("generate", {"view": "Mixture prior"}),
    ("posterior", {"view": "Reparameterisation"}),
    ("posterior", {"view": "All together"}),
    ("tradeoff", {"view": "Replay"}),
    ("interpolate", {"view": "Attributes"}),
    ("interpolate", {"view": "One axis"}),
]
ODD_ONES = ("conv_ae", "cvae", "gmvae")
NEEDS_A_CLASS = "needs the class of each sample, and none is given here; choose a class"


@pytest.fixture(scope="module")
def one_of_each(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a small model of every family on the digits."""
    folder = tmp_path_factory.mktemp("library")
    digits = load_dataset("digits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder))
        for family in FAMILIES:
            spec = make_spec(family, SMALL.get(family, {}))
            state = start(RunSpec(spec, "digits", n_epochs=2, batch_size=300), digits, "cpu")
            finish(state, list(train(state)), family.replace("_", "-"))
    return folder


@pytest.fixture(autouse=True)
def own_library(one_of_each: Path, own_folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app sees these models and no others."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(one_of_each))


def check(app: AppTest, family: str) -> None:
    """Nothing broke; what stands in a picture's place is one sentence that says a class is needed."""
    assert not app.exception
    said = {error.value for error in app.error}
    assert all(family == "cvae" and "class" in sentence for sentence in said), said
    assert len(said) <= 1


def _unless_odd_slow(family: str) -> object:
    """A family, whose pages are opened by `make test-all` alone when other tests open them with one of its kind."""
    return pytest.param(family, marks=() if family in ODD_ONES else pytest.mark.slow)


@pytest.mark.parametrize("family", [_unless_odd_slow(family) for family in FAMILIES])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_every_family(page: str, family: str, open_app_page: OpenPage) -> None:
    check(open_app_page(page, **dict.fromkeys(PAGES[page], family.replace("_", "-"))), family)


@pytest.mark.parametrize("family", ODD_ONES)
@pytest.mark.parametrize(("page", "query"), VIEWS, ids=str)
def test_every_view_opens_with_the_odd_ones(
    page: str, query: dict[str, str], family: str, open_app_page: OpenPage
) -> None:
    check(open_app_page(page, **dict.fromkeys(PAGES[page], family.replace("_", "-")), **query), family)


def test_a_conditional_model_is_decoded_as_the_class_that_is_chosen_for_its_grid(open_app_page: OpenPage) -> None:
    app = open_app_page("latent", model="cvae")
    (chosen,) = [box for box in app.selectbox if box.label == "Class of the grid"]
    assert chosen.value == "0"
    assert not chosen.set_value("7").run().exception
    checkpoint = load_checkpoint("cvae")
    scene = scene_of(checkpoint.info)
    zero, seven = (grid_png(checkpoint, scene, range_grid, (8, 8), label) for label in (0, 7))
    assert zero != seven
    with pytest.raises(SpecError, match=NEEDS_A_CLASS):
        grid_png(checkpoint, scene, range_grid, (8, 8))


def test_a_model_that_is_told_no_class_offers_none(open_app_page: OpenPage) -> None:
    app = open_app_page("latent", model="vae")
    assert "Class of the grid" not in {box.label for box in app.selectbox}
