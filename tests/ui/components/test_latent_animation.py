"""Animations of points: what travels to the browser, and parts that do not fit."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import CanvasError
from explorer.ui.components.latent_animation import Chart, Curve, LatentAnimation, Mark, pack_latent_animation
from explorer.ui.components.latent_animation.component import extent


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
    blob = pack_latent_animation(animation, start=1)
    (length,) = struct.unpack("<I", blob[:4])
    header, body = json.loads(blob[4 : 4 + length]), blob[4 + length :]
    assert (4 + length) % 4 == 0
    n_bytes = animation.points.nbytes
    assert np.array_equal(np.frombuffer(body[:n_bytes], "<f4").reshape(2, 5, 2), animation.points)
    assert bytes(animation.labels) == body[n_bytes : n_bytes + 5]
    assert animation.images is not None
    assert body[n_bytes + 5 :] == animation.images.tobytes()
    assert (header["frames"], header["samples"], header["image"], header["start"]) == (2, 5, [4, 6], 1)
    assert header["captions"] == ["first", "second"]
    assert header["chart"]["marks"][0]["x"] is None


def test_signature_changes_with_the_content() -> None:
    def signature(animation: LatentAnimation) -> str:
        blob = pack_latent_animation(animation, 0)
        return str(json.loads(blob[4 : 4 + struct.unpack("<I", blob[:4])[0]])["signature"])

    moved = replace(an_animation(), points=an_animation().points + np.float32(1e-3))
    assert signature(an_animation()) == signature(an_animation()) != signature(moved)


def test_extent_holds_nearly_all_points_in_a_square() -> None:
    points = np.random.default_rng(0).uniform([0, 10], [8, 12], (4000, 2)).astype(np.float32)
    u, v, reach = extent(points, 1e-6)
    assert (u, v) == pytest.approx((4, 11), abs=0.1)
    assert reach == pytest.approx(4.3, abs=0.1)


def test_extent_shows_the_prior_around_a_collapsed_cloud() -> None:
    assert extent(np.zeros((10, 2), np.float32), 2.4) == (0.0, 0.0, 2.4)


@pytest.mark.parametrize(
    "change", [{"captions": ("one",)}, {"images": np.zeros((3, 2, 2), np.uint8)}, {"labels": np.zeros(4, np.uint8)}]
)
def test_parts_of_other_lengths_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CanvasError, match="every part needs one for each frame"):
        replace(an_animation(), **change)  # type: ignore[arg-type]
