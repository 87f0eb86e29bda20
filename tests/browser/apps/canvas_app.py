"""A page with nothing but a latent canvas: synthetic codes, an untrained decoder, and what Python knows of the pin."""

from itertools import pairwise

import numpy as np
import streamlit as st

from explorer.models.layers import Activation, Dense, Layer
from explorer.ui.canvas import CanvasScene, Pin, References, latent_canvas

COLORS = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
SIZES = {"small": 3_000, "full": 60_000}
WIDTHS = (2, 64, 256, 784)


def make_decoder(rng: np.random.Generator) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for n_in, n_out in pairwise(WIDTHS):
        weight = rng.normal(0, np.sqrt(4 / n_in), (n_out, n_in)).astype(np.float32)
        layers += [Dense(weight, rng.normal(0, 0.3, n_out).astype(np.float32)), Activation("relu")]
    return (*layers[:-1], Activation("sigmoid"))


def make_codes(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    labels = rng.integers(0, 10, n).astype(np.uint8)
    angle = labels * 2 * np.pi / 10
    centres = 3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centres + rng.normal(0, 0.45, (n, 2))).astype(np.float32), labels


@st.cache_resource
def make_scene(size: str) -> CanvasScene:
    rng = np.random.default_rng(0)
    codes, labels = make_codes(rng, SIZES[size])
    images = rng.integers(0, 256, (500, 28, 28)).astype(np.uint8)
    return CanvasScene(
        codes=codes,
        labels=labels,
        class_names=tuple("0123456789"),
        colors=COLORS,
        decoder=make_decoder(rng),
        origin=np.zeros(2, np.float32),
        axes=np.eye(2, dtype=np.float32),
        axis_labels=("z₁", "z₂"),
        image_shape=(28, 28),
        references=References(codes[:500], images, labels[:500]),
        alt="Ten rings of synthetic codes",
    )


def remember(pin: Pin | None) -> None:
    st.session_state["pin"] = pin


st.set_page_config(layout="wide")
st.title("Latent space")
latent_canvas(
    make_scene(st.query_params.get("size", "small")),
    key="plane",
    pinned=st.session_state.get("pin"),
    on_pin=remember,
)
st.write("Python knows:", str(st.session_state.get("pin")))
if st.button("Pin the origin"):
    remember(Pin(0.0, 0.0))
    st.rerun()
