"""The plane that students tap: what travels to a phone, and what a tap may be."""

import json
from base64 import b64decode

import numpy as np

from explorer.rooms.plane_cloud import PlaneCloud
from explorer.ui.components.plane_ballot.component import _tap, ballot_data

CLOUD = PlaneCloud(
    np.array([[1.23456, -2], [0, 3]], np.float32),
    np.array([0, 1], np.uint8),
    ("a", "b"),
    ("#3f90da", "#ffa90e"),
    ("z₁", "z₂"),
)


def test_what_travels_is_json_with_the_square_of_the_limits() -> None:
    data = json.loads(json.dumps(ballot_data(CLOUD, (-4, 6), (1.0, 2.0))))
    np.testing.assert_array_equal(np.frombuffer(b64decode(data["codes"]), "<f4"), CLOUD.codes.ravel())
    assert list(b64decode(data["labels"])) == [0, 1]
    assert (data["extent"], data["place"]) == ([1, 1, 5], [1, 2])


def test_tap_has_a_number_and_a_place_and_all_else_is_none() -> None:
    assert _tap({"tap": {"u": 1.5, "v": -2, "n": 3}}) == (3, (1.5, -2))
    for told in (None, {}, [1, 2], {"u": 1, "v": 2}, {"u": 1, "n": 1}, {"u": 1, "v": 1, "n": "1"}):
        assert _tap({"tap": told}) is None
