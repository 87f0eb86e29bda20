"""One test sample followed through a model: input, code, output, and what was lost on the way."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis.latent_plane import Array
from explorer.data import Dataset
from explorer.errors import DatasetError
from explorer.figures.reconstruction import reconstruction_figure
from explorer.models.fields import Range
from explorer.scenes.latent_scene import image_shape
from explorer.store import Checkpoint
from explorer.training.codes import decoded
from explorer.ui.figure import show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import samples_of_codes
from explorer.ui.query_params import bound

FOLLOWING = "following"
HEIGHT_PX = 260
MOST_NUMBERS = 8


@dataclass(frozen=True, eq=False)
class FollowedSample:
    """A sample x and its reconstruction x_hat, both (H, W), by way of its code z (K,)."""

    x: Array
    z: Array
    x_hat: Array
    class_name: str

    @property
    def sse(self) -> float:
        """The squared error summed over pixels."""
        return float(np.square(self.x - self.x_hat, dtype=np.float64).sum())


def followed(checkpoint: Checkpoint, dataset: Dataset, number: int, shape: tuple[int, ...]) -> FollowedSample:
    """The sample of a number in the split whose codes the checkpoint keeps."""
    x = dataset.pixels(np.array([number]))
    z = checkpoint.codes.test[number : number + 1]
    x_hat = decoded(checkpoint.model, z, dataset.labels[[number]])
    return FollowedSample(x.reshape(shape), z[0], x_hat.reshape(shape), dataset.class_names[dataset.labels[number]])


def code_and_error(sample: FollowedSample) -> str:
    """The code, its first numbers where it has many, and the error with its units."""
    numbers = ", ".join(f"{value:.3f}" for value in sample.z[:MOST_NUMBERS])
    more = ", …" if len(sample.z) > MOST_NUMBERS else ""
    return (
        f"Code z = ({numbers}{more}). Squared error summed over the {sample.x.size} pixels of this image: "
        f"{sample.sse:.2f} (mean over pixels {sample.sse / sample.x.size:.4f})."
    )


def follow_sample(checkpoint: Checkpoint) -> None:
    """One test sample through the model, folded away until it is asked for; a link that names one opens it."""
    st.session_state.setdefault(FOLLOWING, "sample" in st.query_params)
    panel = st.expander(
        "Follow a test sample through the model", icon=":material/route:", key=FOLLOWING, on_change="rerun"
    )
    if panel.open:
        with panel:
            _show_followed(checkpoint)


def _show_followed(checkpoint: Checkpoint) -> None:
    try:
        dataset = samples_of_codes(checkpoint)
    except DatasetError as error:
        st.info(as_text(error), icon=":material/image_not_supported:")
        return
    shape = image_shape(dataset.sample_shape)
    if shape is None:
        st.info("These samples are not pictures.", icon=":material/image_not_supported:")
        return
    last = len(dataset) - 1
    number = int(st.number_input("Test sample", 0, last, 0, width=150, **bound("sample", Range(int, 0, last))))
    sample = followed(checkpoint, dataset, number, shape)
    figure = reconstruction_figure(sample.x, sample.x_hat, sample.class_name, HEIGHT_PX)
    show_figure(figure, "sample", f"Test sample {number}, its reconstruction, and the difference of the two")
    st.caption(code_and_error(sample))
