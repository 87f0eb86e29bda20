"""The whole machine on one screen: a test sample, its posterior, z under the pointer, and what the decoder makes."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.density import prior_of
from explorer.errors import DatasetError
from explorer.figures.theme import class_colour
from explorer.models import ConditionalModel
from explorer.models.layers import Convolution, Dense, Layer, TransposedConvolution, output_shapes
from explorer.scenes.latent_scene import image_shape
from explorer.scenes.posterior_machine import PosteriorMachine
from explorer.store import Checkpoint
from explorer.ui.caches import cached_checkpoint
from explorer.ui.components.posterior_machine import posterior_machine
from explorer.ui.models.at_hand import data_state, samples_of_codes
from explorer.ui.query_params import Vector, read, write

N_OTHERS, N_DRAWS, N_SIDES = 2000, 100, 2
_OWNER = "_machine_of"


def show_machine(checkpoint: Checkpoint, dimensions: tuple[int, int], axis_names: tuple[str, str], row: int) -> bool:
    """The machine with one test sample; false for samples that are no grey images.

    dimensions: the two of the plane, from 0. The z that is held stands in the link, until another sample is followed.
    """
    info = checkpoint.info
    if len(image_shape(checkpoint.header.sample_shape) or ()) != N_SIDES:
        return False
    machine = machine_of(info.fingerprint, str(info.path), dimensions, axis_names, row, data_state(info))
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
    axis_names: tuple[str, str],
    row: int,
    data_state: str,  # noqa: ARG001 - tells machines with their sample from machines without
) -> PosteriorMachine:
    """The machine of a checkpoint with one test sample."""
    checkpoint = cached_checkpoint(fingerprint, path)
    codes, names = checkpoint.codes, checkpoint.header.class_names
    height, width = checkpoint.header.sample_shape
    others = np.unique(np.linspace(0, len(codes.test) - 1, N_OTHERS).astype(np.int64))
    epsilons = np.random.default_rng(0).standard_normal((N_DRAWS, codes.test.shape[1]), dtype=np.float32)
    x, missing = _sample(checkpoint, row, (height, width))
    decoder = _decoder(checkpoint, int(codes.test_labels[row]))
    widths = network_widths(decoder, codes.test.shape[1])
    return PosteriorMachine(
        x=x,
        image_shape=(height, width),
        mean=codes.test[row],
        std=np.exp(codes.test_log_var[row] / 2),
        epsilons=epsilons,
        dimensions=dimensions,
        axis_names=axis_names,
        means=codes.test[others][:, list(dimensions)],
        labels=codes.test_labels[others],
        class_names=names,
        colors=tuple(class_colour(label) for label in range(len(names))),
        decoder=decoder,
        encoder_name="–".join(widths[:0:-1]),
        decoder_name="–".join(widths[1:]),
        shows_prior=_has_standard_normal(checkpoint),
        alt=f"Posterior of test sample {row} of {checkpoint.run.dataset}, among the means of {len(others):,} others",
        missing=missing,
    )


def _sample(checkpoint: Checkpoint, row: int, shape: tuple[int, int]) -> tuple[NDArray[np.uint8] | None, str]:
    """The sample as bytes, or why it is not there."""
    try:
        pixels = samples_of_codes(checkpoint).pixels(np.array([row]))
    except DatasetError:
        return None, f"The picture needs {checkpoint.run.dataset}"
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8).reshape(shape), ""


def _decoder(checkpoint: Checkpoint, label: int) -> tuple[Layer, ...]:
    """The decoder; a conditional model's as it is told the sample's own class."""
    model = checkpoint.model
    return model.decoder_layers(label) if isinstance(model, ConditionalModel) else model.decoder_layers()


def network_widths(decoder: tuple[Layer, ...], latent_dim: int) -> list[str]:
    """K and what each layer with weights gives, such as ['2', '64', '256', '784'] or ['2', '64×7×7', '1×28×28']."""
    shapes = zip(decoder, output_shapes(decoder, latent_dim), strict=True)
    weighted = [shape for layer, shape in shapes if isinstance(layer, Dense | Convolution | TransposedConvolution)]
    return [str(latent_dim), *("×".join(str(size) for size in shape) for shape in weighted)]


def _has_standard_normal(checkpoint: Checkpoint) -> bool:
    """Whether the plane has the circles of N(0, I)."""
    prior = prior_of(checkpoint.model)
    return prior is not None and prior.is_standard_normal
