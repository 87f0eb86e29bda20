"""What Python hears of the machine, and what it tells it."""

from unittest.mock import Mock

import numpy as np
import pytest

from explorer.models.layers import Activation, Dense
from explorer.scenes.posterior_machine import HUES, PosteriorMachine, machine_message, network_widths
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
    assert header["hues"] == HUES
    assert [layer["kind"] for layer in header["layers"]] == ["dense", "activation", "dense"]
    np.testing.assert_array_equal(arrays["weight2"], decoder[2].weight)
    np.testing.assert_array_equal(arrays["epsilons"], machine.epsilons)
    assert "x" not in arrays
    assert network_widths(decoder, 3) == ["3", "5", "4"]
