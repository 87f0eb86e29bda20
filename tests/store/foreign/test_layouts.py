"""State_dicts of PyTorch in layouts known by their tensors' names or told by a JSON file, against the modules."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save, save_file
from torch import Tensor, nn

from explorer.errors import CheckpointError
from explorer.jobs.foreign import read_foreign
from explorer.models.foreign import ForeignModel, ForeignVariationalModel
from explorer.models.layers import apply_layers
from explorer.store.foreign.layouts import LAYOUTS, Layout, layout_of_file, parts_of_tensors
from tests.store.foreign.modules import PyTorchExample

DIGITS = np.random.default_rng(0).random((6, 64), np.float32)


class PythaeEncoder(nn.Module):
    """What pythae makes of dense layers, by the names that it gives them."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(64, 20), nn.ReLU())])
        self.embedding, self.log_var = nn.Linear(20, 2), nn.Linear(20, 2)

    def forward(self, x: Tensor) -> Tensor:
        mean: Tensor = self.embedding(self.layers[0](x))
        return mean


class PythaeDecoder(nn.Module):
    """Likewise."""

    def __init__(self) -> None:
        super().__init__()
        hidden, last = nn.Sequential(nn.Linear(2, 20), nn.ReLU()), nn.Sequential(nn.Linear(20, 64), nn.Sigmoid())
        self.layers = nn.ModuleList([hidden, last])

    def forward(self, z: Tensor) -> Tensor:
        x_hat: Tensor = self.layers[1](self.layers[0](z))
        return x_hat


def named(**modules: nn.Module) -> dict[str, Tensor]:
    """The state_dict of modules that a model has by these names."""
    return {f"{name}.{key}": value for name, module in modules.items() for key, value in module.state_dict().items()}


def torch_file(state: Any, path: Path) -> bytes:
    torch.save(state, path)
    return path.read_bytes()


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(5)


@pytest.mark.parametrize("ending", ["safetensors", "pt", "pt of a training loop", "pt of several devices"])
def test_the_example_of_pytorch_is_known_by_its_names(tmp_path: Path, ending: str) -> None:
    module = PyTorchExample()
    states = {
        "pt": module.state_dict(),
        "pt of a training loop": {"epoch": 3, "model_state_dict": module.state_dict()},
        "pt of several devices": {f"module.{name}": tensor for name, tensor in module.state_dict().items()},
    }
    is_safe = ending == "safetensors"
    content = save(module.state_dict()) if is_safe else torch_file(states[ending], tmp_path / "vae.pt")
    model = read_foreign({"vae.safetensors" if is_safe else "vae.pt": content}).model
    assert isinstance(model, ForeignVariationalModel)
    with torch.inference_mode():
        mean, log_var = module.encode(torch.from_numpy(DIGITS))
        x_hat = module.decode(mean)
    np.testing.assert_allclose(model.posterior(DIGITS).mean, mean, atol=1e-5)
    np.testing.assert_allclose(model.posterior(DIGITS).log_var, log_var, atol=1e-5)
    np.testing.assert_allclose(model.decode(mean.numpy()), x_hat, atol=1.01e-4)


@pytest.mark.parametrize("is_variational", [True, False])
def test_dense_networks_of_pythae_are_known_by_their_names(is_variational: bool) -> None:
    encoder, decoder = PythaeEncoder(), PythaeDecoder()
    state = named(encoder=encoder, decoder=decoder)
    state = {name: tensor for name, tensor in state.items() if is_variational or "log_var" not in name}
    model = read_foreign({"model.safetensors": save(state)}).model
    with torch.inference_mode():
        mean = encoder(torch.from_numpy(DIGITS))
        x_hat = decoder(mean)
    assert isinstance(model, ForeignVariationalModel) is is_variational
    np.testing.assert_allclose(model.encode(DIGITS), mean, atol=1e-5)
    np.testing.assert_allclose(model.decode(mean.numpy()), x_hat, atol=1e-5)


def narrow(text: str, sizes: dict[str, str]) -> str:
    for wide, small in sizes.items():
        text = text.replace(wide, small)
    return text


