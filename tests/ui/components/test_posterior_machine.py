"""What Python hears of the machine, and what it tells it."""

from unittest.mock import Mock

import numpy as np
import pytest

from explorer.models.latent_model import Gaussian, PlainEncoder
from explorer.models.layers import Activation, Dense
from explorer.scenes.posterior_machine import HUES, PosteriorMachine, machine_message, network_widths, with_drawing
from explorer.ui.components.posterior_machine import component
from explorer.ui.components.posterior_machine.component import held_z
from tests.ui.components.message_reader import read_message


@pytest.mark.parametrize(
    ("sent", "z"),
    [
        ([1, 2.5], [1.0, 2.5]),
        ([1, 2, 3], None),
        (["1", 2], None),
        ([float("nan"), 0], None),
        ([0, float("inf")], None),
        ([2e6, 0], None),
        ("12", None),
        (None, None),
    ],
)
def test_only_a_point_of_latent_space_is_held(sent: object, z: list[float] | None) -> None:
    assert held_z({"z": sent}, 2) == z


@pytest.mark.parametrize(("said", "held"), [({"z": [1, 2]}, [[1.0, 2.0]]), ({"z": [1]}, []), ({}, [])])
def test_a_z_that_a_browser_tells_in_the_first_run_is_held(
    said: dict[str, object], held: list[list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(component, "show_and_hear", lambda _machine, _key, _events, hear, **_: hear(said))
    monkeypatch.setattr(component, "machine_message", lambda _: Mock())
    heard: list[list[float]] = []
    component.posterior_machine(Mock(mean=np.zeros(2)), "machine", None, heard.append)
    assert heard == held


def test_the_message_holds_the_decoder_and_the_hues_of_the_formula() -> None:
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return rng.normal(size=shape).astype(np.float32)

    decoder = (Dense(normal(5, 3), normal(5)), Activation("relu"), Dense(normal(4, 5), normal(4)))
    machine = PosteriorMachine(
        x=None, image_shape=(2, 2), mean=normal(3), std=np.ones(3, np.float32), epsilons=normal(7, 3),
        dimensions=(0, 2), axis_names=("z₁", "z₃"), means=normal(9, 2), labels=np.zeros(9, np.int64),
        class_names=("a",), colors=("#000000",), decoder=decoder, encoder_name="", decoder_name="", shows_prior=True,
        alt="",
    )  # fmt: skip
    header, arrays = read_message(machine_message(machine).to_bytes(start=None))
    assert (header["encoder"], header["log_var_limit"]) == (None, None)
    assert header["hues"] == HUES
    assert [layer["kind"] for layer in header["layers"]] == ["dense", "activation", "dense"]
    np.testing.assert_array_equal(arrays["weight2"], decoder[2].weight)
    np.testing.assert_array_equal(arrays["epsilons"], machine.epsilons)
    assert "x" not in arrays
    assert network_widths(decoder, 3) == ["3", "5", "4"]


def test_a_drawing_brings_the_encoder_along() -> None:
    zeros = np.zeros((1, 2), np.float32)
    weight = np.arange(16, dtype=np.float32).reshape(4, 4)
    encoder = PlainEncoder((Dense(weight, weight[0]),), is_variational=True, log_var_limit=10.0)
    plain = PosteriorMachine(
        x=None, image_shape=(2, 2), mean=zeros[0], std=zeros[0] + 1, epsilons=zeros, dimensions=(0, 1),
        axis_names=("z₁", "z₂"), means=zeros, labels=np.zeros(1, np.int64), class_names=("a",), colors=("#000000",),
        decoder=(Dense(weight[:, :2], weight[0]),), encoder_name="", decoder_name="", shows_prior=True, alt="",
    )  # fmt: skip
    x = np.array([[0, 1], [0.5, 0]], np.float32)
    machine = with_drawing(plain, x, Gaussian(zeros + 3, zeros + np.log(4)), encoder)
    header, arrays = read_message(machine_message(machine).to_bytes(start=None))
    (layer,) = header["encoder"]
    assert (layer["kind"], layer["from"], layer["shape"], header["log_var_limit"]) == ("dense", [4], [4], 10)
    np.testing.assert_array_equal(arrays[layer["weight"]], weight)
    np.testing.assert_array_equal(arrays["x"], [[0, 255], [128, 0]])
    assert (header["mean"], header["std"]) == ([3, 3], pytest.approx([2, 2]))
