"""The outline around codes in a plane, as the link keeps it."""

from zlib import crc32

import numpy as np
import streamlit as st

from explorer.analysis.lasso import evenly
from explorer.analysis.latent_plane import Array
from explorer.ui.query_params import Outline, read, write

LASSO = "lasso"


def read_outline(key: str = LASSO) -> Array | None:
    """The corners (P, 2) that a key of the link holds, None without any."""
    numbers = read(key, Outline())
    return None if numbers is None else np.array(numbers, np.float32).reshape(-1, 2)


def keep_outline(corners: list[tuple[float, float]], key: str = LASSO) -> None:
    """Write an outline into the link; of fewer than three corners nothing comes."""
    if len(corners) > 2:
        write(key, np.array(corners)[evenly(len(corners), Outline().most_points)].ravel().tolist())


def outline_version(key: str = LASSO) -> str:
    """What tells a figure with this outline from the one before, whose selection the browser would bring along."""
    return f"{crc32(st.query_params.get(key, '').encode()):x}"
