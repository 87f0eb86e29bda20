"""Animations of points: what travels to the browser, and parts that do not fit."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import CanvasError
from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark, pack_latent_animation, shown_extent
from tests.ui.components.message_reader import read_message


def an_animation() -> LatentAnimation:
    rng = np.random.default_rng(0)
    return LatentAnimation(
        points=rng.standard_normal((2, 5, 2)).astype(np.float32),
        labels=np.array([0, 1, 0, 1, 0], np.uint8),
        class_names=("a", "b"),
        colors=("#3f90da", "#ffa90e"),
        axis_labels=("z₁", "z₂"),
        chart=Chart(
            (Curve("c", "#000000", (1.0, 2.0), (3.0, 4.0)),),
            (((1.0, 3.0),), ((2.0, 4.0),)),
            "x",
            "y",
            marks=(Mark("AE", "#c2417f", None, 3.5),),
        ),
        captions=("first", "second"),
        control="β",
        alt="a plane",
        images=rng.integers(0, 255, (2, 4, 6)).astype(np.uint8),
        bars=np.array([[1.0, 2.0], [0.5, 0.0]], np.float32),
    )


def test_what_is_packed_can_be_read_back() -> None:
    animation = an_animation()
    header, arrays = read_message(pack_latent_animation(animation, start=1))
    assert set(arrays) == {"points", "labels", "images"}
    for name, values in arrays.items():
        np.testing.assert_array_equal(values, getattr(animation, name))
    assert (header["captions"], header["start"], header["control"]) == (["first", "second"], 1, "β")
    assert header["bars"] == [[1.0, 2.0], [0.5, 0.0]]
    assert header["chart"]["marks"][0] == {"name": "AE", "color": "#c2417f", "x": None, "y": 3.5}
    assert header["chart"]["dots"] == [[[1.0, 3.0]], [[2.0, 4.0]]]


def test_pictures_and_bars_may_be_missing() -> None:
    header, arrays = read_message(pack_latent_animation(replace(an_animation(), images=None, bars=None), 0))
    assert "images" not in arrays
    assert header["bars"] is None


def test_signature_changes_with_the_content() -> None:
    moved = replace(an_animation(), points=an_animation().points + np.float32(1e-3))
    signatures = [
        read_message(pack_latent_animation(one, 0))[0]["signature"] for one in (an_animation(), an_animation(), moved)
    ]
    assert signatures[0] == signatures[1] != signatures[2]


def test_extent_shows_the_prior_around_a_collapsed_cloud() -> None:
    cloud = np.random.default_rng(0).normal(0.1, 0.01, (1000, 2)).astype(np.float32)
    assert shown_extent(cloud, shows_prior=True) == (0.0, 0.0, 2.4)
    assert shown_extent(cloud, shows_prior=False)[2] < 0.1


def test_extent_stays_with_a_small_cloud_beyond_the_prior() -> None:
    u, v, half = shown_extent(np.random.default_rng(0).normal(7, 0.01, (1000, 2)).astype(np.float32), shows_prior=True)
    assert (u, v) == pytest.approx((7, 7), abs=0.01)
    assert half == 2.4


@pytest.mark.parametrize(
    "change", [{"captions": ("one",)}, {"images": np.zeros((3, 2, 2), np.uint8)}, {"labels": np.zeros(4, np.uint8)}]
)
def test_parts_of_other_lengths_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CanvasError, match="every part needs one for each frame"):
        replace(an_animation(), **change)  # type: ignore[arg-type]


def test_marked_samples_travel_where_there_are_any() -> None:
    marked = replace(an_animation(), marked=np.array([0, 1, 1, 0, 0], np.uint8))
    assert read_message(pack_latent_animation(marked, 0))[1]["marked"].tolist() == [0, 1, 1, 0, 0]
    assert "marked" not in read_message(pack_latent_animation(an_animation(), 0))[1]
