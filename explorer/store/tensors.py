"""Models as named arrays and back, strictly: every name and shape must be the spec's own."""

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.models.architecture import weights_of, with_weights
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import LatentModel
from explorer.models.layers import output_shapes
from explorer.models.spec import ModelSpec, PCASpec, PPCASpec

Arrays = dict[str, NDArray[Any]]


def model_arrays(model: LatentModel) -> Arrays:
    """A model's parameters by name."""
    from explorer.models.autoencoder import Autoencoder
    from explorer.models.foreign import ForeignModel
    from explorer.models.pca import PCA
    from explorer.models.ppca import PPCA

    if isinstance(model, PCA):
        return {"mean": model.mean, "components": model.components, "variances": model.variances}
    if isinstance(model, ForeignModel):
        return {**weights_of(model.decoder, "decoder"), **weights_of(model.encoder, "encoder")}
    if isinstance(model, PPCA):
        return {
            "mean": model.mean,
            "weight": model.weight,
            "noise_variance": np.array([model.noise_variance], np.float32),
        }
    if isinstance(model, Autoencoder):
        state = model.network.state_dict()
        return {name: value.detach().float().cpu().numpy() for name, value in state.items()}
    raise CheckpointError(f"A model of type {type(model).__name__} has no file format; save PCA or an autoencoder.")


def smallest(values: NDArray[Any]) -> NDArray[Any]:
    """The same numbers in half precision where it holds every one of them exactly."""
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16)
    return halves if np.array_equal(halves.astype(values.dtype), values) else values


def widened(arrays: Arrays) -> Arrays:
    """Arrays in half precision as single precision, which is what models calculate in."""
    return {name: value.astype(np.float32) if value.dtype == np.float16 else value for name, value in arrays.items()}


def model_from_arrays(
    spec: ModelSpec, sample_shape: tuple[int, ...], n_classes: int, arrays: Arrays, source: Path
) -> LatentModel:
    """The inverse of `model_arrays`; raises CheckpointError for a missing, foreign, reshaped or non-finite array."""
    if isinstance(spec, PCASpec):
        return _pca(spec, sample_shape, arrays, source)
    if isinstance(spec, PPCASpec):
        return _ppca(spec, sample_shape, arrays, source)
    if isinstance(spec, ForeignSpec):
        return _foreign(spec, sample_shape, arrays, source)
    import torch

    from explorer.models.autoencoder import build_autoencoder

    # Shapes without storage, so that a spec of enormous layers costs nothing before it is found not to fit.
    with torch.device("meta"):
        model = build_autoencoder(spec, sample_shape, seed=0, n_classes=n_classes)
    expected = {name: tuple(value.shape) for name, value in model.network.state_dict().items()}
    _check(arrays, expected, source)
    model.network.load_state_dict({name: torch.from_numpy(value) for name, value in arrays.items()}, assign=True)
    model.network.eval().requires_grad_(False)
    return model


def _pca(spec: PCASpec, sample_shape: tuple[int, ...], arrays: Arrays, source: Path) -> LatentModel:
    from explorer.models.pca import PCA

    n_pixels = prod(sample_shape)
    _check(arrays, {"mean": (n_pixels,), "components": (n_pixels, n_pixels), "variances": (n_pixels,)}, source)
    return PCA(spec, sample_shape, **arrays)


def _ppca(spec: PPCASpec, sample_shape: tuple[int, ...], arrays: Arrays, source: Path) -> LatentModel:
    from explorer.models.ppca import PPCA

    n_pixels = prod(sample_shape)
    _check(arrays, {"mean": (n_pixels,), "weight": (n_pixels, spec.latent_dim), "noise_variance": (1,)}, source)
    noise_variance = float(arrays["noise_variance"][0])
    if noise_variance <= 0:
        raise CheckpointError(
            f"{source} holds a noise variance of {noise_variance:g}, but it must be above 0; restore the file."
        )
    return PPCA(spec, sample_shape, arrays["mean"], arrays["weight"], noise_variance)


def _foreign(spec: ForeignSpec, sample_shape: tuple[int, ...], arrays: Arrays, source: Path) -> LatentModel:
    from explorer.models.foreign import foreign_model

    decoder, encoder = spec.decoder_skeleton, spec.encoder_skeleton
    if prod(output_shapes(decoder, spec.latent_dim)[-1]) != prod(sample_shape):
        raise CheckpointError(f"{source}: its decoder does not give samples of the shape {sample_shape}; add it again.")
    wanted = weights_of(decoder, "decoder") | weights_of(encoder, "encoder")
    _check(arrays, {name: array.shape for name, array in wanted.items()}, source)
    return foreign_model(
        spec, sample_shape, with_weights(decoder, "decoder", arrays), with_weights(encoder, "encoder", arrays)
    )


def _check(arrays: Arrays, expected: Mapping[str, tuple[int, ...]], source: Path) -> None:
    if set(arrays) != set(expected):
        odd = sorted(set(arrays) ^ set(expected))
        raise CheckpointError(f"{source} and its spec disagree about {', '.join(odd)}; restore the checkpoint's files.")
    for name, shape in expected.items():
        value = arrays[name]
        if value.shape != shape or value.dtype != np.float32:
            raise CheckpointError(
                f"{source} holds {name} as {value.dtype} {value.shape}, but its spec wants float32 {shape}; "
                "restore the checkpoint's files."
            )
        if not np.isfinite(value).all():
            raise CheckpointError(f"{source} holds values in {name} that are not finite; train the model again.")
