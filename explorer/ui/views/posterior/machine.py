"""The whole machine on one screen: a test sample, its posterior, z under the pointer, and what the decoder makes."""

import streamlit as st

from explorer.scenes.latent_scene import image_shape
from explorer.scenes.posterior_machine import PosteriorMachine, build_machine
from explorer.store import Checkpoint
from explorer.ui.caches import cached_checkpoint, cached_dataset
from explorer.ui.components.posterior_machine import posterior_machine
from explorer.ui.models.at_hand import data_state
from explorer.ui.query_params import Vector, read, write

N_SIDES = 2
_OWNER = "_machine_of"


def show_machine(checkpoint: Checkpoint, dimensions: tuple[int, int], row: int) -> bool:
    """The machine with one test sample; false for samples that are no grey images.

    dimensions: the two of the plane, from 0. The z that is held stands in the link, until another sample is followed.
    """
    info = checkpoint.info
    if len(image_shape(checkpoint.header.sample_shape) or ()) != N_SIDES:
        return False
    machine = machine_of(info.fingerprint, str(info.path), dimensions, row, data_state(info))
    owner = f"machine {info.fingerprint} {row}"
    if st.session_state.setdefault(_OWNER, owner) != owner:
        st.session_state[_OWNER] = owner
        write("z", None)
    start = st.session_state.setdefault(f"start of {owner}", read("z", Vector(len(machine.mean))))
    posterior_machine(machine, owner, start and list(start), on_z=lambda z: write("z", z))
    return True


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
