"""Models as ONNX files: encoder, decoder, and one after the other."""

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from explorer.analysis.differentiable import apply_with_gradient
from explorer.errors import ExportError
from explorer.export.packages import need_packages
from explorer.models.autoencoder import Autoencoder, VariationalAutoencoder, decode_mean
from explorer.models.foreign import ForeignModel
from explorer.models.foreign_spec import has_encoder
from explorer.models.latent_model import ConditionalModel, LatentModel
from explorer.models.pca import PCA
from explorer.models.ppca import PPCA
from explorer.store import Checkpoint

Map = Callable[[Tensor], Tensor]


class _Module(nn.Module):
    """A map with the parameters of the network behind it."""

    def __init__(self, network: nn.Module | None, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.network = network
        self.function = function

    def forward(self, values: Tensor, labels: Tensor | None = None) -> Tensor:
        """What the map makes of values (N, D) or (N, K), told the labels (N,) where it asks for them."""
        return self.function(values) if labels is None else self.function(values, labels)


def onnx_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """The files NAME-decoder.onnx and, where there is an encoder, NAME-encoder.onnx and NAME-autoencoder.onnx.

    Inputs: `x` (N, D) pixels in [0, 1] or `z` (N, K) codes, float32, and `label` (N,) int64 for a conditional model;
    outputs: `z` or `x_hat`. Raises ExportError where the packages are missing or the model has no such maps.
    """
    need_packages("onnx")
    model, name = checkpoint.model, checkpoint.info.name
    encoder, decoder = _maps(model)
    n_pixels, is_conditional = int(np.prod(model.sample_shape)), isinstance(model, ConditionalModel)
    files = {f"{name}-decoder.onnx": _file(decoder, ("z", model.latent_dim), "x_hat", is_conditional)}
    if not has_encoder(model.spec):
        return files
    both = _Module(nn.ModuleList([encoder, decoder]), lambda x, *label: decoder(encoder(x, *label), *label))
    return {
        f"{name}-encoder.onnx": _file(encoder, ("x", n_pixels), "z", is_conditional),
        **files,
        f"{name}-autoencoder.onnx": _file(both, ("x", n_pixels), "x_hat", is_conditional),
    }


def _maps(model: LatentModel) -> tuple[_Module, _Module]:
    """Encoder and decoder as modules of PyTorch."""
    if isinstance(model, PCA | PPCA):
        return _affine(model.encode, int(np.prod(model.sample_shape))), _affine(model.decode, model.latent_dim)
    if isinstance(model, ForeignModel):
        return _Module(None, partial(_foreign_codes, model)), _Module(None, partial(apply_with_gradient, model.decoder))
    if not isinstance(model, Autoencoder):
        raise ExportError(f"A model of type {type(model).__name__} has no network to write as ONNX.")
    network, spec = model.network, model.spec
    is_variational = isinstance(model, VariationalAutoencoder)
    encode = (lambda x, *label: network.posterior(x, *label)[0]) if is_variational else network.encode
    return _Module(network, encode), _Module(network, lambda z, *label: decode_mean(spec, network, z, *label))


def _foreign_codes(model: ForeignModel, x: Tensor) -> Tensor:
    """What `ForeignModel.encode` makes of x: (N, D) -> (N, K)."""
    if model.takes_maps:
        x = x.reshape(-1, *model.sample_shape).movedim(-1, 1).flatten(1)
    return apply_with_gradient(model.encoder, x)[:, : model.latent_dim]


def _affine(function: Callable[[np.ndarray], np.ndarray], n_inputs: int) -> _Module:
    """An affine map of vectors, found by what it does to 0 and to each axis."""
    offset = function(np.zeros((1, n_inputs), np.float32))[0]
    weight = function(np.eye(n_inputs, dtype=np.float32)) - offset
    linear = nn.Linear(n_inputs, len(offset))
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight.T))
        linear.bias.copy_(torch.from_numpy(offset))
    return _Module(linear, linear)


def _file(module: nn.Module, given: tuple[str, int], output: str, is_conditional: bool) -> bytes:
    name, width = given
    inputs: tuple[Tensor, ...] = (torch.zeros(2, width),)
    names, batch = [name], torch.export.Dim("N")
    if is_conditional:
        inputs, names = (*inputs, torch.zeros(2, dtype=torch.int64)), [name, "label"]
    shapes = tuple({0: batch} for _ in inputs)
    with warnings.catch_warnings():
        # It tells its own developers what it renames and what it will be called.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(),
            inputs,
            dynamo=True,
            verbose=False,
            input_names=names,
            output_names=[output],
            dynamic_shapes=shapes,
        )
    assert program is not None
    content: bytes = program.model_proto.SerializeToString()
    return content
