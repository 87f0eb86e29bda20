"""Tapping a place of a latent plane as a Streamlit component, light enough for every phone of a class."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.rooms import Point
from explorer.rooms.plane_cloud import PlaneCloud
from explorer.ui.components.shared.registration import register, show_and_hear

_ballot = register(Path(__file__).parent)


def plane_ballot(
    cloud: PlaneCloud, limits: tuple[float, float], place: Point | None, key: str, *, on_tap: Callable[[object], None]
) -> None:
    """Show codes by class, from the first of `limits` to the second along both axes, and a mark at `place`.

    on_tap: called before the page runs again, with what the browser says was tapped, which may be anything.
    """
    heard_key = f"{key}-heard"

    def hear(said: Mapping[str, Any]) -> None:
        if (tap := _tap(said)) is not None:
            st.session_state[heard_key], place = tap
            on_tap(place)

    data = ballot_data(cloud, limits, place) | {"heard": st.session_state.get(heard_key, 0)}
    show_and_hear(_ballot, key, ["tap"], hear, data=data)


def _tap(result: Mapping[str, Any]) -> tuple[int, tuple[object, object]] | None:
    """The number of a tap and its place, which is not checked here; None for anything else."""
    match result.get("tap"):
        case {"u": u, "v": v, "n": int() as n}:
            return n, (u, v)
        case _:
            return None


def ballot_data(cloud: PlaneCloud, limits: tuple[float, float], place: Point | None) -> dict[str, object]:
    """What the browser draws; codes (float32) and labels (uint8) as base64, the quickest to write every second."""
    low, high = limits
    return {
        "codes": b64encode(cloud.codes.astype("<f4").tobytes()).decode("ascii"),
        "labels": b64encode(cloud.labels.tobytes()).decode("ascii"),
        "names": cloud.class_names,
        "colors": cloud.colors,
        "axis_labels": cloud.axis_labels,
        "extent": ((low + high) / 2, (low + high) / 2, (high - low) / 2),
        "place": place,
    }
