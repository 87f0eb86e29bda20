"""Moving scenes as pages of one file: what their messages hold, and what is refused."""

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.errors import AnalysisError, DatasetError, ExportError
from explorer.export.player_pages import eigenvectors_page, posterior_page, replay_page, sweep_page, walk_page
from explorer.export.scene_page import ScenePage, page_html
from explorer.models.pca import PCA
from explorer.scenes.reconstruction_tracks import frame_ks
from explorer.store import Checkpoint, load_checkpoint
from tests.ui.components.message_reader import read_message

MESSAGE = re.compile(r'<script type="application/octet-stream" id="message-0">([^<]*)</script>')
CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture(scope="module")
def digits() -> Checkpoint:
    return load_checkpoint(str(CHECKPOINTS / "digits-vae-2d"))


def shown(page: ScenePage) -> tuple[str, dict[str, Any], dict[str, np.ndarray]]:
    found = MESSAGE.search(page_html(page).decode())
    assert found is not None
    return (page.scenes[0].component, *read_message(b64decode(found[1])))


def test_a_walk_begins_and_ends_at_the_samples_codes(digits: Checkpoint) -> None:
    component, header, arrays = shown(walk_page(digits, 2, 18))
    assert component == "interpolation_player"
    assert [row["title"] for row in header["rows"]] == ["linear", "spherical", "pixels"]
    for points in (arrays["points0"], arrays["points1"]):
        np.testing.assert_allclose(points[[0, -1]], digits.codes.test[[2, 18]], rtol=2e-3, atol=2e-3)
    assert header["plane"]["hint"] == ""


def test_a_walk_without_images_has_no_row_of_pixels() -> None:
    _, header, _ = shown(walk_page(load_checkpoint("vae-2d"), 0, 1))
    assert [row["title"] for row in header["rows"]] == ["linear", "spherical"]


@pytest.mark.parametrize("sample", [-1, 360])
def test_a_sample_that_is_not_there_is_named(digits: Checkpoint, sample: int) -> None:
    with pytest.raises(AnalysisError, match=rf"^There is no test sample {sample}; choose a number from 0 to 359\.$"):
        walk_page(digits, 0, sample)
    with pytest.raises(ExportError, match=rf"^There is no test sample {sample}; choose a number from 0 to 359\.$"):
        eigenvectors_page(load_checkpoint("digits-pca"), sample)


def test_the_slider_of_k_shows_the_sum_and_the_kth_eigenvector() -> None:
    checkpoint = load_checkpoint("digits-pca")
    component, header, arrays = shown(eigenvectors_page(checkpoint, 3))
    assert component == "frame_player"
    assert header["labels"][header["start"]].startswith("k = 10:")
    assert header["captions"][3] == "Eigenvector wₖ"
    ks = frame_ks(64)
    assert isinstance(checkpoint.model, PCA)
    vector = checkpoint.model.components[4].reshape(8, 8)
    levels = arrays["levels3"][list(ks).index(5)].astype(float) - 128
    np.testing.assert_allclose(levels / 127, vector / np.abs(vector).max(), atol=0.005)
    assert (arrays["levels3"][0] == 128).all()
    whole = arrays["levels1"][-1].astype(int) - arrays["levels0"][0].astype(int)
    assert np.abs(whole).max() <= 1


def test_eigenvectors_need_a_pca_and_its_images(digits: Checkpoint) -> None:
    with pytest.raises(ExportError, match=r"^digits-vae-2d is no PCA of images"):
        eigenvectors_page(digits)
    with pytest.raises(DatasetError):
        eigenvectors_page(load_checkpoint("pca"))


def test_a_replay_has_the_moments_of_the_training(digits: Checkpoint) -> None:
    component, header, arrays = shown(replay_page(digits))
    assert component == "latent_animation"
    assert header["captions"][0].startswith(f"Step {digits.codes.snapshot_steps[0]:,} ")
    np.testing.assert_allclose(arrays["points"], digits.codes.snapshots, rtol=2e-3, atol=2e-3)
    assert header["chart"]["curves"][2]["name"] == "KL"
    assert header["start"] == 0


def test_a_model_without_moments_has_no_replay() -> None:
    with pytest.raises(AnalysisError, match="digits-pca was kept without the moments of its training"):
        replay_page(load_checkpoint("digits-pca"))


def test_a_sweep_stands_by_rising_weight_and_begins_at_one() -> None:
    names = ("vae-2d-beta8", "vae-2d-beta1", "vae-2d-beta0.5")
    page = sweep_page([load_checkpoint(name) for name in names])
    _, header, _ = shown(page)
    assert [caption.split(" · ")[0] for caption in header["captions"]] == ["β = 0.5", "β = 1", "β = 8"]
    assert header["start"] == 1
    rates = header["chart"]["curves"][0]["x"]
    assert rates == sorted(rates, reverse=True)
    assert page.title == "3 VAEs over β"


@pytest.mark.parametrize(
    "names", [["vae-2d-beta1"], ["vae-2d-beta1", "vae-6d-beta4"], ["vae-2d-beta1", "vae-2d-beta4", "ae-2d"]]
)
def test_models_that_are_no_sweep_are_refused(names: list[str]) -> None:
    with pytest.raises(ExportError, match="differ in β alone; " + ", ".join(names)):
        sweep_page([load_checkpoint(name) for name in names])


def test_a_posterior_has_the_sample_and_its_own_mean_and_spread(digits: Checkpoint) -> None:
    component, header, arrays = shown(posterior_page(digits, 5))
    assert component == "posterior_machine"
    np.testing.assert_allclose(header["mean"], digits.codes.test[5], rtol=1e-6)
    np.testing.assert_allclose(header["std"], np.exp(digits.codes.test_log_var[5] / 2), rtol=1e-6)
    assert arrays["x"].shape == (8, 8)
    assert posterior_page(load_checkpoint("vae-2d")).scenes[0].component == component


@pytest.mark.parametrize(
    ("name", "row", "says"), [("digits-ae-2d", 0, "is no VAE"), ("digits-vae-2d", 360, "0 to 359")]
)
def test_what_has_no_posterior_is_refused(name: str, row: int, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        posterior_page(load_checkpoint(name), row)
