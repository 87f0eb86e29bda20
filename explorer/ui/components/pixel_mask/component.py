"""Hiding pixels of a picture as a Streamlit component: drawn with the pointer or the keys, or taken from a pattern."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.models.shapes import n_channels
from explorer.ui.components.shared.registration import register, stay

Mask = NDArray[np.bool_]

_mask = register(Path(__file__).parent)


@dataclass(frozen=True)
class PixelMask:
    """Which of `n_pixels` are hidden as text: a bit per pixel, row by row, eight of them in two hexadecimal digits."""

    n_pixels: int

    def __str__(self) -> str:
        return f"{2 * self._n_bytes} hexadecimal digits, one bit for each of {self.n_pixels} pixels"

    @property
    def _n_bytes(self) -> int:
        return -(-self.n_pixels // 8)

    def parse(self, value: object) -> Mask:
        """The mask (D,), true where a pixel is hidden; raises ValueError for another number of digits."""
        packed = bytes.fromhex(str(value))
        if len(packed) != self._n_bytes or len(str(value)) != 2 * self._n_bytes:
            raise ValueError
        bits = np.unpackbits(np.frombuffer(packed, np.uint8)).astype(np.bool_)
        if bits[self.n_pixels :].any():
            raise ValueError
        return bits[: self.n_pixels]


def mask_text(hidden: Mask) -> str:
    """The inverse of `PixelMask.parse`."""
    return np.packbits(hidden).tobytes().hex()


def mask_drawing(image: NDArray[np.floating], start: Mask, patterns: Mapping[str, Mask], key: str, *, alt: str) -> Mask:
    """Show a picture (H, W) or (H, W, 3) in [0, 1] to draw on; returns which pixels (H·W,) are hidden.

    start: what is hidden at first; it is read once, so keep it while the drawing stays. patterns: masks by the names of
    their buttons; alt: what is seen, for who cannot see it.
    """
    result = _mask(key=key, data=mask_data(image, start, patterns, alt), on_mask_change=stay)
    return _mask_within(result.get("mask"), start)


def mask_data(image: NDArray[np.floating], start: Mask, patterns: Mapping[str, Mask], alt: str) -> dict[str, object]:
    """What the browser draws."""
    height, width = image.shape[:2]
    return {
        "width": width,
        "height": height,
        "n_channels": n_channels(image.shape),
        "levels": np.rint(np.clip(image, 0, 1) * 255).astype(int).reshape(-1).tolist(),
        "start": mask_text(start),
        "patterns": [{"name": name, "mask": mask_text(mask)} for name, mask in patterns.items()],
        "alt": alt,
    }


def _mask_within(sent: object, start: Mask) -> Mask:
    """What the browser says if it is a mask of this picture, else what is hidden at first."""
    try:
        return PixelMask(len(start)).parse(sent)
    except ValueError:
        return start
