"""The latent canvas's scene as a message: codes, samples, decoder and what the plane means."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.models.layers import (
    LEAKY_SLOPE,
    Activation,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    Shape,
    TransposedConvolution,
    Upsampling,
)
from explorer.scenes.canvas_scene import CanvasScene
from explorer.scenes.message import Message, make_message

CLASS_BIASES = "class_biases"
# A decoder of more bytes stays on the server: two thirds of a second over 100 Mbit/s.
MAX_WEIGHT_BYTES = 8_000_000
# More are drawn at places of 16 bits, which takes half the time: 1/65 of a pixel where all of a plane is 1,000 wide.
MOST_EXACT_CODES = 100_000


def pack(scene: CanvasScene, name: str = "") -> bytes:
    """A scene as the bytes the browser reads; `name` addresses the canvas when controls are sent to it."""
    return _message(scene).to_bytes(name=name)


@lru_cache(maxsize=8)
def _message(scene: CanvasScene) -> Message:
    """The message of a scene, all but the canvas's name; slow enough to be made once a scene."""
    weights = _weight_arrays(scene)
    travels = sum(array.nbytes for array in weights.values()) <= MAX_WEIGHT_BYTES
    arrays = _arrays(scene) | (weights if travels else {})
    images = {name for name, array in arrays.items() if array.dtype == np.uint8 and array.ndim == 3}
    facts = _facts(scene) | {"layers": _layer_specs(scene) if travels else None}
    return make_message(facts, arrays, images, {"codes"} if len(scene.codes) > MOST_EXACT_CODES else ())


def _facts(scene: CanvasScene) -> dict[str, Any]:
    return {
        "class_names": scene.class_names,
        "colors": scene.colors,
        "origin": scene.origin.tolist(),
        "axes": scene.axes.tolist(),
        "axis_labels": scene.axis_labels,
        "image_shape": scene.image_shape,
        "reference_note": scene.reference_note,
        "background": scene.background and {"extent": scene.background.extent, "label": scene.background.label},
        "alt": scene.alt,
        "link": scene.link,
        "is_conditional": scene.class_biases is not None,
    }


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
    if scene.background is not None:
        arrays["background"] = scene.background.rgba
    if scene.draws is not None:
        arrays["draws"] = scene.draws.astype(np.float32, copy=False)
    return arrays


def _weight_arrays(scene: CanvasScene) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for position, layer in enumerate(scene.decoder):
        if isinstance(layer, Dense | Convolution | TransposedConvolution):
            arrays[f"weight{position}"] = layer.weight.astype(np.float32, copy=False)
            arrays[f"bias{position}"] = layer.bias.astype(np.float32, copy=False)
    if scene.class_biases is not None:
        arrays[CLASS_BIASES] = scene.class_biases.astype(np.float32, copy=False)
    return arrays


def _layer_specs(scene: CanvasScene) -> list[dict[str, Any]]:
    """The layers for the browser, each with its shapes before and after; flattening maps is a layer too."""
    specs: list[dict[str, Any]] = []
    shape: Shape = (scene.latent_dim,)
    for position, (layer, after) in enumerate(zip(scene.decoder, scene.output_shapes(), strict=True)):
        if isinstance(layer, Dense) and len(shape) > 1:
            specs.append({"kind": "flatten", "from": shape})
        specs.append(_layer_spec(position, layer) | {"from": shape, "shape": after})
        shape = after
    if scene.class_biases is not None:
        specs[0] |= {CLASS_BIASES: CLASS_BIASES}
    return specs if len(shape) == 1 else [*specs, {"kind": "flatten", "from": shape}]


def _layer_spec(position: int, layer: Layer) -> dict[str, Any]:
    match layer:
        case Dense():
            return {"kind": "dense", **_weights(position)}
        case Activation(name="leaky_relu"):
            return {"kind": "activation", "name": layer.name, "slope": LEAKY_SLOPE}
        case Activation():
            return {"kind": "activation", "name": layer.name}
        case Reshape() | Upsampling():
            return {"kind": type(layer).__name__.lower()}
        case ChannelsLast():
            # In the browser maps lie with their channels last already.
            return {"kind": "activation", "name": "identity"}
        case Convolution():
            kind = "convolution"
        case TransposedConvolution():
            kind = "transposed_convolution"
    return {"kind": kind, **_weights(position), "stride": layer.stride, "padding": layer.padding}


def _weights(position: int) -> dict[str, str]:
    return {"weight": f"weight{position}", "bias": f"bias{position}"}
