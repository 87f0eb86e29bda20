"""The denoising view: what it says of its errors, how pictures are laid out, and how K is chosen."""

import numpy as np
import pytest

from explorer.analysis.denoising import Restoration, RestorationErrors, restored_pixels
from explorer.data import load_dataset
from explorer.data.corruptions import corrupted_pixels
from explorer.store import read_info
from explorer.training.loop import split_rows
from explorer.ui.views.objectives.denoising import (
    LEVELS,
    N_VALIDATION,
    VALIDATION_SEED,
    _restorer,
    _validation_part,
    chosen,
    finding,
    picture_tracks,
    reading,
)

PCA, PLAIN, DENOISING = "PCA (K = 8)", "plain AE (K = 8)", "denoising AE (K = 8)"


def test_each_method_takes_the_member_that_is_best_on_pictures_that_none_was_trained_on() -> None:
    """The test split, on which the methods are then compared, has no part in the choice."""
    groups = {
        family: {name: _restorer(family, read_info(name)) for name in (f"digits-{family}-8d", f"digits-{family}-32d")}
        for family in ("ae", "dae")
    }
    fraction = read_info("digits-dae-8d").run.validation_fraction
    train = load_dataset("digits")
    left_out = split_rows(len(train), fraction)[1]
    assert 0 < len(left_out) < len(train) / 4
    x = train.pixels(left_out[:N_VALIDATION])
    np.testing.assert_array_equal(_validation_part("digits", fraction), x)
    _, *best = chosen("digits", "gaussian", fraction, 0.3, groups)
    noisy = corrupted_pixels(x, "gaussian", 0.3, VALIDATION_SEED)
    for one, group in zip(best, groups.values(), strict=True):
        left = {name: np.square(x - restored_pixels(each.model, noisy)).mean() for name, each in group.items()}
        assert one.name == min(left, key=left.__getitem__)


def errors(null: float, pca: float, plain: float, own: float) -> RestorationErrors:
    restored = {PCA: np.array([0.1, pca]), PLAIN: np.array([0.1, plain]), DENOISING: np.array([0.1, own])}
    return RestorationErrors((0.0, 0.5), np.array([0.0, null]), restored)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            errors(0.1, 0.04, 0.05, 0.02),
            f"{DENOISING} restores best: its MSE of 0.0200 is 50 % below that of {PCA}",
        ),
        (
            errors(0.1, 0.02, 0.05, 0.04),
            f"{PCA} restores best: its MSE of 0.0200 is 50 % below that of {DENOISING}",
        ),
        (errors(0.1, 0.04, 0.02, 0.05), f"{PLAIN} restores best: its MSE of 0.0200 is 50 % below that of {PCA}"),
        (errors(0.01, 0.04, 0.05, 0.02), "every restoration is further from the clean image than the corrupted one"),
    ],
)
def test_the_finding_is_what_the_errors_say(found: RestorationErrors, sentence: str) -> None:
    assert sentence in finding(found, 0.5)


def test_where_nothing_is_corrupted_no_restoration_is_nearer() -> None:
    assert "whose MSE is 0.0000" in finding(errors(0.1, 0.04, 0.05, 0.02), 0.0)


def test_the_reading_names_every_error_with_the_noise() -> None:
    found = errors(0.1, 0.04, 0.05, 0.02)
    titles = {PCA: "PCA", PLAIN: "plain AE", DENOISING: "denoising AE"}
    assert reading(found, 1, "Gaussian", titles) == (
        "σ = 0.5 · MSE to the clean image: corrupted 0.1000 · PCA 0.0400 · plain AE 0.0500 · denoising AE 0.0200"
    )
    assert reading(found, 1, "Masking", titles).startswith("p = 0.5")


def test_each_track_shows_its_pictures_in_two_columns_with_lines_between() -> None:
    n_levels, (height, width) = len(LEVELS), (3, 2)
    clean = np.stack([np.full(6, value, np.float32) for value in (0.0, 0.2, 0.4, 1.0)])
    corrupted = np.stack([clean + place for place in range(n_levels)])
    tracks = picture_tracks(Restoration(LEVELS, clean, corrupted, {PCA: 1 - corrupted}), (height, width))
    assert [track.caption for track in tracks] == ["clean", "corrupted", PCA]
    sheet = tracks[0].levels[0]
    assert sheet.shape == (2 * height + 1, 2 * width + 1)
    assert (sheet[0, 0], sheet[0, -1], sheet[-1, 0], sheet[-1, -1]) == (0, 51, 102, 255)
    assert (sheet[height] == 96).all()
    assert (sheet[:, width] == 96).all()
    assert tracks[1].levels[1].max() == 255
    assert tracks[2].levels[1].min() == 0
