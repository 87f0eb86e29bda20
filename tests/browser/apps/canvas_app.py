"""A page with nothing but a latent canvas: synthetic codes, an untrained decoder, and what Python knows of the pin.

?size=full draws 60,000 codes, ?size=million a million; ?kind=curve decodes a series from 3-D codes; ?kind=solid has a
third axis; ?kind=linked shows two canvases; ?kind=conditional has a decoder that depends on the class; ?kind=slow one
that takes longer than a frame, ?kind=large one too large to travel. The state of the view is kept in the address as
?view=...
"""

import streamlit as st

from explorer.scenes.canvas_scene import CanvasScene, Pin
from explorer.ui.components.latent_canvas.component import latent_canvas
from tests.browser.canvas_scenes import (
    make_conditional_scene,
    make_curve_scene,
    make_large_scene,
    make_linked_scenes,
    make_scene,
    make_shifted,
    make_slow_scene,
    make_solid_scene,
)


def remember(pin: Pin | None) -> None:
    st.session_state["pin"] = pin


def remember_label(label: int) -> None:
    st.session_state["label"] = label


def remember_view(text: str) -> None:
    st.query_params["view"] = text


def shift() -> None:
    """From now on the other model: a run that follows for another reason must not take it back."""
    st.session_state["shifted"] = True


def show_linked() -> None:
    for position, scene in enumerate(make_linked_scenes()):
        latent_canvas(scene, f"plane{position}")


def show_one(scene: CanvasScene) -> None:
    kept = st.session_state
    latent_canvas(
        scene,
        "plane",
        pinned=kept.get("pin"),
        label=kept.get("label"),
        on_pin=remember,
        on_label=remember_label,
        view_state=st.query_params.get("view"),
        on_view_state=remember_view,
    )
    st.write("Python knows", str(kept.get("pin")))
    st.button("Pin the origin", on_click=remember, args=(Pin(0.0, 0.0),))
    st.button("Lead", on_click=remember_view, args=("grid-range~view-3,1,1~classes-7",))
    st.button("Lead back", on_click=remember_view, args=("",))


def show() -> None:
    """The page that the address asks for."""
    st.set_page_config(layout="wide")
    st.title("Latent plane")
    match st.query_params.get("kind"):
        case "linked":
            show_linked()
        case "curve":
            show_one(make_curve_scene())
        case "solid":
            show_one(make_solid_scene(st.query_params.get("size", "small")))
        case "conditional":
            show_one(make_conditional_scene())
        case "slow":
            show_one(make_slow_scene())
        case "large":
            show_one(make_large_scene())
        case _:
            scene = make_scene(st.query_params.get("size", "small"))
            show_one(make_shifted(scene) if st.session_state.get("shifted") else scene)
            st.button("Another model", on_click=shift)


if __name__ == "__main__":
    show()
