"""The machine as a Streamlit component; Python hears of the z that is held."""

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from explorer.scenes.posterior_machine import PosteriorMachine, machine_message
from explorer.ui.components.shared.registration import register, show_and_hear

FARTHEST = 1e6

_machine = register(Path(__file__).parent)


def posterior_machine(
    machine: PosteriorMachine, key: str, start: list[float] | None, on_z: Callable[[list[float]], None]
) -> None:
    """Show a machine; start: the z (K,) that it begins with, None for the first draw.

    on_z: called before the page runs again, with the z that a click or a draw holds.
    """

    def hear(said: Mapping[str, Any]) -> None:
        if (z := held_z(said, len(machine.mean))) is not None:
            on_z(z)

    show_and_hear(_machine, key, ["z"], hear, data=machine_message(machine).to_bytes(start=start))


def held_z(result: Mapping[str, Any], latent_dim: int) -> list[float] | None:
    """The z that the browser holds since this run, None for what is no point of latent space."""
    match result.get("z"):
        case list() as z if len(z) == latent_dim and all(_is_coordinate(number) for number in z):
            return [float(number) for number in z]
        case _:
            return None


def _is_coordinate(number: object) -> bool:
    return isinstance(number, int | float) and isfinite(number) and abs(number) <= FARTHEST
