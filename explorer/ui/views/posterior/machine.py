"""The whole machine on one screen: a test sample, its posterior, z under the pointer, and what the decoder makes."""

from dataclasses import dataclass, replace
from functools import partial
from zlib import crc32

import streamlit as st

from explorer.data.handwriting import Strokes, drawn_sample, strokes_text
from explorer.errors import SpecError
from explorer.models.latent_model import Array, Gaussian, PlainEncoder, VariationalModel
from explorer.scenes.drawn_code import build_coder
from explorer.scenes.latent_scene import image_shape
from explorer.scenes.posterior_machine import PosteriorMachine, build_machine, with_drawing
from explorer.store import Checkpoint
from explorer.ui.caches import cached_checkpoint, cached_dataset
from explorer.ui.components.posterior_machine.component import posterior_machine
from explorer.ui.models.at_hand import data_state
from explorer.ui.query_params import Vector, read, write

_SHOWN = "_machine"


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawing as a model is given it, (H, W) in [0, 1], with its strokes as text and its posterior (1, K).

    encoder: as the browser runs it, None where it cannot.
    """

    x: Array
    ink: str
    posterior: Gaussian
    encoder: PlainEncoder | None


@dataclass(frozen=True)
class _Shown:
    """The machine on the page: whose it is, how often one began, and the z of its start and of the address since."""

    owner: str
    number: int
    start: tuple[float, ...] | None
    left: tuple[float, ...] | None

    @property
    def key(self) -> str:
        return f"{self.owner} {self.number}"


def drawn_posterior(checkpoint: Checkpoint, strokes: Strokes) -> Drawn:
    """A drawing, prepared as a VAE's data were, with its posterior; raises SpecError for a model that has none."""
    x = drawn_sample(strokes, checkpoint.header.sample_shape)
    if not isinstance(checkpoint.model, VariationalModel):
        raise SpecError(f"{checkpoint.info.name} gives no posterior; choose a VAE.")
    encoder = build_coder("", checkpoint.model).encoder
    return Drawn(x, strokes_text(strokes), checkpoint.model.posterior(x.reshape(1, -1)), encoder)


def show_machine(checkpoint: Checkpoint, dimensions: tuple[int, int], row: int, drawn: Drawn | None = None) -> bool:
    """The machine with one test sample, or with a drawing; false for samples that are no images.

    dimensions: the two of the plane, from 0. The z that is held stands in the link, until another sample is followed.
    """
    info = checkpoint.info
    if image_shape(checkpoint.header.sample_shape) is None:
        return False
    machine = machine_of(info.fingerprint, str(info.path), dimensions, row, data_state(info))
    owner = f"machine {info.fingerprint} {row if drawn is None else crc32(drawn.ink.encode())}"
    if drawn is not None:
        machine = with_drawing(machine, drawn.x, drawn.posterior, drawn.encoder)
    shown = _shown(owner, Vector(len(machine.mean)))
    st.session_state[_SHOWN] = shown
    posterior_machine(
        machine, shown.key, None if shown.start is None else list(shown.start), on_z=partial(_hold, shown)
    )
    return True


def _shown(owner: str, point: Vector) -> _Shown:
    """The machine as it goes on. It begins anew with the z of an address that changed, and another sample without z."""
    before: _Shown | None = st.session_state.get(_SHOWN)
    wanted = read("z", point)
    if before is None or wanted != before.left:
        return _Shown(owner, 0 if before is None else before.number + 1, wanted, wanted)
    if before.owner != owner:
        write("z", None)
        return _Shown(owner, before.number, None, None)
    return before if before.key in st.session_state else replace(before, start=wanted)


def _hold(shown: _Shown, z: list[float]) -> None:
    """Keep the z that a click or a draw holds in the address."""
    write("z", z)
    st.session_state[_SHOWN] = replace(shown, left=read("z", Vector(len(z))))


@st.cache_resource(max_entries=8, show_spinner=False)
def machine_of(
    fingerprint: str,
    path: str,
    dimensions: tuple[int, int],
    row: int,
    data_state: str,  # noqa: ARG001 - tells machines with their sample from machines without
) -> PosteriorMachine:
    """The machine of a checkpoint with one test sample."""
    return build_machine(cached_checkpoint(fingerprint, path), row, dimensions, cached_dataset)
