"""Networks as others write them, and their files."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


class PyTorchExample(nn.Module):
    """The VAE of PyTorch's examples, in a size of its own."""

    def __init__(self, n_pixels: int = 64, n_hidden: int = 12, latent_dim: int = 3) -> None:
        super().__init__()
        self.fc1 = nn.Linear(n_pixels, n_hidden)
        self.fc21, self.fc22 = nn.Linear(n_hidden, latent_dim), nn.Linear(n_hidden, latent_dim)
        self.fc3, self.fc4 = nn.Linear(latent_dim, n_hidden), nn.Linear(n_hidden, n_pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.relu(self.fc1(x))
        return self.fc21(hidden), self.fc22(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))).clamp(1e-4, 1 - 1e-4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_var = self.encode(x)
        return self.decode(mean), mean, log_var


class Parted(nn.Module):
    """An encoder of pictures whose one layer gives means and log-variances, which are parted in a way of its own."""

    def __init__(self, way: str, channels: int = 3) -> None:
        super().__init__()
        self.way = way
        self.convolution, self.norm = nn.Conv2d(channels, 4, 3, 2, 1), nn.BatchNorm2d(4)
        self.last = nn.Linear(64, 6)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        both = self.last(torch.relu(self.norm(self.convolution(x))).flatten(1))
        mean, log_var = both.chunk(2, 1) if self.way == "split" else (both[:, :3], both[:, 3:])
        return mean, log_var


class Sampled(PyTorchExample):
    """A VAE as it is trained, with noise in its code."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_var = self.encode(x)
        return self.decode(mean + torch.exp(log_var / 2) * torch.randn_like(mean)), mean, log_var


def onnx_file(
    module: nn.Module, n_inputs: Sequence[int], path: Path, *, dynamo: bool, names: Sequence[str] = ()
) -> Path:
    """A module as an ONNX file by one of PyTorch's two exporters; names: of its outputs."""
    example = torch.zeros(2, *n_inputs)
    options: dict[str, Any] = {"output_names": list(names)} if names else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if dynamo:
            shapes = ({0: torch.export.Dim("N")},)
            torch.onnx.export(
                module.eval(),
                (example,),
                str(path),
                dynamo=True,
                dynamic_shapes=shapes,
                verbose=False,
                external_data=False,
                **options,
            )
        else:
            torch.onnx.export(
                module.eval(),
                (example,),
                str(path),
                dynamo=False,
                input_names=["z"],
                dynamic_axes={"z": {0: "N"}},
                **options,
            )
    return path


def answers(path: Path, values: np.ndarray) -> list[np.ndarray]:
    """What ONNX Runtime makes of values, of each output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    results: list[np.ndarray] = session.run(None, {session.get_inputs()[0].name: values})
    return results
