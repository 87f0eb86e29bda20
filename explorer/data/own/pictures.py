"""One picture from the bytes of an image file: grey or colour, 8 bits, upright."""

import io
import struct
import warnings
import zlib
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.uint8]
# Formats whose readers are small and execute nothing.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".pnm"}
MAX_FILE_PIXELS = 50_000_000
_ORIENTATION = 0x0112
_TORN = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, LookupError, TypeError, OverflowError),
    *(AttributeError, ZeroDivisionError),
)


class PictureError(Exception):
    """Why a file gives no picture, as it follows "left out:"."""


def decoded(content: bytes, size: tuple[int, ...] | None, changes: Counter[str]) -> Pixels:
    """An image file's pixels, (H, W) when every pixel is grey, else (H, W, 3); raises PictureError.

    size: (H, W) to which the picture is cropped in its middle and scaled. What had to be changed is counted.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _pixels(_checked(image), size, changes)
    except Image.DecompressionBombError as error:
        raise PictureError(f"more than {MAX_FILE_PIXELS / 1e6:.0f} million pixels") from error
    except _TORN as error:
        raise PictureError("damaged or not an image") from error


def _checked(image: Image.Image) -> Image.Image:
    """The image, whose header alone was read, if it has no more pixels than a file may."""
    if image.width * image.height > MAX_FILE_PIXELS:
        raise Image.DecompressionBombError
    return image


def _pixels(image: Image.Image, size: tuple[int, ...] | None, changes: Counter[str]) -> Pixels:
    if getattr(image, "n_frames", 1) > 1:
        changes["animated: the first frame is taken"] += 1
    plain = _plain(_upright(image, changes), changes)
    if size is not None:
        plain = ImageOps.fit(plain, (size[1], size[0]), Image.Resampling.BOX)
    pixels = np.asarray(plain, np.uint8)
    is_grey = pixels.ndim == 3 and bool((pixels == pixels[..., :1]).all())
    return pixels[..., 0] if is_grey else pixels


def _upright(image: Image.Image, changes: Counter[str]) -> Image.Image:
    if image.getexif().get(_ORIENTATION, 1) in range(2, 9):
        changes["turned upright as their EXIF data say"] += 1
        return ImageOps.exif_transpose(image)
    return image


def _plain(image: Image.Image, changes: Counter[str]) -> Image.Image:
    """Any mode as L or RGB."""
    if image.mode.startswith("I"):
        changes["of 16 bits: brought to 8"] += 1
        return Image.fromarray(_eight_bits(np.asarray(image).astype(np.int64)))
    if image.mode == "F":
        raise PictureError("pixels that are no whole numbers")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        changes["partly transparent: laid on white"] += 1
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode not in ("RGB", "P"):
        changes[f"in {image.mode} colours: converted to RGB"] += 1
    return image.convert("RGB")


def _eight_bits(levels: NDArray[np.int64]) -> Pixels:
    """Levels from 0 to 65,535 as levels from 0 to 255."""
    if levels.min(initial=0) < 0 or levels.max(initial=0) > 65_535:
        raise PictureError("pixels of more than 16 bits")
    return np.rint(levels / 257).astype(np.uint8)
