"""The latent canvas's scene as a message: codes, samples, decoder and what the plane means."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.scenes.canvas_scene import CanvasScene, ThirdAxis
from explorer.scenes.layer_message import layer_specs, weight_arrays
from explorer.scenes.message import Message, make_message

CLASS_BIASES = "class_biases"
# A decoder of more bytes stays on the server: two thirds of a second over 100 Mbit/s.
MAX_WEIGHT_BYTES = 8_000_000
# More are drawn at places of 16 bits, which takes half the time: 1/65 of a pixel where all of a plane is 1,000 wide.
MOST_EXACT_CODES = 100_000


def pack(scene: CanvasScene, name: str = "", *, has_server: bool = True) -> bytes:
    """A scene as the bytes the browser reads; `name` addresses the canvas when controls are sent to it.

    Without a server the browser decodes everything, however large the decoder is and however long that takes.
    """
    return _message(scene, has_server).to_bytes(name=name)


@lru_cache(maxsize=8)
def _message(scene: CanvasScene, has_server: bool) -> Message:
    """The message of a scene, all but the canvas's name; slow enough to be made once a scene."""
    weights = weight_arrays(scene.decoder)
    if scene.class_biases is not None:
        weights[CLASS_BIASES] = scene.class_biases.astype(np.float32, copy=False)
    travels = not has_server or sum(array.nbytes for array in weights.values()) <= MAX_WEIGHT_BYTES
    arrays = _arrays(scene) | (weights if travels else {})
    images = {name for name, array in arrays.items() if array.dtype == np.uint8 and array.ndim == 3}
    facts = _facts(scene) | {"layers": _layers(scene) if travels else None, "has_server": has_server}
    return make_message(facts, arrays, images, {"codes"} if len(scene.codes) > MOST_EXACT_CODES else ())


def _facts(scene: CanvasScene) -> dict[str, Any]:
    return {
        "class_names": scene.class_names,
        "colors": scene.colors,
        "origin": scene.origin.tolist(),
        "axes": scene.axes.tolist(),
        "axis_labels": scene.axis_labels,
        "third_axis": scene.third and _third_axis(scene.third),
        "image_shape": scene.image_shape,
        "reference_note": scene.reference_note,
        "background": scene.background and {"extent": scene.background.extent, "label": scene.background.label},
        "alt": scene.alt,
        "link": scene.link,
        "is_conditional": scene.class_biases is not None,
    }


def _layers(scene: CanvasScene) -> list[dict[str, Any]]:
    specs = layer_specs(scene.decoder, scene.latent_dim)
    if scene.class_biases is not None:
        specs[0] |= {CLASS_BIASES: CLASS_BIASES}
    return specs


def _third_axis(third: ThirdAxis) -> dict[str, Any]:
    return {"axis": third.axis.tolist(), "label": third.label, "at_origin": third.at_origin}


def _arrays(scene: CanvasScene) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        "codes": scene.codes.astype(np.float32, copy=False),
        "labels": scene.labels.astype(np.uint8, copy=False),
    }
    if scene.references is not None:
        arrays["reference_codes"] = scene.references.codes.astype(np.float32, copy=False)
        arrays["reference_labels"] = scene.references.labels.astype(np.uint8, copy=False)
        if scene.references.samples is not None:
            arrays["reference_samples"] = scene.references.samples
    if scene.third is not None:
        arrays["third_codes"] = scene.third.codes.astype(np.float32, copy=False)
        if scene.third.references is not None:
            arrays["third_reference_codes"] = scene.third.references.astype(np.float32, copy=False)
    if scene.background is not None:
        arrays["background"] = scene.background.rgba
    if scene.draws is not None:
        arrays["draws"] = scene.draws.astype(np.float32, copy=False)
    return arrays