def test_convolutions_of_pythae_give_what_the_module_gives() -> None:
    """In a hundredth of the width, which the layout states for maps alone."""
    full = LAYOUTS["pythae-vae-mnist"]
    layout = Layout(narrow(full.decoder, {"1024x4x4": "8x4x4"}), full.encoder, full.mean, full.log_var, (28, 28))
    widths = [1, 2, 3, 4, 8]
    down = [
        nn.Sequential(nn.Conv2d(before, after, 4, 2, padding=1), nn.BatchNorm2d(after), nn.ReLU())
        for before, after in pairwise(widths)
    ]
    up: list[nn.Module] = [
        nn.Linear(2, 8 * 16),
        nn.Sequential(nn.ConvTranspose2d(8, 5, 3, 2, padding=1), nn.BatchNorm2d(5), nn.ReLU()),
        nn.Sequential(nn.ConvTranspose2d(5, 3, 3, 2, padding=1, output_padding=1), nn.BatchNorm2d(3), nn.ReLU()),
        nn.Sequential(nn.ConvTranspose2d(3, 1, 3, 2, padding=1, output_padding=1), nn.Sigmoid()),
    ]
    encoder, decoder = nn.ModuleDict({"layers": nn.ModuleList(down)}), nn.ModuleDict({"layers": nn.ModuleList(up)})
    embedding = nn.Linear(8, 2)
    encoder.update({"embedding": embedding, "log_var": nn.Linear(8, 2)})
    for norm in (layer for layer in (*encoder.modules(), *decoder.modules()) if isinstance(layer, nn.BatchNorm2d)):
        assert norm.running_mean is not None
        nn.init.normal_(norm.running_mean, 0, 0.1)
    tensors = {name: tensor.numpy() for name, tensor in named(encoder=encoder, decoder=decoder).items()}
    parts = parts_of_tensors(layout, tensors)
    assert layout.tensors == {name.rpartition(".")[0] for name in tensors}
    x = torch.rand(3, 1, 28, 28)
    with torch.inference_mode():
        hidden = nn.Sequential(*down).eval()(x).flatten(1)
        mean = embedding(hidden)
        maps = up[0](mean).reshape(-1, 8, 4, 4)
        x_hat = nn.Sequential(*up[1:]).eval()(maps).flatten(1)
    np.testing.assert_allclose(apply_layers(parts.encoder, x.flatten(1).numpy())[:, :2], mean, atol=1e-5)
    np.testing.assert_allclose(apply_layers(parts.decoder, mean.numpy()), x_hat, atol=1e-5)


def test_a_spec_beside_the_weights_says_which_layers_they_are() -> None:
    module = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Unflatten(1, (2, 2, 2)), nn.Upsample((4, 4)))
    module.append(nn.Conv2d(2, 3, 3, padding=1))
    spec = {
        "decoder": "dense:0 leaky_relu:0.2 maps:2x2x2 upsampling:4x4 convolution:4:1:1",
        "sample_shape": [4, 4, 3],
    }
    model = read_foreign({"w.safetensors": save(module.state_dict()), "w.json": json.dumps(spec).encode()}).model
    z = np.random.default_rng(0).standard_normal((5, 2)).astype(np.float32)
    with torch.inference_mode():
        expected = module(torch.from_numpy(z)).movedim(1, -1).flatten(1)
    assert isinstance(model, ForeignModel)
    assert model.sample_shape == (4, 4, 3)
    np.testing.assert_allclose(model.decode(z), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("[", "must be a JSON object with decoder"),
        ({"decoders": "dense:fc3"}, "must be a JSON object with decoder"),
        ({"decoder": 3}, "must be texts"),
        ({"decoder": "dense:fc3", "sample_shape": [8, "8"]}, "must be texts"),
        ({"decoder": ""}, "must begin with dense:NAME"),
        ({"decoder": "dense:fc9"}, "no tensor 'fc9.weight'"),
        ({"decoder": "dense:fc3 gelu"}, "'gelu' is no layer"),
        ({"decoder": "dense:fc3 dense:fc3"}, "takes 3 values"),
        ({"decoder": "dense:fc3 convolution:fc4"}, "4 axes are wanted"),
        ({"decoder": "dense:fc3 maps:5x5"}, "does not fit"),
        ({"decoder": "dense:fc3 maps:5x5x5"}, "another number of values"),
    ],
)
def test_a_spec_that_does_not_fit_is_one_sentence(document: object, sentence: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(CheckpointError, match=sentence) as caught:
        read_foreign({"w.safetensors": save(PyTorchExample().state_dict()), "w.json": text.encode()})
    assert str(caught.value).endswith(".")


def test_unknown_names_are_told_with_the_layouts_there_are() -> None:
    state = {"one.weight": torch.zeros(2, 2), "one.bias": torch.zeros(2)}
    with pytest.raises(
        CheckpointError, match=r"\(one, …\) are of no layout that is known \(pytorch-example, pythae-vae"
    ):
        read_foreign({"w.safetensors": save(state)})


class Evil:
    """What a pickle runs when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_a_pickle_that_would_run_code_is_refused_and_runs_none(own_process: None, tmp_path: Path) -> None:
    content = torch_file({"fc1.weight": Evil(tmp_path / "ran")}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match="would run code"):
        read_foreign({"model.pt": content})
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("w.safetensors", b"none", "damaged or no safetensors"),
        ("w.pt", b"none", "damaged"),
        ("w.safetensors", save({"a.weight": torch.full((2, 2), torch.nan)}), "no finite numbers"),
        ("w.txt", b"", "1 files were given"),
    ],
)
def test_what_is_damaged_or_no_weights_is_one_sentence(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(CheckpointError, match=sentence):
        read_foreign({name: content})


def test_a_layout_file_is_read_as_it_is_written() -> None:
    assert layout_of_file(b'{"decoder": "dense:a"}') == Layout("dense:a")


def test_safetensors_are_read_from_a_file_of_theirs(tmp_path: Path) -> None:
    save_file(PyTorchExample().state_dict(), tmp_path / "vae.safetensors")
    assert read_foreign({"vae.safetensors": (tmp_path / "vae.safetensors").read_bytes()}).dataset == "digits"
