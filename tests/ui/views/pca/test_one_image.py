"""One image taken apart: the tracks of the player, with the sign that their captions state."""

import numpy as np

from explorer.analysis.pca import decompose
from explorer.figures.images import diverging_palette
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.scenes.frame_tracks import pack_frame_player
from explorer.scenes.reconstruction_tracks import eigenvector_track, frame_ks, reconstruction_tracks
from tests.ui.components.message_reader import read_message

X = np.random.default_rng(0).random((50, 9)).astype(np.float32)
PCA = fit_pca(X, (3, 3), PCASpec(latent_dim=2))


def test_the_tracks_are_the_image_its_partial_sums_and_the_image_minus_the_sums() -> None:
    parts, ks = decompose(PCA, X[7]), np.arange(10)
    image, sums, rest = reconstruction_tracks(parts, ks, "7")
    assert [track.caption for track in (image, sums, rest)] == [
        "Image x, class 7",
        "Mean + k terms, x̂",
        "x − x̂, from −1 to 1",
    ]
    np.testing.assert_array_equal(image.levels[0], np.rint(255 * X[7].reshape(3, 3)))
    np.testing.assert_allclose(sums.levels[0], 255 * PCA.mean.reshape(3, 3), atol=0.51)
    np.testing.assert_allclose(sums.levels[-1], image.levels[0], atol=1)
    by_hand = 128 + 127 * (X[7] - PCA.mean).reshape(3, 3)
    np.testing.assert_allclose(rest.levels[0], by_hand, atol=0.51)
    np.testing.assert_allclose(rest.levels[-1], 128, atol=1)
    assert rest.palette is not None
    assert rest.palette.tolist() == diverging_palette().tolist()
    assert rest.palette[200, 0] > rest.palette[200, 2]


def test_the_slider_stops_at_every_k_then_at_every_eighth_and_at_all() -> None:
    assert frame_ks(9).tolist() == list(range(10))
    ks = frame_ks(784)
    assert ks[:161].tolist() == list(range(161))
    assert (np.diff(ks[161:-1]) == 8).all()
    assert ks[-1] == 784
    assert len(frame_ks(12_288)) < 370


def test_colours_come_as_they_are_and_each_channel_of_the_rest_by_its_own_brightness() -> None:
    x = np.random.default_rng(1).random((40, 12)).astype(np.float32)
    model = fit_pca(x, (2, 2, 3), PCASpec(latent_dim=2))
    parts, ks = decompose(model, x[3]), np.array([0, 5, 12])
    image, sums, rest = reconstruction_tracks(parts, ks, "cat")
    assert [track.palette for track in (image, sums, rest)] == [None, None, None]
    np.testing.assert_array_equal(image.levels[0], np.rint(255 * x[3].reshape(2, 2, 3)))
    scores = (x[3] - x.mean(axis=0)) @ model.components[:5].T
    five = x.mean(axis=0) + scores @ model.components[:5]
    np.testing.assert_allclose(sums.levels[1], 255 * np.clip(five, 0, 1).reshape(2, 2, 3), atol=0.51)
    np.testing.assert_allclose(rest.levels[1], (128 + 127 * (x[3] - five)).reshape(2, 2, 3), atol=0.51)
    vectors = eigenvector_track(model, ks)
    assert vectors.levels.shape == (3, 2, 2, 3)
    assert vectors.levels[1].max() == 255
    arrays = read_message(pack_frame_player((image, sums, rest), ["a", "b", "c"], 0, "k", "alt"))[1]
    assert sorted(arrays) == ["levels0", "levels1", "levels2"]
